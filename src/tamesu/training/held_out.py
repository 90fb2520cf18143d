"""What trained networks lose on images they were not trained on, when these are changed by augmentations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from tamesu.artifacts.competition import CODED
from tamesu.artifacts.run import Job
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import make_key, uniforms
from tamesu.training.inference import logits_to_outputs, make_tellers, predict_logits
from tamesu.training.job import load_network
from tamesu.training.labels import know
from tamesu.training.material import Material
from tamesu.training.network import Network
from tamesu.training.precision import Precision, make_autocast

# A prob below this counts as this, as in scikit-learn's log loss in float32.
LEAST_PROB = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """The networks of a run's first seed, each with the validation rows of its own fold.

    Attributes:
        material: of the run.
        networks: with their jobs, the scales of their value targets, and the columns of all rows as they see them, if any.
        places: (number of the network, row), in the order in which images are looked at: fold after fold in turn.
    """

    material: Material
    device: torch.device
    precision: Precision
    networks: tuple[tuple[Job, Network, dict[str, tuple[Any, Any]], np.ndarray | None], ...]
    places: tuple[tuple[int, int], ...]

    def losses(self, parts: Sequence[tuple[str, dict[str, Any]]], first: int, last: int) -> np.ndarray:
        """The main target's loss of some images, each by the network that was not trained on it, float64 (last - first,).

        Args:
            parts: what changes the images; none for the images as they are.
            first: of `places`.
            last: one beyond the last of `places`.
        """
        image = self.material.run.recipe.image
        plan = make_plan(parts, size_px=image.size, fit=image.fit, folder=self.material.run.folder)
        found = np.empty(last - first)
        spec = self.material.run.spec
        tellers = {spec.main: make_tellers(self.material.run.recipe, spec.targets)[spec.main]}
        wanted = self.places[first:last]
        for number, (_, network, scales, numbers) in enumerate(self.networks):
            chosen = [place for place, (of, _) in enumerate(wanted) if of == number]
            if not chosen:
                continue
            rows = np.array([wanted[place][1] for place in chosen], dtype=np.int64)
            logits = predict_logits(
                network,
                self.material.train.pixels,
                rows,
                plan,
                heads=[tellers[spec.main].head],
                numbers=numbers,
                batch_size=2 * self.material.run.recipe.batch_size,
                device=self.device,
                autocast=make_autocast(self.precision, self.device),
                key=make_key("held out", first),
            )
            outputs = logits_to_outputs(logits, spec.targets, scales, tellers)
            found[chosen] = self.lose(outputs[spec.main], rows, scales)
        return found

    def lose(self, outputs: np.ndarray, rows: np.ndarray, scales: dict[str, tuple[Any, Any]]) -> np.ndarray:
        """Minus the log of the true class's prob; of all labels, their mean; or the squared error in standard deviations."""
        name = self.material.run.spec.main
        target = self.material.train.rows.targets[name]
        values = target.values[rows]
        if target.kind in CODED:
            return np.asarray(-np.log(np.maximum(outputs[np.arange(len(rows)), values], LEAST_PROB)))
        if target.kind == "soft":
            return np.asarray(-(values * np.log(np.maximum(outputs, LEAST_PROB))).sum(axis=1))
        if target.kind == "multilabel":
            right = np.where(values > 0.5, outputs, 1.0 - outputs)
            return np.asarray(-np.log(np.maximum(right, LEAST_PROB)).mean(axis=1))
        return np.asarray(np.nanmean(((outputs - values.reshape(len(rows), -1)) / scales[name][1]) ** 2, axis=1))


def open_held_out(material: Material, device: torch.device, precision: Precision, count: int) -> HeldOut:
    """The networks of a run's first seed and first repeat, and up to `count` of their validation rows.

    Args:
        material: of a run whose first seed is trained.
        device: where to compute.
        precision: of the run.
        count: how many images at most, as many of each fold as can be.
    """
    run = material.run
    jobs = [job for job in run.jobs([run.recipe.seeds[0]]) if job.repeat == 0]
    networks = []
    of_fold = []
    usable = material.train.images.readable & know(material.train.rows.targets[run.spec.main].values)
    for job in jobs:
        network, scales = load_network(run, job)
        numbers = None if network.columns is None else network.columns.transform(material.train.rows.columns)
        networks.append((job, network.to(device), scales, numbers))
        rows = material.folds.val_rows(0, job.fold)
        rows = rows[usable[rows]]
        draws = uniforms(make_key("held out rows"), material.train.pixels.sample_keys[rows], 1)[:, 0]
        of_fold.append(rows[np.argsort(draws, kind="stable")].tolist())
    longest = max((len(rows) for rows in of_fold), default=0)
    places = [(number, rows[turn]) for turn in range(longest) for number, rows in enumerate(of_fold) if turn < len(rows)]
    return HeldOut(material, device, precision, tuple(networks), tuple(places[:count]))

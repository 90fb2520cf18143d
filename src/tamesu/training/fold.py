"""One fold's rows, loss terms and validation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from tamesu.artifacts.competition import CODED
from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.marks import MARKS
from tamesu.artifacts.run import Job
from tamesu.augmentations.drawn import Drawn
from tamesu.losses.loss import trait
from tamesu.metrics import METRICS, known_rows, score_rows
from tamesu.samplers import SAMPLERS
from tamesu.training.columns import FittedColumns, fit_columns
from tamesu.training.head_losses import find_tellers
from tamesu.training.inference import Watch, fill_unreadable, logits_to_outputs, make_tellers, predict_logits
from tamesu.training.labels import Labels, find_lows
from tamesu.training.mark_targets import measure_scale
from tamesu.training.material import Material, Source
from tamesu.training.terms import Terms
from tamesu.training.views import View, join_views

# Validation holds no gradients, so it can take larger steps.
VALIDATION_BATCHES = 2
# A map's mean and spread are taken from so many images of the training fold at most.
MEASURED_MAPS = 200
Scales = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class FoldRows:
    """The rows of one fold.

    Attributes:
        train: indices of readable rows with a label for at least one head.
        val: indices of every validation row.
        left_out: training rows whose image could not be read.
        scales: mean and standard deviation of each value target over `train` (arrays for several columns), and of maps.
        priors: what is predicted for a row without pixels: class shares, label rates, or the mean; float (outputs,).
        columns: how the recipe's columns become numbers, where it has any.
        numbers: those of every train row of the competition, float32 (rows, numbers).
    """

    train: np.ndarray
    val: np.ndarray
    left_out: np.ndarray
    scales: Scales
    priors: Mapping[str, np.ndarray]
    columns: FittedColumns | None = None
    numbers: np.ndarray | None = None


def divide_rows(material: Material, job: Job) -> FoldRows:
    """The rows of one fold, with what its training rows say about each target."""
    dataset, readable, recipe = material.train.rows, material.train.images.readable, material.run.recipe
    train = material.folds.train_rows(job.repeat, job.fold)
    known = np.any([know_labels(dataset, name) for name in recipe.learned], axis=0)
    used = train[readable[train] & known[train]]
    scales: dict[str, tuple[Any, Any]] = {}
    priors = {}
    for name in recipe.learned:
        target = dataset.targets[name]
        own = used[know_labels(dataset, name)[used]]
        values = target.values[own]
        if target.kind == "map":
            assert material.marks is not None
            scales[name] = measure_scale(material.marks, name, material.targets[name], own[:MEASURED_MAPS])
        if target.kind in MARKS:
            continue
        if target.kind == "value":
            scales[name] = measure_values(values)
            priors[name] = np.atleast_1d(scales[name][0])
        elif target.kind in CODED:
            priors[name] = np.bincount(values, minlength=len(target.labels)) / max(len(values), 1)
        else:
            priors[name] = values.mean(axis=0) if len(values) else np.full(len(target.labels), 0.5)
    told = find_tellers(recipe, material.run.spec.targets)
    priors = {name: prior for name, prior in priors.items() if name in told}
    columns = None if recipe.columns is None else fit_columns(recipe.columns, dataset.columns, used)
    val = material.folds.val_rows(job.repeat, job.fold)
    numbers = None if columns is None else columns.transform(dataset.columns)
    return FoldRows(used, val, train[~readable[train]], scales, priors, columns, numbers)


def measure_values(values: np.ndarray) -> tuple[Any, Any]:
    """Mean and standard deviation of a value target, of each column where it has several; 1 where nothing differs.

    Examples:
        >>> measure_values(np.array([1.0, 3.0])), measure_values(np.array([[1.0, 5.0], [3.0, 5.0]]))[1].tolist()
        ((2.0, 1.0), [1.0, 1.0])
    """
    if not len(values):
        return (0.0, 1.0) if values.ndim == 1 else (np.zeros(values.shape[1]), np.ones(values.shape[1]))
    if values.ndim == 1:
        mean, std = float(values.mean()), float(values.std())
        return mean, std if std > 0 else 1.0
    # Of a column the training fold may know nothing at all.
    means, stds = np.zeros(values.shape[1]), np.ones(values.shape[1])
    some = ~np.isnan(values).all(axis=0)
    means[some], stds[some] = np.nanmean(values[:, some], axis=0), np.nanstd(values[:, some], axis=0)
    return means, np.where(stds > 0, stds, 1.0)


def know_labels(dataset: Dataset, target: str) -> np.ndarray:
    """Whether each row's label of a target is known, at least in part, bool (rows,)."""
    return known_rows(dataset.targets[target].kind, dataset.targets[target].values, partly=True)


def find_rates(material: Material, rows: FoldRows) -> np.ndarray | None:
    """How often each training row is used in an epoch, by the main target's labels; None for once."""
    part = material.run.recipe.sampler
    if part.name == "all":
        return None
    target = material.train.rows.targets[material.run.spec.main]
    values = target.values[rows.train]
    marks = values[:, None] == np.arange(len(target.labels)) if target.kind in CODED else np.nan_to_num(values)
    return np.asarray(SAMPLERS.build(part.name, part.options).rates(np.asarray(marks, np.float64)))


def predict_source(
    material: Material,
    rows: FoldRows,
    source: Source,
    indices: np.ndarray,
    network: nn.Module,
    device: torch.device,
    autocast: Callable[[], Any],
    views: Sequence[View],
    watch: Watch | None = None,
) -> dict[str, np.ndarray]:
    """What a network says about some rows of a source.

    Args:
        material: of the run.
        rows: of the fold, for scales and priors.
        source: where the images are.
        indices: which rows.
        network: images → logits.
        device: where the network is.
        autocast: the context of the training's precision.
        views: how the images are looked at; their predictions are brought back and averaged.
        watch: is shown the first view's batches.

    Returns:
        Outputs of all the rows by target; priors where the image cannot be read.
    """
    readable = source.images.readable[indices]
    spec, size = material.run.spec, VALIDATION_BATCHES * material.run.recipe.batch_size
    tellers = make_tellers(material.run.recipe, spec.targets)
    # Those of the train rows are asked for after every epoch.
    numbers = rows.numbers
    if rows.columns is not None and source is not material.train:
        numbers = rows.columns.transform(source.rows.columns)
    said = [
        predict_logits(
            network,
            source.pixels,
            indices[readable],
            view,
            heads=[teller.head for teller in tellers.values()],
            batch_size=size,
            device=device,
            autocast=autocast,
            watch=watch if number == 0 else None,
            numbers=numbers,
        )
        for number, view in enumerate(views)
    ]
    seen = [logits_to_outputs(logits, spec.targets, rows.scales, tellers) for logits in said]
    outputs = join_views(seen, views, spec, find_lows(spec.symmetries, material.train.rows))
    return fill_unreadable(outputs, rows.priors, readable)


class LossMeter:
    """The mean of each head's loss over rows that are shown batch by batch.

    Args:
        terms: of the loss.
        labels: makes the targets of what lies in the picture.
        device: where logits are.
    """

    def __init__(self, terms: Terms, labels: Labels, device: torch.device) -> None:
        self.terms, self.labels, self.device = terms, labels, device
        self.sums: dict[str, list[torch.Tensor]] = {name: [] for name in terms.heads}

    def watch(self, rows: np.ndarray, drawn: Drawn, logits: Mapping[str, torch.Tensor]) -> None:
        """Add one batch; see `tamesu.training.inference.Watch`."""
        moved = self.labels.follow(rows, drawn, (), self.device) if self.labels.marks is not None else None
        indices = torch.from_numpy(rows).to(self.device)
        for name, term in self.terms.heads.items():
            target = term.take(indices) if moved is None else moved[name]
            if trait(term.loss, "whole_batch"):
                # There is no sum over samples: batches count by how many they have.
                count = target.known.sum()
                self.sums[name].append(torch.stack([term.mean_of(logits[name], target) * count, count]))
            else:
                self.sums[name].append(torch.stack([value.float() for value in term.sums(logits[name], target)]))

    def take(self) -> dict[str, float | None]:
        """By head; None when it is not a number, or no label is known."""
        found: dict[str, float | None] = {}
        for name, parts in self.sums.items():
            total, count = torch.stack(parts).double().sum(dim=0).tolist() if parts else (0.0, 0.0)
            found[name] = finite(total / count) if count else None
        return found


def score_fold(material: Material, rows: FoldRows, outputs: Mapping[str, np.ndarray]) -> float:
    """The competition's metric on the fold's readable rows; NaN where it is undefined."""
    spec = material.run.spec
    target = material.train.rows.targets[spec.main]
    readable = material.train.images.readable[rows.val]
    metric = METRICS.build(spec.metric.name, spec.metric.options)
    return score_rows(metric, target.kind, target.values[rows.val[readable]], outputs[spec.main][readable], target.labels)


def finite(value: float) -> float | None:
    """The value, or None when it is NaN or infinite: JSON knows neither."""
    return value if np.isfinite(value) else None

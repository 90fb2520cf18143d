"""Can a recipe memorise a few images? The first test of any pipeline: if it cannot, look for a bug, not for an idea."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from tamesu.artifacts.competition import CODED
from tamesu.artifacts.files import write_bytes
from tamesu.artifacts.run import Job, TargetSpec
from tamesu.optimizers import build_optimizer, make_groups
from tamesu.training.fold import know_labels
from tamesu.training.head_losses import decode, find_tellers
from tamesu.training.job import open_job
from tamesu.training.material import Material
from tamesu.training.terms import Term

STEPS = 400
# A softmax that gives the right class 95 % of the mass has a loss of 0.05.
PASS_LOSS = 0.05
LEAST_BATCH = 4
# A prob below this counts as this.
LEAST_PROB = 1e-7


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Attributes:
        passed: the loss of the main target fell below `PASS_LOSS`.
        first, last: its loss before and after.
        ids: the rows.
        images: uint8 (count, size, size, 3), as the network saw them.
    """

    passed: bool
    steps: int
    first: float
    last: float
    ids: tuple[str, ...]
    images: np.ndarray
    lr: float
    freeze: int

    def facts(self) -> dict[str, Any]:
        """What the message about it names."""
        ids = ", ".join(self.ids[:5])
        return {
            "count": len(self.ids),
            "steps": self.steps,
            "first": self.first,
            "last": self.last,
            "ids": ids,
            "lr": self.lr,
            "freeze": self.freeze,
        }

    def write_sheet(self, path: Path) -> None:
        """Write the images side by side as a PNG."""
        sheet = np.concatenate(list(self.images[:16]), axis=1)
        write_bytes(path, bytes(cv2.imencode(".png", sheet[:, :, ::-1])[1]))


def memorise(material: Material, count: int, device: torch.device) -> Outcome:
    """Train on `count` images alone, unaugmented, at the recipe's learning rate, for at most `STEPS` steps.

    Args:
        material: of the recipe's quick run.
        count: images; the first training rows of the first fold.
        device: where to compute; in fp32.
    """
    run = material.run
    job = Job(str(run.folder), run.name, 0, 0, run.recipe.seeds[0])
    opened = open_job(material, job, device)
    rows, network = opened.rows, opened.network
    known = know_labels(material.train.rows, run.spec.main)
    chosen = rows.train[known[rows.train]][:count]
    groups = make_groups(network.stages(), weight_decay=0.0, layer_decay=run.recipe.layer_decay)
    optimizer = build_optimizer(run.recipe.optimizer.name, run.recipe.optimizer.options, groups)
    pictures = material.train.pixels.make_batch(chosen, material.fit, 0).images
    # Batch statistics need more than one value per channel.
    repeated = np.resize(np.arange(len(chosen)), max(LEAST_BATCH, len(chosen)))
    images, indices = pictures[repeated].to(device), torch.from_numpy(chosen[repeated]).to(device)
    name, target = find_tellers(run.recipe, run.spec.targets)[run.spec.main], run.spec.targets[run.spec.main]
    main = opened.objective.terms.heads[name]
    beside = () if rows.numbers is None else (torch.from_numpy(rows.numbers[chosen[repeated]]).to(device),)
    limit = PASS_LOSS + find_floor(main, target)
    network.train()
    losses: list[float] = []
    for _ in range(STEPS):
        logits = network(images, *beside)
        loss = main.mean(logits[name], indices)
        losses.append(measure_miss(logits[name].detach(), main, indices))
        if losses[-1] < limit or not np.isfinite(losses[-1]):
            break
        torch.autograd.backward(loss)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    ids = tuple(material.train.rows.ids[row] for row in chosen)
    lr = float(run.recipe.optimizer.options.get("lr", 0.0))
    passed = losses[-1] < limit
    return Outcome(passed, len(losses), losses[0], losses[-1], ids, pictures.numpy(), lr, run.recipe.freeze)


def find_floor(head: Term, target: TargetSpec) -> float:
    """The least miss that training can reach: label smoothing asks for less than certainty.

    Args:
        head: with its loss.
        target: kind and labels.

    Returns:
        -log of the prob that a smoothed target gives its class; 0 without smoothing.
    """
    smoothing = float(getattr(head.loss, "label_smoothing", 0.0))
    others = len(target.labels) if target.kind in CODED else 2
    return -math.log(1 - smoothing + smoothing / others) if smoothing and target.kind != "value" else 0.0


def measure_miss(logits: torch.Tensor, head: Term, rows: torch.Tensor) -> float:
    """How far the answers are from the labels, whatever loss is trained: label smoothing and weights have no say.

    Args:
        logits: float (B, outputs).
        head: with the labels.
        rows: indices of the images, (B,).

    Returns:
        Of classes the mean of -log of the true class's prob; of several labels the same over all; of shares the divergence
        from them; of values the squared error in units of the fold's standard deviation.
    """
    target = head.take(rows).terms[0][1]
    told = torch.from_numpy(decode(head.loss, head.kind, logits.cpu().numpy())).to(logits)
    if head.unit is not None:
        told, target = told / head.unit, target / head.unit
    probs = told.clamp(min=LEAST_PROB)
    if head.kind in CODED:
        return float(-probs[torch.arange(len(target)), target].log().mean())
    if head.kind == "multilabel":
        return float(-torch.where(target > 0.5, probs, (1.0 - told).clamp(min=LEAST_PROB)).log().mean())
    if head.kind == "soft":
        return float((target * (target.clamp(min=LEAST_PROB) / probs).log()).sum(dim=1).mean())
    return float(torch.nan_to_num(told - target).square().mean())

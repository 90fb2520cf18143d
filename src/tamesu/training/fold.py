"""One fold's rows, loss terms and validation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.run import Job
from tamesu.losses import LOSSES
from tamesu.metrics import METRICS, score_rows
from tamesu.training.inference import fill_unreadable, logits_to_outputs, predict_logits
from tamesu.training.labels import find_lows
from tamesu.training.loop import HeadLoss
from tamesu.training.material import Material, Source
from tamesu.training.views import View, join_views

# Validation holds no gradients, so it can take larger steps.
VALIDATION_BATCHES = 2


@dataclass(frozen=True, slots=True)
class FoldRows:
    """The rows of one fold.

    Attributes:
        train: indices of readable rows with a label for at least one head.
        val: indices of every validation row.
        left_out: training rows whose image could not be read.
        scales: mean and standard deviation of each value target over `train`.
        priors: what is predicted for a row without pixels: class shares, label rates, or the mean; float (outputs,).
    """

    train: np.ndarray
    val: np.ndarray
    left_out: np.ndarray
    scales: Mapping[str, tuple[float, float]]
    priors: Mapping[str, np.ndarray]


def divide_rows(material: Material, job: Job) -> FoldRows:
    """The rows of one fold, with what its training rows say about each target."""
    dataset, readable = material.train.rows, material.train.images.readable
    train = material.folds.train_rows(job.repeat, job.fold)
    heads = material.run.recipe.heads
    known = np.any([know_labels(dataset, name) for name in heads], axis=0)
    used = train[readable[train] & known[train]]
    scales, priors = {}, {}
    for name in heads:
        target = dataset.targets[name]
        values = target.values[used[know_labels(dataset, name)[used]]]
        if target.kind == "value":
            mean, std = (float(values.mean()), float(values.std())) if len(values) else (0.0, 1.0)
            scales[name] = (mean, std if std > 0 else 1.0)
            priors[name] = np.array([mean])
        elif target.kind == "class":
            priors[name] = np.bincount(values, minlength=len(target.labels)) / max(len(values), 1)
        else:
            priors[name] = values.mean(axis=0) if len(values) else np.full(len(target.labels), 0.5)
    return FoldRows(used, material.folds.val_rows(job.repeat, job.fold), train[~readable[train]], scales, priors)


def know_labels(dataset: Dataset, target: str) -> np.ndarray:
    """Whether each row's label of a target is known, bool (rows,)."""
    values = dataset.targets[target].values
    if dataset.targets[target].kind == "class":
        return np.asarray(values >= 0)
    return np.asarray(~np.isnan(values.reshape(len(values), -1)).any(axis=1))


def make_heads(material: Material, rows: FoldRows, device: torch.device) -> dict[str, HeadLoss]:
    """The loss terms of the recipe, with their targets on the device; values are standardised on the training fold."""
    dataset, heads = material.train.rows, {}
    for name, head in material.run.recipe.heads.items():
        target, known = dataset.targets[name], know_labels(dataset, name)
        if target.kind == "class":
            values = torch.from_numpy(np.where(known, target.values, 0))
            used = target.values[rows.train[known[rows.train]]]
            counts = np.bincount(used, minlength=len(target.labels)).tolist()
        else:
            clean = np.nan_to_num(target.values.reshape(len(known), -1).astype(np.float64))
            mean, std = rows.scales.get(name, (0.0, 1.0))
            values = torch.from_numpy(((clean - mean) / std).astype(np.float32))
            counts = None
        loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] = LOSSES.build(
            head.loss.name, head.loss.options, class_counts=counts
        )
        heads[name] = HeadLoss(loss, head.weight, values.to(device), torch.from_numpy(known).to(device))
    return heads


def predict_source(
    material: Material,
    rows: FoldRows,
    source: Source,
    indices: np.ndarray,
    network: nn.Module,
    device: torch.device,
    autocast: Callable[[], Any],
    views: Sequence[View],
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
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

    Returns:
        Outputs of all the rows (priors where the image cannot be read), and the first view's logits of the readable ones,
        in order.
    """
    readable = source.images.readable[indices]
    spec, size = material.run.spec, VALIDATION_BATCHES * material.run.recipe.batch_size
    said = [
        predict_logits(network, source.pixels, indices[readable], view, batch_size=size, device=device, autocast=autocast)
        for view in views
    ]
    seen = [logits_to_outputs(logits, spec.targets, rows.scales) for logits in said]
    outputs = join_views(seen, views, spec, find_lows(spec.symmetries, material.train.rows))
    return fill_unreadable(outputs, rows.priors, readable), said[0]


def measure_losses(
    material: Material, rows: FoldRows, logits: Mapping[str, np.ndarray], heads: Mapping[str, HeadLoss]
) -> dict[str, float | None]:
    """Mean validation loss of each term over the readable rows; None when it is not a number."""
    readable = torch.from_numpy(rows.val[material.train.images.readable[rows.val]])
    losses = {}
    for name, head in heads.items():
        on_cpu = HeadLoss(head.loss, head.weight, head.values.cpu(), head.known.cpu())
        losses[name] = finite(float(on_cpu.mean(torch.from_numpy(logits[name]), readable))) if name in logits else None
    return losses


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

"""Inference: a trained network over rows of images, and its logits as predictions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import TargetSpec
from tamesu.augmentations.drawn import Drawn
from tamesu.training.batches import Draws, Pixels, split_evenly
from tamesu.training.head_losses import build_loss, decode, find_tellers
from tamesu.training.loop import evaluating

# What is shown each batch: its rows, what was drawn, and the logits by head.
Watch = Callable[[np.ndarray, Drawn, Mapping[str, torch.Tensor]], None]


def predict_logits(
    network: nn.Module,
    pixels: Pixels,
    rows: np.ndarray,
    plan: Draws,
    *,
    heads: Collection[str],
    batch_size: int,
    device: torch.device,
    autocast: Callable[[], Any],
    key: int = 0,
    watch: Watch | None = None,
    numbers: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """Logits of rows.

    Args:
        network: images → logits by head.
        pixels: makes the batches.
        rows: indices of readable images, int64 (n,).
        plan: the fit alone, or a view.
        heads: whose logits are kept.
        batch_size: images per step.
        device: where the network is.
        autocast: the context of the training's precision.
        key: what is drawn, for a plan that draws.
        numbers: the columns of every row of the source, float32 (rows, numbers), for a network that sees them.
        watch: is shown each batch's rows, what was drawn, and the logits of all heads, on the device.

    Returns:
        float32 (n, outputs) by head, in the order of `rows`; empty when there are no rows.
    """
    if len(rows) == 0:
        return {}
    found: dict[str, list[torch.Tensor]] = {}
    batches = split_evenly(rows, batch_size)
    with evaluating(network):
        for used, batch in zip(batches, pixels.stream(batches, plan, key, device), strict=True):
            beside = () if numbers is None else (torch.from_numpy(numbers[used]).to(device),)
            with autocast():
                logits = network(batch.images, *beside)
            if watch is not None:
                watch(used, batch.drawn, logits)
            for name in heads:
                found.setdefault(name, []).append(logits[name])
    return {name: torch.cat(values).float().cpu().numpy() for name, values in found.items()}


@dataclass(frozen=True, slots=True)
class Teller:
    """How one head's logits become predictions of its target.

    Attributes:
        head: its name.
        loss: of the head, which may say how.
        as_it_stands: whether its outputs are the target's values already.
    """

    head: str
    loss: Any
    as_it_stands: bool = False


def make_tellers(recipe: Recipe, targets: Mapping[str, TargetSpec]) -> dict[str, Teller]:
    """By target: the head that predicts it, and how."""
    found = {}
    for target, name in find_tellers(recipe, targets).items():
        head = recipe.heads[name]
        found[target] = Teller(name, build_loss(head, targets[target]), recipe.as_it_stands(name))
    return found


def logits_to_outputs(
    logits: Mapping[str, np.ndarray],
    targets: Mapping[str, TargetSpec],
    scales: Mapping[str, tuple[Any, Any]],
    tellers: Mapping[str, Teller],
) -> dict[str, np.ndarray]:
    """Logits → probs, or values in the target's own unit.

    Args:
        logits: float32 (n, outputs) by head.
        targets: their kinds.
        scales: (mean, standard deviation) of each value target on the training fold, numbers or one per column.
        tellers: by target.

    Returns:
        float32 (n, width) by target: as the head's loss decodes its logits, values times their scale unless they are
        values already.

    Examples:
        >>> spec = {"pet": TargetSpec(kind="class", labels=["cat", "dog"])}
        >>> logits_to_outputs({"pet": np.array([[0.0, 0.0]])}, spec, {}, {"pet": Teller("pet", None)})["pet"].tolist()
        [[0.5, 0.5]]
    """
    outputs = {}
    for target, teller in tellers.items():
        if teller.head not in logits:
            continue
        kind = targets[target].kind
        wide = decode(teller.loss, kind, logits[teller.head])
        if kind == "value" and not teller.as_it_stands:
            mean, std = scales[target]
            wide = wide * std + mean
        outputs[target] = wide.astype(np.float32)
    return outputs


def fill_unreadable(
    outputs: Mapping[str, np.ndarray], priors: Mapping[str, np.ndarray], readable: np.ndarray
) -> dict[str, np.ndarray]:
    """Outputs of the readable rows spread over all rows; the others get the prior (class shares, or the mean).

    Args:
        outputs: float32 (readable rows, outputs) by target; may be empty when no row is readable.
        priors: float32 (outputs,) by target, from the training fold.
        readable: bool (rows,).

    Returns:
        float32 (rows, outputs) by target.
    """
    filled = {}
    for name, prior in priors.items():
        full = np.tile(prior.astype(np.float32), (len(readable), 1))
        if name in outputs:
            full[readable] = outputs[name]
        filled[name] = full
    return filled

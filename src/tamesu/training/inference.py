"""Inference: a trained network over rows of images, and its logits as predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from tamesu.artifacts.run import TargetSpec
from tamesu.training.batches import Draws, Pixels, split_evenly
from tamesu.training.loop import evaluating


def predict_logits(
    network: nn.Module,
    pixels: Pixels,
    rows: np.ndarray,
    plan: Draws,
    *,
    batch_size: int,
    device: torch.device,
    autocast: Callable[[], Any],
    key: int = 0,
) -> dict[str, np.ndarray]:
    """Logits of rows.

    Args:
        network: images → logits by target.
        pixels: makes the batches.
        rows: indices of readable images, int64 (n,).
        plan: the fit alone, or a view.
        batch_size: images per step.
        device: where the network is.
        autocast: the context of the training's precision.
        key: what is drawn, for a plan that draws.

    Returns:
        float32 (n, outputs) by target, in the order of `rows`; empty when there are no rows.
    """
    if len(rows) == 0:
        return {}
    found: dict[str, list[torch.Tensor]] = {}
    with evaluating(network):
        for batch in pixels.stream(split_evenly(rows, batch_size), plan, key, device):
            with autocast():
                logits = network(batch.images)
            for name, values in logits.items():
                found.setdefault(name, []).append(values)
    return {name: torch.cat(values).float().cpu().numpy() for name, values in found.items()}


def logits_to_outputs(
    logits: Mapping[str, np.ndarray], targets: Mapping[str, TargetSpec], scales: Mapping[str, tuple[float, float]]
) -> dict[str, np.ndarray]:
    """Logits → probs, or values in the target's own unit.

    Args:
        logits: float32 (n, outputs) by target.
        targets: their kinds.
        scales: (mean, standard deviation) of each value target on the training fold.

    Returns:
        float32 arrays of the same shapes: softmax over the classes, sigmoid per label, or `logit * std + mean`.

    Examples:
        >>> spec = TargetSpec(kind="class", labels=["cat", "dog"])
        >>> logits_to_outputs({"pet": np.array([[0.0, 0.0]])}, {"pet": spec}, {})["pet"].tolist()
        [[0.5, 0.5]]
    """
    outputs = {}
    for name, values in logits.items():
        wide = values.astype(np.float64)
        kind = targets[name].kind
        if kind == "class":
            powers = np.exp(wide - wide.max(axis=1, keepdims=True))
            wide = powers / powers.sum(axis=1, keepdims=True)
        elif kind == "multilabel":
            wide = 0.5 * (1.0 + np.tanh(0.5 * wide))
        else:
            mean, std = scales[name]
            wide = wide * std + mean
        outputs[name] = wide.astype(np.float32)
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

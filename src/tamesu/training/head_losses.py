"""A head's loss, and what follows from it: how many logits there are, and how they become predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.competition import CODED
from tamesu.artifacts.recipe import Head, Recipe
from tamesu.artifacts.run import TargetSpec
from tamesu.losses import LOSSES
from tamesu.losses.loss import trait


def build_loss(head: Head, spec: TargetSpec, *, counts: Sequence[int] | None = None, width: int = 1) -> Any:
    """The loss of a head.

    Args:
        head: of the recipe.
        spec: kind and labels of its target.
        counts: training images per label; one of each where only the loss's form matters.
        width: of the features that it reads.
    """
    if counts is None:
        counts = [1] * max(1, len(spec.labels))
    return LOSSES.build(head.loss.name, head.loss.options, class_counts=counts, width=width, labels=max(1, len(spec.labels)))


def count_outputs(spec: TargetSpec, loss: Any) -> int:
    """How many logits a head needs: as its loss says, or one per label or value of its target."""
    width = max(1, len(spec.labels)) if spec.kind == "map" else spec.width
    return int(loss.outputs(spec.kind, width)) if hasattr(loss, "outputs") else width


def predicts(head: Head, spec: TargetSpec) -> bool:
    """Whether a head says something about rows: not one that compares features, nor one for what lies in the picture."""
    return not spec.in_picture and trait(LOSSES[head.loss.name], "reads") != "features"


def find_tellers(recipe: Recipe, targets: Mapping[str, TargetSpec]) -> dict[str, str]:
    """The head that predicts each target: that of its name, else the first that predicts it.

    Args:
        recipe: with its heads.
        targets: kind and labels of every target that is learned.

    Returns:
        Target → head; targets that no head predicts are left out.
    """
    found = {}
    for target, spec in targets.items():
        heads = [name for name in recipe.heads_of(target) if predicts(recipe.heads[name], spec)]
        if heads:
            found[target] = heads[0]
    return found


def decode(loss: Any, kind: str, logits: NDArray[Any]) -> NDArray[np.float64]:
    """Logits as predictions: as the loss says, else softmax, sigmoid, or the logits themselves.

    Args:
        loss: of the head.
        kind: of its target.
        logits: (n, outputs).

    Examples:
        >>> decode(object(), "class", np.zeros((1, 2))).tolist(), decode(object(), "value", np.ones((1, 1))).tolist()
        ([[0.5, 0.5]], [[1.0]])
    """
    wide = logits.astype(np.float64)
    if hasattr(loss, "decode"):
        return np.asarray(loss.decode(kind, wide), np.float64)
    if kind in CODED or kind == "soft":
        powers = np.exp(wide - wide.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * wide))) if kind == "multilabel" else wide

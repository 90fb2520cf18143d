"""Huber loss: numbers, squared near and straight far away."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor
from torch.nn import functional as F

from tamesu.losses.columns import count_outputs, difference, read_numbers
from tamesu.registry import Positive


class Huber:
    """d²/2 for |d| < delta, else delta (|d| - delta/2): `smooth_l1` times delta.

    Near the truth it is half the squared error whatever delta is, so that delta moves only where outliers begin.

    Args:
        delta: where the curve becomes straight, in the target's unit.
        labels: how many ordinal labels there are, filled by tamesu.

    Source: Huber, Robust Estimation of a Location Parameter, Annals of Mathematical Statistics 35, 1964.

    Examples:
        >>> Huber(delta=2.0)(torch.tensor([[1.0], [3.0]]), torch.tensor([[0.0], [0.0]]))
        tensor([0.5000, 4.0000])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value", "points", "map", "ordinal"})

    def __init__(self, *, delta: Positive = 1.0, labels: int | None = None) -> None:
        self.delta = delta
        self.labels = labels

    def __call__(self, logits: Float[Tensor, "batch columns"], target: Shaped[Tensor, "batch ..."]) -> Float[Tensor, " batch"]:
        """One value per sample, in the square of the target's unit; the mean over columns.

        Args:
            logits: the predicted numbers.
            target: the true numbers, float (batch, columns); or the codes of ordinal labels, int64 (batch,).
        """
        distance = difference(logits, target)
        return F.huber_loss(distance, torch.zeros_like(distance), reduction="none", delta=self.delta).mean(dim=1)

    def outputs(self, kind: str, width: int) -> int:
        """One number for ordinal labels, else one per value."""
        return count_outputs(kind, width)

    def decode(self, kind: str, logits: np.ndarray) -> np.ndarray:
        """The numbers; of an ordinal target a share for each label, (n, labels), between the two labels next to the number."""
        return read_numbers(kind, logits, self.labels)

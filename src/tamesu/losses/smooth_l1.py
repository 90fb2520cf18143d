"""Smooth absolute error: numbers, with outliers that pull less."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor
from torch.nn import functional as F

from tamesu.losses.columns import count_outputs, difference, read_numbers
from tamesu.registry import Positive


class SmoothL1:
    """Squared below `beta`, straight above it: d²/(2 beta) for |d| < beta, else |d| - beta/2.

    Args:
        beta: where the curve becomes straight, in the target's unit.
        labels: how many ordinal labels there are, filled by tamesu.

    Source: Girshick, Fast R-CNN, ICCV 2015, equation 3 (with beta 1); Huber, 1964.

    Examples:
        >>> SmoothL1(beta=1.0)(torch.tensor([[0.5], [3.0]]), torch.tensor([[0.0], [0.0]]))
        tensor([0.1250, 2.5000])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value", "points", "map", "ordinal"})

    def __init__(self, *, beta: Positive = 1.0, labels: int | None = None) -> None:
        self.beta = beta
        self.labels = labels

    def __call__(self, logits: Float[Tensor, "batch columns"], target: Shaped[Tensor, "batch ..."]) -> Float[Tensor, " batch"]:
        """One value per sample, in the target's unit; the mean over columns.

        Args:
            logits: the predicted numbers.
            target: the true numbers, float (batch, columns); or the codes of ordinal labels, int64 (batch,).
        """
        distance = difference(logits, target)
        return F.smooth_l1_loss(distance, torch.zeros_like(distance), reduction="none", beta=self.beta).mean(dim=1)

    def outputs(self, kind: str, width: int) -> int:
        """One number for ordinal labels, else one per value."""
        return count_outputs(kind, width)

    def decode(self, kind: str, logits: np.ndarray) -> np.ndarray:
        """The numbers; of an ordinal target a share for each label, (n, labels), between the two labels next to the number."""
        return read_numbers(kind, logits, self.labels)

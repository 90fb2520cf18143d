"""Absolute error: numbers."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from tamesu.losses.columns import count_outputs, difference, read_numbers


class MeanAbsoluteError:
    """The size of the difference; its best constant is the median.

    Args:
        labels: how many ordinal labels there are, filled by tamesu.

    Examples:
        >>> MeanAbsoluteError()(torch.tensor([[1.0], [2.0]]), torch.tensor([[0.0], [5.0]]))
        tensor([1., 3.])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value", "points", "map", "ordinal"})

    def __init__(self, *, labels: int | None = None) -> None:
        self.labels = labels

    def __call__(self, logits: Float[Tensor, "batch columns"], target: Shaped[Tensor, "batch ..."]) -> Float[Tensor, " batch"]:
        """One value per sample, in the target's unit; the mean over columns.

        Args:
            logits: the predicted numbers.
            target: the true numbers, float (batch, columns); or the codes of ordinal labels, int64 (batch,).
        """
        return torch.abs(difference(logits, target)).mean(dim=1)

    def outputs(self, kind: str, width: int) -> int:
        """One number for ordinal labels, else one per value."""
        return count_outputs(kind, width)

    def decode(self, kind: str, logits: np.ndarray) -> np.ndarray:
        """The numbers; of an ordinal target a share for each label, (n, labels), between the two labels next to the number."""
        return read_numbers(kind, logits, self.labels)

"""Columns whose sum is known."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.constraints.constraint import WRITTEN, Finite, kept_or_unknown, reachable, refuse_width, widen
from tamesu.messages.expected import say_expected


class SumKept(nn.Module):
    """Columns that always add to one total, negative ones too: what is too much or too little is shared out evenly.

    values = raw - (sum of raw - total) / width, the nearest point that keeps the sum.

    Args:
        width: the target's columns, filled by tamesu; 2 or more.
        total: what they add to, in the target's unit.

    Raises:
        InputError: CONSTRAINT_WIDTH, fewer than 2 columns.

    Examples:
        >>> import torch
        >>> SumKept(width=3, total=0.0)(torch.tensor([[1.0, 2.0, 6.0]])).tolist()
        [[-2.0, -1.0, 3.0]]
        >>> SumKept(width=2, total=1.0).check_values(np.array([[3.0, -2.0], [0.5, 0.6]])).tolist()
        [True, False]
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value"})

    def __init__(self, *, width: int, total: Finite) -> None:
        super().__init__()
        if width < 2:
            raise refuse_width("sum_kept", say_expected("greater_than_equal", {"ge": 2}), width)
        self.raw = width
        self.total = total

    def forward(self, raw: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """The columns that keep the sum."""
        raw = widen(raw)
        # Twice: what is left of large numbers that are nearly equal is small, and their sum was rounded as large numbers are.
        raw = raw - raw.mean(dim=1, keepdim=True)
        return raw - (raw.sum(dim=1, keepdim=True) - self.total) / raw.shape[1]

    def inverse(self, values: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """The values themselves."""
        return reachable(self, values)

    def check_values(self, values: np.ndarray) -> np.ndarray:
        """Rows that add to the total, within half a percent of the total or of the largest number in the row."""
        size = np.maximum(np.abs(values).max(axis=1), abs(self.total))
        return kept_or_unknown(values, np.abs(values.sum(axis=1) - self.total) <= WRITTEN * size)

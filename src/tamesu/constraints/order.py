"""Columns that never fall."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.constraints.constraint import ROUNDING, kept_or_unknown, reachable, refuse_width, to_softplus_raw, widen
from tamesu.messages.expected import say_expected
from tamesu.registry import NonNegative


class Order(nn.Module):
    """Each column at least as large as the one before it: the first is free, then steps that are never negative.

    Args:
        width: the target's columns, in order, filled by tamesu; 2 or more.
        minimum_step: the least step from one column to the next, in the target's unit; 0 lets neighbours be equal.

    Raises:
        InputError: CONSTRAINT_WIDTH, fewer than 2 columns.

    Examples:
        >>> order = Order(width=3, minimum_step=1.0)
        >>> order(torch.tensor([[5.0, -100.0, 30.0]])).tolist()  # softplus(-100) is nearly 0, softplus(30) nearly 30
        [[5.0, 6.0, 37.0]]
        >>> order.check_values(np.array([[1.0, 2.0, 3.0], [1.0, 1.5, 3.0]])).tolist()
        [True, False]
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value"})

    def __init__(self, *, width: int, minimum_step: NonNegative = 0.0) -> None:
        super().__init__()
        if width < 2:
            raise refuse_width("order", say_expected("greater_than_equal", {"ge": 2}), width)
        self.raw = width
        self.minimum_step = minimum_step

    def forward(self, raw: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """The columns, from the smallest to the largest."""
        raw = widen(raw)
        steps = self.minimum_step + nn.functional.softplus(raw[:, 1:])
        # Sums over equally many terms, the later ones 0, are added in one and the same order, so that none falls below its
        # neighbour by rounding; a running sum in parallel can, and a matrix product may round to half precision.
        below = torch.ones(self.raw - 1, self.raw - 1, dtype=raw.dtype, device=raw.device).tril()
        sums = (steps[:, None, :] * below).sum(dim=2)
        return torch.cat([raw[:, :1], raw[:, :1] + sums], dim=1)

    def inverse(self, values: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """The first column, and what each step has beyond the least."""
        values = reachable(self, values)
        return torch.cat([values[:, :1], to_softplus_raw(values.diff(dim=1) - self.minimum_step)], dim=1)

    def check_values(self, values: np.ndarray) -> np.ndarray:
        """Rows that rise by the least step or more from each column to the next."""
        rounding = ROUNDING * np.abs(values).max(axis=1, keepdims=True)
        return kept_or_unknown(values, (np.diff(values, axis=1) >= self.minimum_step - rounding).all(axis=1))

"""Shares of a whole."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.constraints.constraint import ROUNDING, WRITTEN, kept_or_unknown, reachable, refuse_width, widen
from tamesu.messages.expected import say_expected
from tamesu.registry import Positive


class Simplex(nn.Module):
    """Columns that are never negative and always add to one total, by a softmax.

    Args:
        width: the target's columns, filled by tamesu; 2 or more.
        total: what they add to, in the target's unit.

    Raises:
        InputError: CONSTRAINT_WIDTH, fewer than 2 columns.

    Examples:
        >>> Simplex(width=2, total=100.0)(torch.tensor([[0.0, 0.0]])).tolist()
        [[50.0, 50.0]]
        >>> Simplex(width=2).check_values(np.array([[0.25, 0.75], [0.5, 0.6]])).tolist()
        [True, False]
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value"})

    def __init__(self, *, width: int, total: Positive = 1.0) -> None:
        super().__init__()
        if width < 2:
            raise refuse_width("simplex", say_expected("greater_than_equal", {"ge": 2}), width)
        self.raw = width
        self.total = total

    def forward(self, raw: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """The shares of the total."""
        return self.total * widen(raw).softmax(dim=1)

    def inverse(self, values: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """The logarithms of the shares; what a written sum lacks of the total is spread over all in proportion."""
        shares = reachable(self, values) / self.total
        return shares.clamp(min=torch.finfo(shares.dtype).tiny).log()

    def check_values(self, values: np.ndarray) -> np.ndarray:
        """Rows without a negative number that add to the total, within the rounding of three written decimals."""
        positive = (values >= -ROUNDING * self.total).all(axis=1)
        whole = np.abs(values.sum(axis=1) - self.total) <= WRITTEN * self.total
        return kept_or_unknown(values, positive & whole)

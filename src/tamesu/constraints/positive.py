"""Values that are never negative."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.constraints.constraint import kept_or_unknown, reachable, refuse_width, to_softplus_raw, widen
from tamesu.messages.expected import say_expected


class PositiveValues(nn.Module):
    """Columns that are never negative, by a softplus, log(1 + exp(raw)): nearly the raw number itself where that is large.

    Above 0, to rounding: a very negative raw number gives 0 itself.

    Args:
        width: the target's columns, filled by tamesu.

    Raises:
        InputError: CONSTRAINT_WIDTH, no column.

    Examples:
        >>> import torch
        >>> [round(x, 4) for x in PositiveValues(width=3)(torch.tensor([[-100.0, 0.0, 100.0]]))[0].tolist()]
        [0.0, 0.6931, 100.0]
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value"})

    def __init__(self, *, width: int) -> None:
        super().__init__()
        if width < 1:
            raise refuse_width("positive", say_expected("greater_than_equal", {"ge": 1}), width)
        self.raw = width

    def forward(self, raw: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """The values."""
        return nn.functional.softplus(widen(raw))

    def inverse(self, values: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """The numbers whose softplus the values are."""
        return to_softplus_raw(reachable(self, values))

    def check_values(self, values: np.ndarray) -> np.ndarray:
        """Rows without a negative number."""
        return kept_or_unknown(values, values.min(axis=1) >= 0)

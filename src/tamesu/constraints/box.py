"""Values between two bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, cast

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.constraints.constraint import ROUNDING, Finite, kept_or_unknown, reachable, refuse_width, to_logit, widen
from tamesu.errors import Fault, InputError, Where


class Box(nn.Module):
    """Every column between its bounds, by a sigmoid: low + (high - low) × sigmoid(raw).

    Args:
        width: the target's columns, filled by tamesu.
        low: the lower bound, one for all columns or one per column, in the target's unit.
        high: the upper bound, likewise.

    Raises:
        InputError: CONSTRAINT_WIDTH, a list is not one number per column; CONSTRAINT_BOUNDS, low is not below high.

    Examples:
        >>> box = Box(width=2, low=[0.0, -1.0], high=[10.0, 1.0])
        >>> box(torch.tensor([[0.0, 100.0]])).tolist(), box.check_values(np.array([[11.0, 0.0]])).tolist()
        ([[5.0, 1.0]], [False])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value"})

    def __init__(self, *, width: int, low: Finite | list[Finite] = 0.0, high: Finite | list[Finite] = 1.0) -> None:
        super().__init__()
        lows, highs = per_column("low", low, width), per_column("high", high, width)
        for column, (a, b) in enumerate(zip(lows, highs, strict=True), 1):
            if not a < b:
                values = {"column": column, "low": a, "high": b}
                raise InputError(Fault("CONSTRAINT_BOUNDS", "refuse", Where(key="low"), values))
        self.raw = width
        self.register_buffer("low", torch.tensor(lows, dtype=torch.float64), persistent=False)
        self.register_buffer("high", torch.tensor(highs, dtype=torch.float64), persistent=False)

    def bounds(self, like: Tensor) -> tuple[Tensor, Tensor]:
        """Lower and upper bounds, (width,), in a tensor's precision."""
        return cast(Tensor, self.low).to(like.dtype), cast(Tensor, self.high).to(like.dtype)

    def forward(self, raw: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """The values between the bounds."""
        raw = widen(raw)
        low, high = self.bounds(raw)
        # lerp counts from the nearer end, so that a share of 1 gives the upper bound itself and not what rounding makes of it.
        return torch.lerp(low.expand_as(raw), high.expand_as(raw), torch.sigmoid(raw))

    def inverse(self, values: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """Where each value stands between its bounds, as a logit."""
        values = reachable(self, values)
        low, high = self.bounds(values)
        return to_logit((values - low) / (high - low))

    def check_values(self, values: np.ndarray) -> np.ndarray:
        """Rows with every column between its bounds, or on one."""
        low, high = (bound.cpu().numpy() for bound in self.bounds(torch.zeros((), dtype=torch.float64)))
        rounding = ROUNDING * np.maximum(np.abs(low), np.abs(high))
        return kept_or_unknown(values, ((values >= low - rounding) & (values <= high + rounding)).all(axis=1))


def per_column(option: str, bound: float | Sequence[float], width: int) -> list[float]:
    """A bound for each column.

    Args:
        option: what it was written under.
        bound: a number for all, or one per column.
        width: how many columns there are.

    Raises:
        InputError: CONSTRAINT_WIDTH, not one number per column.

    Examples:
        >>> per_column("low", 0.0, 2), per_column("low", [1.0, 2.0], 2)
        ([0.0, 0.0], [1.0, 2.0])
    """
    if not isinstance(bound, Sequence):
        return [float(bound)] * width
    if len(bound) != width:
        raise refuse_width("box", len(bound), width, option)
    return [float(number) for number in bound]

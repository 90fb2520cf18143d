"""Directions: columns of length 1."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.constraints.constraint import WRITTEN, kept_or_unknown, reachable, refuse_width, widen
from tamesu.messages.expected import say_expected

# Nearer to zero than this there is no direction to speak of, and the gradient of one, 1 / length, is too large to learn from.
SHORTEST = 1e-6


class UnitVector(nn.Module):
    """Columns that are a direction: as raw numbers of any length, divided by it.

    Args:
        width: the target's columns, filled by tamesu; 2 or more.

    Raises:
        InputError: CONSTRAINT_WIDTH, fewer than 2 columns.

    Examples:
        >>> unit = UnitVector(width=2)
        >>> [[round(x, 4) for x in row] for row in unit(torch.tensor([[3.0, 4.0], [0.0, 0.0]])).tolist()]
        [[0.6, 0.8], [1.0, 0.0]]
        >>> unit.check_values(np.array([[0.6, 0.8], [0.6, 0.9]])).tolist()
        [True, False]
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value"})

    def __init__(self, *, width: int) -> None:
        super().__init__()
        if width < 2:
            raise refuse_width("unit_vector", say_expected("greater_than_equal", {"ge": 2}), width)
        self.raw = width

    def forward(self, raw: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """The directions."""
        return to_length_one(widen(raw))

    def inverse(self, values: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """The values themselves."""
        return reachable(self, values)

    def check_values(self, values: np.ndarray) -> np.ndarray:
        """Rows of length 1, within the rounding of three written decimals."""
        return kept_or_unknown(values, np.abs(np.linalg.norm(values, axis=1) - 1.0) <= WRITTEN)


def to_length_one(raw: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
    """Each row divided by its length, for rows of any size; a row of zeros points along the first column.

    Args:
        raw: float32 or float64.

    Examples:
        >>> to_length_one(torch.tensor([[0.0, -1e30], [0.0, 0.0]])).tolist()
        [[0.0, -1.0], [1.0, 0.0]]
    """
    push = torch.zeros_like(raw)
    push[:, 0] = 2.0 * SHORTEST
    # A row near zero is pushed out of it: it has a direction then, and a finite gradient that is not zero.
    shortest = raw.detach().abs().amax(dim=1, keepdim=True) < SHORTEST
    raw = torch.where(shortest, raw + push, raw)
    # Without this the squares of large numbers overflow. A direction does not feel a factor, so that its gradient is right.
    raw = raw / raw.detach().abs().amax(dim=1, keepdim=True)
    return raw / raw.square().sum(dim=1, keepdim=True).sqrt()

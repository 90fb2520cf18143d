"""The weights as they are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.balances.balance import add_up


class Fixed(nn.Module):
    """The sum of weight × loss.

    Args:
        terms: names of the terms, filled by tamesu.

    Examples:
        >>> Fixed(terms=["breed", "mask"])(torch.tensor([0.5, 2.0]), torch.tensor([1.0, 0.25]))
        tensor(1.)
    """

    needs_gradients: ClassVar[bool] = False
    never_decayed: ClassVar[bool] = True

    def __init__(self, *, terms: Sequence[str]) -> None:
        super().__init__()
        self.terms = tuple(terms)

    def forward(self, losses: Float[Tensor, " terms"], weights: Float[Tensor, " terms"]) -> Float[Tensor, ""]:
        """The total; see `Balance`."""
        return add_up(losses, weights, self.factors().to(losses.device))

    def factors(self) -> Float[Tensor, " terms"]:
        """1 for each term."""
        return torch.ones(len(self.terms))

"""Each term by how far it can be learnt at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.balances.balance import add_up, widen

# Factors stay between exp(-10) and exp(10): a loss that has reached 0 would pull its factor up without end.
LIMIT = 10.0


class Uncertainty(nn.Module):
    """The sum of exp(-s) × weight × loss + s/2, with one learnt number s = log σ² per term.

    Left alone, s comes to rest at log(2 × weight × loss), where every term adds 1/2 to the total: terms that stay large, noisy
    ones, are turned down, whatever their unit. So a weight only says where a term starts; `fixed` is for weights that are meant
    to last.

    This is the form for classes. The form for numbers halves the loss, which moves where s comes to rest by log 2 and changes
    nothing else; one form for all starts as the plain weighted sum, with every factor 1.

    Args:
        terms: names of the terms, filled by tamesu.

    Source: Kendall, Gal and Cipolla, Multi-Task Learning Using Uncertainty to Weigh Losses, CVPR 2018, equation 10.

    Examples:
        >>> balance = Uncertainty(terms=["breed", "mask"])
        >>> balance(torch.tensor([0.5, 2.0]), torch.tensor([1.0, 0.25])).item(), balance.factors()
        (1.0, tensor([1., 1.]))
    """

    needs_gradients: ClassVar[bool] = False
    never_decayed: ClassVar[bool] = True

    def __init__(self, *, terms: Sequence[str]) -> None:
        super().__init__()
        self.terms = tuple(terms)
        self.log_variances = nn.Parameter(torch.zeros(len(terms)))

    def forward(self, losses: Float[Tensor, " terms"], weights: Float[Tensor, " terms"]) -> Float[Tensor, ""]:
        """The total; see `Balance`. It may be below 0."""
        if self.training:
            with torch.no_grad():
                # Brought back, not clamped in the sum: there, a number outside would have no gradient and stay outside.
                self.log_variances.clamp_(-LIMIT, LIMIT)
        log_variances = self.log_variances.to(widen(losses).dtype)
        # The s of a term that is out must not drift.
        kept = torch.where(weights > 0, log_variances, 0.0)
        return add_up(losses, weights, torch.exp(-kept)) + 0.5 * kept.sum()

    def factors(self) -> Float[Tensor, " terms"]:
        """exp(-s) of each term."""
        return torch.exp(-self.log_variances.detach())

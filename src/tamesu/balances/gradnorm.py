"""Each term by how hard it pulls on the features that the terms share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

import torch
from annotated_types import Gt, Le
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.balances.balance import add_up
from tamesu.registry import NonNegative

# Below this a factor would not find its way back from rounding.
SMALLEST = 1e-6


class GradNorm(nn.Module):
    """The sum of factor × weight × loss, with factors that even out the gradients of the terms; they add up to their number.

    The gradient norm G of each term is led to mean(G) × r^alpha, where r is how much slower than the others the term falls: its
    loss over its first loss, over the mean of that. A step of `lr` is made by the sign of equation 2's gradient, in the
    logarithm of the factor, and no further than to the aim. In the paper factors move by the gradient itself, whose size is
    that of the norms; a step in the logarithm is the same in every unit and never takes a factor below 0.

    Args:
        terms: names of the terms, filled by tamesu.
        alpha: 0 makes all gradients equal; the larger, the harder slow terms are pulled.
        lr: the largest step, as a share of the factor.

    Source: Chen et al., GradNorm, ICML 2018, equation 2 and algorithm 1; steps in the logarithm: Kivinen and Warmuth,
        Exponentiated Gradient, 1997.

    Examples:
        >>> balance = GradNorm(terms=["breed", "mask"], lr=0.1)
        >>> balance.step(torch.tensor([1.0, 3.0]), torch.tensor([0.7, 9.0]))
        >>> balance.factors(), balance(torch.tensor([1.0, 1.0]), torch.tensor([1.0, 1.0]))
        (tensor([1.0997, 0.9003]), tensor(2.))
    """

    needs_gradients: ClassVar[bool] = True
    never_decayed: ClassVar[bool] = True
    weights: Tensor
    first_losses: Tensor

    def __init__(
        self, *, terms: Sequence[str], alpha: NonNegative = 1.5, lr: Annotated[float, Gt(0.0), Le(1.0)] = 0.025
    ) -> None:
        super().__init__()
        self.terms = tuple(terms)
        self.alpha = alpha
        self.lr = lr
        self.register_buffer("weights", torch.ones(len(terms)))
        # NaN until a term has been seen.
        self.register_buffer("first_losses", torch.full((len(terms),), torch.nan))

    def forward(self, losses: Float[Tensor, " terms"], weights: Float[Tensor, " terms"]) -> Float[Tensor, ""]:
        """The total; see `Balance`. The factors are constants here: only `step` moves them."""
        return add_up(losses, weights, self.weights.clone())

    @torch.no_grad()
    def step(self, norms: Float[Tensor, " terms"], losses: Float[Tensor, " terms"]) -> None:
        """Move the factors once, by one batch.

        A term is left as it is where its norm is 0, or its norm or loss not a finite number: nothing of it is known in this
        batch, its weight is 0, or half precision overflowed.

        Args:
            norms: the norm of the gradient of weight × loss at the map that the terms share, without the factor from here.
            losses: the loss of each term, as given to the total.
        """
        norms, losses = norms.to(self.weights), losses.to(self.weights)
        seen = torch.isfinite(norms) & torch.isfinite(losses) & (norms > 0)
        self.first_losses.copy_(torch.where(seen & self.first_losses.isnan(), losses, self.first_losses))
        left = torch.where(self.first_losses > 0, losses.clamp(min=0.0) / self.first_losses, 1.0)
        slowness = left / mean_of(left, seen)
        pulls = self.weights * norms
        aims = mean_of(pulls, seen) * slowness.pow(self.alpha)
        # NaN, 0 over 0, is a term without loss that needs no step.
        steps = torch.log(aims / pulls).nan_to_num(nan=0.0, posinf=self.lr, neginf=-self.lr).clamp(-self.lr, self.lr)
        moved = torch.where(seen, self.weights * torch.exp(steps), self.weights).clamp(min=SMALLEST)
        # Those that moved share what they had before, so that the others stay and the sum does.
        had, have = torch.where(seen, self.weights, 0.0).sum(), torch.where(seen, moved, 0.0).sum()
        self.weights.copy_(torch.where(seen, moved * (had / have), self.weights))

    def factors(self) -> Float[Tensor, " terms"]:
        """The factor of each term."""
        return self.weights.clone()


def mean_of(values: Float[Tensor, " terms"], chosen: Tensor) -> Float[Tensor, ""]:
    """The mean of the chosen values; NaN when none is.

    Examples:
        >>> mean_of(torch.tensor([1.0, 3.0, torch.nan]), torch.tensor([True, True, False]))
        tensor(2.)
    """
    return torch.where(chosen, values, 0.0).sum() / chosen.sum()

"""What every balance is: how the terms of the loss become one number."""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor


@runtime_checkable
class Balance(Protocol):
    """Losses and their weights → the total that is minimised. It is an `nn.Module`, trained and saved with the network.

    The constructor takes `terms`, the names of the terms in their order, filled by tamesu, and plain options. A term of weight
    0 is out: it changes nothing, neither the total nor the balance. A batch in which nothing is known of a term gives it 0.

    Attributes:
        needs_gradients: it has a method `step(norms, losses)`, to be called once per batch, that moves its factors by the
            gradient norms of the terms.
        never_decayed: its parameters, if it has any, are trained by the main optimizer without weight decay.
    """

    needs_gradients: ClassVar[bool]
    never_decayed: ClassVar[bool]

    def __call__(self, losses: Float[Tensor, " terms"], weights: Float[Tensor, " terms"]) -> Float[Tensor, ""]:
        """The total, in float32 (float64 for float64 losses).

        Args:
            losses: the mean loss of each term over the batch, (terms,).
            weights: each term's weight of the recipe, (terms,), 0 or more.
        """
        ...

    def factors(self) -> Float[Tensor, " terms"]:
        """What each term is multiplied by now, beside its weight; (terms,), detached, for the journal. All 1 at the start."""
        ...


def widen(losses: Float[Tensor, " terms"]) -> Float[Tensor, " terms"]:
    """Losses in float32, or as they are when they are float64.

    Examples:
        >>> widen(torch.zeros(2, dtype=torch.bfloat16)).dtype
        torch.float32
    """
    # A sum in bf16 drops a term 200 times smaller than the others.
    return losses if losses.dtype == torch.float64 else losses.float()


def add_up(
    losses: Float[Tensor, " terms"], weights: Float[Tensor, " terms"], factors: Float[Tensor, " terms"]
) -> Float[Tensor, ""]:
    """The sum of factor × weight × loss over the terms whose weight is not 0.

    Examples:
        >>> add_up(torch.tensor([2.0, float("nan")]), torch.tensor([0.5, 0.0]), torch.tensor([3.0, 1.0]))
        tensor(3.)
    """
    losses = widen(losses)
    # Chosen, not multiplied by 0: a loss over no samples is not a number, and neither is 0 times that.
    losses = torch.where(weights > 0, losses, 0.0)
    return (factors.to(losses) * weights.to(losses) * losses).sum()

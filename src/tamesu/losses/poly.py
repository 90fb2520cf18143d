"""Poly-1: cross-entropy with its first term turned up or down."""

from __future__ import annotations

from typing import Annotated, ClassVar

from annotated_types import Ge
from jaxtyping import Float, Shaped
from torch import Tensor

from tamesu.losses.loss import right_log_probs, widen


class Poly:
    """Cross-entropy plus epsilon (1 - p), p the probability of the right class.

    Cross-entropy is the sum of (1 - p)^j / j; epsilon adds to the factor of the first term.

    Args:
        epsilon: at least -1; 0 is the cross-entropy, above 0 pulls more on what is nearly right.

    Source: Leng et al., PolyLoss, ICLR 2022 (Poly-1).

    Examples:
        >>> import torch
        >>> Poly(epsilon=2.0)(torch.zeros(1, 2), torch.tensor([0]))
        tensor([1.6931])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "identity", "ordinal", "mask"})

    def __init__(self, *, epsilon: Annotated[float, Ge(-1.0)] = 1.0) -> None:
        self.epsilon = epsilon

    def __call__(self, logits: Float[Tensor, "batch classes"], target: Shaped[Tensor, " batch"]) -> Float[Tensor, " batch"]:
        """One value per sample.

        Args:
            logits: unnormalised, one column per class.
            target: the right class, int64.
        """
        log_probs = right_log_probs(widen(logits), target)
        return -log_probs + self.epsilon * (1.0 - log_probs.exp())

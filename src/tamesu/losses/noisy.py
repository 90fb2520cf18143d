"""Losses for labels of which some are wrong."""

from __future__ import annotations

from typing import Annotated, ClassVar

import torch
from annotated_types import Gt, Le, Lt
from jaxtyping import Float, Shaped
from torch import Tensor

from tamesu.losses.loss import right_log_probs, widen
from tamesu.registry import NonNegative


class SymmetricCrossEntropy:
    """Cross-entropy, and beside it the cross-entropy the other way round, which a wrong label can only pull so far.

    alpha H(target, prediction) + beta H(prediction, target), where log 0 in the second is taken to be `log_zero`.

    Args:
        alpha: weight of the cross-entropy; small where many labels are wrong.
        beta: weight of the reverse.
        log_zero: below 0; the reverse of a sample is -log_zero (1 - p), p the probability of its label.

    Source: Wang et al., Symmetric Cross Entropy for Robust Learning with Noisy Labels, ICCV 2019, section 3.

    Examples:
        >>> SymmetricCrossEntropy(alpha=0.0, beta=1.0)(torch.zeros(1, 4), torch.tensor([2]))
        tensor([3.])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "identity", "ordinal", "mask"})

    def __init__(
        self, *, alpha: NonNegative = 0.1, beta: NonNegative = 1.0, log_zero: Annotated[float, Lt(0.0)] = -4.0
    ) -> None:
        self.alpha = alpha
        self.beta = beta
        self.log_zero = log_zero

    def __call__(self, logits: Float[Tensor, "batch classes"], target: Shaped[Tensor, " batch"]) -> Float[Tensor, " batch"]:
        """One value per sample.

        Args:
            logits: unnormalised, one column per class.
            target: the label, int64.
        """
        log_probs = right_log_probs(widen(logits), target)
        return -self.alpha * log_probs - self.beta * self.log_zero * (1.0 - log_probs.exp())


class GeneralizedCrossEntropy:
    """(1 - p^q) / q, between cross-entropy (q towards 0) and 1 - p, which no wrong label pulls hard (q = 1).

    Args:
        q: above 0, at most 1; larger where more labels are wrong.

    Source: Zhang and Sabuncu, Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels, NeurIPS 2018,
        equation 6 (without the truncation).

    Examples:
        >>> GeneralizedCrossEntropy(q=0.5)(torch.zeros(1, 4), torch.tensor([2]))
        tensor([1.])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "identity", "ordinal", "mask"})

    def __init__(self, *, q: Annotated[float, Gt(0.0), Le(1.0)] = 0.7) -> None:
        self.q = q

    def __call__(self, logits: Float[Tensor, "batch classes"], target: Shaped[Tensor, " batch"]) -> Float[Tensor, " batch"]:
        """One value per sample.

        Args:
            logits: unnormalised, one column per class.
            target: the label, int64.
        """
        # 1 - p^q by its own function: with a small q the difference would be lost in rounding.
        return -torch.expm1(self.q * right_log_probs(widen(logits), target)) / self.q

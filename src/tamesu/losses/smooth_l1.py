"""Smooth absolute error: a number, with outliers that pull less."""

from __future__ import annotations

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from tamesu.losses.loss import widen
from tamesu.registry import Positive


class SmoothL1:
    """Squared below `beta`, straight above it: d²/(2 beta) for |d| < beta, else |d| - beta/2.

    Args:
        beta: where the curve becomes straight, in the target's unit.

    Source: Girshick, Fast R-CNN, ICCV 2015, equation 3 (with beta 1); Huber, 1964.

    Examples:
        >>> import torch
        >>> SmoothL1(beta=1.0)(torch.tensor([[0.5], [3.0]]), torch.tensor([[0.0], [0.0]]))
        tensor([0.1250, 2.5000])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value"})

    def __init__(self, *, beta: Positive = 1.0) -> None:
        self.beta = beta

    def __call__(self, logits: Float[Tensor, "batch 1"], target: Float[Tensor, "batch 1"]) -> Float[Tensor, " batch"]:
        """One value per sample, in the target's unit.

        Args:
            logits: the predicted numbers.
            target: the true numbers.
        """
        logits = widen(logits)
        return F.smooth_l1_loss(logits, target.to(logits.dtype), reduction="none", beta=self.beta)[:, 0]

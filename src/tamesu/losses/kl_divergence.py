"""Kullback-Leibler divergence: shares of several classes."""

from __future__ import annotations

from typing import ClassVar

import torch
from jaxtyping import Float, Shaped
from torch import Tensor
from torch.nn import functional as F

from tamesu.losses.loss import right_log_probs, widen


class KLDivergence:
    """How far the predicted shares are from the true ones: Σ t log(t / p), 0 when they are the same.

    It pulls like cross-entropy; only its value differs, by what no prediction could save (the entropy of the target), so that
    values of samples can be compared. With one right class it is the cross-entropy.

    Source: Kullback and Leibler, On Information and Sufficiency, Annals of Mathematical Statistics 22, 1951.

    Examples:
        >>> loss, half = KLDivergence(), torch.tensor([[0.5, 0.5]])
        >>> loss(torch.zeros(1, 2), half), loss(torch.log(torch.tensor([[0.8, 0.2]])), half)
        (tensor([0.]), tensor([0.2231]))
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "identity", "ordinal", "mask", "soft"})
    takes_soft: ClassVar[bool] = True

    def __init__(self) -> None:
        pass

    def __call__(self, logits: Float[Tensor, "batch classes"], target: Shaped[Tensor, "batch ..."]) -> Float[Tensor, " batch"]:
        """One value per sample, in nats.

        Args:
            logits: unnormalised, one column per class.
            target: a share for every class, float (batch, classes); or the right class, int64 (batch,).
        """
        logits = widen(logits)
        if target.ndim == 1:
            return -right_log_probs(logits, target)
        log_probs = torch.log_softmax(logits, dim=1)
        return F.kl_div(log_probs, target.to(logits.dtype), reduction="none").sum(dim=1)

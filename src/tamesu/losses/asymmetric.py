"""Asymmetric loss: many labels, few of them present."""

from __future__ import annotations

from typing import Annotated, ClassVar

import torch
from annotated_types import Ge, Lt
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from tamesu.losses.loss import widen
from tamesu.registry import NonNegative


class Asymmetric:
    """Focal loss with an exponent of its own for labels that are absent, and a margin below which these cost nothing.

    A label that is present costs -(1 - p)^gamma_present log p; one that is absent -q^gamma_absent log(1 - q), with
    q = max(p - margin, 0). A sample's value is the mean over its labels (the paper adds them).

    Args:
        gamma_present: exponent for labels that are present.
        gamma_absent: exponent for labels that are absent; larger, as there are so many of them.
        margin: probability below which an absent label costs nothing, 0 to below 1.

    Source: Ridnik et al., Asymmetric Loss for Multi-Label Classification, ICCV 2021, section 2 (ASL).

    Examples:
        >>> loss = Asymmetric(gamma_present=0.0, gamma_absent=1.0, margin=0.25)
        >>> loss(torch.zeros(1, 1), torch.ones(1, 1)), loss(torch.zeros(1, 1), torch.zeros(1, 1))
        (tensor([0.6931]), tensor([0.0719]))
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"multilabel"})

    def __init__(
        self,
        *,
        gamma_present: NonNegative = 0.0,
        gamma_absent: NonNegative = 4.0,
        margin: Annotated[float, Ge(0.0), Lt(1.0)] = 0.05,
    ) -> None:
        self.gamma_present = gamma_present
        self.gamma_absent = gamma_absent
        self.margin = margin

    def __call__(self, logits: Float[Tensor, "batch labels"], target: Float[Tensor, "batch labels"]) -> Float[Tensor, " batch"]:
        """One value per sample, the mean over labels.

        Args:
            logits: unnormalised, one column per label.
            target: 0/1 (or between).
        """
        logits = widen(logits)
        shares = target.to(logits.dtype)
        present = -F.logsigmoid(logits) * torch.exp(self.gamma_present * F.logsigmoid(-logits))
        # At margin 0 as elsewhere: 1 - q from the other side of the sigmoid, so that its log stays finite.
        left = torch.logaddexp(F.logsigmoid(-logits), logits.new_full((), self.margin).log()).clamp_max(0.0)
        shifted = (torch.sigmoid(logits) - self.margin).clamp_min(torch.finfo(logits.dtype).tiny)
        absent = -left * torch.exp(self.gamma_absent * torch.log(shifted))
        return (shares * present + (1.0 - shares) * absent).mean(dim=1)

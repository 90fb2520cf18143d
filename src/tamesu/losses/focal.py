"""Focal loss: cross-entropy that looks away from what is already right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import torch
from jaxtyping import Float, Shaped
from torch import Tensor
from torch.nn import functional as F

from tamesu.errors import Fault, InputError, Where
from tamesu.losses.loss import check_count, widen
from tamesu.registry import NonNegative, Probability


class Focal:
    """Cross-entropy times (1 - p)^gamma, p the probability given to the right answer.

    Of labels it is the mean over labels of the binary form, with the sigmoid; of classes the form with the softmax.

    Args:
        gamma: how fast a term falls once it is right; 0 is the cross-entropy.
        alpha: `none`; of labels the factor α on terms of labels that are present, 1 - α on the others, one number or one per
            label; of classes one factor per class.
        class_counts: training images per class or label, filled by tamesu; only their number is used.

    Raises:
        InputError: LOSS_WEIGHTS_COUNT, not one alpha per class.

    Source: Lin et al., Focal Loss for Dense Object Detection, ICCV 2017, equations 4 and 5.

    Examples:
        >>> target = torch.tensor([0])
        >>> Focal(gamma=2.0)(torch.zeros(1, 2), target) / Focal(gamma=0.0)(torch.zeros(1, 2), target)
        tensor([0.2500])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"multilabel", "class", "identity", "ordinal", "mask"})

    def __init__(
        self,
        *,
        gamma: NonNegative = 2.0,
        alpha: Literal["none"] | Probability | list[Probability] = "none",
        class_counts: Sequence[int] | None = None,
    ) -> None:
        self.gamma = gamma
        self.alpha = None if isinstance(alpha, str) else torch.tensor(alpha, dtype=torch.float32)
        if self.alpha is not None and class_counts is not None:
            check_count(self.alpha, len(class_counts), "alpha")

    def __call__(self, logits: Float[Tensor, "batch outputs"], target: Shaped[Tensor, "batch ..."]) -> Float[Tensor, " batch"]:
        """One value per sample.

        Args:
            logits: unnormalised, one column per class or label.
            target: the right class, int64 (batch,); or 0/1 (or between) per label, float (batch, labels).
        """
        logits = widen(logits)
        alpha = self._alpha(logits, one_each=target.ndim == 1)
        if target.ndim == 1:
            values = focal_of_classes(logits, target, self.gamma)
            return values if alpha is None else alpha[target] * values
        present = -F.logsigmoid(logits) * torch.exp(self.gamma * F.logsigmoid(-logits))
        absent = -F.logsigmoid(-logits) * torch.exp(self.gamma * F.logsigmoid(logits))
        if alpha is not None:
            present, absent = alpha * present, (1.0 - alpha) * absent
        shares = target.to(logits.dtype)
        return (shares * present + (1.0 - shares) * absent).mean(dim=1)

    def _alpha(self, logits: Tensor, one_each: bool) -> Tensor | None:
        if self.alpha is None:
            return None
        check_count(self.alpha, logits.shape[1], "alpha")
        if one_each and self.alpha.ndim == 0:
            # One factor for all classes would change nothing but the head's weight.
            values = {"found": 1, "wanted": logits.shape[1]}
            raise InputError(Fault("LOSS_WEIGHTS_COUNT", "refuse", Where(key="alpha"), values))
        self.alpha = self.alpha.to(logits)
        return self.alpha


def focal_of_classes(
    logits: Float[Tensor, "batch classes"], target: Shaped[Tensor, " batch"], gamma: float
) -> Float[Tensor, " batch"]:
    """-(1 - p)^gamma log p of the right class, p by softmax.

    Args:
        logits: unnormalised, in the precision to compute in.
        target: the right class, int64.
        gamma: the exponent, at least 0.
    """
    log_probs = torch.log_softmax(logits, dim=1)
    right = log_probs.gather(1, target[:, None])[:, 0]
    # The log of 1 - p, from the other classes: 1 - p itself is 0 for a sure network, where a power has no slope.
    wrong = torch.logsumexp(log_probs.scatter(1, target[:, None], -torch.inf), dim=1)
    return -right * torch.exp(gamma * wrong)

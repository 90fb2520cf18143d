"""Binary cross-entropy: any of several labels, shares, or one of several classes by one-hot targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float, Shaped
from scipy.special import expit, log_expit, softmax
from torch import Tensor
from torch.nn import functional as F

from tamesu.losses.loss import check_count, widen
from tamesu.registry import Positive, Probability


class BinaryCrossEntropy:
    """Each label is its own yes/no question; a sample's value is the mean over its labels.

    Class targets become one-hot rows first; shares are taken as they are.

    Args:
        label_smoothing: share ε taken from the target. A label's 0/1 becomes ε/2 and 1 - ε/2, a share moves as far towards 1/2;
            a one-hot class target gets ε/classes everywhere and loses ε at the right class, as in cross-entropy.
        pos_weight: factor on the term of labels that are present: one number, or one per label in their order. Above 1
            trades precision for recall.
        class_counts: training images per label, filled by tamesu; only their number is used.

    Raises:
        InputError: LOSS_WEIGHTS_COUNT, not one weight per label.

    Source: one-vs-all training of classes: Wightman, Touvron and Jégou, ResNet strikes back, 2021.

    Examples:
        >>> loss = BinaryCrossEntropy()
        >>> loss(torch.zeros(1, 3), torch.tensor([[1.0, 0.0, 1.0]])), loss(torch.zeros(1, 3), torch.tensor([2]))
        (tensor([0.6931]), tensor([0.6931]))
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"multilabel", "soft", "class", "identity", "ordinal", "mask"})

    def __init__(
        self,
        *,
        label_smoothing: Probability = 0.0,
        pos_weight: Positive | list[Positive] = 1.0,
        class_counts: Sequence[int] | None = None,
    ) -> None:
        self.label_smoothing = label_smoothing
        self.pos_weight = None if pos_weight == 1.0 else torch.tensor(pos_weight, dtype=torch.float32)
        if self.pos_weight is not None and class_counts is not None:
            check_count(self.pos_weight, len(class_counts), "pos_weight")

    def __call__(self, logits: Float[Tensor, "batch labels"], target: Shaped[Tensor, "batch ..."]) -> Float[Tensor, " batch"]:
        """One value per sample, the mean over labels.

        Args:
            logits: unnormalised, one column per label.
            target: 0/1 (or between), float (batch, labels); or the right class, int64 (batch,).
        """
        logits = widen(logits)
        labels = logits.shape[1]
        if target.ndim == 1:
            expected = F.one_hot(target, labels).to(logits.dtype)
            evenly = 1.0 / labels
        else:
            expected = target.to(logits.dtype)
            evenly = 0.5
        if self.label_smoothing:
            expected = expected * (1.0 - self.label_smoothing) + self.label_smoothing * evenly
        if self.pos_weight is not None:
            check_count(self.pos_weight, labels, "pos_weight")
            self.pos_weight = self.pos_weight.to(logits)
        loss = F.binary_cross_entropy_with_logits(logits, expected, pos_weight=self.pos_weight, reduction="none")
        return loss.mean(dim=1)

    def decode(self, kind: str, logits: np.ndarray) -> np.ndarray:
        """Predictions of every kind, (n, labels).

        Of labels the sigmoid; of shares the sigmoids divided by their sum, since each share was learnt by itself; of one class
        the softmax.
        """
        if kind not in ("multilabel", "soft"):
            classes: np.ndarray = softmax(logits, axis=1)
            return classes
        # In logs: all may be too small for a number.
        shares: np.ndarray = expit(logits) if kind == "multilabel" else softmax(log_expit(logits), axis=1)
        return shares

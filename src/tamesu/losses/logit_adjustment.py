"""Logit adjustment: every class as if all were equally frequent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from tamesu.losses.loss import right_log_probs, widen
from tamesu.registry import NonNegative


class LogitAdjustment:
    """Cross-entropy of the logits plus tau times the log of each class's frequency.

    The network need not learn the frequencies, so that its own logits, without them, are for classes equally frequent: what a
    balanced accuracy or a macro F1 asks for. Its probs are not those of the training data.

    Args:
        tau: how much of the frequencies is taken away; 1 all of it, 0 is the cross-entropy.
        class_counts: training images per class, filled by tamesu; a class without images counts as if it had one.

    Raises:
        ValueError: without counts.

    Source: Menon et al., Long-tail Learning via Logit Adjustment, ICLR 2021, equation 10.

    Examples:
        >>> loss = LogitAdjustment(class_counts=[1, 3])
        >>> loss(torch.zeros(2, 2), torch.tensor([0, 1])).exp()
        tensor([4.0000, 1.3333])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "identity", "ordinal"})

    def __init__(self, *, tau: NonNegative = 1.0, class_counts: Sequence[int] | None = None) -> None:
        if class_counts is None:
            raise ValueError("logits are adjusted by class_counts")
        counts = torch.tensor([max(int(count), 1) for count in class_counts], dtype=torch.float64)
        # float64 until used, so that a check of gradients in float64 sees no rounding.
        self.shift = tau * torch.log(counts / counts.sum())

    def __call__(self, logits: Float[Tensor, "batch classes"], target: Shaped[Tensor, " batch"]) -> Float[Tensor, " batch"]:
        """One value per sample.

        Args:
            logits: unnormalised, one column per class.
            target: the right class, int64.
        """
        logits = widen(logits)
        self.shift = self.shift.to(logits)
        return -right_log_probs(logits + self.shift, target)

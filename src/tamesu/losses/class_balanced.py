"""Class-balanced loss: rare classes weigh by what their images are worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from tamesu.losses.class_weights import Beta, weigh_classes
from tamesu.losses.focal import focal_of_classes
from tamesu.losses.loss import widen
from tamesu.registry import NonNegative


class ClassBalanced:
    """Focal loss (or cross-entropy, at gamma 0) times a weight of the right class.

    The weight is one over the effective number of the class's images, (1 - beta^n) / (1 - beta), scaled so that the average
    training image weighs 1.

    Args:
        beta: how little the images of a class overlap, 0 to below 1: 0 gives no weights, towards 1 they become one over n.
        gamma: exponent of the focal loss, with softmax; 0 is the cross-entropy.
        class_counts: training images per class, filled by tamesu.

    Raises:
        ValueError: without counts.

    Source: Cui et al., Class-Balanced Loss Based on Effective Number of Samples, CVPR 2019, section 4, with
        softmax in place of one sigmoid per class in the focal form.

    Examples:
        >>> loss = ClassBalanced(beta=0.5, class_counts=[1, 2])
        >>> loss(torch.zeros(2, 2), torch.tensor([0, 1])) / torch.log(torch.tensor(2.0))
        tensor([1.2857, 0.8571])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "identity", "ordinal"})

    def __init__(self, *, beta: Beta = 0.999, gamma: NonNegative = 0.0, class_counts: Sequence[int] | None = None) -> None:
        if class_counts is None:
            raise ValueError("class-balanced weights are made from class_counts")
        self.gamma = gamma
        self.weights = torch.tensor(weigh_classes(class_counts, "effective", beta))

    def __call__(self, logits: Float[Tensor, "batch classes"], target: Shaped[Tensor, " batch"]) -> Float[Tensor, " batch"]:
        """One value per sample.

        Args:
            logits: unnormalised, one column per class.
            target: the right class, int64.
        """
        logits = widen(logits)
        self.weights = self.weights.to(logits)
        return self.weights[target] * focal_of_classes(logits, target, self.gamma)

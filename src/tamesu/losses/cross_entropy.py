"""Cross-entropy: one of several classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import torch
from jaxtyping import Float, Shaped
from torch import Tensor
from torch.nn import functional as F

from tamesu.losses.class_weights import weigh_classes
from tamesu.losses.loss import check_count, widen
from tamesu.registry import NonNegative, Probability


class CrossEntropy:
    """Minus the log of the probability given to the right class.

    Args:
        label_smoothing: share ε of the target spread evenly over all classes, 0 to 1.
        class_weights: factor on each class's term: `none`; `balanced`, `sqrt` or `effective`, made from the numbers of images
            (see `weigh_classes`; `class_balanced` has `effective` with any beta); or one number per class in the order of the
            labels. With smoothing, and of a target in shares, each class's share of the target has that class's factor.
        class_counts: training images per class, filled by tamesu.

    Raises:
        InputError: LOSS_WEIGHTS_COUNT, not one weight per class.
        ValueError: `balanced`, `sqrt` or `effective` without counts.

    Source: label smoothing: Szegedy et al., Rethinking the Inception Architecture, CVPR 2016, section 7.

    Examples:
        >>> loss = CrossEntropy(label_smoothing=0.1)
        >>> loss(torch.tensor([[2.0, 0.0], [2.0, 0.0]]), torch.tensor([0, 1]))
        tensor([0.2269, 2.0269])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "identity", "ordinal", "mask", "soft"})
    takes_soft: ClassVar[bool] = True

    def __init__(
        self,
        *,
        label_smoothing: Probability = 0.0,
        class_weights: Literal["none", "balanced", "sqrt", "effective"] | list[NonNegative] = "none",
        class_counts: Sequence[int] | None = None,
    ) -> None:
        self.label_smoothing = label_smoothing
        self.weights: Tensor | None = None
        if not isinstance(class_weights, str):
            self.weights = torch.tensor([float(weight) for weight in class_weights])
            if class_counts is not None:
                check_count(self.weights, len(class_counts), "class_weights")
        elif class_weights != "none":
            if class_counts is None:
                raise ValueError(f"{class_weights} class weights are made from class_counts")
            self.weights = torch.tensor(weigh_classes(class_counts, class_weights))

    def __call__(self, logits: Float[Tensor, "batch classes"], target: Shaped[Tensor, "batch ..."]) -> Float[Tensor, " batch"]:
        """One value per sample.

        Args:
            logits: unnormalised, one column per class.
            target: the right class, 0 to classes - 1, int64 (batch,); or a share for every class, float (batch, classes),
                as mixed images have.
        """
        logits = widen(logits)
        if target.ndim == 2:
            target = target.to(logits.dtype)
        if self.weights is not None:
            check_count(self.weights, logits.shape[1], "class_weights")
            # Moved once and kept: a copy in every step would make the device wait.
            self.weights = self.weights.to(logits)
        return F.cross_entropy(logits, target, self.weights, reduction="none", label_smoothing=self.label_smoothing)

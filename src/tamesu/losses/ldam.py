"""LDAM: rare classes get a larger margin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor
from torch.nn import functional as F

from tamesu.losses.angles import probs_of_cosines
from tamesu.losses.loss import widen
from tamesu.registry import Positive


class LabelDistributionAwareMargin:
    """Cross-entropy of cosines times `scale`, that of the right class made smaller by its margin, C / n^(1/4).

    Args:
        margin: of the class with the fewest images; others have less.
        scale: what the cosines are multiplied by.
        class_counts: training images per class, filled by tamesu; a class without images counts as if it had one.

    Raises:
        ValueError: without counts.

    Source: Cao et al., Learning Imbalanced Datasets with Label-Distribution-Aware Margin Loss, NeurIPS 2019, equations 12 and
        13, on features and directions of length 1 as in section 3.2; without the deferred weights.

    Examples:
        >>> loss = LabelDistributionAwareMargin(margin=0.5, scale=2.0, class_counts=[1, 16])
        >>> loss(torch.tensor([[0.5, 0.0], [0.0, 0.25]]), torch.tensor([0, 1]))
        tensor([0.6931, 0.6931])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "identity", "ordinal"})
    reads: ClassVar[str] = "cosines"

    def __init__(self, *, margin: Positive = 0.5, scale: Positive = 30.0, class_counts: Sequence[int] | None = None) -> None:
        if class_counts is None:
            raise ValueError("margins are made from class_counts")
        counts = torch.tensor([max(int(count), 1) for count in class_counts], dtype=torch.float64)
        self.margins = margin * (counts.min() / counts) ** 0.25
        self.scale = scale

    def __call__(self, logits: Float[Tensor, "batch classes"], target: Shaped[Tensor, " batch"]) -> Float[Tensor, " batch"]:
        """One value per sample.

        Args:
            logits: cosines, one column per class.
            target: the right class, int64.
        """
        cosines = widen(logits)
        self.margins = self.margins.to(cosines)
        right = cosines.gather(1, target[:, None]) - self.margins[target][:, None]
        return F.cross_entropy(cosines.scatter(1, target[:, None], right) * self.scale, target, reduction="none")

    def decode(self, kind: str, logits: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """Probabilities of the classes, without the margins."""
        return probs_of_cosines(logits, self.scale)

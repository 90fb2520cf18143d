"""Losses with a margin between directions: ArcFace, with sub-centres too, and CosFace."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

import numpy as np
import torch
from annotated_types import Ge, Lt
from jaxtyping import Float, Shaped
from scipy.special import softmax
from torch import Tensor
from torch.nn import functional as F

from tamesu.losses.loss import widen
from tamesu.registry import Count, NonNegative, Positive

Angle = Annotated[float, Ge(0.0), Lt(math.pi)]


class ArcFace:
    """Cross-entropy of cosines times `scale`, the angle to the right class made larger by `margin`.

    Args:
        scale: what the cosines are multiplied by; the paper has 64, for many thousands of classes.
        margin: radians, 0 to below π.

    Source: Deng et al., ArcFace, CVPR 2019, equation 3; where the angle would pass π its cosine less margin sin margin stands,
        as in the authors' code.

    Examples:
        >>> loss = ArcFace(scale=1.0, margin=float(np.pi / 2))
        >>> loss(torch.tensor([[0.0, 0.0]]), torch.tensor([0])), loss(torch.tensor([[1.0, 0.0]]), torch.tensor([0]))
        (tensor([1.3133]), tensor([0.6936]))
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "identity"})
    reads: ClassVar[str] = "cosines"

    def __init__(self, *, scale: Positive = 30.0, margin: Angle = 0.5) -> None:
        self.scale = scale
        self.margin = margin

    def __call__(self, logits: Float[Tensor, "batch classes"], target: Shaped[Tensor, " batch"]) -> Float[Tensor, " batch"]:
        """One value per sample.

        Args:
            logits: cosines, one column per class.
            target: the right class, int64.
        """
        return arcface(widen(logits), target, self.scale, self.margin)

    def decode(self, kind: str, logits: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """Probabilities of the classes, without the margin."""
        return probs_of_cosines(logits, self.scale)


class SubcenterArcFace:
    """ArcFace for classes with several looks or with wrong labels: each has several directions, and the nearest one counts.

    Args:
        subcenters: directions per class; the head gives the largest cosine of each class.
        scale: as in `ArcFace`.
        margin: as in `ArcFace`.

    Source: Deng et al., Sub-center ArcFace, ECCV 2020, section 3.

    Examples:
        >>> loss = SubcenterArcFace(scale=1.0, margin=0.0)
        >>> loss.subcenters, loss(torch.tensor([[0.0, 0.0]]), torch.tensor([0]))
        (3, tensor([0.6931]))
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "identity"})
    reads: ClassVar[str] = "cosines"

    def __init__(self, *, subcenters: Count = 3, scale: Positive = 30.0, margin: Angle = 0.5) -> None:
        self.subcenters = subcenters
        self.scale = scale
        self.margin = margin

    def __call__(self, logits: Float[Tensor, "batch classes"], target: Shaped[Tensor, " batch"]) -> Float[Tensor, " batch"]:
        """One value per sample.

        Args:
            logits: cosines, one column per class.
            target: the right class, int64.
        """
        return arcface(widen(logits), target, self.scale, self.margin)

    def decode(self, kind: str, logits: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """Probabilities of the classes, without the margin."""
        return probs_of_cosines(logits, self.scale)


class CosFace:
    """Cross-entropy of cosines times `scale`, that of the right class made smaller by `margin`.

    Args:
        scale: what the cosines are multiplied by; the paper has 64, for many thousands of classes.
        margin: what is taken from the cosine.

    Source: Wang et al., CosFace, CVPR 2018, equation 4.

    Examples:
        >>> CosFace(scale=2.0, margin=0.5)(torch.tensor([[0.5, 0.0]]), torch.tensor([0]))
        tensor([0.6931])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "identity"})
    reads: ClassVar[str] = "cosines"

    def __init__(self, *, scale: Positive = 30.0, margin: NonNegative = 0.35) -> None:
        self.scale = scale
        self.margin = margin

    def __call__(self, logits: Float[Tensor, "batch classes"], target: Shaped[Tensor, " batch"]) -> Float[Tensor, " batch"]:
        """One value per sample.

        Args:
            logits: cosines, one column per class.
            target: the right class, int64.
        """
        cosines = widen(logits)
        right = cosines.gather(1, target[:, None]) - self.margin
        return F.cross_entropy(cosines.scatter(1, target[:, None], right) * self.scale, target, reduction="none")

    def decode(self, kind: str, logits: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """Probabilities of the classes, without the margin."""
        return probs_of_cosines(logits, self.scale)


def arcface(
    cosines: Float[Tensor, "batch classes"], target: Shaped[Tensor, " batch"], scale: float, margin: float
) -> Float[Tensor, " batch"]:
    """The loss of `ArcFace`, of cosines in the precision to compute in."""
    right = cosines.gather(1, target[:, None])
    # The slope of a sine is infinite where the cosine is 1 or -1; nearer than a thousandth of a radian it is taken as flat.
    sine = ((1.0 - right) * (1.0 + right)).clamp_min(1e-6).sqrt()
    turned = right * math.cos(margin) - sine * math.sin(margin)
    past = right - margin * math.sin(margin)
    moved = torch.where(right >= -math.cos(margin), turned, past)
    return F.cross_entropy(cosines.scatter(1, target[:, None], moved) * scale, target, reduction="none")


def probs_of_cosines(cosines: np.ndarray, scale: float) -> np.ndarray:
    """Softmax of cosines times scale.

    Args:
        cosines: float64 (n, classes).
        scale: as trained with.

    Returns:
        float64 (n, classes); each row adds to 1.
    """
    probs: np.ndarray = softmax(scale * cosines, axis=1)
    return probs

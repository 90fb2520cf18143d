"""Losses of overlap: dice, Jaccard and focal Tversky, over whole masks."""

from __future__ import annotations

from typing import ClassVar

import torch
from jaxtyping import Bool, Float, Shaped
from torch import Tensor

from tamesu.losses.loss import widen
from tamesu.registry import NonNegative, Positive


class Dice:
    """One minus twice the overlap of what is predicted and what is true over the sum of both, the mean over labels.

    Args:
        smooth: added above and below the line, in pixels. At 0 labels that are nowhere in the image are left out; above 0 they
            count too, and cost what is predicted of them.
        from_background: whether label 0 counts as a label. Without it, and with `smooth` 0, an image of background costs
            nothing.

    Source: Milletari et al., V-Net, 3DV 2016, with probabilities not squared; segmentation_models_pytorch's `smooth`.

    Examples:
        >>> Dice(smooth=0.0)(torch.zeros(1, 2, 1, 4), torch.tensor([[[0, 1, 1, 1]]]))
        tensor([0.5333])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"mask"})
    regions: ClassVar[bool] = True

    def __init__(self, *, smooth: NonNegative = 0.0, from_background: bool = True) -> None:
        self.smooth = smooth
        self.from_background = from_background

    def __call__(
        self, logits: Float[Tensor, "batch labels height width"], target: Shaped[Tensor, "batch height width"]
    ) -> Float[Tensor, " batch"]:
        """One value per image, 0 to 1.

        Args:
            logits: unnormalised, one map per label.
            target: the right label of each pixel, int64; -1 where not known.
        """
        cost, counts = miss_overlap(logits, target, 0.5, 0.5, self.smooth)
        return mean_of_labels(cost, counts, self.from_background)


class Jaccard:
    """One minus the overlap of what is predicted and what is true over the union of both, the mean over labels.

    Args:
        smooth: as in `Dice`.
        from_background: as in `Dice`.

    Source: Rahman and Wang, Optimizing Intersection-Over-Union in Deep Neural Networks, ISVC 2016.

    Examples:
        >>> Jaccard()(torch.zeros(1, 2, 1, 4), torch.tensor([[[0, 1, 1, 1]]]))
        tensor([0.6857])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"mask"})
    regions: ClassVar[bool] = True

    def __init__(self, *, smooth: NonNegative = 0.0, from_background: bool = True) -> None:
        self.smooth = smooth
        self.from_background = from_background

    def __call__(
        self, logits: Float[Tensor, "batch labels height width"], target: Shaped[Tensor, "batch height width"]
    ) -> Float[Tensor, " batch"]:
        """One value per image, 0 to 1.

        Args:
            logits: unnormalised, one map per label.
            target: the right label of each pixel, int64; -1 where not known.
        """
        cost, counts = miss_overlap(logits, target, 1.0, 1.0, self.smooth)
        return mean_of_labels(cost, counts, self.from_background)


class FocalTversky:
    """Dice with weights of its own for what is predicted too much and too little, each label's value to the power gamma.

    Args:
        alpha: weight of what is predicted and not true; 0.5 and 0.5 is dice, 1 and 1 Jaccard.
        beta: weight of what is true and not predicted; larger finds more of small regions.
        gamma: below 1 pulls more on labels that are nearly right (the paper's power is one over its gamma, 3/4).
        smooth: as in `Dice`.
        from_background: as in `Dice`.

    Source: Abraham and Khan, A Novel Focal Tversky Loss Function with Improved Attention U-Net for Lesion Segmentation, ISBI
        2019 (there alpha and beta change places).

    Examples:
        >>> FocalTversky(alpha=0.25, beta=0.75, gamma=2.0)(torch.zeros(1, 2, 1, 4), torch.tensor([[[0, 1, 1, 1]]]))
        tensor([0.2833])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"mask"})
    regions: ClassVar[bool] = True

    def __init__(
        self,
        *,
        alpha: Positive = 0.3,
        beta: Positive = 0.7,
        gamma: Positive = 0.75,
        smooth: NonNegative = 0.0,
        from_background: bool = True,
    ) -> None:
        self.alpha = alpha
        self.beta = beta
        self.gamma = gamma
        self.smooth = smooth
        self.from_background = from_background

    def __call__(
        self, logits: Float[Tensor, "batch labels height width"], target: Shaped[Tensor, "batch height width"]
    ) -> Float[Tensor, " batch"]:
        """One value per image, 0 to 1.

        Args:
            logits: unnormalised, one map per label.
            target: the right label of each pixel, int64; -1 where not known.
        """
        cost, counts = miss_overlap(logits, target, self.alpha, self.beta, self.smooth)
        # A root has no slope at 0, where a label is wholly right.
        return mean_of_labels(cost.clamp_min(1e-7) ** self.gamma, counts, self.from_background)


def miss_overlap(
    logits: Float[Tensor, "batch labels height width"],
    target: Shaped[Tensor, "batch height width"],
    alpha: float,
    beta: float,
    smooth: float,
) -> tuple[Float[Tensor, "batch labels"], Bool[Tensor, "batch labels"]]:
    """One minus the Tversky index of each image and label, over the pixels that are known.

    Args:
        logits: unnormalised, one map per label.
        target: the right label of each pixel, -1 where not known.
        alpha: weight of what is predicted and not true.
        beta: weight of what is true and not predicted.
        smooth: pixels of overlap given to everyone.

    Returns:
        (alpha FP + beta FN) / (TP + alpha FP + beta FN + smooth), and whether it says anything: the label is in the image, or
        `smooth` is above 0.

    Source: Salehi et al., Tversky Loss Function for Image Segmentation, MLMI 2017.
    """
    probs, truth, known = flatten_maps(logits, target)
    overlap = (probs * truth).sum(dim=2)
    too_much = (probs * (known - truth)).sum(dim=2)
    too_little = ((known - probs) * truth).sum(dim=2)
    wrong = alpha * too_much + beta * too_little
    # Where nothing is true and nothing predicted, 0 / 0.
    whole = (overlap + wrong + smooth).clamp_min(torch.finfo(wrong.dtype).tiny)
    present = truth.sum(dim=2) > 0
    return wrong / whole, present | (smooth > 0.0)


def flatten_maps(
    logits: Float[Tensor, "batch labels height width"], target: Shaped[Tensor, "batch height width"]
) -> tuple[Float[Tensor, "batch labels pixels"], Float[Tensor, "batch labels pixels"], Float[Tensor, "batch 1 pixels"]]:
    """Probabilities, one-hot truth, and 1 where a pixel is known; truth is 0 where it is not.

    Args:
        logits: unnormalised, one map per label.
        target: the right label of each pixel, -1 where not known.
    """
    probs = torch.softmax(widen(logits).flatten(2), dim=1)
    codes = target.flatten(1)
    known = (codes >= 0)[:, None].to(probs.dtype)
    truth = torch.zeros_like(probs).scatter(1, codes.clamp_min(0)[:, None], known)
    return probs, truth, known


def mean_of_labels(
    cost: Float[Tensor, "batch labels"], counts: Bool[Tensor, "batch labels"], from_background: bool
) -> Float[Tensor, " batch"]:
    """The mean over the labels that count; 0 where none does.

    Args:
        cost: of each image and label.
        counts: which of them count.
        from_background: whether label 0 may count.
    """
    first = 0 if from_background else 1
    weights = counts[:, first:].to(cost.dtype)
    return (cost[:, first:] * weights).sum(dim=1) / weights.sum(dim=1).clamp_min(1.0)

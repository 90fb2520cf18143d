"""Parts that put two images of a batch together: what is drawn, what happens to the pixels, and whose label counts how much."""

# ruff: noqa: ARG002 -- every mixing part has the same `mix`, also where it needs no size.
from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import cv2
import numpy as np
from annotated_types import Gt, Le
from numpy.typing import NDArray

from tamesu.augmentations.part import Array, MixingPart
from tamesu.registry import Probability

Pixels = NDArray[np.uint8]
Concentration = Annotated[float, Gt(0.0), Le(100.0)]


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """How the images of a batch are put together.

    Attributes:
        partners: the other image of each sample, indices into the batch; the sample itself where nothing is done.
        way: `blend` both whole, paste the partner's `box`, paste what the partner's mask holds (`object`), or paste the
            partner around one's own mask (`background`).
        shares: how much of the own image stays, in every pixel (`blend`) or in those pasted over, shape (batch,).
        boxes: x0, y0, x1, y1 in whole pixels, shape (batch, 4), for `box`.
        labels: `mix` by the share of own pixels, or `keep` one's own.
        needs: the target whose masks or boxes are read, for `object` and `background`.
    """

    partners: NDArray[np.int64]
    way: Literal["blend", "box", "object", "background"]
    shares: Array
    boxes: NDArray[np.int64] | None = None
    labels: Literal["mix", "keep"] = "mix"
    needs: str | None = None

    def apply(self, images: Pixels, masks: NDArray[np.bool_] | None = None) -> Array:
        """Put the images together, in place.

        Args:
            images: uint8, shape (batch, size_px, size_px, 3).
            masks: where each image's object is, shape (batch, size_px, size_px); for `object` and `background`.

        Returns:
            How much of each sample's target is its own, the rest being its partner's, shape (batch,).
        """
        changed = np.flatnonzero(self.partners != np.arange(len(images)))
        given = {int(partner): images[partner].copy() for partner in self.partners[changed]}
        own = np.ones(len(images))
        for i in changed:
            other = given[int(self.partners[i])]
            own[i] = self.put(int(i), images[i], other, masks)
        return own if self.labels == "mix" else np.ones(len(images))

    def put(self, index: int, image: Pixels, other: Pixels, masks: NDArray[np.bool_] | None) -> float:
        """Put one image and its partner together, in place; returns the share of its own pixels."""
        share = float(self.shares[index])
        if self.way == "blend":
            cv2.addWeighted(image, share, other, 1.0 - share, 0.0, dst=image)
            return share
        if self.way == "box":
            assert self.boxes is not None
            x0, y0, x1, y1 = self.boxes[index].tolist()
            image[y0:y1, x0:x1] = other[y0:y1, x0:x1]
            return float(1.0 - (x1 - x0) * (y1 - y0) / (image.shape[0] * image.shape[1]))
        assert masks is not None
        if self.way == "background" and not masks[index].any():
            # Nothing of its own would stay, under its own label.
            return 1.0
        over = masks[self.partners[index]] if self.way == "object" else ~masks[index]
        blended = cv2.addWeighted(image, share, other, 1.0 - share, 0.0)
        np.copyto(image, blended, where=over[:, :, None])
        return 1.0 - (1.0 - share) * float(over.mean())


def draw_partners(u: Array, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The other image of each sample: the one that follows it in a random order of the batch.

    Args:
        u: uniform numbers, shape (batch,).
        chosen: which samples are changed, shape (batch,).

    Returns:
        Indices into the batch, shape (batch,); a sample that is not chosen is its own partner.

    Examples:
        >>> draw_partners(np.array([0.5, 0.1, 0.9]), np.array([True, True, False])).tolist()
        [2, 0, 2]
    """
    order = np.argsort(u, kind="stable")
    partners = np.arange(len(u))
    partners[order] = np.roll(order, -1)
    return np.where(chosen, partners, np.arange(len(u)))


def draw_shares(u: Array, alpha: float) -> Array:
    """Numbers distributed as Beta(alpha, alpha), from uniform numbers, shape (batch,)."""
    from scipy.special import betaincinv

    return np.asarray(betaincinv(alpha, alpha, u))


class MixUp(MixingPart):
    """Blend each image with another of the batch; their targets are blended alike.

    Args:
        alpha: the share of the own image is drawn from Beta(alpha, alpha): small keeps one of both nearly whole, 1 makes
            every share as likely.
        p: the probability.
        strength: from 0 (nothing is blended in) to 1.

    Source: Zhang et al., "mixup: Beyond empirical risk minimization", ICLR 2018.
    """

    draws = 1
    may_change_labels = True

    def __init__(self, *, alpha: Concentration = 0.2, p: Probability = 1.0, strength: Probability = 1.0) -> None:
        self.alpha = alpha
        self.p = p
        self.strength = strength

    def mix(self, u: Array, partners: NDArray[np.int64], size_px: int) -> Mix:
        """See `MixingPart.mix`."""
        shares = 1.0 - self.strength * (1.0 - draw_shares(u[:, 0], self.alpha))
        return Mix(partners, "blend", shares)


class CutMix(MixingPart):
    """Paste a box of another image of the batch; targets are blended by area.

    Args:
        alpha: the area that stays is drawn from Beta(alpha, alpha), before the box is cut at the edges.
        p: the probability.
        strength: from 0 (no box) to 1; scales the area.

    Source: Yun et al., "CutMix: Regularization strategy to train strong classifiers with localizable features", ICCV 2019.
    """

    draws = 3
    may_change_labels = True

    def __init__(self, *, alpha: Concentration = 1.0, p: Probability = 0.5, strength: Probability = 1.0) -> None:
        self.alpha = alpha
        self.p = p
        self.strength = strength

    def mix(self, u: Array, partners: NDArray[np.int64], size_px: int) -> Mix:
        """See `MixingPart.mix`."""
        side = size_px * np.sqrt(self.strength * (1.0 - draw_shares(u[:, 0], self.alpha)))
        middles = u[:, 1:3] * size_px
        corners = np.concatenate([middles - side[:, None] / 2, middles + side[:, None] / 2], axis=1)
        boxes = np.clip(np.rint(corners), 0, size_px).astype(np.int64)
        return Mix(partners, "box", np.zeros(len(u)), boxes)


class CopyPaste(MixingPart):
    """Paste the object of another image of the batch, cut out along its mask or its box.

    Args:
        target: the target in competition.yaml that says where the object is: of kind `mask`, or two points of a box.
        labels: `keep` the own label (the object is clutter), or `mix` by the area it covers.
        p: the probability.
        strength: from 0 (the pasted object is invisible) to 1 (it covers).

    Source: Ghiasi et al., "Simple copy-paste is a strong data augmentation method for instance segmentation", CVPR 2021.
    """

    may_change_labels = True

    def __init__(
        self, *, target: str, labels: Literal["keep", "mix"] = "keep", p: Probability = 0.5, strength: Probability = 1.0
    ) -> None:
        self.needs = target
        self.labels = labels
        self.p = p
        self.strength = strength

    def mix(self, u: Array, partners: NDArray[np.int64], size_px: int) -> Mix:
        """See `MixingPart.mix`."""
        return Mix(partners, "object", np.full(len(u), 1.0 - self.strength), labels=self.labels, needs=self.needs)


class BackgroundSwap(MixingPart):
    """Put the own object before the background of another image of the batch; the label stays.

    An image without an object, or whose object a crop has cut off, stays as it is.

    Args:
        target: the target in competition.yaml that says where the object is: of kind `mask`, or two points of a box.
        p: the probability.
        strength: from 0 (the background stays) to 1 (it is replaced).
    """

    may_change_labels = True

    def __init__(self, *, target: str, p: Probability = 0.5, strength: Probability = 1.0) -> None:
        self.needs = target
        self.p = p
        self.strength = strength

    def mix(self, u: Array, partners: NDArray[np.int64], size_px: int) -> Mix:
        """See `MixingPart.mix`."""
        shares = np.full(len(u), 1.0 - self.strength)
        return Mix(partners, "background", shares, labels="keep", needs=self.needs)

"""Parts that change the frame: resize, crops, pad. Each gives one matrix per sample."""

# ruff: noqa: ARG002 -- every part has the same `matrices`, also where it needs no numbers.
from __future__ import annotations

import math

import numpy as np

from tamesu.augmentations.frames import fit_boxes, partial_crop, whole
from tamesu.augmentations.part import Array, Fit, GeometryPart, PositiveRange, Share, ShareRange
from tamesu.registry import NonNegative, Probability


class Resize(GeometryPart):
    """Make the frame the size of the network's input; nothing is drawn.

    A plan does this at its end by itself, in the recipe's own fit; write the part to do it earlier, or in another fit.

    Args:
        fit: `crop` the middle square, `stretch`, or `pad` to a square.
        strength: from 0 (the frame stays) to 1 (the frame becomes the input).
    """

    def __init__(self, *, fit: Fit = "crop", strength: Probability = 1.0) -> None:
        self.fit: Fit = fit
        self.strength = strength

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """See `GeometryPart.matrices`."""
        return partial_crop(fit_boxes(self.fit, sizes), np.full((len(u), 2), float(size_px)), sizes, self.strength)


class CenterCrop(GeometryPart):
    """The middle of the frame; nothing is drawn.

    Args:
        share: how much of the height and of the width is kept.
        strength: from 0 (the whole frame is kept) to 1.
    """

    may_change_labels = True

    def __init__(self, *, share: Share = 0.875, strength: Probability = 1.0) -> None:
        self.share = share
        self.strength = strength

    @property
    def zoom(self) -> float:
        """1 over the share that is kept."""
        return 1.0 / (1.0 - self.strength * (1.0 - self.share))

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """See `GeometryPart.matrices`."""
        return window(np.full((len(u), 2), 0.5), self.share, sizes, self.strength)


class RandomCrop(GeometryPart):
    """A window of fixed share at a random place.

    Args:
        share: how much of the height and of the width is kept.
        strength: from 0 (the whole frame is kept) to 1.
    """

    draws = 2
    may_change_labels = True

    def __init__(self, *, share: Share = 0.875, strength: Probability = 1.0) -> None:
        self.share = share
        self.strength = strength

    @property
    def zoom(self) -> float:
        """1 over the share that is kept."""
        return 1.0 / (1.0 - self.strength * (1.0 - self.share))

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """See `GeometryPart.matrices`."""
        return window(u, self.share, sizes, self.strength)


def window(places: Array, share: float, sizes: Array, strength: float) -> tuple[Array, Array]:
    """A crop of `share` of each side, its place from 0 (left, top) to 1 (right, bottom), shape (batch, 2) as x, y."""
    kept = sizes * share
    corners = places * (sizes - kept)[:, ::-1]
    return partial_crop(np.concatenate([corners, corners + kept[:, ::-1]], axis=1), kept, sizes, strength)


class RandomResizedCrop(GeometryPart):
    """A window of random area and aspect at a random place, stretched to the network's input.

    The area is uniform in `scale`. The aspect is log-uniform in the part of `ratio` at which a window of that area lies
    inside the frame; torchvision instead draws both again until they fit, up to ten times, which makes large areas rarer.
    Where no aspect in `ratio` fits (a panorama), the nearest one is taken and the window shrunk until it lies inside.

    Args:
        scale: smallest and largest area, as shares of the frame's.
        ratio: smallest and largest width over height.
        strength: from 0 (the frame stays) to 1; between them the window's edges lie between the frame's and the drawn.

    Source: Szegedy et al., "Going deeper with convolutions", CVPR 2015, section 6.
    """

    draws = 4
    may_change_labels = True

    def __init__(
        self, *, scale: ShareRange = (0.35, 1.0), ratio: PositiveRange = (0.75, 4 / 3), strength: Probability = 1.0
    ) -> None:
        self.scale = scale
        self.ratio = ratio
        self.strength = strength

    @property
    def zoom(self) -> float:
        """Of the smallest area at the most extreme aspect, along the side that is enlarged most."""
        full = math.sqrt(max(self.ratio[1], 1.0 / self.ratio[0], 1.0) / self.scale[0])
        return 1.0 / (1.0 - self.strength * (1.0 - 1.0 / full))

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """See `GeometryPart.matrices`."""
        height, width = sizes[:, 0], sizes[:, 1]
        share = self.scale[0] + u[:, 0] * (self.scale[1] - self.scale[0])
        aspect = width / height
        # A window of this share is as wide as the frame at aspect / share, as high at aspect * share.
        low = np.clip(aspect * share, *self.ratio)
        high = np.clip(aspect / share, *self.ratio)
        ratio = low * (high / low) ** u[:, 1]
        wide = np.minimum(np.sqrt(share * width * height * ratio), np.minimum(width, height * ratio))
        corners = np.empty((len(u), 4))
        corners[:, 0] = u[:, 2] * (width - wide)
        corners[:, 1] = u[:, 3] * (height - wide / ratio)
        corners[:, 2] = corners[:, 0] + wide
        corners[:, 3] = corners[:, 1] + wide / ratio
        return partial_crop(corners, np.full((len(u), 2), float(size_px)), sizes, self.strength)


class Pad(GeometryPart):
    """Make the frame larger on every side; nothing is drawn.

    The picture becomes smaller in the input. The new margins are the image reflected or, where the recipe's fit is `pad`, the
    pad colour. A later `random_crop` then moves the picture without cutting much of it off.

    Args:
        share: width of each margin, as a share of the height (top, bottom) or of the width (left, right).
        strength: from 0 (the frame stays) to 1.
    """

    def __init__(self, *, share: NonNegative = 0.125, strength: Probability = 1.0) -> None:
        self.share = share
        self.strength = strength

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """See `GeometryPart.matrices`."""
        margin = self.share * sizes[:, ::-1]
        boxes = whole(sizes) + np.concatenate([-margin, margin], axis=1)
        return partial_crop(boxes, sizes * (1.0 + 2.0 * self.share), sizes, self.strength)

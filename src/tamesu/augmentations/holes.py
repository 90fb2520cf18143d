"""Parts that cover a piece of the picture, so that no single detail is enough: random erasing, cutout, grid mask."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Gt, Le, Lt
from numpy.typing import NDArray

from tamesu.augmentations.operations import Blends, Boxes, PixelPart, noise_starts
from tamesu.augmentations.part import Array, Operation, PositiveRange, Share, ShareRange
from tamesu.registry import Probability

Fill = Literal["mean", "noise", "black"]
# ImageNet's mean colour: about zero once the network's mean is taken off.
COLOURS = {"mean": (124, 116, 104), "noise": (124, 116, 104), "black": (0, 0, 0)}


class RandomErasing(PixelPart):
    """Cover one rectangle of random size, shape and place.

    The area is uniform in `area`, the aspect log-uniform in `aspect`; a rectangle that would not fit is cut to the picture's
    side (torchvision draws again, up to ten times).

    Args:
        area: smallest and largest, as shares of the picture's.
        aspect: smallest and largest height over width.
        fill: `mean` colour, `noise`, or `black`.
        p: the probability.
        strength: from 0 to 1; scales the area.

    Source: Zhong et al., "Random erasing data augmentation", AAAI 2020.
    """

    draws = 5
    rising = (0,)
    may_change_labels = True

    def __init__(
        self,
        *,
        area: ShareRange = (0.02, 0.33),
        aspect: PositiveRange = (0.3, 3.3),
        fill: Fill = "mean",
        p: Probability = 0.25,
        strength: Probability = 1.0,
    ) -> None:
        self.area = area
        self.aspect = aspect
        self.fill = fill
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        area = self.strength * (self.area[0] + u[:, 0] * (self.area[1] - self.area[0])) * size_px**2
        aspect = self.aspect[0] * (self.aspect[1] / self.aspect[0]) ** u[:, 1]
        sides = np.stack([np.sqrt(area / aspect), np.sqrt(area * aspect)], axis=1)
        sides = np.minimum(np.rint(sides), size_px)
        corners = np.floor(u[:, 2:4] * (size_px - sides + 1))
        boxes = np.concatenate([corners, corners + sides], axis=1).astype(np.int64)[:, None]
        return make_boxes(boxes, self.fill, u[:, 4])


def make_boxes(boxes: NDArray[np.int64], fill: Fill, places: Array) -> Boxes:
    """Boxes of one fill.

    Args:
        boxes: x0, y0, x1, y1, shape (samples, boxes, 4).
        fill: what covers them.
        places: uniform numbers that say where the noise begins, shape (samples,).
    """
    colours = np.tile(np.array(COLOURS[fill], np.uint8), (*boxes.shape[:2], 1))
    return Boxes(boxes, colours, noise_starts(places) if fill == "noise" else None)


class Cutout(PixelPart):
    """Cover several squares at random places; they may reach beyond the edge.

    Args:
        holes: how many.
        size: the side of each, as a share of the picture's.
        fill: `mean` colour, `noise`, or `black`.
        p: the probability.
        strength: from 0 to 1; scales the side.

    Source: DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017.
    """

    may_change_labels = True

    def __init__(
        self,
        *,
        holes: Annotated[int, Ge(1), Le(64)] = 1,
        size: Share = 0.35,
        fill: Fill = "mean",
        p: Probability = 0.5,
        strength: Probability = 1.0,
    ) -> None:
        self.holes = holes
        self.size = size
        self.fill = fill
        self.p = p
        self.strength = strength
        self.draws = 2 * holes + 1

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        side = np.rint(self.size * self.strength * size_px)
        middles = u[:, :-1].reshape(len(u), self.holes, 2) * size_px
        first = np.rint(middles - side / 2)
        boxes = np.clip(np.concatenate([first, first + side], axis=2), 0, size_px).astype(np.int64)
        return make_boxes(boxes, self.fill, u[:, -1])


class GridMask(PixelPart):
    """Cover the squares of a regular grid.

    Args:
        period: smallest and largest distance between squares, as shares of the picture's side.
        share: how much of the period each square's side takes.
        fill: `mean` colour, or `black`.
        p: the probability.
        strength: from 0 to 1; scales the squares.

    Source: Chen et al., "GridMask data augmentation", 2020.
    """

    draws = 3
    may_change_labels = True

    def __init__(
        self,
        *,
        period: ShareRange = (0.15, 0.4),
        share: Annotated[float, Gt(0.0), Lt(1.0)] = 0.5,
        fill: Literal["mean", "black"] = "mean",
        p: Probability = 0.5,
        strength: Probability = 1.0,
    ) -> None:
        self.period = period
        self.share = share
        self.fill = fill
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        periods = np.maximum(np.rint((self.period[0] + u[:, 0] * (self.period[1] - self.period[0])) * size_px), 2.0)
        sides = np.rint(periods * self.share * self.strength)
        starts = np.floor(u[:, 1:3] * periods[:, None])

        def cover(number: int) -> NDArray[np.float32]:
            x, y = ((np.arange(size_px) + starts[number, axis]) % periods[number] < sides[number] for axis in (0, 1))
            return np.asarray(y[:, None] & x[None, :], np.float32)

        return Blends(cover, np.tile(np.array(COLOURS[self.fill], np.float32), (len(u), 1)))

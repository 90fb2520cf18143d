"""Parts that blur: out of focus, in motion, soft."""

# ruff: noqa: ARG002 -- every part has the same `operation`, also where it needs no size or no numbers.
from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Gt, Le
from numpy.typing import NDArray
from pydantic import AfterValidator

from tamesu.augmentations.operations import GaussianBlurs, Kernels, PixelPart
from tamesu.augmentations.part import Array, Operation, in_order
from tamesu.registry import Probability

# In pixels of the network's input.
Width = Annotated[float, Gt(0.0), Le(20.0)]
WidthRange = Annotated[tuple[Width, Width], AfterValidator(in_order)]
# A blur this narrow changes no byte of most pictures, and OpenCV wants more than 0.
LEAST_SIGMA = 0.05


class GaussianBlur(PixelPart):
    """A soft blur.

    Args:
        sigma: smallest and largest standard deviation, in pixels of the network's input.
        p: the probability.
        strength: from 0 to 1; scales the deviation.
    """

    draws = 1
    rising = (0,)

    def __init__(self, *, sigma: WidthRange = (0.3, 2.0), p: Probability = 0.3, strength: Probability = 1.0) -> None:
        self.sigma = sigma
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        sigmas = self.strength * (self.sigma[0] + u[:, 0] * (self.sigma[1] - self.sigma[0]))
        return GaussianBlurs(np.maximum(sigmas, LEAST_SIGMA))


class MotionBlur(PixelPart):
    """The blur of a straight movement in any direction.

    Args:
        length: smallest and largest way, in pixels of the network's input.
        p: the probability.
        strength: from 0 to 1; scales the way.
    """

    draws = 2
    rising = (0,)

    def __init__(self, *, length: WidthRange = (2.0, 9.0), p: Probability = 0.3, strength: Probability = 1.0) -> None:
        self.length = length
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        lengths = self.strength * (self.length[0] + u[:, 0] * (self.length[1] - self.length[0]))
        return Kernels(line_kernels(lengths, np.pi * u[:, 1], self.length[1]))


def line_kernels(lengths: Array, angles: Array, longest: float) -> NDArray[np.float32]:
    """Kernels of straight lines through the middle, each adding to 1.

    Args:
        lengths: in pixels, shape (samples,).
        angles: in radians, shape (samples,).
        longest: the largest length there may be; it decides the kernels' size.

    Returns:
        float32, shape (samples, side, side), the side odd. Places along each line are shared out to the four pixels around
        them, as bilinear sampling does.
    """
    reach = int(np.ceil(longest / 2))
    side = 2 * reach + 1
    steps = np.linspace(-0.5, 0.5, 8 * side)
    kernels = np.zeros((len(lengths), side + 1, side + 1))
    for number, (length, angle) in enumerate(zip(lengths, angles, strict=True)):
        x = reach + steps * length * np.cos(angle)
        y = reach + steps * length * np.sin(angle)
        left, top = np.floor(x).astype(int), np.floor(y).astype(int)
        for down in (0, 1):
            for across in (0, 1):
                weight = np.abs(1 - down - (y - top)) * np.abs(1 - across - (x - left))
                np.add.at(kernels[number], (top + down, left + across), weight)
    kernels = kernels[:, :side, :side]
    return np.asarray(kernels / kernels.sum(axis=(1, 2), keepdims=True), np.float32)


class DefocusBlur(PixelPart):
    """The blur of a lens out of focus: every point becomes a disc.

    Args:
        radius: smallest and largest, in pixels of the network's input.
        p: the probability.
        strength: from 0 to 1; scales the radius.
    """

    draws = 1
    rising = (0,)

    def __init__(self, *, radius: WidthRange = (1.0, 4.0), p: Probability = 0.3, strength: Probability = 1.0) -> None:
        self.radius = radius
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        radii = self.strength * (self.radius[0] + u[:, 0] * (self.radius[1] - self.radius[0]))
        return Kernels(disc_kernels(radii, self.radius[1]))


# Places a side of each pixel that are looked at to tell how much of it a disc covers.
SPOTS = 8


def disc_kernels(radii: Array, largest: float) -> NDArray[np.float32]:
    """Kernels of discs, each pixel weighing as much as the disc covers of it; each adds to 1.

    Args:
        radii: in pixels, shape (samples,).
        largest: the largest radius there may be; it decides the kernels' size.
    """
    reach = int(np.ceil(largest))
    side = 2 * reach + 1
    spots = (np.arange(side * SPOTS) + 0.5) / SPOTS - side / 2
    away = np.hypot(spots[:, None], spots[None, :])
    # A radius of 0 still leaves the pixel itself.
    covered = away[None] <= np.maximum(radii, 0.5 / SPOTS * 2)[:, None, None]
    kernels = covered.reshape(len(radii), side, SPOTS, side, SPOTS).mean(axis=(2, 4))
    return np.asarray(kernels / kernels.sum(axis=(1, 2), keepdims=True), np.float32)

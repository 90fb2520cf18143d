"""Weather: fog that thins and thickens, and rain that falls aslant."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from tamesu.augmentations.drawing import Canvas, Map, clouds, further, places
from tamesu.augmentations.operations import Blends, PixelPart
from tamesu.augmentations.part import Array, ShareRange
from tamesu.registry import Probability

Slant = Annotated[float, Ge(0.0), Le(60.0)]

MIST = np.array([216.0, 220.0, 224.0], np.float32)
DROPS = np.array([208.0, 213.0, 219.0], np.float32)


class Fog(PixelPart):
    """Lay whitish fog over the picture, in drifts, denser towards the top, where an outdoor scene is farther away.

    Args:
        density: how much of the scene the fog hides at its densest, smallest and largest share.
        p: the probability.
        strength: from 0 (clear) to 1; scales the density.
    """

    draws = 2
    rising = (0,)

    def __init__(self, *, density: ShareRange = (0.3, 0.8), p: Probability = 0.2, strength: Probability = 1.0) -> None:
        self.density = density
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Blends:
        """See `PixelPart.operation`."""
        low, high = self.density
        density = self.strength * (low + u[:, 0] * (high - low))

        def opacity(number: int) -> Map:
            _, y = places(size_px)
            # From half to the whole density between thin and thick drifts; a quarter less at the bottom.
            drifts = np.float32(0.5) + np.float32(0.5) * clouds(u[number, 1], size_px, cells=2, octaves=4)
            return np.asarray(np.float32(density[number]) * drifts * (1.0 - np.float32(0.25) * y), np.float32)

        return Blends(opacity, np.tile(MIST, (len(u), 1)))


class Rain(PixelPart):
    """Streaks of falling drops, a little blurred, and the greyness that they make together.

    Args:
        slant_degrees: the wind: the largest angle between the streaks and the vertical, to either side.
        length: of a near drop's streak, as a share of the input's side, smallest and largest; far ones are half as long.
        density: from few drops to a downpour, smallest and largest share.
        p: the probability.
        strength: from 0 (dry) to 1; scales the opacity of the streaks and of the greyness.
    """

    draws = 4
    signed = (1,)
    rising = (0,)

    def __init__(
        self,
        *,
        slant_degrees: Slant = 20.0,
        length: ShareRange = (0.06, 0.16),
        density: ShareRange = (0.2, 0.8),
        p: Probability = 0.2,
        strength: Probability = 1.0,
    ) -> None:
        self.slant_degrees = slant_degrees
        self.length = length
        self.density = density
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Blends:
        """See `PixelPart.operation`."""
        density = self.density[0] + u[:, 0] * (self.density[1] - self.density[0])
        slants = np.deg2rad(self.slant_degrees) * (2.0 * u[:, 1] - 1.0)
        lengths = self.length[0] + u[:, 2] * (self.length[1] - self.length[0])

        def opacity(number: int) -> Map:
            drawn = streaks(u[number, 3], float(density[number]), float(slants[number]), float(lengths[number]), size_px)
            grey = np.float32(0.18 * density[number])
            return np.asarray(np.float32(self.strength) * (1.0 - (1.0 - drawn) * (1.0 - grey)), np.float32)

        return Blends(opacity, np.tile(DROPS, (len(u), 1)))


# Drops of three distances: how many at full density, length, width in shares of the side, opacity.
LAYERS = ((420, 0.5, 0.0028, 0.34), (160, 0.8, 0.0042, 0.46), (36, 1.2, 0.0075, 0.5))


def streaks(u: float, density: float, slant: float, length: float, size_px: int) -> Map:
    """The opacity of rain, from 0 to 1, float32, shape (size_px, size_px).

    Args:
        u: a uniform number that nothing else is made of.
        density: share of the drops of a downpour.
        slant: of the streaks to the right of the vertical, in radians.
        length: of a near drop's streak, as a share of the side.
        size_px: height and width.
    """
    canvas = Canvas(size_px, finer=2)
    numbers = further(u, 5 * sum(layer[0] for layer in LAYERS)).reshape(-1, 5)
    start = 0
    for most, longer, width, opaque in LAYERS:
        own, start = numbers[start : start + most], start + most
        for x, y, size, turn, light in own[: round(most * density)].tolist():
            angle = slant + 0.05 * (turn - 0.5)
            reach = length * longer * (0.6 + 0.8 * size) * np.array([np.sin(angle), np.cos(angle)])
            place = np.array([-0.2 + 1.4 * x, -0.2 + 1.4 * y])
            opacity = opaque * (0.4 + 0.6 * light)
            # Faint at both ends: a drop lights up while it is sharp.
            canvas.stroke(np.stack([place, place + reach]), width * size_px, 0.5 * opacity)
            canvas.stroke(np.stack([place + 0.25 * reach, place + 0.8 * reach]), width * size_px, opacity)
    return canvas.opacity(blur_px=0.35 + 0.0008 * size_px)

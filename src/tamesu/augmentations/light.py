"""Light that falls wrongly: a shadow over part of the picture, glare of a lamp or the sun, corners darker than the middle."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from tamesu.augmentations.drawing import Map, fill, further, places
from tamesu.augmentations.operations import Blends, PixelPart
from tamesu.augmentations.part import Array, ShareRange
from tamesu.registry import Probability

Softness = Annotated[float, Ge(0.0), Le(0.5)]
Shape = Literal["polygon", "stripe", "blob", "half"]

# Open shade is lit by the sky, so it is not black but a little blue; light that strays in the lens is a little warm.
SHADE = np.array([6.0, 8.0, 18.0], np.float32)
LAMP = np.array([255.0, 251.0, 238.0], np.float32)


class Shadow(PixelPart):
    """Darken a part of the picture, as something between the lamp and the scene does.

    Args:
        shape: `polygon` (of four to seven corners), `stripe` (a post, a window frame), `blob` (a hand, leaves) or
            `half` (all on one side of a line).
        darkness: the smallest and the largest share of the light that is taken away.
        softness: how wide the edge is: its standard deviation as a share of the input's side; 0 for a sharp edge.
        p: the probability.
        strength: from 0 (no shadow) to 1; scales the darkness.
    """

    draws = 2
    rising = (0,)

    def __init__(
        self,
        *,
        shape: Shape = "polygon",
        darkness: ShareRange = (0.3, 0.7),
        softness: Softness = 0.02,
        p: Probability = 0.3,
        strength: Probability = 1.0,
    ) -> None:
        self.shape = shape
        self.darkness = darkness
        self.softness = softness
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Blends:
        """See `PixelPart.operation`."""
        low, high = self.darkness
        darkness = self.strength * (low + u[:, 0] * (high - low))

        def opacity(number: int) -> Map:
            return np.float32(darkness[number]) * fill(outline(self.shape, u[number, 1]), size_px, self.softness)

        return Blends(opacity, np.tile(SHADE, (len(u), 1)))


def outline(shape: Shape, u: float) -> Array:
    """The corners of a random shadow.

    Args:
        shape: see `Shadow`.
        u: a uniform number that nothing else is made of.

    Returns:
        x and y as shares of the input's side, shape (corners, 2); stripes and halves reach beyond the input.
    """
    numbers = further(u, 32)
    middle, turn = 0.15 + 0.7 * numbers[:2], 2.0 * np.pi * numbers[2]
    if shape in ("stripe", "half"):
        along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
        # Three sides long reaches over the input from any place in it, also where a wide blur looks beyond it.
        width = 0.12 + 0.28 * numbers[3] if shape == "stripe" else 6.0
        near, far = (-width / 2, width / 2) if shape == "stripe" else (0.0, width)
        if shape == "stripe":
            near, far = near * (0.7 + 0.6 * numbers[4]), far * (0.7 + 0.6 * numbers[5])
        return np.stack([middle + x * along + y * across for x, y in ((-3, near), (3, near), (3, far), (-3, far))])
    if shape == "polygon":
        count = 4 + int(4 * numbers[3])
        turns = turn + 2.0 * np.pi * (np.arange(count) + 0.7 * (numbers[8 : 8 + count] - 0.5)) / count
        radii = (0.3 + 0.3 * numbers[4]) * (0.6 + 0.8 * numbers[16 : 16 + count])
    else:
        turns = 2.0 * np.pi * np.arange(96) / 96
        waves = np.arange(2, 8)
        heights = 0.5 * (numbers[8:14] - 0.5) / (waves - 1) ** 0.8
        bumps = (heights[:, None] * np.cos(waves[:, None] * turns + 2.0 * np.pi * numbers[16:22, None])).sum(axis=0)
        radii = (0.2 + 0.25 * numbers[4]) * (1.0 + bumps)
        turns = turns + turn
    x, y = radii * np.cos(turns), (0.6 + 0.4 * numbers[5]) * radii * np.sin(turns)
    return np.asarray(middle + np.stack([x, y], axis=1))


class Glare(PixelPart):
    """A bright spot with a wide halo, as of a lamp, the sun or a flash on something glossy; sometimes with a streak.

    Args:
        brightness: how near to white the middle of the spot comes, smallest and largest share of the way.
        size: the spot's radius as a share of the input's side, smallest and largest.
        streak: the probability that a streak of light runs through the spot.
        p: the probability.
        strength: from 0 (no glare) to 1; scales the brightness.
    """

    draws = 4
    rising = (0,)

    def __init__(
        self,
        *,
        brightness: ShareRange = (0.5, 0.95),
        size: ShareRange = (0.05, 0.2),
        streak: Probability = 0.5,
        p: Probability = 0.2,
        strength: Probability = 1.0,
    ) -> None:
        self.brightness = brightness
        self.size = size
        self.streak = streak
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Blends:
        """See `PixelPart.operation`."""
        brightness = self.strength * (self.brightness[0] + u[:, 0] * (self.brightness[1] - self.brightness[0]))
        sizes = self.size[0] + u[:, 1] * (self.size[1] - self.size[0])

        def opacity(number: int) -> Map:
            streaks = 1 if u[number, 2] < self.streak else 0
            return np.float32(brightness[number]) * spot(u[number, 3], float(sizes[number]), size_px, streaks=streaks)

        return Blends(opacity, np.tile(LAMP, (len(u), 1)))


def spot(u: float, size: float, size_px: int, *, streaks: int) -> Map:
    """A spot of light that is 1 in its middle, its halo, and a long and a short streak at right angles.

    Args:
        u: a uniform number that nothing else is made of; the place and the streak's direction.
        size: radius as a share of the input's side.
        size_px: height and width.
        streaks: 1 with streaks, 0 without.

    Returns:
        float32 from 0 to 1, shape (size_px, size_px).
    """
    middle_x, middle_y, turn = (float(number) for number in further(u, 3))
    x, y = places(size_px)
    right, down = x - np.float32(middle_x), y - np.float32(middle_y)
    away = np.sqrt(right * right + down * down) / np.float32(size)
    # A core as the sensor's overflow gives it, and a halo that falls off slowly, as light scattered in a lens does.
    core = np.exp(-away * away)
    halo = np.float32(0.55) / (1.0 + np.float32(0.3) * away * away)
    light = core + halo * (1.0 - core)
    if streaks:
        cosine, sine = np.float32(np.cos(np.pi * turn)), np.float32(np.sin(np.pi * turn))
        along, across = right * cosine + down * sine, down * cosine - right * sine
        for one, other, reach, height in ((along, across, 0.3, 0.85), (across, along, 0.12, 0.7)):
            thin = np.float32(0.008 + 0.09 * size)
            ray = np.float32(height) * np.exp(-np.abs(one) / np.float32(reach + size)) * np.exp(-((other / thin) ** 2))
            light = 1.0 - (1.0 - light) * (1.0 - ray)
    return np.asarray(light, np.float32)


class Vignette(PixelPart):
    """Darken the picture towards its corners, as many lenses do.

    Args:
        darkness: the share of the light that the corners lose, smallest and largest.
        shift: how far from the middle the brightest place can lie, as a share of the input's side.
        p: the probability.
        strength: from 0 (no change) to 1; scales the darkness.

    Source: light off the axis by an angle falls with the fourth power of its cosine; see Ray, "Applied photographic optics",
        3rd ed., 2002.
    """

    draws = 3
    rising = (0,)

    def __init__(
        self,
        *,
        darkness: ShareRange = (0.3, 0.8),
        shift: Softness = 0.1,
        p: Probability = 0.2,
        strength: Probability = 1.0,
    ) -> None:
        self.darkness = darkness
        self.shift = shift
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Blends:
        """See `PixelPart.operation`."""
        low, high = self.darkness
        # A corner that loses all its light would lie at a right angle to the axis, infinitely far away.
        darkness = np.minimum(self.strength * (low + u[:, 0] * (high - low)), 0.99)
        middles = 0.5 + self.shift * (2.0 * u[:, 1:3] - 1.0)
        return Blends(partial(corners, darkness, middles, size_px), np.zeros((len(u), 3), np.float32))


def corners(darkness: Array, middles: Array, size_px: int, number: int) -> Map:
    """How much light one sample loses where, float32, shape (size_px, size_px).

    Args:
        darkness: the loss at half a diagonal from the middle, shape (samples,).
        middles: the brightest places, x and y as shares, shape (samples, 2).
        size_px: height and width.
        number: which sample.
    """
    x, y = places(size_px)
    middle_x, middle_y = middles[number].astype(np.float32)
    # Distances in half diagonals; the tangent of the angle there follows from cos^4 = 1 - darkness.
    away = ((x - middle_x) ** 2 + (y - middle_y) ** 2) / np.float32(0.5)
    tangent = np.float32((1.0 - darkness[number]) ** -0.5 - 1.0)
    return np.asarray(1.0 - 1.0 / (1.0 + tangent * away) ** 2, np.float32)

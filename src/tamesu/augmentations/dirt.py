"""What lies on the lens, the sensor or the film: dust and scratches."""

from __future__ import annotations

from typing import Literal

import numpy as np

from tamesu.augmentations.drawing import Canvas, Map, clouds, further
from tamesu.augmentations.operations import Blends, PixelPart
from tamesu.augmentations.part import Array, ShareRange
from tamesu.registry import Count, Probability

Tone = Literal["light", "dark"]

TONES = {"light": np.array([238.0, 235.0, 228.0], np.float32), "dark": np.array([30.0, 27.0, 24.0], np.float32)}


class Dust(PixelPart):
    """Specks, and here and there a fibre.

    Args:
        count: the most specks a picture gets; as few as one is as likely.
        size: their diameter as a share of the input's side, smallest and largest; small ones are more frequent.
        tone: `light` as on scanned film, or `dark` as on a sensor.
        p: the probability.
        strength: from 0 (clean) to 1; scales the opacity.
    """

    draws = 2
    rising = (0,)

    def __init__(
        self,
        *,
        count: Count = 60,
        size: ShareRange = (0.004, 0.025),
        tone: Tone = "light",
        p: Probability = 0.2,
        strength: Probability = 1.0,
    ) -> None:
        self.count = count
        self.size = size
        self.tone = tone
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Blends:
        """See `PixelPart.operation`."""
        counts = 1 + (u[:, 0] * self.count).astype(int)

        def opacity(number: int) -> Map:
            return np.float32(self.strength) * specks(u[number, 1], int(counts[number]), self.size, size_px)

        return Blends(opacity, np.tile(TONES[self.tone], (len(u), 1)))


def specks(u: float, count: int, size: tuple[float, float], size_px: int) -> Map:
    """The opacity of dust, from 0 to 1, float32, shape (size_px, size_px).

    Args:
        u: a uniform number that nothing else is made of.
        count: how many specks and fibres.
        size: smallest and largest diameter as shares of the side.
        size_px: height and width.
    """
    canvas, corners = Canvas(size_px), 9
    turns = 2.0 * np.pi * np.arange(corners) / corners
    for own in further(u, count * 20).reshape(count, 20):
        # The logarithm of the size is even, and squared towards the small end.
        diameter = size[0] * (size[1] / size[0]) ** (own[2] ** 2)
        opacity, turn = 0.45 + 0.5 * own[3], 2.0 * np.pi * own[4]
        if own[5] < 0.07:
            canvas.stroke(bow(own[:2], 3.0 * size[1] * (0.4 + own[6]), turn, 0.7 * (own[7] - 0.5)), 0.0032 * size_px, opacity)
            continue
        radii = 0.5 * diameter * (0.65 + 0.7 * own[8 : 8 + corners])
        flat = 0.55 + 0.45 * own[6]
        x, y = radii * np.cos(turns), flat * radii * np.sin(turns)
        canvas.speck(own[:2] + np.stack([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)], 1), opacity)
    return canvas.opacity(blur_px=0.3 + 0.001 * size_px)


class Scratches(PixelPart):
    """Thin lines, slightly bent, broken here and there.

    Args:
        count: the most scratches a picture gets; as few as one is as likely.
        length: as a share of the input's side, smallest and largest.
        tone: `light` as on a negative or on metal, or `dark`.
        p: the probability.
        strength: from 0 (none) to 1; scales the opacity.
    """

    draws = 2
    rising = (0,)

    def __init__(
        self,
        *,
        count: Count = 8,
        length: ShareRange = (0.2, 0.9),
        tone: Tone = "light",
        p: Probability = 0.2,
        strength: Probability = 1.0,
    ) -> None:
        self.count = count
        self.length = length
        self.tone = tone
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Blends:
        """See `PixelPart.operation`."""
        counts = 1 + (u[:, 0] * self.count).astype(int)

        def opacity(number: int) -> Map:
            return np.float32(self.strength) * lines(u[number, 1], int(counts[number]), self.length, size_px)

        return Blends(opacity, np.tile(TONES[self.tone], (len(u), 1)))


def lines(u: float, count: int, length: tuple[float, float], size_px: int) -> Map:
    """The opacity of scratches, from 0 to 1, float32, shape (size_px, size_px).

    Args:
        u: a uniform number that nothing else is made of.
        count: how many.
        length: smallest and largest as shares of the side.
        size_px: height and width.
    """
    canvas = Canvas(size_px)
    numbers = further(u, 1 + count * 8)
    # Most scratches of one picture run about the same way.
    common = np.pi * numbers[0]
    for own in numbers[1:].reshape(count, 8):
        reach = length[0] + own[2] * (length[1] - length[0])
        turn = common + 0.5 * (own[3] - 0.5) if own[7] < 0.75 else np.pi * own[3]
        width, opacity = (0.0015 + 0.0035 * own[5] ** 2) * size_px, 0.45 + 0.5 * own[6]
        canvas.stroke(bow(own[:2], reach, turn, 0.25 * (own[4] - 0.5)), width, opacity)
    # Pressure varies: some stretches are faint.
    pressure = clouds(float(numbers[0]), size_px, cells=6, octaves=2)
    faint = np.clip(1.8 * pressure - 0.2, 0.15, 1.0).astype(np.float32)
    return np.asarray(canvas.opacity(blur_px=0.3) * faint, np.float32)


def bow(middle: Array, length: float, turn: float, bend: float) -> Array:
    """Points along a parabola, shape (17, 2).

    Args:
        middle: x and y of its middle, as shares of the side.
        length: of its chord.
        turn: of its chord, in radians.
        bend: how far its middle stands off the chord, as a share of the chord.

    Examples:
        >>> bow(np.array([0.5, 0.5]), 0.4, 0.0, 0.0)[[0, -1]].round(2).tolist()
        [[0.3, 0.5], [0.7, 0.5]]
    """
    along = np.linspace(-0.5, 0.5, 17)
    across = bend * (1.0 - 4.0 * along**2)
    x, y = length * along, length * across
    turned = np.stack([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)], axis=1)
    return np.asarray(middle + turned)

"""Parts that give each value another: gamma, fewer values, inverted lights, stretched and flattened histograms, curves."""

# ruff: noqa: ARG002 -- every part has the same `operation`, also where it needs no size or no numbers.
from __future__ import annotations

from typing import Annotated

import cv2
import numpy as np
from annotated_types import Ge, Gt, Le
from numpy.typing import NDArray

from tamesu.augmentations.operations import (
    IDENTITY,
    HistogramTables,
    Kernels,
    PerImage,
    PixelPart,
    Tables,
    round_tables,
)
from tamesu.augmentations.part import Array, Operation, PositiveRange
from tamesu.registry import Positive, Probability

Pixels = NDArray[np.uint8]


class Gamma(PixelPart):
    """Raise every value (from 0 to 1) to a power: below 1 lifts the shadows, above 1 deepens them.

    Args:
        gamma: smallest and largest power, drawn evenly on a logarithmic scale.
        p: the probability.
        strength: from 0 to 1; the power the powers are raised to.
    """

    draws = 1
    signed = (0,)

    def __init__(self, *, gamma: PositiveRange = (0.7, 1.45), p: Probability = 0.5, strength: Probability = 1.0) -> None:
        self.gamma = gamma
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        powers = (self.gamma[0] * (self.gamma[1] / self.gamma[0]) ** u[:, 0]) ** self.strength
        return Tables(round_tables(255.0 * (IDENTITY / 255.0)[None, :] ** powers[:, None]))


class Posterize(PixelPart):
    """Keep only the highest bits of each value.

    Args:
        bits: how many stay at the most, from 1 to 8; the number that stays is uniform from it to 8.
        p: the probability.
        strength: from 0 (all 8 stay) to 1; scales how many are dropped.

    Source: as ImageOps.posterize of Pillow.
    """

    draws = 1
    rising = (0,)

    def __init__(self, *, bits: Annotated[int, Ge(1), Le(8)] = 4, p: Probability = 0.5, strength: Probability = 1.0) -> None:
        self.bits = bits
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        dropped = np.rint(self.strength * (8 - self.bits) * u[:, 0]).astype(np.int64)
        steps = 1 << dropped
        values = np.arange(256)
        return Tables((values[None, :] - values[None, :] % steps[:, None]).astype(np.uint8))


class Solarize(PixelPart):
    """Invert every value from a threshold on.

    Args:
        threshold: the lowest, from 0 (all is inverted) to 256 (nothing is); the drawn one is uniform from it to 256.
        p: the probability.
        strength: from 0 to 1; moves the threshold up to 256.

    Source: as ImageOps.solarize of Pillow.
    """

    draws = 1
    rising = (0,)
    may_change_labels = True

    def __init__(
        self, *, threshold: Annotated[float, Ge(0.0), Le(256.0)] = 128.0, p: Probability = 0.2, strength: Probability = 1.0
    ) -> None:
        self.threshold = threshold
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        # Rounded, for the largest number is a little below 1, and a threshold a little above 77 would leave 77 as it is.
        thresholds = np.round(256.0 - self.strength * (256.0 - self.threshold) * u[:, 0], 9)
        return Tables(round_tables(np.where(IDENTITY[None, :] < thresholds[:, None], IDENTITY, 255.0 - IDENTITY)))


class Equalize(PixelPart):
    """Spread each channel's values so that all are about as frequent.

    Args:
        p: the probability.
        strength: from 0 (the picture) to 1; between them the two are blended.

    Source: as ImageOps.equalize of Pillow.
    """

    def __init__(self, *, p: Probability = 0.2, strength: Probability = 1.0) -> None:
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        return HistogramTables(equalize_tables, np.full(len(u), self.strength))


def equalize_tables(histograms: NDArray[np.int64]) -> Array:
    """The table that equalizes each channel, shape (channels, 256); the identity for a channel of one value."""
    tables = np.tile(IDENTITY, (len(histograms), 1))
    for channel, histogram in enumerate(histograms):
        used = histogram[histogram > 0]
        step = int(histogram.sum() - used[-1]) // 255 if len(used) > 1 else 0
        if step:
            before = step // 2 + np.concatenate([[0], np.cumsum(histogram)[:-1]])
            tables[channel] = np.minimum(before // step, 255)
    return tables


class Autocontrast(PixelPart):
    """Stretch each channel from its darkest value to black and from its brightest to white.

    Args:
        p: the probability.
        strength: from 0 (the picture) to 1; between them the two are blended.

    Source: as ImageOps.autocontrast of Pillow.
    """

    def __init__(self, *, p: Probability = 0.2, strength: Probability = 1.0) -> None:
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        return HistogramTables(stretch_tables, np.full(len(u), self.strength))


def stretch_tables(histograms: NDArray[np.int64]) -> Array:
    """The table that stretches each channel, shape (channels, 256); the identity for a channel of one value."""
    tables = np.tile(IDENTITY, (len(histograms), 1))
    for channel, histogram in enumerate(histograms):
        used = np.flatnonzero(histogram)
        low, high = int(used[0]), int(used[-1])
        if high > low:
            tables[channel] = np.clip((IDENTITY - low) * (255.0 / (high - low)), 0.0, 255.0)
    return tables


class Sharpness(PixelPart):
    """Sharpen or soften: move each pixel away from, or towards, the mean of its neighbourhood.

    Args:
        amount: the factor on the difference to the smoothed picture is uniform from 1 - amount to 1 + amount.
        p: the probability.
        strength: from 0 to 1; scales the amount.

    Source: the smoothing kernel of ImageEnhance.Sharpness of Pillow.
    """

    draws = 1
    signed = (0,)

    def __init__(self, *, amount: Positive = 0.9, p: Probability = 0.5, strength: Probability = 1.0) -> None:
        self.amount = amount
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        factors = 1.0 + (2.0 * u[:, 0] - 1.0) * self.amount * self.strength
        return Kernels(sharpness_kernels(factors))


SMOOTH = np.array([[1.0, 1.0, 1.0], [1.0, 5.0, 1.0], [1.0, 1.0, 1.0]]) / 13.0
CENTRE = np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]])


def sharpness_kernels(factors: Array) -> NDArray[np.float32]:
    """`factor` times the picture and 1 - `factor` times its smoothing, as kernels, shape (samples, 3, 3)."""
    return np.asarray(factors[:, None, None] * CENTRE + (1.0 - factors[:, None, None]) * SMOOTH, np.float32)


class ToneCurve(PixelPart):
    """Bend the tones: a smooth rising curve from black to white through two drawn points, the same for all channels.

    Args:
        amount: how far each point lies from the diagonal at most, as a share of the range.
        p: the probability.
        strength: from 0 to 1; scales the amount.

    Source: a cubic Bezier curve with control values at 1/3 and 2/3; it rises as long as they are in order.
    """

    draws = 2
    signed = (0, 1)

    def __init__(
        self, *, amount: Annotated[float, Gt(0.0), Le(0.33)] = 0.2, p: Probability = 0.5, strength: Probability = 1.0
    ) -> None:
        self.amount = amount
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        reach = self.amount * self.strength
        low = np.clip(1.0 / 3.0 + reach * (2.0 * u[:, :1] - 1.0), 0.0, 1.0)
        high = np.clip(2.0 / 3.0 + reach * (2.0 * u[:, 1:] - 1.0), 0.0, 1.0)
        low, high = np.minimum(low, high), np.maximum(low, high)
        t = (IDENTITY / 255.0)[None, :]
        return Tables(round_tables(255.0 * (3 * (1 - t) ** 2 * t * low + 3 * (1 - t) * t**2 * high + t**3)))


class Clahe(PixelPart):
    """Equalize the lightness of small regions, with a limit on how much contrast that may give.

    Args:
        clip: the largest limit; the drawn one is uniform from 1 to it.
        tiles: regions in a row.
        p: the probability.
        strength: from 0 (the picture) to 1; between them the two are blended.

    Source: Zuiderveld, "Contrast limited adaptive histogram equalization", Graphics Gems IV, 1994; on L of CIE LAB.
    """

    draws = 1
    rising = (0,)

    def __init__(
        self,
        *,
        clip: Annotated[float, Ge(1.0), Le(40.0)] = 4.0,
        tiles: Annotated[int, Ge(1), Le(16)] = 8,
        p: Probability = 0.3,
        strength: Probability = 1.0,
    ) -> None:
        self.clip = clip
        self.tiles = tiles
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        return PerImage(self.change, u)

    def change(self, image: Pixels, u: Array) -> Pixels:
        """See `PixelPart.change`."""
        lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB)
        limited = cv2.createCLAHE(1.0 + float(u[0]) * (self.clip - 1.0), (self.tiles, self.tiles))
        lab[:, :, 0] = limited.apply(np.ascontiguousarray(lab[:, :, 0]))
        changed = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)
        return np.asarray(cv2.addWeighted(image, 1.0 - self.strength, changed, self.strength, 0.0))

"""Parts that add noise: of the sensor, of little light, of each value's own size."""

# ruff: noqa: ARG002 -- every part has the same `operation`, also where it needs no size or no numbers.
from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Ge, Le
from pydantic import AfterValidator

from tamesu.augmentations.operations import Noise, PixelPart, Several, noise_starts
from tamesu.augmentations.part import Array, Operation, in_order
from tamesu.registry import Probability

# In values from 0 to 255.
Deviation = Annotated[float, Ge(0.0), Le(255.0)]
DeviationRange = Annotated[tuple[Deviation, Deviation], AfterValidator(in_order)]


class GaussianNoise(PixelPart):
    """Independent normal noise on every value.

    Args:
        deviation: smallest and largest standard deviation, of values from 0 to 255.
        p: the probability.
        strength: from 0 to 1; scales the deviation.
    """

    draws = 2
    rising = (0,)

    def __init__(self, *, deviation: DeviationRange = (4.0, 20.0), p: Probability = 0.3, strength: Probability = 1.0) -> None:
        self.deviation = deviation
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        constant = between(self.deviation, u[:, 0]) * self.strength
        return Noise(noise_starts(u[:, 1]), constant, np.zeros(len(u)), np.zeros(len(u)))


class SpeckleNoise(PixelPart):
    """Normal noise in proportion to each value, as in radar and ultrasound.

    Args:
        share: smallest and largest standard deviation, as a share of the value.
        p: the probability.
        strength: from 0 to 1; scales the share.
    """

    draws = 2
    rising = (0,)

    def __init__(self, *, share: DeviationRange = (0.05, 0.2), p: Probability = 0.3, strength: Probability = 1.0) -> None:
        self.share = share
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        linear = between(self.share, u[:, 0]) * self.strength
        return Noise(noise_starts(u[:, 1]), np.zeros(len(u)), linear, np.zeros(len(u)))


class PoissonNoise(PixelPart):
    """The noise of counted light: its variance grows with the value.

    A value stands for value / gain photons; their Poisson number is taken for normal, which it is but in the darkest pixels.

    Args:
        gain: smallest and largest value of one photon; the larger, the darker the scene was.
        p: the probability.
        strength: from 0 to 1; scales the deviation.
    """

    draws = 2
    rising = (0,)

    def __init__(self, *, gain: DeviationRange = (0.2, 2.0), p: Probability = 0.3, strength: Probability = 1.0) -> None:
        self.gain = gain
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        root = between(self.gain, u[:, 0]) * self.strength**2
        return Noise(noise_starts(u[:, 1]), np.zeros(len(u)), np.zeros(len(u)), root)


class IsoNoise(PixelPart):
    """The noise of a camera at high sensitivity: grains of light, and specks of colour.

    Args:
        grain: smallest and largest deviation of the light, the same in the three channels, of values from 0 to 255.
        colour: largest deviation of each channel by itself; the drawn one is in proportion to the grain's.
        p: the probability.
        strength: from 0 to 1; scales both.
    """

    draws = 3
    rising = (0,)

    def __init__(
        self,
        *,
        grain: DeviationRange = (3.0, 15.0),
        colour: Deviation = 8.0,
        p: Probability = 0.3,
        strength: Probability = 1.0,
    ) -> None:
        self.grain = grain
        self.colour = colour
        self.p = p
        self.strength = strength

    def operation(self, u: Array, size_px: int) -> Operation:
        """See `PixelPart.operation`."""
        none = np.zeros(len(u))
        grain = between(self.grain, u[:, 0]) * self.strength
        colour = self.colour * self.strength * grain / max(self.grain[1] * self.strength, 1e-9)
        return Several(
            (
                Noise(noise_starts(u[:, 1]), grain, none, none, grey=True),
                Noise(noise_starts(u[:, 2]), colour, none, none),
            )
        )


def between(ends: tuple[float, float], u: Array) -> Array:
    """Numbers from the first end (u = 0) to the second (u = 1)."""
    return ends[0] + u * (ends[1] - ends[0])

"""Colour parts that change one thing: brightness, contrast, saturation or hue. `color_jitter` is the four in one."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from tamesu.augmentations.colour import jitter_matrices
from tamesu.augmentations.part import Array, ColourPart
from tamesu.registry import NonNegative, Probability


class Brightness(ColourPart):
    """Multiply every value by a random factor.

    Args:
        amount: the factor is uniform from 1 - amount (at least 0) to 1 + amount.
        p: the probability.
        strength: from 0 to 1; scales the amount.
    """

    draws = 1
    signed = (0,)

    def __init__(self, *, amount: NonNegative = 0.2, p: Probability = 1.0, strength: Probability = 1.0) -> None:
        self.amount = amount
        self.p = p
        self.strength = strength

    def colours(self, u: Array, means: Array) -> Array:
        """See `ColourPart.colours`."""
        return change_one(0, u, self.amount * self.strength, means)


class Contrast(ColourPart):
    """Stretch or squeeze every value about the image's own mean grey (of the whole image, before any crop).

    Args:
        amount: the factor is uniform from 1 - amount (at least 0) to 1 + amount.
        p: the probability.
        strength: from 0 to 1; scales the amount.
    """

    draws = 1
    signed = (0,)

    def __init__(self, *, amount: NonNegative = 0.2, p: Probability = 1.0, strength: Probability = 1.0) -> None:
        self.amount = amount
        self.p = p
        self.strength = strength

    def colours(self, u: Array, means: Array) -> Array:
        """See `ColourPart.colours`."""
        return change_one(1, u, self.amount * self.strength, means)


class Saturation(ColourPart):
    """Stretch or squeeze every pixel's colour about its own grey.

    Args:
        amount: the factor is uniform from 1 - amount (at least 0, which is grey) to 1 + amount.
        p: the probability.
        strength: from 0 to 1; scales the amount.
    """

    draws = 1
    signed = (0,)

    def __init__(self, *, amount: NonNegative = 0.2, p: Probability = 1.0, strength: Probability = 1.0) -> None:
        self.amount = amount
        self.p = p
        self.strength = strength

    def colours(self, u: Array, means: Array) -> Array:
        """See `ColourPart.colours`."""
        return change_one(2, u, self.amount * self.strength, means)


class Hue(ColourPart):
    """Turn the chroma of the YIQ space, which keeps the grey of every pixel; see `color_jitter`.

    Args:
        amount: the angle is uniform from -amount to amount, as a share of the whole turn.
        p: the probability.
        strength: from 0 to 1; scales the amount.
    """

    draws = 1
    signed = (0,)

    def __init__(
        self, *, amount: Annotated[float, Ge(0.0), Le(0.5)] = 0.02, p: Probability = 1.0, strength: Probability = 1.0
    ) -> None:
        self.amount = amount
        self.p = p
        self.strength = strength

    def colours(self, u: Array, means: Array) -> Array:
        """See `ColourPart.colours`."""
        angles = (2.0 * u[:, 0] - 1.0) * (2.0 * np.pi * self.amount * self.strength)
        return jitter_matrices(np.ones((len(u), 3)), angles, means)


def change_one(which: int, u: Array, reach: float, means: Array) -> Array:
    """Matrices of one of brightness (0), contrast (1) and saturation (2).

    Args:
        which: of the three.
        u: shape (samples, 1).
        reach: the factor lies from 1 - reach, at least 0, to 1 + reach.
        means: mean colours, shape (samples, 3).

    Returns:
        Shape (samples, 3, 4).
    """
    low = max(1.0 - reach, 0.0)
    factors = np.ones((len(u), 3))
    factors[:, which] = low + u[:, 0] * (1.0 + reach - low)
    return jitter_matrices(factors, np.zeros(len(u)), means)

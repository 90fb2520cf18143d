"""Colour between two ends that need not lie around the picture as it is: for images that are darker, flatter or greyer."""

from __future__ import annotations

import numpy as np

from tamesu.augmentations.colour import jitter_matrices
from tamesu.augmentations.part import Array, ColourPart, PositiveRange
from tamesu.registry import Probability


class ColorRange(ColourPart):
    """Change brightness, contrast and saturation by factors drawn from given ranges, each evenly on a logarithmic scale.

    `color_jitter` draws about the picture as it is; this one can lead elsewhere, such as to the light of the test images
    (`tamesu tune --augmentations` writes it so).

    Args:
        brightness: smallest and largest factor on every value.
        contrast: on the distance to the picture's mean grey.
        saturation: on the distance of each pixel to its own grey.
        p: the probability.
        strength: from 0 (no change) to 1; the power the factors are raised to.
    """

    draws = 3

    def __init__(
        self,
        *,
        brightness: PositiveRange = (1.0, 1.0),
        contrast: PositiveRange = (1.0, 1.0),
        saturation: PositiveRange = (1.0, 1.0),
        p: Probability = 0.5,
        strength: Probability = 1.0,
    ) -> None:
        self.brightness = brightness
        self.contrast = contrast
        self.saturation = saturation
        self.p = p
        self.strength = strength

    def colours(self, u: Array, means: Array) -> Array:
        """See `ColourPart.colours`."""
        low, high = np.log(np.array([self.brightness, self.contrast, self.saturation])).T
        factors = np.exp(self.strength * (low + u * (high - low)))
        return jitter_matrices(factors, np.zeros(len(u)), means)

    def describe(self, u: Array) -> str:
        """See `Augmentation.describe`."""
        ranges = np.log(np.array([self.brightness, self.contrast, self.saturation]))
        factors = np.exp(self.strength * (ranges[:, 0] + u * (ranges[:, 1] - ranges[:, 0])))
        return " ".join(f"x{factor:.2f}" for factor in factors)

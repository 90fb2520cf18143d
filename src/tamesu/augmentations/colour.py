"""Parts that are linear in a pixel's colour. Each gives one 3x4 matrix per sample, on RGB from 0 to 255."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from tamesu.augmentations.part import Array, ColourPart
from tamesu.registry import NonNegative, Probability

# Source: ITU-R BT.601 for the weights of luma; the I and Q axes of NTSC colour television to three decimals, as MATLAB's
# rgb2ntsc has them. I and Q of a grey are zero, so a turn in their plane leaves every grey as it is.
LUMA = np.array([0.299, 0.587, 0.114])
YIQ = np.array([LUMA, [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])

# With P = GREY (keeps luma, drops chroma), Q = CHROMA (the rest) and J = QUARTER_TURN (turns chroma by 90 degrees):
# PP = P, PQ = QP = PJ = JP = 0, JJ = -Q. So saturation s after hue a is P + s cos(a) Q + s sin(a) J.
GREY = np.linalg.inv(YIQ) @ np.diag([1.0, 0.0, 0.0]) @ YIQ
CHROMA = np.eye(3) - GREY
QUARTER_TURN = np.linalg.inv(YIQ) @ np.array([[0.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]) @ YIQ


class ColorJitter(ColourPart):
    """Change brightness, contrast, saturation and hue, in this order, by random amounts.

    Brightness multiplies; contrast stretches about the image's own mean grey; saturation stretches each pixel about its own
    grey; hue turns the chroma of the YIQ space, which keeps the grey of every pixel (torchvision turns the angle of HSV,
    which is not linear and does not keep it). Values are clipped once, after the whole plan's colour, not between steps.
    The mean is that of the whole image, before any crop.

    Args:
        brightness: the factor is uniform from 1 - brightness (at least 0) to 1 + brightness.
        contrast: likewise.
        saturation: likewise.
        hue: the angle is uniform from -hue to hue, as a share of the whole turn.
        p: the probability.
        strength: from 0 to 1; scales the four ranges.
    """

    draws = 4
    signed = (0, 1, 2, 3)

    def __init__(
        self,
        *,
        brightness: NonNegative = 0.2,
        contrast: NonNegative = 0.2,
        saturation: NonNegative = 0.2,
        hue: Annotated[float, Ge(0.0), Le(0.5)] = 0.02,
        p: Probability = 1.0,
        strength: Probability = 1.0,
    ) -> None:
        self.brightness = brightness
        self.contrast = contrast
        self.saturation = saturation
        self.hue = hue
        self.p = p
        self.strength = strength
        reach = strength * np.array([brightness, contrast, saturation])
        self._low = np.maximum(1.0 - reach, 0.0)
        self._width = 1.0 + reach - self._low

    def colours(self, u: Array, means: Array) -> Array:
        """See `ColourPart.colours`."""
        factors = self._low + u[:, :3] * self._width
        angle = (2.0 * u[:, 3] - 1.0) * (2.0 * np.pi * self.hue * self.strength)
        return jitter_matrices(factors, angle, means)


def jitter_matrices(factors: Array, angles: Array, means: Array) -> Array:
    """Brightness, then contrast, saturation and hue, as one matrix.

    Args:
        factors: brightness, contrast, saturation, shape (batch, 3); 1 changes nothing.
        angles: turn of the hue in radians, shape (batch,).
        means: mean colour of each image, RGB from 0 to 255, shape (batch, 3).

    Returns:
        Shape (batch, 3, 4).

    Examples:
        >>> darker = jitter_matrices(np.array([[0.5, 1.0, 1.0]]), np.zeros(1), np.full((1, 3), 100.0))
        >>> (darker[0] @ [10, 20, 30, 1]).round(6).tolist()
        [5.0, 10.0, 15.0]
    """
    brightness, contrast, saturation = factors[:, 0], factors[:, 1], factors[:, 2]
    kept, turned = saturation * np.cos(angles), saturation * np.sin(angles)
    matrices = np.empty((len(factors), 3, 4))
    # Elementwise and not `@`: BLAS may round a row otherwise in a batch of another size.
    chroma = kept[:, None, None] * CHROMA + turned[:, None, None] * QUARTER_TURN
    matrices[:, :, :3] = (GREY + chroma) * (brightness * contrast)[:, None, None]
    # The offset is grey, so saturation and hue leave it alone.
    grey = means[:, 0] * LUMA[0] + means[:, 1] * LUMA[1] + means[:, 2] * LUMA[2]
    matrices[:, :, 3] = ((1.0 - contrast) * brightness * grey)[:, None]
    return matrices


def compose(first: Array, then: Array) -> Array:
    """Two colour matrices as one, shape (batch, 3, 4) each: `first`, and `then` after it."""
    both = then[:, :, :3] @ first
    both[:, :, 3] += then[:, :, 3]
    return np.asarray(both)


def recolour(matrices: Array, colours: Array) -> Array:
    """Colours, shape (batch, 3), each after its own matrix, shape (batch, 3, 4)."""
    return np.asarray((matrices[:, :, :3] @ colours[:, :, None])[:, :, 0] + matrices[:, :, 3])

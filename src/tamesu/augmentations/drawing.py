"""Drawing a map of opacity for one sample: further random numbers, smooth clouds, shapes with soft edges, fine strokes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tamesu.augmentations.part import Array
from tamesu.augmentations.random import uniforms

Map = NDArray[np.float32]

# Coordinates are handed to OpenCV in sixteenths of a pixel.
SHIFT = 4
# OpenCV's own anti-aliasing makes everything wider by a pixel; drawn larger and shrunk by area, it is an eighth of one.
FINER = 4
NO_SAMPLE = np.zeros(1, np.uint64)


def further(u: float, count: int) -> Array:
    """More uniform numbers out of one; for things whose number is itself drawn, such as specks.

    Args:
        u: a uniform number in [0, 1) that nothing else is made of.
        count: how many.

    Returns:
        Numbers in [0, 1), shape (count,); asked for more, the first ones stay.

    Examples:
        >>> bool((further(0.25, 5)[:3] == further(0.25, 3)).all()), bool((further(0.5, 3) == further(0.25, 3)).any())
        (True, False)
    """
    return np.asarray(uniforms(int(u * 2.0**53), NO_SAMPLE, count)[0])


def clouds(u: float, size_px: int, *, cells: int, octaves: int) -> Map:
    """A smooth random field: coarse waves, and finer ones of half the height each.

    Args:
        u: a uniform number that nothing else is made of.
        size_px: height and width.
        cells: how many of the coarsest waves stand side by side.
        octaves: how many sizes of waves, each half the one before.

    Returns:
        float32 from 0 to 1, shape (size_px, size_px).

    Source: Perlin, "An image synthesizer", SIGGRAPH 1985, with values instead of gradients at the nodes.
    """
    counts = [cells * 2**octave for octave in range(octaves)]
    numbers = further(u, sum((count + 1) ** 2 for count in counts)).astype(np.float32)
    field = np.zeros((size_px, size_px), np.float32)
    middles = (np.arange(size_px, dtype=np.float32) + 0.5) / size_px
    for octave, count in enumerate(counts):
        nodes, numbers = numbers[: (count + 1) ** 2].reshape(count + 1, count + 1), numbers[(count + 1) ** 2 :]
        x, y = np.meshgrid(middles * count, middles * count)
        field += cv2.remap(nodes, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101) * np.float32(0.5**octave)
    low, high = float(field.min()), float(field.max())
    return (field - np.float32(low)) / np.float32(max(high - low, 1e-6))


def places(size_px: int) -> tuple[Map, Map]:
    """x and y of the middle of every pixel as shares of the input's side, float32, shapes (1, size_px) and (size_px, 1)."""
    middles = ((np.arange(size_px) + 0.5) / size_px).astype(np.float32)
    return middles[None, :], middles[:, None]


def fill(corners: Array, size_px: int, softness: float) -> Map:
    """A filled polygon whose edge goes from 0 to 1 as the integral of a Gaussian does.

    Args:
        corners: x and y as shares of the input's side, shape (corners, 2); may lie outside.
        size_px: height and width.
        softness: the Gaussian's standard deviation as a share of the input's side; 0 for a sharp edge.

    Returns:
        float32 from 0 (outside) to 1, shape (size_px, size_px).
    """
    # What lies beyond the input has its part in the blur; a wide blur needs few pixels.
    margin = 3.0 * softness
    side = size_px if softness == 0 else min(size_px, int(np.ceil(6.0 / softness)))
    edge = int(np.ceil(margin * side)) + 1
    whole = side + 2 * edge
    canvas = np.zeros((whole * FINER, whole * FINER), np.uint8)
    cv2.fillPoly(canvas, [to_opencv((corners * side + edge) * FINER)], 255, cv2.LINE_8, SHIFT)
    drawn: Map = cv2.resize(canvas, (whole, whole), interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255.0)
    if softness:
        drawn = np.asarray(cv2.GaussianBlur(drawn, (0, 0), softness * side), np.float32)
    if side == size_px:
        return np.ascontiguousarray(drawn[edge:-edge, edge:-edge])
    middles = ((np.arange(size_px) + 0.5) * side / size_px + edge - 0.5).astype(np.float32)
    x, y = np.meshgrid(middles, middles)
    return np.asarray(cv2.remap(drawn, x, y, cv2.INTER_LINEAR), np.float32)


def to_opencv(points: Array) -> NDArray[np.int32]:
    """Points whose pixels' middles are halves as OpenCV draws them: middles at whole numbers, in fixed point."""
    return np.asarray(np.rint((points - 0.5) * 2**SHIFT), np.int32)


class Canvas:
    """Strokes and specks finer than a pixel: drawn larger, then shrunk by area.

    Args:
        size_px: height and width of the input.
        finer: how many times larger they are drawn.

    Examples:
        >>> canvas = Canvas(8)
        >>> canvas.stroke(np.array([[0.0, 0.5], [1.0, 0.5]]), 2.0, 1.0)
        >>> (canvas.opacity()[:, 4] > 0.5).tolist()
        [False, False, False, True, True, False, False, False]
    """

    def __init__(self, size_px: int, finer: int = FINER) -> None:
        self.size_px = size_px
        self.finer = finer
        self._drawn = np.zeros((size_px * finer, size_px * finer), np.uint8)

    def stroke(self, points: Array, width_px: float, opacity: float) -> None:
        """A line along points.

        Args:
            points: x and y as shares of the input's side, shape (points, 2).
            width_px: in pixels of the input; finer than can be drawn, the line is fainter instead.
            opacity: from 0 to 1.
        """
        # OpenCV draws widths of 1, 3, 5 … pixels, for thicknesses of 1, 2, 4 …; a line between two widths is fainter.
        wide = width_px * self.finer
        drawn = 2 * max(0, int(np.ceil((wide - 1.0) / 2.0))) + 1
        faint = opacity * wide / drawn
        exact = to_opencv(points * (self.size_px * self.finer))
        cv2.polylines(self._drawn, [exact], False, round(255 * faint), max(1, drawn - 1), cv2.LINE_8, SHIFT)

    def speck(self, points: Array, opacity: float) -> None:
        """A filled outline.

        Args:
            points: x and y as shares of the input's side, shape (points, 2).
            opacity: from 0 to 1.
        """
        exact = to_opencv(points * (self.size_px * self.finer))
        cv2.fillPoly(self._drawn, [exact], round(255 * opacity), cv2.LINE_8, SHIFT)

    def opacity(self, blur_px: float = 0.0) -> Map:
        """What was drawn, from 0 to 1, float32, shape (size_px, size_px); blurred by a deviation in pixels of the input."""
        small = cv2.resize(self._drawn, (self.size_px, self.size_px), interpolation=cv2.INTER_AREA)
        drawn = small.astype(np.float32) / np.float32(255.0)
        return np.asarray(drawn if blur_px == 0 else cv2.GaussianBlur(drawn, (0, 0), blur_px), np.float32)

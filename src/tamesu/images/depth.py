"""Samples of any depth to 8 bits, and transparency onto white."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tamesu.images.faults import UnreadableImageError

TWELVE_BIT_END = 4096
ROWS_AT_ONCE = 256  # bounds the memory of the intermediate arrays on very large images


@functools.cache
def _to_8_bit_table() -> NDArray[np.uint8]:
    """round(v / 257) for every 16-bit v; 257 is 65535 / 255, so white stays white."""
    return ((np.arange(65536, dtype=np.uint32) + 128) // 257).astype(np.uint8)


def scale_to_8_bit(pixels: NDArray[Any], notes: list[str]) -> NDArray[np.uint8]:
    """Samples as uint8, scaled by their type's range and never by the image's own.

    - uint16: v / 257, rounded. When no sample reaches 4096, the file may hold 12-bit data: IMG_16BIT_RANGE is asked.
    - int32: read as 16-bit range, values outside are cut; always asked.
    - float: 0 to 1 is black to white; anything else is asked, and read as 8-bit range.

    Args:
        pixels: any shape; uint8, uint16, int32 or float.
        notes: IMG_16BIT_SCALED, IMG_16BIT_RANGE or IMG_CONVERTED is appended when it applies.

    Returns:
        uint8, the same shape.

    Raises:
        UnreadableImageError: IMG_NOT_FINITE, a float image holds NaN or infinity.

    Examples:
        >>> scale_to_8_bit(np.array([[0, 128, 129, 65535]], np.uint16), []).tolist()
        [[0, 0, 1, 255]]
    """
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype == np.uint16:
        largest = int(pixels.max())
        notes.append("IMG_16BIT_RANGE" if 0 < largest < TWELVE_BIT_END else "IMG_16BIT_SCALED")
        return np.asarray(_to_8_bit_table()[pixels])
    if np.issubdtype(pixels.dtype, np.integer):
        notes.append("IMG_16BIT_RANGE")
        return np.asarray(_to_8_bit_table()[np.clip(pixels, 0, 65535)])
    if not np.isfinite(pixels).all():
        raise UnreadableImageError("IMG_NOT_FINITE")
    unit = bool(pixels.min() >= 0) and bool(pixels.max() <= 1)
    notes.append("IMG_CONVERTED" if unit else "IMG_16BIT_RANGE")
    return np.clip(np.rint(pixels * 255.0 if unit else pixels), 0, 255).astype(np.uint8)


def flatten_alpha(pixels: NDArray[np.uint8], notes: list[str]) -> NDArray[np.uint8]:
    """RGBA onto white: what a browser shows, so what the person saw who wrote the label.

    Colours under full transparency never show: they are leftovers of the painting program.

    Args:
        pixels: (h, w, 4), alpha last and not premultiplied.
        notes: IMG_ALPHA_FLATTENED when anything was transparent, else IMG_CONVERTED.

    Returns:
        (h, w, 3): round((rgb * a + 255 * (255 - a)) / 255).

    Examples:
        >>> flatten_alpha(np.array([[[10, 20, 30, 0], [10, 20, 30, 255]]], np.uint8), []).tolist()
        [[[255, 255, 255], [10, 20, 30]]]
    """
    if bool((pixels[..., 3] == 255).all()):
        notes.append("IMG_CONVERTED")
        return np.ascontiguousarray(pixels[..., :3])
    notes.append("IMG_ALPHA_FLATTENED")
    flat = np.empty((*pixels.shape[:2], 3), np.uint8)
    for top in range(0, len(pixels), ROWS_AT_ONCE):
        rows = pixels[top : top + ROWS_AT_ONCE].astype(np.uint32)
        alpha = rows[..., 3:]
        flat[top : top + ROWS_AT_ONCE] = (rows[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return flat

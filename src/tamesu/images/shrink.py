"""The size at which images are kept: short side `short_px`, never enlarged."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from tamesu.images.decode import LIMIT_PX, Decoded, decode_image

LONG_LIMIT = 8  # a long side of at most 8 short sides: a 1 x 100,000 line must not fill the cache


def kept_size(height: int, width: int, short_px: int) -> tuple[int, int]:
    """Height and width at which an image is kept; the aspect ratio stays.

    Args:
        height: of the full image, from 1.
        width: of the full image, from 1.
        short_px: the short side wanted; a smaller image stays as it is. The long side is at most 8 times this.

    Examples:
        >>> kept_size(3000, 4000, 224), kept_size(100, 120, 224), kept_size(1, 4000, 224)
        ((224, 299), (100, 120), (1, 1792))
    """
    short, long = min(height, width), max(height, width)
    new_short, new_long = short, long
    if new_short > short_px:
        new_short, new_long = short_px, (2 * long * short_px + short) // (2 * short)
    if new_long > LONG_LIMIT * short_px:
        new_long = LONG_LIMIT * short_px
        new_short = max(1, (2 * short * new_long + long) // (2 * long))
    return (new_short, new_long) if height <= width else (new_long, new_short)


def load_kept(
    content: bytes, short_px: int, limit_px: int = LIMIT_PX, listen: Callable[[], str] | None = None
) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """A file's bytes to the pixels that are kept. Cache and fallback both come here, so both give the same bytes.

    Args:
        content: the file.
        short_px: see `kept_size`.
        limit_px: see `decode_image`.
        listen: see `decode_image`.

    Returns:
        (h, w, 3) at the `kept_size` of the whole image, each pixel the mean of the area it stands for, and the notes.

    Raises:
        UnreadableImageError: as `decode_image`.
    """
    decoded = decode_image(content, limit_px=limit_px, at_least_px=short_px, listen=listen)
    return shrink_image(decoded, short_px), decoded.notes


def encode_small(pixels: NDArray[np.uint8], long_px: int, quality: int) -> bytes:
    """A small JPEG of an image; one that is smaller already keeps its size.

    Args:
        pixels: RGB, (h, w, 3).
        long_px: the long side at most.
        quality: of the JPEG, 0 to 100.

    Examples:
        >>> encode_small(np.zeros((4, 4, 3), np.uint8), 2, 80)[:2]
        b'\\xff\\xd8'
    """
    scale = long_px / max(pixels.shape[:2])
    if scale < 1.0:
        size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    _, coded = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return bytes(coded.tobytes())


def shrink_image(decoded: Decoded, short_px: int) -> NDArray[np.uint8]:
    """A decoded image at its kept size.

    Args:
        decoded: from `decode_image` with `at_least_px=short_px`, or of full size.
        short_px: see `kept_size`.

    Returns:
        (h, w, 3) at the `kept_size` of the whole image, each pixel the mean of the area it stands for.

    Examples:
        >>> shrink_image(Decoded(np.zeros((30, 40, 3), np.uint8), (30, 40), (), "PNG", "RGB"), 15).shape
        (15, 20, 3)
    """
    height, width = kept_size(*decoded.full_size, short_px)
    if decoded.pixels.shape[:2] == (height, width):
        return decoded.pixels
    return np.asarray(cv2.resize(decoded.pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)

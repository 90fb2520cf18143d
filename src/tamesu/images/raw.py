"""What a format's reader hands over: samples as stored, and remarks. Only `decode` makes RGB uint8 of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tamesu.images.faults import UnreadableImageError


@dataclass(slots=True)
class Raw:
    """An image as its file stores it.

    Attributes:
        pixels: (h, w) grey, (h, w, 3) RGB or (h, w, 4) RGBA; uint8, uint16, int32 or float32.
        mode: what the file says, in Pillow's words (`RGB`, `L`, `P`, `CMYK`, `I;16`, ...).
        notes: codes, in the order they were found.
        orientation: EXIF's 1 to 8, still to be applied; None when there is none or the reader has applied it.
        full_size: height and width in the file, when the pixels come at a fraction of its scale; else None.
        exif: the EXIF block, a TIFF structure as it stands in the file; empty when there is none.
    """

    pixels: NDArray[Any]
    mode: str
    notes: list[str] = field(default_factory=list)
    orientation: int | None = None
    full_size: tuple[int, int] | None = None
    exif: bytes = b""


def check_size(width: int, height: int, limit_px: int) -> None:
    """Refuse a declared size before anything is decoded.

    Raises:
        UnreadableImageError: IMG_BAD_SIZE (zero), IMG_TOO_LARGE (more than `limit_px` pixels).
    """
    if width <= 0 or height <= 0:
        raise UnreadableImageError("IMG_BAD_SIZE", f"{width} x {height}")
    if width * height > limit_px:
        raise UnreadableImageError("IMG_TOO_LARGE", f"{width} x {height}")


def as_buffer(content: bytes) -> NDArray[np.uint8]:
    """The bytes as OpenCV wants them, not copied."""
    return np.frombuffer(content, np.uint8)

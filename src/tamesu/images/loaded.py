"""A few images decoded here and now and held in memory: the pixels that the cache would give, and nothing written anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tamesu.errors import Fault
from tamesu.images.decode import LIMIT_PX
from tamesu.images.faults import UnreadableImageError, image_fault
from tamesu.images.read import LIMIT_BYTES, read_image_file
from tamesu.images.shrink import load_kept

NOTHING = np.zeros((0, 0, 3), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """One image.

    Attributes:
        pixels: RGB, uint8, shape (height, width, 3), read-only; empty where it cannot be read.
        mean: red, green and blue, 0 to 255.
        fault: why it cannot be read; None when it can.
    """

    pixels: NDArray[np.uint8]
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    fault: Fault | None = None


def load_image(root: Path, relative: str, short_px: int, *, limit_bytes: int = LIMIT_BYTES, limit_px: int = LIMIT_PX) -> Loaded:
    """An image as `tamesu.images.cache` keeps it; what is wrong with it is told, not raised.

    Args:
        root: the data folder.
        relative: the image's path under it, with `/`.
        short_px: short side of the pixels; see `tamesu.images.shrink.kept_size`.
        limit_bytes: a larger file is not read.
        limit_px: an image of more pixels is not decoded.

    Examples:
        >>> load_image(Path("/nowhere"), "a.jpg", 32).fault.code
        'IMG_MISSING'
    """
    try:
        pixels, _ = load_kept(read_image_file(root, relative, limit_bytes=limit_bytes), short_px, limit_px)
    except UnreadableImageError as error:
        return Loaded(NOTHING, fault=image_fault(error.code, relative, error.detail))
    pixels.flags.writeable = False
    red, green, blue, _ = cv2.mean(pixels)
    return Loaded(pixels, (red, green, blue))


class LoadedImages:
    """Loaded images in the order given, as `tamesu.images.cache.Images` gives them.

    Args:
        images: the images.

    Attributes:
        readable: bool (n,).
        sizes: int32 (n, 2), height and width of the pixels; 0 for an unreadable image.
        means: float32 (n, 3), mean red, green and blue, 0 to 255.
    """

    def __init__(self, images: Sequence[Loaded]) -> None:
        self._images = list(images)
        self.readable: NDArray[np.bool_] = np.array([one.fault is None for one in images], bool)
        self.sizes: NDArray[np.int32] = np.array([one.pixels.shape[:2] for one in images], np.int32).reshape(-1, 2)
        self.means: NDArray[np.float32] = np.array([one.mean for one in images], np.float32).reshape(-1, 3)

    def pixels(self, i: int) -> NDArray[np.uint8]:
        """The pixels of image `i`, uint8 (h, w, 3) RGB, read-only; empty where it cannot be read."""
        return self._images[i].pixels

    def fault(self, i: int) -> Fault | None:
        """Why image `i` cannot be read; None when it can."""
        return self._images[i].fault

"""Masks: one number per pixel, as stored; and the sizes of masks and images, from their headers."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tamesu.errors import Fault, InputError, Where
from tamesu.images.decode import LIMIT_PX, decode_image, decode_mask
from tamesu.images.exif import SIDEWAYS, take_orientation
from tamesu.images.faults import UnreadableImageError
from tamesu.images.jpeg import JpegHeader, scan_jpeg
from tamesu.images.pillow import open_with_pillow
from tamesu.images.png import PngHeader, scan_png
from tamesu.images.read import read_image_file
from tamesu.images.sniff import sniff_format

# A JPEG says its size and how it was held before its pixels begin, mostly within so much.
HEAD_BYTES = 1 << 18


def read_mask(root: Path, relative: str) -> NDArray[np.uint8]:
    """The numbers of a mask: palette indices, grey values, 0 and 1 of a 1-bit file, or one of three equal channels.

    Args:
        root: the data folder.
        relative: the mask's path under it, with `/`.

    Returns:
        uint8, shape (height, width), as stored: EXIF does not turn it.

    Raises:
        InputError: MASK_UNREADABLE: it is not there or broken, has colours, is transparent somewhere, or has values above 255.
    """
    values = read_map(root, relative)
    if values.size and not 0 <= values.min() <= values.max() <= 255:
        error = UnreadableImageError("IMG_NOT_A_MASK", f"{values.min()} ... {values.max()}")
        raise InputError(unreadable(relative, error))
    return values.astype(np.uint8)


def read_map(root: Path, relative: str) -> NDArray[Any]:
    """The numbers of a map, of 8 or 16 bits: as `read_mask`, without a limit on their size.

    Args:
        root: the data folder.
        relative: the map's path under it, with `/`.

    Returns:
        A whole number per pixel, shape (height, width), as stored.

    Raises:
        InputError: MASK_UNREADABLE: it is not there or broken, has colours, or is transparent somewhere.
    """
    try:
        content = read_image_file(root, relative)
        try:
            return decode_mask(content)
        except UnreadableImageError as error:
            if error.code != "IMG_NOT_A_MASK":
                raise
            return read_equal_channels(content)
    except UnreadableImageError as error:
        raise InputError(unreadable(relative, error)) from error


def read_equal_channels(content: bytes) -> NDArray[np.int32]:
    """The one number per pixel of an image whose red, green and blue are the same, and which hides nothing.

    Raises:
        UnreadableImageError: IMG_NOT_A_MASK, they differ or something is transparent; IMG_UNREADABLE.
    """
    image = open_with_pillow(sniff_format(content), content, LIMIT_PX)
    try:
        pixels = np.asarray(image.convert("RGBA")).astype(np.int32)
    except MemoryError:
        raise
    except Exception as error:  # whatever a reader of foreign bytes stumbles on, the file is at fault
        raise UnreadableImageError("IMG_UNREADABLE") from error
    if image.mode not in ("RGB", "RGBA", "LA") or (pixels[..., :3] != pixels[..., :1]).any() or (pixels[..., 3] < 255).any():
        raise UnreadableImageError("IMG_NOT_A_MASK", image.mode)
    return pixels[..., 0]


def read_mask_size(root: Path, relative: str) -> tuple[int, int]:
    """Height and width of a mask, from its header.

    Raises:
        InputError: MASK_UNREADABLE.
    """
    try:
        content = read_image_file(root, relative)
        image = open_with_pillow(sniff_format(content), content, LIMIT_PX)
    except UnreadableImageError as error:
        raise InputError(unreadable(relative, error)) from error
    return image.height, image.width


def read_upright_size(root: Path, relative: str) -> tuple[int, int]:
    """Height and width of an image as it is seen upright, as `decode_image` turns it; of JPEG and PNG without decoding.

    Args:
        root: the data folder.
        relative: the image's path under it, with `/`.

    Raises:
        UnreadableImageError: as `read_image_file` and `decode_image`.
    """
    content = read_image_file(root, relative, first_bytes=HEAD_BYTES)
    format_name = sniff_format(content)
    if format_name == "JPEG":
        with contextlib.suppress(UnreadableImageError):  # the header is longer than that
            return turn_size(scan_jpeg(content))
    if len(content) == HEAD_BYTES:
        content = read_image_file(root, relative)
    if format_name == "JPEG":
        return turn_size(scan_jpeg(content))
    return turn_size(scan_png(content)) if format_name == "PNG" else decode_image(content).full_size


def turn_size(header: JpegHeader | PngHeader) -> tuple[int, int]:
    """Height and width as the header's orientation turns them."""
    orientation = take_orientation(header.exif, [])
    return (header.width, header.height) if orientation in SIDEWAYS else (header.height, header.width)


def unreadable(relative: str, error: UnreadableImageError) -> Fault:
    """MASK_UNREADABLE for one file."""
    return Fault("MASK_UNREADABLE", "refuse", Where(relative), {"reason": str(error)})

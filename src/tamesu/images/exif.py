"""The one thing we take from EXIF: how the camera was held."""

from __future__ import annotations

import struct
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

ORIENTATION_TAG = 0x0112
UPRIGHT = 1
SIDEWAYS = frozenset({5, 6, 7, 8})  # height and width trade places


def read_orientation(block: bytes) -> int | None:
    """The orientation in an EXIF block.

    Args:
        block: a TIFF structure (`II*` or `MM` first), as in EXIF, without the `Exif` heading of a JPEG.

    Returns:
        1 to 8, or None when the block does not say.

    Raises:
        ValueError: the block is not readable, or the number is not among 1 to 8.

    Examples:
        >>> read_orientation(make_exif(6))
        6
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None:
        raise ValueError("no TIFF structure")
    try:
        (start,) = struct.unpack_from(order + "I", block, 4)
        (count,) = struct.unpack_from(order + "H", block, start)
        for position in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, _ = struct.unpack_from(order + "HHI", block, position)
            if tag != ORIENTATION_TAG:
                continue
            (value,) = struct.unpack_from(order + {1: "B", 4: "I"}.get(kind, "H"), block, position + 8)
            if not 1 <= value <= 8:
                raise ValueError(f"orientation {value} does not exist")
            return int(value)
    except struct.error as error:
        raise ValueError("the directory is cut") from error
    return None


def take_orientation(block: bytes | None, notes: list[str]) -> int | None:
    """The orientation to apply, or None; appends IMG_BAD_EXIF to `notes` when the block is no good."""
    if block is None:
        return None
    try:
        return read_orientation(block)
    except ValueError:
        notes.append("IMG_BAD_EXIF")
        return None


def turn_upright(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """The picture as the camera saw it.

    Args:
        pixels: (h, w) or (h, w, c), as stored.
        orientation: 1 to 8 as EXIF defines it: which edges the first stored row and column are.

    Returns:
        A contiguous array; (w, h, ...) for 5 to 8.

    Source: Exif 2.32 (CIPA DC-008), tag 0x0112.

    Examples:
        >>> turn_upright(np.array([[1, 2, 3]], np.uint8), 6).tolist()
        [[1], [2], [3]]
    """
    if orientation == UPRIGHT:
        return pixels
    if orientation in SIDEWAYS:  # stored column by column
        pixels = cv2.transpose(pixels)
    # transpose, then these flips, gives 5, 6 (90 degrees clockwise), 7 and 8 in turn
    flip = {2: 1, 3: -1, 4: 0, 5: None, 6: 1, 7: -1, 8: 0}[orientation]
    return np.ascontiguousarray(pixels) if flip is None else cv2.flip(pixels, flip)


def make_exif(orientation: int) -> bytes:
    """The smallest EXIF block that says an orientation; any 16-bit number, for tests and for files that we write.

    Examples:
        >>> len(make_exif(1))
        26
    """
    return b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, ORIENTATION_TAG, 3, 1, orientation, 0, 0)


def is_profile_broken(profile: bytes) -> bool:
    """Whether a colour profile is not one: wrong signature, or not as long as it says.

    Source: ICC.1:2022, section 7.2: size in bytes 0-3, `acsp` in bytes 36-39.

    Examples:
        >>> is_profile_broken(b"rubbish")
        True
    """
    return len(profile) < 128 or profile[36:40] != b"acsp" or int.from_bytes(profile[:4], "big") > len(profile)

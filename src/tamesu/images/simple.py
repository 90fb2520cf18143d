"""GIF, BMP and AVIF: a short look at the header, then Pillow."""

from __future__ import annotations

import struct

from tamesu.images.exif import ORIENTATION_TAG
from tamesu.images.faults import UnreadableImageError
from tamesu.images.pillow import open_with_pillow, read_with_pillow
from tamesu.images.raw import Raw, check_size

GIF_END = b";"


def read_gif(content: bytes, limit_px: int) -> Raw:
    """The samples of a GIF's first frame.

    Raises:
        UnreadableImageError: IMG_UNREADABLE, IMG_BAD_SIZE, IMG_TOO_LARGE, IMG_TRUNCATED.
    """
    width, height = _unpack("<HH", content, 6)
    check_size(width, height, limit_px)
    raw = read_with_pillow("GIF", content, limit_px)
    if GIF_END not in content[-64:]:
        raw.notes.append("IMG_NO_END_MARKER")
    return raw


def read_bmp(content: bytes, limit_px: int) -> Raw:
    """The samples of a BMP; a negative height means rows from the top.

    Raises:
        UnreadableImageError: IMG_UNREADABLE, IMG_BAD_SIZE, IMG_TOO_LARGE, IMG_TRUNCATED.
    """
    (header_size,) = _unpack("<I", content, 14)
    width, height = _unpack("<HH" if header_size == 12 else "<ii", content, 18)
    check_size(abs(width), abs(height), limit_px)
    return read_with_pillow("BMP", content, limit_px)


def read_avif(content: bytes, limit_px: int) -> Raw:
    """The samples of an AVIF's first frame; Pillow tells the box's rotation and mirror as an EXIF orientation.

    Raises:
        UnreadableImageError: IMG_UNREADABLE, IMG_BAD_SIZE, IMG_TOO_LARGE, IMG_TRUNCATED, IMG_NO_DECODER.
    """
    position = 0
    while position + 8 <= len(content):
        size = int.from_bytes(content[position : position + 4], "big")
        if size == 1:
            size = int.from_bytes(content[position + 8 : position + 16], "big")
        if position + size > len(content):
            raise UnreadableImageError("IMG_TRUNCATED")
        position = position + size if size >= 8 else len(content)  # 0: the box goes on to the end
    image = open_with_pillow("AVIF", content, limit_px)
    orientation = image.getexif().get(ORIENTATION_TAG)
    raw = read_with_pillow("AVIF", content, limit_px)
    raw.exif = bytes(image.info.get("exif", b"")).removeprefix(b"Exif\0\0")
    if orientation is None or orientation in range(1, 9):
        raw.orientation = orientation
    else:
        raw.notes.append("IMG_BAD_EXIF")
    return raw


def _unpack(layout: str, content: bytes, position: int) -> tuple[int, ...]:
    """Numbers at a place of the header.

    Raises:
        UnreadableImageError: IMG_UNREADABLE, the file ends before.
    """
    try:
        return struct.unpack_from(layout, content, position)
    except struct.error as error:
        raise UnreadableImageError("IMG_UNREADABLE") from error

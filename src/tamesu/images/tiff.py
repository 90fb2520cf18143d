"""TIFF: its first directory, and its first page's samples."""

from __future__ import annotations

import struct

import cv2
import numpy as np

from tamesu.images.exif import UPRIGHT
from tamesu.images.faults import UnreadableImageError
from tamesu.images.pillow import read_with_pillow
from tamesu.images.raw import Raw, as_buffer, check_size

WIDTH, HEIGHT, BITS, PHOTOMETRIC, ORIENTATION, SAMPLES = 256, 257, 258, 262, 274, 277
STRIPS, STRIP_BYTES, TILES, TILE_BYTES = 273, 279, 324, 325
WHITE_IS_ZERO = 0
# field type -> bytes and struct letter; rationals and text are not looked at
KINDS = {1: (1, "B"), 3: (2, "H"), 4: (4, "I"), 16: (8, "Q")}


class TiffDirectory:
    """The first directory of a TIFF or BigTIFF: its numeric tags, and whether another page is said to follow.

    Args:
        content: the file.

    Raises:
        UnreadableImageError: IMG_UNREADABLE, there is no directory.
    """

    def __init__(self, content: bytes) -> None:
        self.tags: dict[int, tuple[int, ...]] = {}
        order = "<" if content[:2] == b"II" else ">"
        big = content[2:4] in (b"+\0", b"\0+")
        head, count_letter, offset_letter, field = (8, "Q", "Q", 20) if big else (4, "H", "I", 12)
        inline = struct.calcsize(offset_letter)
        try:
            (start,) = struct.unpack_from(order + offset_letter, content, head)
            (count,) = struct.unpack_from(order + count_letter, content, start)
            if not start or not count:
                raise UnreadableImageError("IMG_UNREADABLE")
            first = start + struct.calcsize(count_letter)
            for position in range(first, min(first + count * field, len(content)), field):
                tag, kind, values = struct.unpack_from(order + "HH" + offset_letter, content, position)
                if kind not in KINDS or not values:
                    continue
                size, letter = KINDS[kind]
                place = position + 4 + inline
                if size * values > inline:
                    (place,) = struct.unpack_from(order + offset_letter, content, place)
                if place + size * values > len(content):
                    continue
                self.tags[tag] = struct.unpack_from(f"{order}{values}{letter}", content, place)
        except struct.error as error:
            raise UnreadableImageError("IMG_UNREADABLE") from error
        end = first + count * field
        following = content[end : end + inline].ljust(inline, b"\0")
        self.has_more_pages = any(following)

    def first(self, tag: int, default: int) -> int:
        """A tag's first number, or the default."""
        values = self.tags.get(tag)
        return values[0] if values else default

    def reaches(self) -> int:
        """The file length that the pixel data need; 0 when it is not said."""
        pairs = [(STRIPS, STRIP_BYTES), (TILES, TILE_BYTES)]
        places = [zip(self.tags.get(a, ()), self.tags.get(b, ()), strict=False) for a, b in pairs]
        return max((start + size for pair in places for start, size in pair), default=0)


def read_tiff(content: bytes, limit_px: int) -> Raw:
    """The samples of a TIFF's first page, upright: both readers turn TIFFs themselves.

    16-bit colour is read by OpenCV, because Pillow would drop the lower 8 bits; the rest by Pillow.

    Raises:
        UnreadableImageError: IMG_UNREADABLE, IMG_BAD_SIZE, IMG_TOO_LARGE, IMG_TRUNCATED, IMG_NO_DECODER.
    """
    directory = TiffDirectory(content)
    check_size(directory.first(WIDTH, 0), directory.first(HEIGHT, 0), limit_px)
    if directory.reaches() > len(content):
        raise UnreadableImageError("IMG_TRUNCATED")
    bits = max(directory.tags.get(BITS, (1,)))
    raw = _read_deep_color(content) if bits == 16 and directory.first(SAMPLES, 1) >= 3 else None
    raw = raw or read_with_pillow("TIFF", content, limit_px)
    if raw.pixels.dtype == np.uint16 and raw.pixels.ndim == 2 and directory.first(PHOTOMETRIC, 1) == WHITE_IS_ZERO:
        raw.pixels = 65535 - raw.pixels
    raw.exif = content  # an EXIF block is a TIFF structure
    if directory.has_more_pages:
        raw.notes.append("IMG_MULTI_FRAME")
    orientation = directory.first(ORIENTATION, UPRIGHT)
    if not 1 <= orientation <= 8:
        raw.notes.append("IMG_BAD_EXIF")
    elif orientation != UPRIGHT:
        raw.notes.append("IMG_TURNED")
    return raw


def _read_deep_color(content: bytes) -> Raw | None:
    """16-bit RGB or RGBA by OpenCV, or None when it gives anything else."""
    try:
        pixels = cv2.imdecode(as_buffer(content), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if pixels is None or pixels.dtype != np.uint16 or pixels.ndim != 3:
        return None
    code = cv2.COLOR_BGRA2RGBA if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGB
    return Raw(cv2.cvtColor(pixels, code), "RGB;16" if pixels.shape[2] == 3 else "RGBA;16")

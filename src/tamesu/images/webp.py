"""WebP: its chunks, and its first frame's samples."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import cv2

from tamesu.images.exif import take_orientation
from tamesu.images.faults import UnreadableImageError
from tamesu.images.pillow import read_with_pillow
from tamesu.images.raw import Raw, as_buffer, check_size

ANIMATED = 0x02


def walk_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and body of each chunk of a WebP.

    Raises:
        UnreadableImageError: IMG_TRUNCATED, a chunk is longer than what is left of the file.
    """
    position, stop = 12, min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    while position + 8 <= stop:
        size = int.from_bytes(content[position + 4 : position + 8], "little")
        if position + 8 + size > len(content):
            raise UnreadableImageError("IMG_TRUNCATED")
        yield content[position : position + 4], content[position + 8 : position + 8 + size]
        position += 8 + size + size % 2


def read_webp(content: bytes, limit_px: int) -> Raw:
    """The samples of a WebP's first frame: RGB or RGBA.

    Raises:
        UnreadableImageError: IMG_UNREADABLE, IMG_BAD_SIZE, IMG_TOO_LARGE, IMG_TRUNCATED.
    """
    # One byte is forgiven: writers differ on whether the size counts the padding.
    if 8 + int.from_bytes(content[4:8], "little") > len(content) + 1:
        raise UnreadableImageError("IMG_TRUNCATED")
    chunks = dict(reversed(list(walk_chunks(content))))
    check_size(*_read_size(chunks), limit_px)
    notes: list[str] = []
    exif = chunks[b"EXIF"].removeprefix(b"Exif\0\0") if b"EXIF" in chunks else None
    orientation = take_orientation(exif, notes)
    pixels = None
    if not (b"VP8X" in chunks and chunks[b"VP8X"][0] & ANIMATED):
        try:
            pixels = cv2.imdecode(as_buffer(content), cv2.IMREAD_UNCHANGED)
        except cv2.error:
            pixels = None
    if pixels is None or pixels.ndim != 3:
        raw = read_with_pillow("WEBP", content, limit_px)
        return Raw(raw.pixels, raw.mode, raw.notes + notes, orientation, exif=exif or b"")
    if pixels.shape[2] == 4:
        return Raw(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA), "RGBA", notes, orientation, exif=exif or b"")
    return Raw(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), "RGB", notes, orientation, exif=exif or b"")


def _read_size(chunks: dict[bytes, bytes]) -> tuple[int, int]:
    """Width and height from the first chunk that knows them."""
    try:
        if b"VP8X" in chunks:
            body = chunks[b"VP8X"]
            return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
        if b"VP8L" in chunks:
            (packed,) = struct.unpack_from("<I", chunks[b"VP8L"], 1)
            return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
        width, height = struct.unpack_from("<HH", chunks[b"VP8 "], 6)
        return width & 0x3FFF, height & 0x3FFF
    except (KeyError, struct.error) as error:
        raise UnreadableImageError("IMG_UNREADABLE") from error

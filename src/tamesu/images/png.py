"""PNG: its chunks, checked and cut down to those that hold pixels, and its samples."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tamesu.images.exif import is_profile_broken, take_orientation
from tamesu.images.faults import UnreadableImageError
from tamesu.images.raw import Raw, as_buffer, check_size

SIGNATURE = b"\x89PNG\r\n\x1a\n"
NEEDED = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
END_CHUNK = b"\0\0\0\0IEND\xaeB`\x82"
MODES = {0: "L", 2: "RGB", 3: "P", 4: "LA", 6: "RGBA"}
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
METADATA_LIMIT = 1 << 20  # bytes of text, unpacked, above which the report says that it was left unread
INFLATE_STEP = 1 << 20


@dataclass(slots=True)
class PngHeader:
    """What the chunks of a PNG say; `kept` are the chunks that hold pixels, whole, in order."""

    width: int
    height: int
    bits: int
    color: int
    interlaced: bool
    kept: list[bytes] = field(default_factory=list)
    dropped: int = 0
    exif: bytes | None = None
    transparent: bool = False
    ended: bool = False
    notes: list[str] = field(default_factory=list)

    def strip(self) -> bytes:
        """The same picture without the chunks that hold no pixels, and with an end."""
        return SIGNATURE + b"".join(self.kept) + END_CHUNK


def scan_png(content: bytes) -> PngHeader:
    """Walk the chunks of a PNG, without decoding pixels.

    Raises:
        UnreadableImageError: IMG_UNREADABLE (no header, no pixels), IMG_BAD_CHECKSUM (of the header),
            IMG_TRUNCATED (ends inside the pixels).
    """
    first = content[8:33]
    if len(first) < 25 or first[:8] != b"\0\0\0\rIHDR":
        raise UnreadableImageError("IMG_UNREADABLE")
    if zlib.crc32(first[4:21]) != int.from_bytes(first[21:], "big"):
        raise UnreadableImageError("IMG_BAD_CHECKSUM")
    width, height, bits, color, _, _, interlace = struct.unpack_from(">IIBBBBB", first, 8)
    if color not in MODES:
        raise UnreadableImageError("IMG_UNREADABLE")
    header = PngHeader(width, height, bits, color, interlace == 1, [first])
    position, has_pixels = 33, False
    while position < len(content) and not header.ended:
        length, name = int.from_bytes(content[position : position + 4], "big"), content[position + 4 : position + 8]
        stop = position + 12 + length
        if stop > len(content):
            if name == b"IDAT" or not has_pixels:
                raise UnreadableImageError("IMG_TRUNCATED" if has_pixels or name == b"IDAT" else "IMG_UNREADABLE")
            break
        has_pixels = has_pixels or name == b"IDAT"
        header.ended = name == b"IEND"
        if name not in NEEDED:
            header.dropped += 1
            _take_chunk(header, name, content[position + 8 : stop - 4])
        elif not header.ended:
            header.transparent = header.transparent or name == b"tRNS"
            header.kept.append(content[position:stop])
        position = stop
    if not has_pixels:
        raise UnreadableImageError("IMG_UNREADABLE")
    return header


def _take_chunk(header: PngHeader, name: bytes, body: bytes) -> None:
    """Keep what a chunk without pixels says."""
    if name == b"acTL":
        header.notes.append("IMG_MULTI_FRAME")
    elif name == b"eXIf":
        header.exif = body.removeprefix(b"Exif\0\0")
    elif name == b"iCCP":
        packed = body[body.find(b"\0") + 2 :]
        if is_profile_broken(_inflate(packed, METADATA_LIMIT) or b""):
            header.notes.append("IMG_BAD_PROFILE")
    elif name in (b"tEXt", b"zTXt", b"iTXt") and _is_long_text(name, body):
        header.notes.append("IMG_METADATA_DROPPED")


def _is_long_text(name: bytes, body: bytes) -> bool:
    """Whether a text chunk holds more than `METADATA_LIMIT`, unpacked; unpacks no more than that."""
    if len(body) > METADATA_LIMIT:
        return True
    packed = b""
    rest = body[body.find(b"\0") + 1 :]
    if name == b"zTXt":
        packed = rest[1:]
    elif name == b"iTXt" and rest[:1] == b"\1":
        packed = rest[2:].split(b"\0", 2)[-1]
    return len(_inflate(packed, METADATA_LIMIT + 1) or b"") > METADATA_LIMIT


def _inflate(packed: bytes, limit: int) -> bytes | None:
    """At most `limit` bytes of a zlib stream, or None when it is not one."""
    try:
        return zlib.decompressobj().decompress(packed, limit)
    except zlib.error:
        return None


def read_png(content: bytes, limit_px: int) -> Raw:
    """The samples of a PNG: grey, RGB or RGBA of 8 or 16 bits; palettes and fewer bits are spread out.

    Only chunks that hold pixels reach the decoder, so text, profiles, gamma and further frames change nothing.

    Raises:
        UnreadableImageError: IMG_UNREADABLE, IMG_BAD_CHECKSUM, IMG_BAD_SIZE, IMG_TOO_LARGE, IMG_TRUNCATED.
    """
    header = scan_png(content)
    check_size(header.width, header.height, limit_px)
    pixels = _decode(header.strip() if header.dropped or not header.ended else content)
    if pixels is None:
        raise UnreadableImageError(_explain(header))
    notes = list(header.notes)
    if not header.ended:
        notes.append("IMG_NO_END_MARKER")
    orientation = take_orientation(header.exif, notes)
    if header.color in (0, 3) and header.bits <= 8:
        notes.append("IMG_CONVERTED")
    mode = "I;16" if (header.color, header.bits) == (0, 16) else MODES[header.color]
    mode = "1" if header.bits == 1 and header.color == 0 else mode
    return Raw(pixels, mode, notes, orientation, exif=header.exif or b"")


def _decode(content: bytes) -> NDArray[Any] | None:
    """Samples as stored, colours in RGB(A) order; None when libpng finds anything wrong."""
    try:
        pixels = cv2.imdecode(as_buffer(content), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if pixels is None or pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGB))


def _explain(header: PngHeader) -> str:
    """The code for a PNG that libpng refuses."""
    if any(zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big") for chunk in header.kept):
        return "IMG_BAD_CHECKSUM"
    if _count_pixel_bytes(header) < _expected_pixel_bytes(header):
        return "IMG_TRUNCATED"
    return "IMG_UNREADABLE"


def _count_pixel_bytes(header: PngHeader) -> int:
    """How many bytes the pixel data unpack to, in steps of bounded memory."""
    inflater, count = zlib.decompressobj(), 0
    try:
        for chunk in header.kept:
            if chunk[4:8] != b"IDAT":
                continue
            packed = chunk[8:-4]
            while packed and not inflater.eof:
                count += len(inflater.decompress(packed, INFLATE_STEP))
                packed = inflater.unconsumed_tail
    except zlib.error:
        return _expected_pixel_bytes(header)  # rotten rather than short
    return count


def _expected_pixel_bytes(header: PngHeader) -> int:
    """How many bytes the pixel data must unpack to; for an interlaced image the least it can be."""
    row = (header.width * SAMPLES[header.color] * header.bits + 7) // 8
    return header.height * (row + (not header.interlaced))

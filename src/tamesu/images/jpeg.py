"""JPEG: what its segments say, whether all of it is there, and its samples."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tamesu.images.exif import is_profile_broken, take_orientation
from tamesu.images.faults import UnreadableImageError
from tamesu.images.pillow import read_with_pillow
from tamesu.images.raw import Raw, as_buffer, check_size

END = b"\xff\xd9"
# The next marker after compressed data: FF with neither stuffing, a restart nor a fill byte behind it.
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
LOSSLESS = frozenset({0xC3, 0xC7, 0xCB, 0xCF})
ZERO_TAIL = 64  # zero bytes in a row at a file's end without an end marker: blocks that were never written
REDUCED = {8: cv2.IMREAD_REDUCED_COLOR_8, 4: cv2.IMREAD_REDUCED_COLOR_4, 2: cv2.IMREAD_REDUCED_COLOR_2}
FLAGS = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION


@dataclass(slots=True)
class JpegHeader:
    """What the segments of a JPEG say; `ended` is whether its end marker was found."""

    width: int = 0
    height: int = 0
    components: int = 0
    bits: int = 8
    frame: int = 0
    exif: bytes | None = None
    profile: list[bytes] = field(default_factory=list)
    scans: list[bytes] = field(default_factory=list)
    is_multi_picture: bool = False
    ended: bool = False


def scan_jpeg(content: bytes) -> JpegHeader:
    """Walk the segments of a JPEG to its end marker, without decoding.

    Raises:
        UnreadableImageError: IMG_UNREADABLE, the file ends before its picture begins.
    """
    header, position = JpegHeader(), 2
    try:
        while True:
            found = MARKER.search(content, position)
            if found is None or (not header.scans and found.start() > position + 64):  # a few pad bytes are met in the wild
                break
            marker, position = content[found.end() - 1], found.end()
            if marker == 0xD9:
                header.ended = True
                break
            if marker in (0x01, 0xD8):
                continue
            (length,) = struct.unpack_from(">H", content, position)
            if position + length > len(content):
                break
            _take_segment(header, marker, content[position + 2 : position + length])
            position += length
    except struct.error:
        pass  # cut inside a segment; what follows decides by what was found until here
    if not header.scans or not header.frame:
        raise UnreadableImageError("IMG_UNREADABLE")
    # Changed bytes in the data can look like a segment that swallows the end; the file's last bytes then know better.
    header.ended = header.ended or content.endswith(END)
    return header


def _take_segment(header: JpegHeader, marker: int, body: bytes) -> None:
    """Keep what a segment says."""
    if marker in FRAMES and not header.frame:
        header.bits, header.height, header.width, header.components = struct.unpack_from(">BHHB", body)
        header.frame = marker
    elif marker == 0xDA:
        header.scans.append(body)
    elif marker == 0xE1 and body.startswith(b"Exif\0") and header.exif is None:
        header.exif = body[6:]
    elif marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"):
        header.profile.append(body[14:])
    elif marker == 0xE2 and body.startswith(b"MPF\0"):
        header.is_multi_picture = True


def read_jpeg(content: bytes, limit_px: int, at_least_px: int | None = None) -> Raw:
    """The samples of a JPEG; (h, w, 3), grey ones spread to three channels.

    Args:
        content: the file.
        limit_px: pixels at most, by the header.
        at_least_px: when given, the picture may come at 1/2, 1/4 or 1/8 of its scale as long as its short side
            keeps at least this; each pixel is then the mean of its block.

    Raises:
        UnreadableImageError: IMG_UNREADABLE, IMG_BAD_SIZE, IMG_TOO_LARGE, IMG_NO_DECODER, IMG_TRUNCATED.
    """
    header = scan_jpeg(content)
    check_size(header.width, header.height, limit_px)
    if header.bits != 8 or header.frame in LOSSLESS:
        raise UnreadableImageError("IMG_NO_DECODER", f"JPEG, {header.bits} bit" if header.bits != 8 else "JPEG, lossless")
    notes: list[str] = []
    if header.components != 3:
        notes.append("IMG_CONVERTED")
    if header.is_multi_picture:
        notes.append("IMG_MULTI_FRAME")
    if header.profile and is_profile_broken(b"".join(header.profile)):
        notes.append("IMG_BAD_PROFILE")
    orientation = take_orientation(header.exif, notes)
    if not header.ended:
        content = _end_anew(content, header)
        notes.append("IMG_NO_END_MARKER")
    pixels = _decode(content, header, _choose_reduction(header, at_least_px))
    if pixels is None:
        raise UnreadableImageError("IMG_UNREADABLE")
    mode = {1: "L", 3: "RGB", 4: "CMYK"}.get(header.components, "?")
    return Raw(pixels, mode, notes, orientation, (header.height, header.width), header.exif or b"")


def _choose_reduction(header: JpegHeader, at_least_px: int | None) -> int:
    """The largest of 8, 4, 2, 1 that leaves the short side at least `at_least_px`."""
    if at_least_px is None or header.components == 4:
        return 1
    short = min(header.width, header.height)
    return next((n for n in REDUCED if short // n >= at_least_px), 1)


def _decode(content: bytes, header: JpegHeader, reduction: int = 1) -> NDArray[Any] | None:
    """RGB uint8, or None. CMYK goes to Pillow, which knows that Adobe stores it inverted."""
    if header.components != 4:
        # REDUCED_COLOR_* holds IMREAD_COLOR_BGR as its lowest bit, which cannot stand beside IMREAD_COLOR_RGB.
        flags = FLAGS if reduction == 1 else (REDUCED[reduction] & ~cv2.IMREAD_COLOR_BGR) | FLAGS
        try:
            pixels = cv2.imdecode(as_buffer(content), flags)
        except cv2.error:
            pixels = None
        if pixels is not None:
            return np.asarray(pixels)
    try:
        return read_with_pillow("JPEG", content, limit_px=header.width * header.height).pixels
    except UnreadableImageError:
        return None


def _end_anew(content: bytes, header: JpegHeader) -> bytes:
    """A JPEG without end marker, with one.

    Whether all pixels are there is found by decoding twice with different bytes behind the file's last: pixels that
    depend on those bytes were not in the file.

    Raises:
        UnreadableImageError: IMG_TRUNCATED, pixels are missing.
    """
    content = content.removesuffix(b"\xff")
    if content.endswith(bytes(ZERO_TAIL)) or not _has_all_scans(header):
        raise UnreadableImageError("IMG_TRUNCATED")
    once, twice = (_decode(content + filling * 2048 + END, header) for filling in (b"\x55", b"\xaa"))
    if once is None or twice is None or not np.array_equal(once, twice):
        raise UnreadableImageError("IMG_TRUNCATED")
    return content + END


def _has_all_scans(header: JpegHeader) -> bool:
    """Whether every coefficient of a progressive JPEG has come in full precision; True for other kinds.

    Source: ITU-T T.81, B.2.3: a scan names its components, its band Ss to Se, and in Al the bits it leaves out.
    """
    if header.frame not in PROGRESSIVE:
        return True
    needed: set[tuple[int, int]] = set()
    complete: set[tuple[int, int]] = set()
    for scan in header.scans:
        if not scan or len(scan) < 4 + 2 * scan[0]:
            return False
        components = scan[1 : 1 + 2 * scan[0] : 2]
        first, last, approximation = scan[1 + 2 * scan[0] :][:3]
        needed |= {(component, k) for component in components for k in range(64)}
        if approximation & 15 == 0:
            complete |= {(component, k) for component in components for k in range(first, last + 1)}
    return needed <= complete

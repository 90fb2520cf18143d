"""What EXIF tells about the taking of a picture: when, and with which camera."""

from __future__ import annotations

import datetime
import re
import struct

BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
MAKE, MODEL, CHANGED, EXIF_DIRECTORY, TAKEN = 0x010F, 0x0110, 0x0132, 0x8769, 0x9003
TEXT_KINDS = frozenset({2, 7, 129})  # ASCII; undefined and UTF-8, met in the wild
TEXT_LIMIT = 64  # bytes of one text; a camera's name is shorter, and a hostile one may be as long as the file
EARLIEST_YEAR = 1900
DATE = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)")


def read_taking(block: bytes) -> tuple[str, str]:
    """When a picture was taken and with which camera, as its EXIF block says.

    Only the first directory and the EXIF directory it names are read, so no block can lead in a circle.

    Args:
        block: a TIFF structure (`II*` or `MM` first), as in EXIF without the `Exif` heading of a JPEG; a TIFF file is one too.

    Returns:
        The time as `2026-11-28 14:50:41`, of taking or else of the last change; and make and model. Each is empty where the
        block does not say, says nonsense or is no such structure.

    Source: Exif 2.32 (CIPA DC-008): tags 0x9003 DateTimeOriginal, 0x0132 DateTime, 0x010F Make, 0x0110 Model, 0x8769 Exif IFD.

    Examples:
        >>> read_taking(b"no such structure")
        ('', '')
    """
    order = BYTE_ORDERS.get(block[:4])
    if order is None or len(block) < 8:
        return "", ""
    (start,) = struct.unpack_from(order + "I", block, 4)
    main = _read_directory(block, order, start)
    inner = _read_directory(block, order, main[EXIF_DIRECTORY][2]) if EXIF_DIRECTORY in main else {}
    taken = _to_time(_read_text(block, inner, TAKEN)) or _to_time(_read_text(block, main, CHANGED))
    make, model = (_read_text(block, main, tag) for tag in (MAKE, MODEL))
    # Most makers write their name into the model too.
    camera = model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()
    return taken, camera


def _read_directory(block: bytes, order: str, start: int) -> dict[int, tuple[int, int, int, int]]:
    """Tag → kind, count, the value as an offset, and where that value stands; as far as the block goes."""
    found: dict[int, tuple[int, int, int, int]] = {}
    if start + 2 > len(block):
        return found
    (count,) = struct.unpack_from(order + "H", block, start)
    for position in range(start + 2, min(start + 2 + 12 * count, len(block) - 11), 12):
        tag, kind, values, offset = struct.unpack_from(order + "HHII", block, position)
        found.setdefault(tag, (kind, values, offset, position + 8))
    return found


def _read_text(block: bytes, directory: dict[int, tuple[int, int, int, int]], tag: int) -> str:
    """A text of a directory, without what cannot be printed; empty when it is not there or does not lie in the block."""
    kind, count, offset, position = directory.get(tag, (0, 0, 0, 0))
    start = position if count <= 4 else offset
    if kind not in TEXT_KINDS or start + count > len(block):
        return ""
    content = block[start : start + min(count, TEXT_LIMIT)].partition(b"\0")[0]
    text = content.decode("utf-8", "replace").replace("\N{REPLACEMENT CHARACTER}", "")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _to_time(text: str) -> str:
    """`2026:11:28 14:50:41` as `2026-11-28 14:50:41`; empty for no time, such as zeros of a clock that was never set."""
    found = DATE.match(text)
    if found is None:
        return ""
    try:
        time = datetime.datetime(*(int(number) for number in found.groups()))  # type: ignore[arg-type]
    except ValueError:
        return ""
    return str(time) if time.year >= EARLIEST_YEAR else ""

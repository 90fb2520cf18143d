"""From the bytes of a table to its text: unpacking with a limit, and the encoding, never guessed twice in one file."""

from __future__ import annotations

import gzip
import os
import re
import stat
import zlib
from pathlib import Path

from tamesu.artifacts.row_faults import fault_of_rows
from tamesu.errors import Fault, InputError, Outcome, Where, nearest
from tamesu.messages.message import Phrase

# A table of 50 million rows is a mistake; it would take all memory before anything could be said about it.
MAX_BYTES = 2 * 1024**3
# Real tables shrink 3 to 30 times; a bomb shrinks a thousand times.
MAX_UNPACKED_BYTES = 100 * 1024**2
MAX_RATIO = 200
CHUNK = 1024**2

FOREIGN_STARTS = {
    b"PK\x03\x04": "ZIP / XLSX",
    b"\xd0\xcf\x11\xe0": "XLS",
    b"<!doctype html": "HTML",
    b"<html": "HTML",
    b"%pdf": "PDF",
    b"version https://git-lfs": "Git LFS pointer",
    b"sqlite format 3": "SQLite",
}
BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
NOT_A_FILE = Phrase("it is a folder or a device, not a file", "ファイルではなく、フォルダーまたはデバイスです")
LINE_END = re.compile(rb"\r\n|\n|\r")


def load_bytes(path: Path, shown_as: str) -> bytes:
    """All bytes of a table, unpacked when it is gzip.

    Args:
        path: the file.
        shown_as: its name in messages.

    Raises:
        InputError: TABLE_MISSING, TABLE_UNREADABLE (no file, no permission, damaged gzip), TABLE_TOO_LARGE,
            TABLE_NOT_A_TABLE (a workbook, a web page, a Git LFS pointer).
    """
    where = Where(shown_as)
    try:
        # Asked before opening: opening a named pipe would wait for ever.
        about = os.stat(path)
        if not stat.S_ISREG(about.st_mode):
            raise InputError(Fault("TABLE_UNREADABLE", "refuse", where, {"reason": NOT_A_FILE}))
        if about.st_size > MAX_BYTES:
            raise InputError(Fault("TABLE_TOO_LARGE", "refuse", where, {"size_mib": about.st_size // CHUNK}))
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise InputError(Fault("TABLE_MISSING", "refuse", where, {"path": str(path)}, nearest(path.name, beside))) from error
    except OSError as error:
        raise InputError(Fault("TABLE_UNREADABLE", "refuse", where, {"reason": error.strerror or "OSError"})) from error
    if content.startswith(b"\x1f\x8b"):
        content = unpack(path, len(content), where)
    start = content[:64].lstrip().lower()
    for magic, name in FOREIGN_STARTS.items():
        if start.startswith(magic.lower()):
            raise InputError(Fault("TABLE_NOT_A_TABLE", "refuse", where, {"found": name}))
    return content


def unpack(path: Path, packed_bytes: int, where: Where) -> bytes:
    """A gzip file's content, given up as soon as it grows out of proportion."""
    chunks: list[bytes] = []
    size = 0
    try:
        with gzip.open(path, "rb") as file:
            while chunk := file.read(CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if size > MAX_BYTES or (size > MAX_UNPACKED_BYTES and size > MAX_RATIO * packed_bytes):
                    raise InputError(Fault("TABLE_TOO_LARGE", "refuse", where, {"size_mib": size // CHUNK}))
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(Fault("TABLE_UNREADABLE", "refuse", where, {"reason": f"gzip: {error}"})) from error
    return b"".join(chunks)


def decode_text(content: bytes, shown_as: str) -> tuple[str, list[Fault]]:
    """The text of a table: UTF-8 (with or without its mark), UTF-16, or Shift-JIS (cp932).

    Args:
        content: all bytes.
        shown_as: the table's name in messages.

    Returns:
        The text, and a note when it was not UTF-8.

    Raises:
        InputError: TABLE_ENCODING with the lines that are of another encoding, or TABLE_NUL_BYTE.

    Examples:
        >>> decode_text("id,label\\n1,猫\\n".encode("cp932"), "t.csv")[0]
        'id,label\\n1,猫\\n'
    """
    encoding = find_encoding(content)
    if encoding.startswith("utf-8") and b"\0" in content:
        raise InputError(nul_fault(content, shown_as))
    notes: list[Fault] = []
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if not encoding.startswith("utf-8"):
            raise InputError(encoding_fault("refuse", shown_as, [1], encoding, "")) from error
        text, notes = decode_shift_jis(content, shown_as)
    if encoding.startswith(("utf-16", "utf-32")):
        if "\0" in text:
            raise InputError(nul_fault(text.encode("utf-8"), shown_as))
        text = text.removeprefix("\ufeff")
        notes = [encoding_fault("note", shown_as, [1], encoding.upper(), text[:40])]
    return text, notes


def find_encoding(content: bytes) -> str:
    """The encoding that the first bytes speak for; `utf-8` when they say nothing."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return encoding
    # Without its mark, UTF-16 of Latin column names has zeros in every second byte, and only there.
    first, second = content[0:64:2], content[1:64:2]
    if len(content) >= 8 and 0 in second and second.count(0) > 0.3 * len(second) and 0 not in first:
        return "utf-16-le"
    if len(content) >= 8 and 0 in first and first.count(0) > 0.3 * len(first) and 0 not in second:
        return "utf-16-be"
    return "utf-8"


def decode_shift_jis(content: bytes, shown_as: str) -> tuple[str, list[Fault]]:
    """Text that is not UTF-8: Shift-JIS throughout, or refused with the lines that differ.

    A line counts as UTF-8 for sure when it holds a sequence of three bytes (kana, kanji): two-byte sequences are also
    pairs of half-width katakana.
    """
    utf8, other, neither, texts = [], [], [], []
    for number, line in enumerate(LINE_END.split(content), start=1):
        if line.isascii():
            continue
        if (decoded := decode_or_none(line, "utf-8")) is not None and any(character >= "\u0800" for character in decoded):
            utf8.append(number)
        elif (decoded := decode_or_none(line, "cp932")) is not None:
            other.append(number)
            texts.append(decoded)
        else:
            neither.append(number)
    if neither:
        raise InputError(encoding_fault("refuse", shown_as, neither, "?", ""))
    if utf8 and other:
        fewer = utf8 if len(utf8) < len(other) else other
        raise InputError(encoding_fault("refuse", shown_as, fewer, "UTF-8 + Shift-JIS (cp932)", texts[0]))
    note = encoding_fault("note", shown_as, other, "Shift-JIS (cp932)", texts[0])
    return content.decode("cp932"), [note]


def decode_or_none(line: bytes, encoding: str) -> str | None:
    """The text of a line, or None when it is not of this encoding."""
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def encoding_fault(outcome: Outcome, shown_as: str, lines: list[int], encoding: str, example: str) -> Fault:
    """TABLE_ENCODING: a note when one other encoding was read, a refusal when there is no one encoding."""
    return fault_of_rows("TABLE_ENCODING", outcome, shown_as, lines, [example], encoding=encoding)


def nul_fault(content: bytes, shown_as: str) -> Fault:
    """TABLE_NUL_BYTE with the lines that hold zero bytes."""
    lines = [number for number, line in enumerate(LINE_END.split(content), start=1) if b"\0" in line]
    return fault_of_rows("TABLE_NUL_BYTE", "refuse", shown_as, lines, bytes=content.count(b"\0"))

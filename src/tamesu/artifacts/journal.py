"""Journal: one record a line, each with its length and checksum, so that a torn end is noticed and the rest is kept.

A line is `<length of the JSON in bytes> <first 16 hex digits of its SHA-256> <JSON>`.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tamesu.artifacts.files import sync_folder, write_bytes
from tamesu.errors import DamagedError, FolderGoneError


@dataclass(frozen=True, slots=True)
class JournalContent:
    """What a journal holds.

    Attributes:
        records: the whole records, in order.
        bad_lines: line numbers (from 1) in the middle that are not whole.
        torn: bytes after the last whole line that are no whole record.
        end: length in bytes of what is kept (everything before `torn`).
    """

    records: tuple[Any, ...]
    bad_lines: tuple[int, ...]
    torn: bytes
    end: int


def read_journal(path: Path) -> JournalContent:
    """Every whole record of a journal; a missing file is an empty journal.

    Returns:
        The records, and what was damaged. Nothing on disk changes.

    Raises:
        DamagedError: something else stands in the file's place.
    """
    if path.is_symlink():
        raise DamagedError(f"{path}: a link stands where a file of ours was")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return JournalContent((), (), b"", 0)
    except OSError as error:
        raise DamagedError(f"{path}: {error.strerror}") from error
    records, bad, end, offset = [], [], 0, 0
    lines = content.split(b"\n")
    for number, line in enumerate(lines, start=1):
        closed = number < len(lines)
        offset += len(line) + closed
        record = parse_line(line) if closed else None
        if record is not None:
            records.append(record[0])
            end = offset
        elif line:
            bad.append(number)
    last_good = content[:end].count(b"\n")
    return JournalContent(tuple(records), tuple(n for n in bad if n <= last_good), content[end:], end)


def parse_line(line: bytes) -> tuple[Any] | None:
    """The record of one line in a 1-tuple, or None when the line is not whole."""
    length, _, rest = line.partition(b" ")
    digest, _, text = rest.partition(b" ")
    if not length.isdigit() or int(length) != len(text) or digest != checksum(text):
        return None
    try:
        return (json.loads(text),)
    except ValueError:
        return None


def checksum(text: bytes) -> bytes:
    """The first 16 hex digits of the SHA-256."""
    return hashlib.sha256(text).hexdigest()[:16].encode("ascii")


class Journal:
    """A journal open for appending. A torn end is first moved into a file beside it (`<name>.torn-<n>`).

    Args:
        path: the file; its folder must exist.

    Examples:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> Journal(folder / "journal.jsonl").append({"epoch": 1})
        >>> read_journal(folder / "journal.jsonl").records
        ({'epoch': 1},)
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        content = read_journal(path)
        if content.torn:
            taken = len(list(path.parent.glob(f"{path.name}.torn-*")))
            write_bytes(path.with_name(f"{path.name}.torn-{taken + 1}"), content.torn)
            with open(path, "r+b") as file:
                file.truncate(content.end)
                os.fsync(file.fileno())
        self.records: tuple[Any, ...] = content.records

    def append(self, record: Any) -> None:
        """Add one record; it is on the disk when this returns.

        Raises:
            ValueError: the record holds NaN or infinity.
        """
        text = json.dumps(record, ensure_ascii=False, allow_nan=False, sort_keys=True).encode("utf-8")
        is_new = not self.path.exists()
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
        except OSError as error:
            raise FolderGoneError(f"cannot write {self.path}: {error.strerror}") from error
        with open(handle, "ab") as file:
            file.write(b"%d %s %s\n" % (len(text), checksum(text), text))
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self.path.parent)

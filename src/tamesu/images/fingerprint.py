"""Which files are which: size, time and SHA-256 of each, remembered so that unchanged files are not read again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tamesu.errors import Fault
from tamesu.images.faults import UnreadableImageError, image_fault
from tamesu.images.read import read_image_file
from tamesu.images.replace import DIGEST_LENGTH, read_sealed, replace_sealed

THREADS = 4
# A file changed twice within the clock's tick keeps its time; so a file younger than this is hashed again next time.
YOUNG_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class FileMark:
    """One file as it is now.

    Attributes:
        size: bytes; 0 when it cannot be read.
        mtime_ns: time of last change; 0 when it cannot be read.
        sha256: of the content, in hex; None when the file cannot be read (`read_image_file` says why).
    """

    size: int
    mtime_ns: int
    sha256: str | None


ABSENT = FileMark(0, 0, None)


def fingerprint_images(root: Path, relatives: Sequence[str], memory: Path) -> list[FileMark]:
    """Size, time and SHA-256 of each file; a file whose size and time are remembered is not read.

    Args:
        root: the data folder; one `memory` belongs to one `root`.
        relatives: paths under it.
        memory: a file of ours that holds what was found last time; may be deleted at any time, is made anew when damaged.

    Returns:
        One mark per path, in order.
    """
    remembered = _read_memory(memory)
    started_ns = time.time_ns()
    marks: dict[str, FileMark] = {}
    unknown: list[str] = []
    for relative in dict.fromkeys(relatives):
        found = _look(root, relative)
        known = remembered.get(relative)
        if found is not None and known is not None and known[:2] == [found.st_size, found.st_mtime_ns]:
            marks[relative] = FileMark(*known)
        else:
            unknown.append(relative)
    if unknown:
        with ThreadPoolExecutor(THREADS) as pool:
            marks |= zip(unknown, pool.map(lambda relative: _hash_file(root, relative), unknown), strict=True)
        _write_memory(memory, remembered, {name: marks[name] for name in unknown}, started_ns)
    return [marks[relative] for relative in relatives]


def _look(root: Path, relative: str) -> os.stat_result | None:
    """The status of a regular file, links followed, or None."""
    try:
        found = os.stat(f"{root}/{relative}")
    except (OSError, ValueError):
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _hash_file(root: Path, relative: str) -> FileMark:
    """Read a file and hash it."""
    found = _look(root, relative)  # before reading: a change during reading then shows next time
    try:
        content = read_image_file(root, relative)
    except UnreadableImageError:
        return ABSENT
    if found is None:
        return ABSENT
    return FileMark(len(content), found.st_mtime_ns, hashlib.sha256(content).hexdigest())


def _read_memory(memory: Path) -> dict[str, list[Any]]:
    """What was found last time; nothing when the file is missing, cut or not ours."""
    content = read_sealed(memory)
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return {} if content is None else dict(json.loads(content[DIGEST_LENGTH:])["files"])
    return {}


def _write_memory(memory: Path, old: dict[str, list[Any]], new: dict[str, FileMark], started_ns: int) -> None:
    """Remember; a memory that cannot be written costs time next time and nothing else."""
    files = dict(old)
    for name, mark in new.items():
        if mark.sha256 is not None and mark.mtime_ns < started_ns - YOUNG_NS:
            files[name] = [mark.size, mark.mtime_ns, mark.sha256]
        else:
            files.pop(name, None)
    if files == old:
        return
    body = json.dumps({"files": files}, separators=(",", ":")).encode()
    with contextlib.suppress(OSError):
        memory.parent.mkdir(parents=True, exist_ok=True)
        replace_sealed(memory, body)


def find_copies(names: Sequence[str], marks: Sequence[FileMark], labels: Sequence[str | None]) -> list[Fault]:
    """Byte-equal images that contradict each other: different labels, or one of them in the test set.

    Args:
        names: of the images, for the message.
        marks: of the same images.
        labels: of the same images; None for an image of the test set.

    Returns:
        One DATA_DUPLICATES (ask) per group of copies, at the group's first image.
    """
    groups: dict[str, list[int]] = {}
    for row, mark in enumerate(marks):
        if mark.sha256 is not None:
            groups.setdefault(mark.sha256, []).append(row)
    return [
        image_fault("DATA_DUPLICATES", names[rows[0]], ", ".join(names[row] for row in rows[1:]))
        for rows in groups.values()
        if len({labels[row] for row in rows}) > 1
    ]

"""The lines of runs from one server to the next: a morning's first page must not read every file of every run again."""

from __future__ import annotations

import contextlib
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from tamesu import __version__
from tamesu.artifacts.files import read_sealed, write_sealed
from tamesu.errors import DamagedError, FolderGoneError
from tamesu.web.listing import RunLine, key_of, list_runs, stamps_of
from tamesu.web.memory import Memory, Stamp
from tamesu.web.starts import FOLDER

FILE = FOLDER / "lines.json"
# Lines of another version say other things, or say them otherwise.
VERSION = [__version__, *(field.name for field in fields(RunLine))]


def recall_lines(folder: Path, memory: Memory) -> dict[str, Any]:
    """Give a memory what the last server knew of runs; each holds as long as the run's three files are the same.

    Args:
        folder: the competition's folder.
        memory: of this server.

    Returns:
        What the file holds; nothing where it is of another version, damaged or not there.
    """
    try:
        kept = read_sealed(folder / FILE)
        if kept["version"] != VERSION:
            return {}
        for name, (stamps, values) in kept["lines"].items():
            line = RunLine(*values)
            memory.keep(key_of(name), tuple(map(read_stamp, stamps)), lambda line=line: line)  # type: ignore[misc]
    except (DamagedError, TypeError, ValueError, KeyError, AttributeError):
        return {}
    return dict(kept["lines"])


def keep_lines(folder: Path, memory: Memory, known: dict[str, Any]) -> None:
    """Write what this server knows of runs, when that is more than `known`. Damaged runs are looked at each time.

    Args:
        folder: the competition's folder.
        memory: of this server.
        known: from `recall_lines`.
    """
    lines = {}
    for line in list_runs(folder, memory):
        if line.state in ("scored", "unfinished"):
            stamps = [None if one is None else list(one) for one in stamps_of(folder / "runs" / line.name)]
            lines[line.name] = [stamps, list(asdict(line).values())]
    # A folder that may not be written to, or a full disk, costs the next server a second and nothing else.
    if lines != known:
        with contextlib.suppress(OSError, FolderGoneError, ValueError):
            (folder / FOLDER).mkdir(parents=True, exist_ok=True)
            write_sealed(folder / FILE, {"version": VERSION, "lines": lines})


def read_stamp(plain: Any) -> Stamp:
    """A stamp out of JSON."""
    if plain is None:
        return None
    time_ns, size, inode = map(int, plain)
    return time_ns, size, inode

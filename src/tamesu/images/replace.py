"""Atomic replacement of this room's own deletable files (index, memory). Its neighbour `artifacts` guards the user's."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that a reader finds the old content or the new, never a part.

    Args:
        path: the file; its folder must exist.
        content: all of it.

    Raises:
        OSError: the folder cannot be written, the disk is full or failing; the old file is untouched.
    """
    temp = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(temp, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temp, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temp.unlink()
        raise

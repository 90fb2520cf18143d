"""Atomic replacement of this room's own deletable files (index, memory). Its neighbour `artifacts` guards the user's."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

DIGEST_LENGTH = 65  # of a SHA-256 in hex, with its line end


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


def replace_sealed(path: Path, *pieces: bytes | memoryview) -> None:
    """`replace_file` with the SHA-256 of all pieces, in hex, on a line before them.

    Raises:
        OSError: as `replace_file`.
    """
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    replace_file(path, b"".join((digest.hexdigest().encode(), b"\n", *pieces)))


def read_sealed(path: Path) -> bytes | None:
    """A file that `replace_sealed` wrote, its first `DIGEST_LENGTH` bytes being the digest's line.

    Returns:
        None when the file is missing, cut, changed or not ours.
    """
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest = hashlib.sha256(memoryview(content)[DIGEST_LENGTH:]).hexdigest()
    return content if content[:DIGEST_LENGTH] == digest.encode() + b"\n" else None

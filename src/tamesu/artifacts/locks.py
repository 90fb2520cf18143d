"""Who holds a run: a kernel lock that dies with its owner. The text in the file is for messages only."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tamesu.errors import BusyError, FolderGoneError


@contextlib.contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Hold `path` exclusively while the block runs. The file is never deleted.

    Raises:
        BusyError: another process holds it; the message names its pid, host and since when.
        FolderGoneError: the folder cannot be written to.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise FolderGoneError(f"cannot write in {path.parent}: {error.strerror}") from error
    try:
        try:
            take_lock(handle)
        except BlockingIOError as error:
            owner = read_owner(path)
            raise BusyError(
                f"{path.parent.name} is being worked on by process {owner.get('pid', '?')} on {owner.get('host', '?')} "
                f"since {owner.get('since', '?')}; wait for it, or end it with Ctrl-C there"
            ) from error
        owner = {"pid": os.getpid(), "host": socket.gethostname(), "since": time.strftime("%Y-%m-%d %H:%M:%S")}
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(owner).encode(), 0)
        yield
    finally:
        os.close(handle)


def take_lock(handle: int, patience_s: float = 0.5) -> None:
    """Take the lock, or raise BlockingIOError when somebody keeps it longer than a look at it takes."""
    ends = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.02)


def is_locked(path: Path) -> bool:
    """Whether a living process holds `path` now. Leaves nothing; the look itself lasts an instant."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def read_owner(path: Path) -> dict[str, Any]:
    """What the owner wrote about itself; empty when it cannot be read."""
    with contextlib.suppress(OSError, ValueError):
        owner = json.loads(path.read_text())
        if isinstance(owner, dict):
            return owner
    return {}

"""Kept pixels on disk: shard files that only grow, and an index that is replaced whole.

    <folder>/<short_px>px-<version>/index      what lies where; its first line is the SHA-256 of the rest
    <folder>/<short_px>px-<version>/*.u8       pixels, one image behind the other, no heading
    <folder>/<short_px>px-<version>/lock       held by the process that builds

Everything here can be made again from the image files, so whatever is damaged is dropped. Pixels carry a CRC-32 that is
checked when they are first read; so shards need no fsync: pages lost in a power cut are noticed then.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

from tamesu.images.replace import DIGEST_LENGTH, read_sealed, replace_sealed

SHARD_SUFFIX = ".u8"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one content (SHA-256) at one size.

    Attributes:
        sha256: of the image file.
        code: why the image cannot be used; empty when it can.
        detail: belongs to `code`.
        notes: codes.
        height: of the kept pixels; 0 for an unusable image, as are the next four.
        width: of the kept pixels.
        mean: mean red, green and blue of the kept pixels, 0 to 255.
        crc: CRC-32 of the kept pixels.
        shard: name of the shard file; empty when the pixels are not kept.
        offset: of the first byte in the shard.
    """

    sha256: str
    code: str = ""
    detail: str = ""
    notes: tuple[str, ...] = ()
    height: int = 0
    width: int = 0
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    crc: int = 0
    shard: str = ""
    offset: int = 0

    @property
    def size_bytes(self) -> int:
        """Bytes of the kept pixels."""
        return 3 * self.height * self.width

    @property
    def end(self) -> int:
        """The shard's length that these pixels need."""
        return self.offset + self.size_bytes


class Store:
    """One folder of kept pixels, for one size and one version of the decoders.

    Args:
        folder: made when it is not there; `is_writable` tells whether that went well.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.is_writable = os.access(folder, os.W_OK | os.X_OK)
        except OSError:
            self.is_writable = False

    def read_index(self) -> dict[str, Entry]:
        """SHA-256 → entry; empty when there is no index or it is not what was written.

        Entries whose shard is missing or too short come back without their pixels.
        """
        content = read_sealed(self.folder / "index")
        if content is None:
            return {}
        try:
            rows = json.loads(content[DIGEST_LENGTH:])
        except ValueError:
            return {}
        lengths = {path.name: path.stat().st_size for path in self.shards()}
        entries = {}
        for sha256, code, detail, notes, height, width, mean, crc, shard, offset in rows:
            entry = Entry(sha256, code, detail, tuple(notes), height, width, tuple(mean), crc, shard, offset)
            if shard and lengths.get(shard, 0) < entry.end:
                continue
            entries[sha256] = entry
        return entries

    def write_index(self, entries: Iterable[Entry]) -> None:
        """Replace the index.

        Raises:
            OSError: the disk is full or the folder is gone; the old index stays.
        """
        body = json.dumps([astuple(entry) for entry in entries], separators=(",", ":")).encode()
        replace_sealed(self.folder / "index", body)

    def shards(self) -> list[Path]:
        """The shard files that are there."""
        with contextlib.suppress(OSError):
            return [path for path in self.folder.iterdir() if path.suffix == SHARD_SUFFIX]
        return []

    def new_shard(self) -> str:
        """The path of a shard that nobody else writes; the helper makes the file."""
        return str(self.folder / f"{uuid.uuid4().hex}{SHARD_SUFFIX}")

    def used_bytes(self) -> int:
        """Bytes of all shards."""
        return sum(path.stat().st_size for path in self.shards())

    def tidy(self, entries: Iterable[Entry]) -> None:
        """Remove what a killed build left: shards and shard tails that no entry needs, and half-written files.

        Only under the lock: nobody else is building then.
        """
        needed: dict[str, int] = {}
        for entry in entries:
            if entry.shard:
                needed[entry.shard] = max(needed.get(entry.shard, 0), entry.end)
        with contextlib.suppress(OSError):
            for path in self.shards():
                if path.name not in needed:
                    path.unlink()
                elif path.stat().st_size > needed[path.name]:
                    os.truncate(path, needed[path.name])
            for path in self.folder.glob(".index.*.tmp"):
                path.unlink()

    @contextlib.contextmanager
    def lock(self) -> Iterator[bool]:
        """Wait until no other process builds here, and keep others out; the kernel frees it when we die.

        Yields:
            False when no lock can be had, as on some network file systems: then nothing may be written.
        """
        try:
            handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError:
            yield False
            return
        try:
            yield _lock_handle(handle)
        finally:
            os.close(handle)


def _lock_handle(handle: int) -> bool:
    """Wait for the kernel's lock; False when there is none to be had."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        return False
    return True

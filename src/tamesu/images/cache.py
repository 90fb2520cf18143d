"""The decode-once cache: every image decoded one time, at the size the recipe needs, and read by memory map after that.

`pixels(i)` depends on the bytes of the image file and on `short_px`, on nothing else: not on the number of helpers, the
order, or whether the image found room in the cache.
"""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import os
import shutil
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tamesu.errors import DamagedError, Fault
from tamesu.images.decode import LIMIT_PX, decoder_version
from tamesu.images.faults import OF_THE_FILE, UnreadableImageError, image_fault
from tamesu.images.fingerprint import FileMark
from tamesu.images.read import explain_absence, read_image_file
from tamesu.images.shrink import load_kept
from tamesu.images.store import Entry, Store
from tamesu.images.workers import Job, Order, Room, decode_in_helpers

LIMIT_S = 20.0
SPARE_DISK_BYTES = 1_000_000_000
SAVE_EVERY_S = 10.0  # a build that is killed loses at most this much work


class Images:
    """Decoded images in the order asked for. Reading is safe from several threads.

    Made by `open_images`.

    Attributes:
        readable: bool (n,), whether `pixels` works.
        codes: per image, the codes found: notes, questions, or the reason why it is unreadable.
        sizes: int32 (n, 2), height and width of the kept pixels; 0 for an unreadable image.
        means: float32 (n, 3), mean red, green and blue of the kept pixels, 0 to 255; 0 for an unreadable image.
    """

    def __init__(self, root: Path, relatives: Sequence[str], entries: Sequence[Entry], store: Store, short_px: int) -> None:
        self.readable: NDArray[np.bool_] = np.array([not entry.code for entry in entries], bool)
        self.codes: list[tuple[str, ...]] = [entry.notes or ((entry.code,) if entry.code else ()) for entry in entries]
        self.sizes: NDArray[np.int32] = np.array([(e.height, e.width) for e in entries], np.int32).reshape(-1, 2)
        self.means: NDArray[np.float32] = np.array([e.mean for e in entries], np.float32).reshape(-1, 3)
        self._root, self._relatives, self._entries = root, list(relatives), list(entries)
        self._folder, self._short_px = store.folder, short_px
        self._maps: dict[str, mmap.mmap | None] = {}
        self._verified = bytearray(len(entries))
        self._repaired: dict[str, NDArray[np.uint8]] = {}
        self._mending = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def faults(self, names: Sequence[str] | None = None) -> list[Fault]:
        """Every note, question and quarantine, image by image.

        Args:
            names: how to call the images; their paths when None.
        """
        names = self._relatives if names is None else names
        found = zip(names, self._entries, self.codes, strict=True)
        return [image_fault(code, name, entry.detail) for name, entry, codes in found for code in codes]

    def pixels(self, i: int) -> NDArray[np.uint8]:
        """The kept pixels of image `i`.

        Returns:
            (h, w, 3) uint8 RGB, read-only.

        Raises:
            UnreadableImageError: the image is not readable, or its file has changed since it was fingerprinted.
            DamagedError: the file gives other pixels than it did: the decoding library was replaced under us.
        """
        entry = self._entries[i]
        if entry.code:
            raise UnreadableImageError(entry.code, entry.detail)
        flat = self._map(entry)
        if flat is not None:
            if self._verified[i]:
                return _shape(flat, entry)
            if zlib.crc32(flat.data) == entry.crc:
                self._verified[i] = 1
                return _shape(flat, entry)
        return self._mend(entry, i) if entry.shard else self._load(entry, i)

    def _map(self, entry: Entry) -> NDArray[np.uint8] | None:
        """The bytes in the shard, or None."""
        if not entry.shard:
            return None
        if entry.shard not in self._maps:
            self._maps[entry.shard] = _map_file(self._folder / entry.shard)
        shard = self._maps[entry.shard]
        if shard is None or len(shard) < entry.end:
            return None
        return np.frombuffer(shard, np.uint8, entry.size_bytes, entry.offset)

    def _mend(self, entry: Entry, i: int) -> NDArray[np.uint8]:
        """Decode again what the cache no longer holds rightly, and put it back in its place."""
        with self._mending:
            if entry.sha256 in self._repaired:
                return self._repaired[entry.sha256]
            pixels = self._load(entry, i)
            with contextlib.suppress(OSError):
                _overwrite(self._folder / entry.shard, pixels, entry)
            flat = self._map(entry)
            if flat is None or zlib.crc32(flat.data) != entry.crc:  # a read-only cache stays as it is
                self._repaired[entry.sha256] = pixels
            return pixels

    def _load(self, entry: Entry, i: int) -> NDArray[np.uint8]:
        """The pixels from the image file, by the very functions that fill the cache."""
        content = read_image_file(self._root, self._relatives[i])
        if hashlib.sha256(content).hexdigest() != entry.sha256:
            raise UnreadableImageError("IMG_CHANGED")
        pixels, _ = load_kept(content, self._short_px)
        if zlib.crc32(pixels.data) != entry.crc:
            raise DamagedError(f"{self._relatives[i]}: decodes to other pixels than before; delete {self._folder}")
        pixels.flags.writeable = False
        return pixels


def open_images(
    root: Path,
    relatives: Sequence[str],
    marks: Sequence[FileMark],
    *,
    short_px: int,
    folder: Path,
    budget_bytes: int,
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
    limit_px: int = LIMIT_PX,
    limit_s: float = LIMIT_S,
) -> Images:
    """Images by path, each decoded at most once in the life of the cache.

    What the cache does not hold yet is decoded in helper processes; an image on which a helper hangs, crashes or eats
    memory is set aside (IMG_TIMEOUT, IMG_DECODER_CRASHED) and the work goes on.

    Args:
        root: the data folder.
        relatives: paths under it; may repeat.
        marks: of the same files, from `fingerprint_images`.
        short_px: short side of the kept pixels; smaller images stay as they are. See `shrink.kept_size`.
        folder: of the cache; may be deleted at any time.
        budget_bytes: the cache keeps no more than this for one `short_px`; 1 GB of disk also stays free. Images without
            room are decoded at each read.
        workers: helper processes at most.
        progress: called in this thread with (done, total) of the images that had to be decoded.
        limit_px: pixels an image may declare.
        limit_s: seconds that one image may take.

    Returns:
        The images; unreadable ones are in their places, with a code.

    Raises:
        TamesuError: helper processes cannot be started.
    """
    store = Store(folder / f"{short_px}px-{decoder_version()}")
    entries = store.read_index()
    wanted = {mark.sha256: i for i, mark in reversed(list(enumerate(marks))) if mark.sha256 is not None}
    of_files: dict[str, Entry] = {}
    if missing := _find_missing(store, entries, wanted, budget_bytes):
        build = _Build(store, Path(os.path.abspath(root)), relatives, short_px, limit_px, limit_s, progress)
        if not store.is_writable:
            of_files = build.run(missing, entries, None, workers)
        else:
            with store.lock() as locked:
                if locked:  # another process may have built while we waited
                    entries = store.read_index()
                    store.tidy(entries.values())
                    missing = _find_missing(store, entries, wanted, budget_bytes)
                of_files = build.run(missing, entries, _find_room(store, budget_bytes) if locked else None, workers)
    return Images(root, relatives, _arrange(root, relatives, marks, entries, of_files), store, short_px)


def cache_folder(folder: Path) -> Path:
    """Where a competition's decoded images are kept; may be deleted at any time."""
    return folder / ".cache" / "images"


def _find_room(store: Store, budget_bytes: int) -> int:
    """Bytes that may still be added."""
    free = shutil.disk_usage(store.folder).free - SPARE_DISK_BYTES
    return max(0, min(budget_bytes - store.used_bytes(), free))


def _find_missing(store: Store, entries: dict[str, Entry], wanted: dict[str, int], budget_bytes: int) -> dict[str, int]:
    """SHA-256 → image number of what must be decoded: the unknown, and what was not kept but would now find room."""
    missing = {sha256: i for sha256, i in wanted.items() if sha256 not in entries}
    homeless = [entries[sha256] for sha256 in wanted if sha256 not in missing and _is_homeless(entries[sha256])]
    if homeless and store.is_writable:
        room = _find_room(store, budget_bytes)
        for entry in homeless:
            room -= entry.size_bytes
            if room >= 0:
                missing[entry.sha256] = wanted[entry.sha256]
    return dict(sorted(missing.items(), key=lambda item: item[1]))


def _is_homeless(entry: Entry) -> bool:
    """Whether an image is readable and its pixels are not kept."""
    return not entry.code and not entry.shard


class _Build:
    """One pass of decoding what is missing."""

    def __init__(
        self,
        store: Store,
        root: Path,
        relatives: Sequence[str],
        short_px: int,
        limit_px: int,
        limit_s: float,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self.store, self.root, self.relatives, self.short_px = store, root, relatives, short_px
        self.limit_px, self.limit_s, self.progress = limit_px, limit_s, progress

    def run(self, missing: dict[str, int], entries: dict[str, Entry], room: int | None, workers: int) -> dict[str, Entry]:
        """Decode `missing` into `entries`, keeping pixels while there is room; returns entries that hold for one file.

        Args:
            missing: SHA-256 → image number.
            entries: what is known; added to.
            room: bytes; None when nothing may be written.
            workers: helper processes at most.
        """
        of_files: dict[str, Entry] = {}
        done, saved = 0, time.monotonic()

        def take_answer(order: Order, shard: str | None, answer: dict[str, Any]) -> None:
            nonlocal done, saved
            entry = _to_entry(order.sha256, shard, answer)
            (of_files if entry.code in OF_THE_FILE else entries)[order.sha256] = entry
            done += 1
            if self.progress is not None:
                self.progress(done, len(missing))
            if room is not None and time.monotonic() - saved > SAVE_EVERY_S:
                self._save(entries)
                saved = time.monotonic()

        new_shard = self.store.new_shard if room else lambda: None
        job = Job(self.root, self.short_px, self.limit_px, self.limit_s, new_shard, Room(room or 0))
        orders = [Order(i, self.relatives[i], sha256) for sha256, i in missing.items()]
        try:
            decode_in_helpers(orders, job, workers, take_answer)
        finally:  # Ctrl-C too: what is done is done
            if room is not None:
                self._save(entries)
        return of_files

    def _save(self, entries: dict[str, Entry]) -> None:
        """Write the index; without it the next start decodes again, so a full disk is no reason to stop."""
        with contextlib.suppress(OSError):
            self.store.write_index(entries.values())


def _to_entry(sha256: str, shard: str | None, answer: dict[str, Any]) -> Entry:
    """A helper's answer as an index entry."""
    if "code" in answer:
        return Entry(sha256, answer["code"], answer["detail"])
    height, width = answer["size"]
    kept = shard is not None and answer["offset"] >= 0
    return Entry(
        sha256,
        notes=tuple(answer["notes"]),
        height=height,
        width=width,
        mean=tuple(answer["mean"]),
        crc=answer["crc"],
        shard=Path(shard).name if kept and shard is not None else "",
        offset=answer["offset"] if kept else 0,
    )


def _arrange(
    root: Path, relatives: Sequence[str], marks: Sequence[FileMark], entries: dict[str, Entry], of_files: dict[str, Entry]
) -> list[Entry]:
    """One entry per image, in order; for a file that could not be fingerprinted, the reason why."""
    arranged = []
    for relative, mark in zip(relatives, marks, strict=True):
        if mark.sha256 is None:
            arranged.append(Entry("", *explain_absence(root, relative)))
        else:
            arranged.append(of_files.get(mark.sha256) or entries[mark.sha256])
    return arranged


def _map_file(path: Path) -> mmap.mmap | None:
    """A file as read-only memory, or None when it is missing or empty."""
    try:
        with open(path, "rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        return None


def _overwrite(shard: Path, pixels: NDArray[np.uint8], entry: Entry) -> None:
    """Put pixels in their place in a shard that is long enough.

    Raises:
        OSError: the shard is gone or may not be written.
    """
    handle = os.open(shard, os.O_WRONLY | os.O_CLOEXEC)
    try:
        if os.fstat(handle).st_size >= entry.end:
            os.pwrite(handle, pixels.data, entry.offset)
    finally:
        os.close(handle)


def _shape(flat: NDArray[np.uint8], entry: Entry) -> NDArray[np.uint8]:
    """Flat bytes as an image."""
    return flat.reshape(entry.height, entry.width, 3)

"""The audit's look at every image file: each content is looked at once in helper processes, and remembered."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tamesu.images.cache import LIMIT_S
from tamesu.images.decode import LIMIT_PX, decoder_version
from tamesu.images.fact_store import FactStore
from tamesu.images.facts import Facts
from tamesu.images.faults import OF_THE_FILE
from tamesu.images.fingerprint import FileMark
from tamesu.images.read import explain_absence
from tamesu.images.workers import Job, Order, Room, decode_in_helpers

# Raise by hand when a fact is measured in another way: what is remembered is named by it.
FACTS_VERSION = 1
SHORT_PX = 256  # facts are measured at this short side, or less: sharpness at one scale, whatever the camera
SAVE_EVERY_S = 10.0  # a scan that is killed loses about this much work
SAVE_SHARE = 0.05  # of the time may go into saving: each save writes all, and 100,000 images are 120 MB


def scan_images(
    root: Path,
    relatives: Sequence[str],
    marks: Sequence[FileMark],
    *,
    folder: Path,
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
    limit_px: int = LIMIT_PX,
    limit_s: float = LIMIT_S,
) -> Facts:
    """What is known of image files; those whose content was looked at before are not opened.

    An image on which a helper hangs, crashes or eats memory is set aside (IMG_TIMEOUT, IMG_DECODER_CRASHED); the work goes on.

    Args:
        root: the data folder.
        relatives: paths under it; may repeat.
        marks: of the same files, from `fingerprint_images`.
        folder: where facts are remembered, made when it is not there; may be deleted at any time. A folder that cannot be
            written costs time next time and nothing else.
        workers: helper processes at most.
        progress: called in this thread with (done, total) of the contents that had to be looked at.
        limit_px: pixels an image may declare.
        limit_s: seconds that one image may take.

    Returns:
        The facts, in the order of `relatives`; unreadable images are in their places, with a code.

    Raises:
        TamesuError: helper processes cannot be started.
    """
    store = FactStore(folder / f"facts-v{FACTS_VERSION}-{decoder_version()}")
    wanted = {mark.sha256: i for i, mark in reversed(list(enumerate(marks))) if mark.sha256 is not None}
    missing = sorted((i, sha256) for sha256, i in wanted.items() if sha256 not in store)
    of_files: dict[str, str] = {}
    if missing:
        orders = [Order(i, relatives[i], sha256) for i, sha256 in missing]
        job = Job(Path(os.path.abspath(root)), SHORT_PX, limit_px, limit_s, lambda: None, Room(0), "facts")
        of_files = _look_at(orders, job, store, workers, progress)
    lost: dict[int, str] = {}
    for i, mark in enumerate(marks):
        if mark.sha256 is None:
            lost[i], _ = explain_absence(root, relatives[i])
        elif mark.sha256 in of_files:
            lost[i] = of_files[mark.sha256]
    return store.gather([mark.sha256 for mark in marks], [mark.size for mark in marks], lost)


def _look_at(
    orders: Sequence[Order], job: Job, store: FactStore, workers: int, progress: Callable[[int, int], None] | None
) -> dict[str, str]:
    """Have images looked at, into the store; returns SHA-256 → code for faults that hold for one file only."""
    of_files: dict[str, str] = {}
    done, saved, wait = 0, time.monotonic(), SAVE_EVERY_S
    store.reserve(len(orders))

    def take_answer(order: Order, _shard: str | None, answer: dict[str, Any]) -> None:
        nonlocal done, saved, wait
        if answer.get("code") in OF_THE_FILE:
            of_files[order.sha256] = answer["code"]
        else:
            store.add(order.sha256, answer)
        done += 1
        if progress is not None:
            progress(done, len(orders))
        if time.monotonic() - saved > wait:
            started = time.monotonic()
            _save(store)
            saved = time.monotonic()
            wait = max(SAVE_EVERY_S, (saved - started) / SAVE_SHARE)

    try:
        decode_in_helpers(orders, job, workers, take_answer)
    finally:  # Ctrl-C too: what is done is done
        _save(store)
    return of_files


def _save(store: FactStore) -> None:
    """Remember what is known; a full disk is no reason to stop."""
    with contextlib.suppress(OSError):
        store.write()

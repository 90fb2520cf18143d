"""The parent's side of the helper processes: hands out images, watches the clock, replaces the dead."""

from __future__ import annotations

import contextlib
import json
import math
import os
import selectors
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tamesu.errors import TamesuError
from tamesu.images.helper import NOT_KEPT

CHUNK = 16  # images per order: enough to hide the pipe, few enough to share out evenly
IMAGES_PER_HELPER = 64  # below this a second helper's start costs more than it saves
MEMORY_BYTES = 4 << 30  # 200 Mpx of 16-bit RGBA, twice, and the libraries
START_LIMIT_S = 120.0
TRIES = 2  # an image must bring down two helpers before it is blamed: the first may have been killed for another's sake


@dataclass(frozen=True, slots=True)
class Order:
    """One image to look at: its number, its path under the root, the SHA-256 it must have."""

    number: int
    relative: str
    sha256: str


@dataclass(slots=True)
class Room:
    """Bytes that may still be kept; helpers draw on it in advance.

    Examples:
        >>> room = Room(100)
        >>> room.take(70), room.take(70), room.left
        (70, 30, 0)
    """

    left: int

    def take(self, wanted: int) -> int:
        """As much of `wanted` as is left."""
        given = max(0, min(wanted, self.left))
        self.left -= given
        return given


@dataclass(frozen=True, slots=True)
class Job:
    """What all helpers of one build share.

    Attributes:
        root: the data folder.
        short_px: the short side to keep.
        limit_px: pixels an image may declare.
        limit_s: seconds one image may take.
        new_shard: names a new shard file for a helper; None to keep nothing.
        room: bytes that all helpers together may keep.
        look: `keep` to keep pixels, `facts` to be told what `look.look_at_image` finds; see `helper`.
    """

    root: Path
    short_px: int
    limit_px: int
    limit_s: float
    new_shard: Callable[[], str | None]
    room: Room
    look: Literal["keep", "facts"] = "keep"

    @property
    def most_bytes(self) -> int:
        """What one image can take at most: see `shrink.kept_size`."""
        return 3 * 8 * self.short_px**2


@dataclass(slots=True)
class _Helper:
    """One running helper, the images it has been given, and when it was last heard of."""

    process: subprocess.Popen[bytes]
    shard: str | None
    heard: float
    ready: bool = False
    rest: bytes = b""
    room: int = 0
    pending: deque[Order] = field(default_factory=deque)


def decode_in_helpers(
    orders: Sequence[Order], job: Job, workers: int, take_answer: Callable[[Order, str | None, dict[str, Any]], None]
) -> None:
    """Have every image looked at once, in helper processes; an image that brings its helper down gets a code.

    Args:
        orders: the images.
        job: what the helpers need to know.
        workers: helpers at most; fewer for few images.
        take_answer: called for each image, in any order, with the helper's shard and its answer: `code` and `detail`,
            or, for `keep`, `notes`, `size`, `mean`, `crc` and `offset` (-1 when not kept), or what `facts` are.

    Raises:
        TamesuError: helpers cannot be started.
    """
    waiting = deque(orders)
    crashes: dict[int, int] = {}
    count = max(1, min(workers, (len(orders) + IMAGES_PER_HELPER - 1) // IMAGES_PER_HELPER))
    helpers: list[_Helper] = []
    failed_starts = 0
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or any(helper.pending for helper in helpers):
                while len(helpers) < count and waiting:
                    helpers.append(_start(job, selector))
                for helper in helpers:
                    _feed(helper, waiting, job, min(CHUNK, max(1, len(waiting) // (2 * count))))
                now = time.monotonic()
                next_check = min((_deadline(helper, job) for helper in helpers), default=now) - now
                ready = {key.data for key, _ in selector.select(max(0.0, next_check))}
                for helper in [h for h in helpers if id(h) in ready or time.monotonic() > _deadline(h, job)]:
                    alive = id(helper) not in ready or _listen(helper, take_answer)
                    late = alive and time.monotonic() > _deadline(helper, job)
                    if alive and not late:
                        continue
                    helpers.remove(helper)
                    _stop(helper, selector)
                    job.room.left += helper.room
                    failed_starts = 0 if helper.ready else failed_starts + 1
                    if failed_starts >= 3:
                        raise TamesuError("cannot start the helper process that decodes images")
                    _blame(helper, late, crashes, waiting, take_answer, job)
        finally:
            for helper in helpers:
                _stop(helper, selector)


def _start(job: Job, selector: selectors.BaseSelector) -> _Helper:
    """A new helper process."""
    shard = job.new_shard()
    orders = {
        "look": job.look,
        "root": os.fspath(job.root),
        "short_px": job.short_px,
        "limit_px": job.limit_px,
        "limit_s": job.limit_s,
        "memory_bytes": MEMORY_BYTES,
        "shard": shard,
    }
    # -P and a path of our own: a folder called `cv2` in the working directory must not be imported instead.
    source = str(Path(__file__).resolve().parents[2])
    program = f"import sys; sys.path.append({source!r}); from tamesu.images.helper import main; sys.exit(main(sys.argv[1]))"
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", program, json.dumps(orders)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # One thread each for the BLAS that NumPy loads: its arenas would count against the memory limit.
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        start_new_session=True,  # Ctrl-C is the parent's to answer
    )
    helper = _Helper(process, shard, time.monotonic())
    assert process.stdout is not None
    selector.register(process.stdout, selectors.EVENT_READ, id(helper))
    return helper


def _feed(helper: _Helper, waiting: deque[Order], job: Job, size: int) -> None:
    """Keep a helper supplied: a new order when it is down to its last images."""
    if not helper.ready or not waiting or len(helper.pending) > size // 2:
        return
    chunk = [waiting.popleft() for _ in range(min(size, len(waiting)))]
    if not helper.pending:
        helper.heard = time.monotonic()
    helper.pending.extend(chunk)
    images = [[order.number, order.relative, order.sha256] for order in chunk]
    given = job.room.take(2 * CHUNK * job.most_bytes - helper.room)
    helper.room += given
    line = json.dumps({"room": given, "images": images}, separators=(",", ":")).encode() + b"\n"
    assert helper.process.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # it has died; the next listening notices
        helper.process.stdin.write(line)
        helper.process.stdin.flush()


def _listen(helper: _Helper, take_answer: Callable[[Order, str | None, dict[str, Any]], None]) -> bool:
    """Take what a helper has said; False when it has ended."""
    assert helper.process.stdout is not None
    said = os.read(helper.process.stdout.fileno(), 1 << 16)
    helper.heard = time.monotonic()
    *lines, helper.rest = (helper.rest + said).split(b"\n")
    for line in lines:
        answer = json.loads(line)
        if answer == "ready":
            helper.ready = True
            continue
        order = helper.pending.popleft()
        assert order.number == answer[0], "a helper answers in the order it was asked"
        if answer[1].get("offset", NOT_KEPT) != NOT_KEPT:
            helper.room -= 3 * math.prod(answer[1]["size"])
        take_answer(order, helper.shard, answer[1])
    return bool(said)


def _deadline(helper: _Helper, job: Job) -> float:
    """When a helper that keeps silent is given up."""
    if not helper.ready:
        return helper.heard + START_LIMIT_S
    return helper.heard + job.limit_s if helper.pending else float("inf")


def _blame(
    helper: _Helper,
    late: bool,
    crashes: dict[int, int],
    waiting: deque[Order],
    take_answer: Callable[[Order, str | None, dict[str, Any]], None],
    job: Job,
) -> None:
    """Decide about the image on which a helper ended; its other images wait for the next helper."""
    if helper.pending:
        suspect = helper.pending.popleft()
        crashes[suspect.number] = crashes.get(suspect.number, 0) + 1
        if late:
            take_answer(suspect, None, {"code": "IMG_TIMEOUT", "detail": f"{job.limit_s:g}"})
        elif crashes[suspect.number] >= TRIES:
            take_answer(suspect, None, {"code": "IMG_DECODER_CRASHED", "detail": ""})
        else:
            waiting.appendleft(suspect)
    waiting.extendleft(reversed(helper.pending))
    helper.pending.clear()


def _stop(helper: _Helper, selector: selectors.BaseSelector) -> None:
    """End a helper and free its handles."""
    assert helper.process.stdin is not None
    assert helper.process.stdout is not None
    with contextlib.suppress(KeyError):
        selector.unregister(helper.process.stdout)
    helper.process.kill()
    helper.process.wait()
    with contextlib.suppress(OSError):
        helper.process.stdin.close()
    helper.process.stdout.close()

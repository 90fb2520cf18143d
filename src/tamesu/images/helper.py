"""The helper process: decodes images one by one under limits of memory and time, and may die without harm.

It reads orders (JSON lines) from stdin and answers one JSON line per image. Of its two looks, `keep` appends the pixels to a
shard file of its own, `facts` tells what the audit wants to know. Started by `workers`; ends when stdin closes.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import resource
import signal
import sys
import time
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tamesu.images.faults import UnreadableImageError
from tamesu.images.read import read_image_file

NOT_KEPT = -1
PR_SET_PDEATHSIG = 1
FAULT_VARIABLE = "TAMESU_DECODER_FAULT"


class Complaints:
    """What C libraries write to stderr, caught in a pipe that never blocks."""

    def __init__(self) -> None:
        self._read, write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(write, False)
        os.dup2(write, 2)
        os.close(write)

    def take(self) -> str:
        """Everything written since the last call; at most what a pipe holds."""
        with contextlib.suppress(BlockingIOError):
            return os.read(self._read, 1 << 16).decode("ascii", "replace")
        return ""


class ShardWriter:
    """Appends pixels to one file, within the room it is given.

    Args:
        path: a new file; None to keep nothing.
    """

    def __init__(self, path: str | None) -> None:
        self.room = 0
        self._end = 0
        self._handle = None
        if path is not None:
            with contextlib.suppress(OSError):
                self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)

    def append(self, pixels: memoryview) -> int:
        """The place where the pixels now lie in the file, or `NOT_KEPT` when there is no room."""
        if self._handle is None or pixels.nbytes > self.room:
            return NOT_KEPT
        try:
            done = 0
            while done < pixels.nbytes:
                done += os.pwrite(self._handle, pixels[done:], self._end + done)
        except OSError:  # disk full or failing: the rest is read from the files
            self._handle = None
            return NOT_KEPT
        place, self._end = self._end, self._end + pixels.nbytes
        self.room -= pixels.nbytes
        return place


def main(order_text: str) -> int:
    """Serve until stdin closes.

    Args:
        order_text: JSON with look (`keep` or `facts`), root, short_px, limit_px, limit_s, memory_bytes, shard.
    """
    orders: dict[str, Any] = json.loads(order_text)
    answers = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    listen = Complaints()
    warnings.simplefilter("ignore")

    import cv2

    from tamesu.images.look import look_at_image
    from tamesu.images.shrink import load_kept

    cv2.setNumThreads(1)
    _limit_process(orders["memory_bytes"])
    writer = ShardWriter(orders["shard"])
    fault = find_fault(os.environ.get(FAULT_VARIABLE, ""))
    _answer(answers, "ready")

    def keep(content: bytes) -> dict[str, Any]:
        pixels, notes = load_kept(content, orders["short_px"], orders["limit_px"], listen.take)
        flat = memoryview(pixels.data).cast("B")
        return {
            "notes": notes,
            "size": pixels.shape[:2],
            "mean": cv2.mean(pixels)[:3],
            "crc": zlib.crc32(flat),
            "offset": writer.append(flat),
        }

    def tell_facts(content: bytes) -> dict[str, Any]:
        return look_at_image(content, orders["short_px"], orders["limit_px"], listen.take)

    look = {"keep": keep, "facts": tell_facts}[orders["look"]]

    for line in sys.stdin.buffer:
        chunk = json.loads(line)
        writer.room += chunk["room"]
        for number, relative, sha256 in chunk["images"]:
            # Kills this process even when its parent is gone and the decoder hangs inside C.
            signal.alarm(int(orders["limit_s"]) + 10)
            try:
                content = read_image_file(Path(orders["root"]), relative)
                if hashlib.sha256(content).hexdigest() != sha256:
                    raise UnreadableImageError("IMG_CHANGED")
                fault(relative)
                answer = look(content)
            except UnreadableImageError as error:
                answer = {"code": error.code, "detail": error.detail}
            except MemoryError:
                answer = {"code": "IMG_DECODER_CRASHED", "detail": ""}
            _answer(answers, [number, answer])
        signal.alarm(0)
    return 0


def _answer(handle: int, value: Any) -> None:
    """One line to the parent, whole."""
    rest = json.dumps(value, separators=(",", ":")).encode() + b"\n"
    while rest:
        rest = rest[os.write(handle, rest) :]


def _limit_process(memory_bytes: int) -> None:
    """Bound the memory, leave no core file, stand first in line when memory runs out, end with the parent."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    with contextlib.suppress(OSError, ValueError):  # not every system lets a process limit its address space
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("900")
    with contextlib.suppress(OSError, AttributeError):  # Linux: end with the parent, even while hanging in a decoder
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def find_fault(text: str) -> Callable[[str], None]:
    """The decoder stub of the tests: what happens at which file.

    Args:
        text: `kind:name` pairs with commas between, e.g. `hang:a.jpg,abort:b.jpg`; kinds: hang, abort, segfault, eat.

    Returns:
        A function of a file's name that misbehaves for the names given, and does nothing for others.

    Examples:
        >>> find_fault("abort:b.jpg")("a.jpg")
    """
    kinds: dict[str, Callable[[], object]] = {
        "hang": lambda: time.sleep(3600),
        "abort": os.abort,
        "segfault": lambda: os.kill(os.getpid(), signal.SIGSEGV),
        "eat": lambda: [bytearray(1 << 26) for _ in range(128)],
    }
    faults = {name: kind for kind, _, name in (pair.partition(":") for pair in text.split(",") if pair)}

    def misbehave(relative: str) -> None:
        if relative in faults:
            kinds[faults[relative]]()

    return misbehave

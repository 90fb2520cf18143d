"""The worker process: does the jobs its parent names, one after the other, and tells how they go.

It reads orders (JSON lines) from stdin and answers in JSON lines: `"ready"`, then for each order its positions, and last a
result, an error or `"stopped"`. Everything a job needs is opened from the run's folder. Started by `running`; ends with its
parent, or when stdin closes.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from tamesu.allocation import keep_memory
from tamesu.artifacts.dataset import load_test, load_train
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.run import Job, Run
from tamesu.artifacts.subset import choose_quick_rows, take_rows
from tamesu.errors import Fault, FolderGoneError, InputError, Where
from tamesu.execution.wire import pack_error, split_lines, write_line
from tamesu.images.fingerprint import fingerprint_images
from tamesu.plugins import load_plugins
from tamesu.preparation import digest_data, fingerprint_masks, marks_memory

if TYPE_CHECKING:
    from tamesu.training.material import Material

PR_SET_PDEATHSIG = 1
TICK_EVERY_S = 0.2


def main(settings: dict[str, Any]) -> NoReturn:
    """Serve until stdin closes or the parent ends.

    Args:
        settings: parent (its process number), device, workers, cache_bytes.
    """
    end_with_parent(settings["parent"])
    keep_memory()
    answers = os.dup(1)
    # What plugins print must not stand between the answers.
    os.dup2(2, 1)
    orders: queue.Queue[dict[str, Any]] = queue.Queue()
    stop = threading.Event()
    threading.Thread(target=read_orders, args=(0, orders, stop), name="tamesu-orders", daemon=True).start()
    desk = Desk(settings, stop.is_set, lambda value: write_line(answers, value))
    write_line(answers, "ready")
    while True:
        write_line(answers, desk.answer(orders.get()))


def read_orders(handle: int, orders: queue.Queue[dict[str, Any]], stop: threading.Event) -> NoReturn:
    """Pass orders on and hear "stop" beside the work; end the process when nobody can say any more."""
    rest = b""
    while said := os.read(handle, 1 << 16):
        lines, rest = split_lines(rest, said)
        for line in lines:
            if line == "stop":
                stop.set()
            else:
                # A request to stop that came after the end of the job before it.
                stop.clear()
                orders.put(line)
    # As sudden as a kill -9, and as harmless: what is on the disk is whole.
    os._exit(1)


def end_with_parent(parent: int) -> None:
    """Die when the parent does, and before it when memory runs out: it tries the job again, nobody would try the parent."""
    with contextlib.suppress(OSError, AttributeError):  # Linux; elsewhere the closed stdin ends us
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")
    if os.getppid() != parent:
        sys.exit(1)


class Desk:
    """Where orders become results. Imports torch when it is made.

    Args:
        settings: device, workers, cache_bytes.
        stop: whether the parent asked us to stop.
        say: takes a value for the parent.
    """

    def __init__(self, settings: dict[str, Any], stop: Callable[[], bool], say: Callable[[Any], None]) -> None:
        from tamesu.training import Shelf, choose_device

        self._settings, self._stop, self._say = settings, stop, say
        self._device = choose_device(settings["device"])
        self._shelf = Shelf()

    def answer(self, order: dict[str, Any]) -> Any:
        """Do one job.

        Args:
            order: an `execution.wire.Order` as JSON.

        Returns:
            The result and the seconds it took, an error, or that we were asked to stop; all as JSON.
        """
        from tamesu.training import Machine, StoppedError, run_job, use_threads

        try:
            job = Job(**order["job"])
            path = Path(job.folder) / "runs" / job.run
            load_plugins(Path(job.folder))
            use_threads(order["threads"])
            material = self._shelf.take(path, lambda: reopen_material(path, self._settings))
            started = time.monotonic()
            machine = Machine(self._device, order["precision"], self._stop, make_tick(self._say))
            result = run_job(material, job, machine)
        except StoppedError:
            return {"stopped": True}
        except Exception as error:
            return {"error": pack_error(error)}
        return {"result": asdict(result), "seconds": time.monotonic() - started}


def make_tick(say: Callable[[Any], None], every_s: float = TICK_EVERY_S) -> Callable[[float, str], None]:
    """A job's positions, told to the parent now and then; words are always told."""
    last = -every_s

    def tick(position: float, note: str) -> None:
        nonlocal last
        now = time.monotonic()
        if note or now - last >= every_s:
            last = now
            say({"at": position, "note": note})

    return tick


def reopen_material(path: Path, settings: dict[str, Any]) -> Material:
    """What a run's jobs read, opened from its folder alone: the parent has decoded the images and checked the tables.

    Args:
        path: the run's folder.
        settings: workers, cache_bytes.

    Raises:
        InputError: JOB_OTHER_DATA, the files are no longer those that named the run.
        FolderGoneError: the run's folder was removed.
        DamagedError: a file of the run is not what was written.
    """
    from tamesu.training import open_material

    if not path.is_dir():
        raise FolderGoneError(f"{path} is gone")
    run = Run(path)
    plugins = load_plugins(run.folder)
    competition = load_competition(run.folder)
    train, test = load_train(run.folder, competition), load_test(run.folder, competition)
    if run.spec.quick:
        train, test = take_rows(train, choose_quick_rows(train, competition.main)), None
    root = competition.data_folder(run.folder)
    paths = (*train.paths, *(test.paths if test is not None else ()))
    marks = fingerprint_images(root, paths, marks_memory(run.folder, root))
    train_marks, test_marks = marks[: len(train)], marks[len(train) :]
    masks = fingerprint_masks(run.folder, root, train)
    found = digest_data(train, train_marks, test, test_marks, masks), plugins.digest
    if found != (run.spec.data_digest, run.spec.plugins):
        raise InputError(Fault("JOB_OTHER_DATA", "refuse", Where(run.name)))
    return open_material(
        run,
        competition,
        (train, train_marks),
        None if test is None else (test, test_marks),
        workers=settings["workers"],
        cache_bytes=settings["cache_bytes"],
    )

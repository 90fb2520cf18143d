from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tamesu.artifacts import subset
from tamesu.artifacts.locks import hold_lock
from tamesu.artifacts.run import Job, Run
from tamesu.errors import FolderGoneError, InputError
from tamesu.execution.wire import Order, unpack_error
from tamesu.plugins import load_plugins
from tamesu.preparation import prepare
from tamesu.progress import Silent
from tamesu.running import load_material, open_run
from tamesu.worker import Desk, make_tick, read_orders, reopen_material
from tests.tiny import write_competition

SETTINGS = {"device": "cpu", "workers": 1, "cache_bytes": 2**30}


def make_order(run: Run, fold: int = 0) -> dict[str, Any]:
    """An order as it arrives through the pipe."""
    job = run.jobs()[fold]
    order = Order(Job(str(run.folder), run.name, job.repeat, job.fold, job.seed), "fp32", 1)
    return json.loads(json.dumps(asdict(order)))


@pytest.mark.parametrize("quick", [False, True])
def test_a_run_is_reopened_from_its_folder_as_it_was_prepared(tmp_path: Path, quick: bool, monkeypatch) -> None:
    monkeypatch.setattr(subset, "QUICK_ROWS", 12)
    prepared = prepare(write_competition(tmp_path / "c", broken=(3,)), "base", quick=quick)
    run = open_run(prepared)
    expected = load_material(prepared, run, 1, 2**30, Silent())
    found = reopen_material(run.path, SETTINGS)
    assert (found.test is None) == quick
    assert len(found.train.rows.ids) == (12 if quick else 36)
    for mine, theirs in ((found.train, expected.train), (found.test, expected.test)):
        if mine is None or theirs is None:
            continue
        assert mine.rows.ids == theirs.rows.ids
        for place in np.flatnonzero(theirs.images.readable):
            np.testing.assert_array_equal(mine.images.pixels(int(place)), theirs.images.pixels(int(place)))
        np.testing.assert_array_equal(mine.images.readable, theirs.images.readable)
    np.testing.assert_array_equal(found.folds.folds, expected.folds.folds)


def test_what_changed_since_the_run_was_named_is_refused(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    run = open_run(prepare(folder, "base"))
    for path, content in (
        (folder / "data" / "train" / "005.png", (folder / "data" / "train" / "008.png").read_bytes()),
        (folder / "data" / "train.csv", (folder / "data" / "train.csv").read_bytes().replace(b"120.0", b"121.0")),
        (folder / "plugins" / "mine.py", b"WORD = 1\n"),
    ):
        before = path.read_bytes() if path.exists() else None
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        with pytest.raises(InputError, match="JOB_OTHER_DATA"):
            reopen_material(run.path, SETTINGS)
        path.unlink() if before is None else path.write_bytes(before)
    reopen_material(run.path, SETTINGS)
    load_plugins(tmp_path)


def test_a_removed_run_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(FolderGoneError):
        reopen_material(tmp_path / "runs" / "base-1", SETTINGS)
    assert list(tmp_path.iterdir()) == []


def test_orders_become_results_errors_and_stops(tmp_path: Path) -> None:
    run = open_run(prepare(write_competition(tmp_path / "c", epochs=1), "base"))
    said: list[Any] = []
    stop: list[bool] = [False]
    desk = Desk(SETTINGS, lambda: stop[0], said.append)
    answer = json.loads(json.dumps(desk.answer(make_order(run))))
    result = run.result(run.jobs()[0])
    assert result is not None
    assert answer["result"]["files"] == result.files
    assert answer["seconds"] > 0
    assert said[-1]["at"] == 1
    assert "val accuracy" in said[-1]["note"]
    stop[0] = True
    assert desk.answer(make_order(run, 1)) == {"stopped": True}
    stop[0] = False
    (run.path / "jobs" / "r0-f2-s0").mkdir()
    with hold_lock(run.path / "jobs" / "r0-f2-s0" / "job.lock"):
        error = unpack_error(desk.answer(make_order(run, 2))["error"])
    assert type(error).__name__ == "BusyError"
    assert f"process {os.getpid()}" in str(error)


def test_positions_are_told_now_and_then_and_words_always() -> None:
    said: list[Any] = []
    tick = make_tick(said.append, every_s=3600)
    for position, note in ((0.1, ""), (0.2, ""), (1.0, "loss 1"), (1.1, ""), (2.0, "loss 0.5")):
        tick(position, note)
    assert said == [{"at": 0.1, "note": ""}, {"at": 1.0, "note": "loss 1"}, {"at": 2.0, "note": "loss 0.5"}]


def test_a_stop_is_heard_beside_the_work_and_ends_with_the_next_order() -> None:
    reading, writing = os.pipe()
    orders: queue.Queue[dict[str, Any]] = queue.Queue()
    stop = threading.Event()
    threading.Thread(target=read_orders, args=(reading, orders, stop), daemon=True).start()
    os.write(writing, b'"stop"\n')
    assert stop.wait(10)
    os.write(writing, b'{"job":1}\n')
    assert orders.get(timeout=10) == {"job": 1}
    assert not stop.is_set()
    # The pipe stays open: its end would end this very process.


CHILD = (
    "import os, subprocess, sys\n"
    "worker = 'import os, time; from tamesu.worker import end_with_parent; end_with_parent(os.getppid()); '\n"
    "worker += 'print(os.getpid(), flush=True); time.sleep(600)'\n"
    "process = subprocess.Popen([sys.executable, '-c', worker], start_new_session=True)\n"
    "process.wait()\n"
)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the closed stdin ends a worker")
def test_it_ends_with_its_parent_even_in_a_session_of_its_own() -> None:
    parent = subprocess.Popen([sys.executable, "-c", CHILD], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 30
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_running(pid)


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False

"""The pool with workers that are no more than a few lines of Python: they do what the job's run is called."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tamesu.artifacts.run import Job, JobResult
from tamesu.errors import BusyError, TamesuError
from tamesu.execution import pool as pool_module
from tamesu.execution.pool import Pool
from tamesu.execution.wire import Order

PROGRAM = """
import json, os, pathlib, signal, sys, time, threading, queue
orders, stop = queue.Queue(), threading.Event()
def read():
    for line in sys.stdin:
        order = json.loads(line)
        if order == "stop":
            stop.set()
        else:
            stop.clear()
            orders.put(order)
    os._exit(1)
threading.Thread(target=read, daemon=True).start()
def say(value): print(json.dumps(value), flush=True)
say("ready")
while True:
    order = orders.get()
    job = order["job"]
    mark = pathlib.Path(job["folder"]) / f"{job['run']}-{job['fold']}"
    with open(mark, "a") as file:
        file.write(f"{os.getpid()}\\n")
    tries, what = len(mark.read_text().splitlines()), job["run"]
    if what in ("kill", "kill-once") and (what == "kill" or tries == 1):
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "busy":
        say({"error": {"kind": "BusyError", "text": "held"}})
        continue
    if what == "long":
        say({"at": 1.0, "note": "begun"})
        if stop.wait(60):
            say({"stopped": True})
            continue
    if what == "deaf":
        say({"at": 1.0, "note": "begun"})
        time.sleep(60)
    say({"at": 0.5, "note": ""})
    say({"result": {"digest": f"{order['precision']}{order['threads']}", "files": {}, "rows": {"val": job["fold"]},
         "score": None, "diverged": None}, "seconds": 1.5})
"""


class Told:
    """What a pool told."""

    def __init__(self) -> None:
        self.ticks: list[tuple[int, float, str]] = []
        self.results: dict[int, JobResult] = {}
        self.lines: list[str] = []
        self.stopped = False

    def tick(self, number: int, position: float, note: str) -> None:
        self.ticks.append((number, position, note))

    def take(self, number: int, result: JobResult, seconds: float) -> None:
        assert number not in self.results, "told twice"
        assert seconds == 1.5
        self.results[number] = result


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def pool(told: Told) -> Iterator[Pool]:
    made = Pool([sys.executable, "-c", PROGRAM], os.environ, stop=lambda: told.stopped, say=told.lines.append)
    yield made
    made.close()


def orders(folder: Path, *whats: str) -> list[Order]:
    return [Order(Job(str(folder), what, 0, number, 0), "fp32", 1) for number, what in enumerate(whats)]


def pids(folder: Path) -> Counter[str]:
    """How many jobs each worker was given."""
    return Counter(line for path in folder.iterdir() for line in path.read_text().splitlines())


def is_alive(pid: str) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_every_job_is_done_once_by_as_many_workers_as_allowed(tmp_path: Path, pool: Pool, told: Told) -> None:
    assert pool.run(orders(tmp_path, *["plain"] * 7), 2, told.tick, told.take)
    assert {number: result.rows["val"] for number, result in told.results.items()} == {n: n for n in range(7)}
    assert {result.digest for result in told.results.values()} == {"fp321"}
    assert {(number, position) for number, position, _ in told.ticks} == {(n, 0.5) for n in range(7)}
    found = pids(tmp_path)
    assert sum(found.values()) == 7
    assert len(found) <= 2
    # The same workers serve the next call.
    again = Told()
    assert pool.run(orders(tmp_path, "other"), 1, again.tick, again.take)
    assert set(pids(tmp_path)) == set(found)
    pool.close()
    assert not any(is_alive(pid) for pid in found)


def test_a_job_whose_worker_died_is_tried_once_more(tmp_path: Path, pool: Pool, told: Told) -> None:
    assert pool.run(orders(tmp_path, "kill-once", "plain", "plain"), 2, told.tick, told.take)
    assert sorted(told.results) == [0, 1, 2]
    assert told.lines == ["r0-f0-s0: its process was ended (SIGKILL); trying it once more from its last checkpoint"]


def test_a_second_death_is_an_error_that_names_job_and_signal(tmp_path: Path, pool: Pool, told: Told) -> None:
    with pytest.raises(TamesuError, match=r"r0-f1-s0: its process was ended twice \(SIGKILL\)") as caught:
        pool.run(orders(tmp_path, "plain", "kill", "long"), 1, told.tick, told.take)
    assert caught.value.exit_code == 1
    assert sorted(told.results) == [0]
    assert len((tmp_path / "kill-1").read_text().splitlines()) == 2
    assert not (tmp_path / "long-2").exists()


def test_an_error_stops_the_others_and_arrives_as_itself(tmp_path: Path, pool: Pool, told: Told) -> None:
    with pytest.raises(BusyError, match="held") as caught:
        pool.run(orders(tmp_path, "long", "busy", "plain"), 2, told.tick, told.take)
    assert caught.value.exit_code == 3
    assert told.results == {}
    assert not (tmp_path / "plain-2").exists()
    # The one that saved and stopped is of use again.
    assert pool.run(orders(tmp_path, "plain"), 1, told.tick, told.take)


def test_who_does_not_stop_in_time_is_ended(tmp_path: Path, pool: Pool, told: Told, monkeypatch) -> None:
    monkeypatch.setattr(pool_module, "PATIENCE_S", 0.2)
    with pytest.raises(BusyError):
        pool.run(orders(tmp_path, "deaf", "busy"), 2, told.tick, told.take)
    assert told.results == {}


def test_asked_to_stop_the_jobs_save_and_nothing_new_begins(tmp_path: Path, pool: Pool, told: Told) -> None:
    def stop_when_begun(number: int, position: float, note: str) -> None:
        told.stopped = told.stopped or note == "begun"

    assert not pool.run(orders(tmp_path, "long", "long", "plain"), 2, stop_when_begun, told.take)
    assert not (tmp_path / "plain-2").exists()
    assert told.results == {}


def test_asked_to_stop_before_anything_begins(tmp_path: Path, pool: Pool, told: Told) -> None:
    told.stopped = True
    assert not pool.run(orders(tmp_path, "plain"), 2, told.tick, told.take)
    assert list(tmp_path.iterdir()) == []


def test_a_worker_that_dies_while_it_waits_is_replaced(tmp_path: Path, pool: Pool, told: Told) -> None:
    assert pool.run(orders(tmp_path, "plain"), 1, told.tick, told.take)
    (pid,) = pids(tmp_path)
    os.kill(int(pid), signal.SIGKILL)
    while Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z":
        time.sleep(0.01)
    again = Told()
    assert pool.run(orders(tmp_path, "again"), 1, again.tick, again.take)
    assert len(pids(tmp_path)) == 2
    assert told.lines == []

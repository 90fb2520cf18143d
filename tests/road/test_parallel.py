"""Jobs side by side, through the command line: the same bytes, the same errors, nothing left behind, whoever is killed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.road.test_kill import digests, finish
from tests.tiny import write_competition

from tamesu import workflow
from tamesu.artifacts.files import find_leftovers
from tamesu.artifacts.locks import hold_lock, is_locked, read_owner
from tamesu.results.doctor import diagnose

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")]


def start(folder: Path, parallel: int) -> subprocess.Popen[bytes]:
    """`tamesu train` as a user starts it: with torch's own number of threads."""
    words = [sys.executable, "-m", "tamesu", "train", "base", "--folder", str(folder), "--parallel", str(parallel)]
    environ = {name: value for name, value in os.environ.items() if name not in ("OMP_NUM_THREADS", "TAMESU_PARALLEL")}
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True, env=environ)


def find_workers(folder: Path) -> dict[str, int]:
    """Job → the process that holds it, of every job that is worked on."""
    owners = {path.parent.name: read_owner(path) for path in folder.glob("runs/*/jobs/*/job.lock") if is_locked(path)}
    return {name: owner["pid"] for name, owner in owners.items() if "pid" in owner}


def find_children(parent: int) -> list[int]:
    """The processes whose parent is this one."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, ppid = path.read_text().rpartition(") ")[2].split()[:2]
            if int(ppid) == parent and state != "Z":
                found.append(int(path.parent.name))
    return found


def wait_for(what: Callable[[], object], limit_s: float = 120.0) -> None:
    deadline = time.monotonic() + limit_s
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_one_or_three_at_once_end_in_the_same_bytes(tmp_path: Path) -> None:
    """Two at once are in the tests below."""
    here, there = (write_competition(tmp_path / name, epochs=4, broken=(2, 41)) for name in ("here", "there"))
    workflow.train("base", folder=here, parallel=1)
    assert finish(start(there, 3)) == 0
    assert digests(here) == digests(there)


def test_whoever_is_killed_the_end_is_the_same_and_nobody_is_left(tmp_path: Path) -> None:
    epochs = 40
    whole = write_competition(tmp_path / "whole", epochs=epochs)
    workflow.train("base", folder=whole, parallel=1)
    expected = digests(whole)
    lose_workers(write_competition(tmp_path / "lost", epochs=epochs), expected)
    broken = write_competition(tmp_path / "broken", epochs=epochs)
    draws = random.Random(9)
    killed = side_by_side = 0
    for number in range(6):
        process = start(broken, 2)
        if number % 2:
            # From before the first import, through decoding, to the start of the jobs.
            time.sleep(draws.uniform(0.3, 8.0))
        else:
            wait_for(lambda process=process: len(find_workers(broken)) == 2 or process.poll() is not None)
            time.sleep(draws.uniform(0.0, 1.0))
        children = find_children(process.pid)
        side_by_side += len(find_workers(broken)) == 2
        os.killpg(process.pid, signal.SIGKILL)
        killed += finish(process) == -signal.SIGKILL
        wait_for(lambda children=children: not any(Path(f"/proc/{pid}").exists() for pid in children))
        for diagnosis in diagnose(broken):
            assert not [fault for fault in diagnosis.findings if fault.code not in ("RUN_LEFTOVER", "JOURNAL_TORN")]
            assert "running" not in diagnosis.states
    assert killed == 6
    assert side_by_side >= 2
    assert finish(start(broken, 2)) == 0
    assert digests(broken) == expected
    assert list(find_leftovers(broken / "runs")) == []


def lose_workers(folder: Path, expected: dict[str, str]) -> None:
    """A killed worker costs nothing but time."""
    process = start(folder, 2)
    # Each job may lose one worker; the last begins when another has ended.
    for name in ("r0-f0-s0", "r0-f2-s0"):
        wait_for(lambda name=name: name in find_workers(folder))
        time.sleep(0.7)
        os.kill(find_workers(folder)[name], signal.SIGKILL)
    assert finish(process) == 0
    assert digests(folder) == expected


def test_a_worker_killed_again_and_again_ends_the_run_with_its_name(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c", epochs=100_000)
    process = start(folder, 2)
    killed: set[int] = set()
    while process.poll() is None:
        for pid in set(find_workers(folder).values()) - killed:
            killed.add(pid)
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    _, message = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "its process was ended twice (SIGKILL)" in message.decode()
    assert "Traceback" not in message.decode()
    assert len(killed) >= 2
    assert find_workers(folder) == {}


@pytest.mark.parametrize(("number", "expected"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_to_the_parent_saves_every_job(tmp_path: Path, number: signal.Signals, expected: int) -> None:
    folder = write_competition(tmp_path / "c", epochs=100_000)
    process = start(folder, 2)
    wait_for(lambda: len(list(folder.glob("runs/*/jobs/*/journal.jsonl"))) == 2)
    children = find_children(process.pid)
    assert len(children) == 2
    process.send_signal(number)
    _, message = process.communicate(timeout=60)
    assert process.returncode == expected
    assert "same command" in message.decode()
    assert len(list(folder.glob("runs/*/jobs/*/checkpoint.json"))) == 2
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def test_a_second_signal_ends_at_once_and_leaves_nobody(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c", epochs=100_000)
    process = start(folder, 2)
    wait_for(lambda: len(list(folder.glob("runs/*/jobs/*/journal.jsonl"))) == 2)
    children = find_children(process.pid)
    for pid in children:
        # They cannot answer the first.
        os.kill(pid, signal.SIGSTOP)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


def test_an_error_is_the_same_from_here_and_from_a_worker(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c", epochs=2)
    workflow.train("base", folder=folder)
    run = workflow.find_run(folder)
    # Two jobs to do: a single one would not need a worker.
    for name in ("r0-f1-s0", "r0-f2-s0"):
        (run.path / "jobs" / name / "result.json").unlink()
    said = set()
    for parallel in (1, 2):
        with hold_lock(run.path / "jobs" / "r0-f1-s0" / "job.lock"):
            process = start(folder, parallel)
            _, message = process.communicate(timeout=120)
        said.add((process.returncode, message.decode().rpartition(" since ")[0]))
    ((code, words),) = said
    assert code == 3
    assert f"process {os.getpid()}" in words

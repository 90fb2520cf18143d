from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tamesu import trainer as trainer_module
from tamesu.artifacts.files import read_sealed
from tamesu.artifacts.locks import hold_lock
from tamesu.artifacts.run import JobResult, Run
from tamesu.errors import BusyError, InputError, StoppedRunError
from tamesu.preparation import Prepared, prepare
from tamesu.progress import Silent
from tamesu.running import open_run
from tamesu.signals import StopRequest
from tamesu.trainer import Board, Task, Trainer, find_todo, make_environment
from tests.tiny import write_competition

ROOM = 2**30


class Memo(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)


def make_tasks(folder: Path, *changes: str) -> tuple[Prepared, Run, list[Task]]:
    prepared = prepare(folder, "base", changes)
    run = open_run(prepared)
    return prepared, run, [(prepared, run, job) for job in run.jobs()]


def digests(run: Run) -> dict[str, str]:
    """SHA-256 of every result; a journal also says how long things took."""
    names = ("oof.npz", "test.npz", "weights.safetensors", "inputs.png", "result.json")
    paths = [run.job_path(job) / name for job in run.jobs() for name in names]
    return {f"{run.name}/{path.relative_to(run.path)}": hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


class Beside:
    """One trainer with two workers for all tests here: importing torch takes a worker seconds."""

    def __init__(self) -> None:
        self.stop, self.memo = StopRequest(), Memo()
        self.trainer = Trainer(device="cpu", cache_bytes=ROOM, parallel=2, stop=self.stop, reporter=self.memo)


@pytest.fixture(scope="module")
def beside() -> Iterator[Beside]:
    made = Beside()
    with made.trainer:
        yield made


@pytest.mark.slow
def test_beside_each_other_or_one_after_the_other_the_bytes_are_the_same(tmp_path: Path, beside: Beside) -> None:
    here = Memo()
    with Trainer(device="cpu", cache_bytes=ROOM, parallel=1, reporter=here) as alone:
        found = []
        for trainer, memo, parallel in ((alone, here, 1), (beside.trainer, beside.memo, 2)):
            folder = write_competition(tmp_path / str(parallel), epochs=1, broken=(4,))
            _, run, tasks = make_tasks(folder)
            _, other, more = make_tasks(folder, "optimizer.adamw.lr=1e-3")
            ticks: list[tuple[float, str]] = []
            trainer.train([*tasks, more[0]], lambda done, note, ticks=ticks: ticks.append((done, note)))
            trainer.train(more, lambda _done, _note: None)
            found.append(digests(run) | digests(other))
            lines = "\n".join(memo.lines)
            assert f"{run.name}: 3 of 3 jobs to do (cpu, fp32, {parallel} at once)" in lines
            assert lines.count("1 of 36 train images cannot be read") == 1
            assert sum("accuracy" in line for line in memo.lines) == 6
            assert ticks[-1] == (4, "")
            assert all(0 <= done <= 4 for done, _ in ticks)
    assert found[0] == found[1]
    assert len(found[0]) == 30


def test_what_is_done_stays_and_counts(tmp_path: Path) -> None:
    _, run, tasks = make_tasks(write_competition(tmp_path / "c", epochs=1))
    ticks: list[tuple[float, str]] = []
    with Trainer(device="cpu", cache_bytes=ROOM, parallel=1) as trainer:
        trainer.train(tasks[:2], lambda _done, _note: None)
        marks = {path: path.stat().st_mtime_ns for path in run.path.rglob("result.json")}
        trainer.train(tasks, lambda done, note: ticks.append((done, note)))
    assert len(marks) == 2
    assert all(path.stat().st_mtime_ns == mark for path, mark in marks.items())
    assert min(done for done, _ in ticks) >= 2
    assert max(done for done, _ in ticks) == 3
    assert find_todo(tasks) == []


def test_a_diverged_job_is_a_result(tmp_path: Path) -> None:
    _, run, tasks = make_tasks(write_competition(tmp_path / "c", epochs=1, optimizer={"sgd": {"lr": 1e30}}))
    memo = Memo()
    with Trainer(device="cpu", cache_bytes=ROOM, parallel=1, reporter=memo) as trainer:
        trainer.train(tasks, lambda _done, _note: None)
    assert {run.state(job) for job in run.jobs()} == {"diverged"}
    assert sum("diverged" in line for line in memo.lines) == 3


def test_asked_to_stop_it_says_how_to_go_on(tmp_path: Path) -> None:
    _, run, tasks = make_tasks(write_competition(tmp_path / "c", epochs=100))
    stop = StopRequest()

    def stop_soon(done: float, _note: str) -> None:
        stop.number = signal.SIGTERM if done > 0.01 else None

    with (
        Trainer(device="cpu", cache_bytes=ROOM, parallel=1, stop=stop) as trainer,
        pytest.raises(StoppedRunError, match="SIGTERM") as caught,
    ):
        trainer.train(tasks, stop_soon)
    assert caught.value.exit_code == 143
    assert "same command" in str(caught.value)
    assert (run.job_path(run.jobs()[0]) / "checkpoint.json").exists()
    with (
        Trainer(device="cpu", cache_bytes=ROOM, parallel=1, stop=stop) as trainer,
        pytest.raises(StoppedRunError),
    ):
        trainer.train(tasks, lambda _done, _note: None)


def test_workers_save_when_asked_to_stop_and_an_error_of_theirs_is_ours(tmp_path: Path, beside: Beside) -> None:
    _, run, tasks = make_tasks(write_competition(tmp_path / "c", epochs=2000))

    def stop_when_both_train(_done: float, _note: str) -> None:
        if all((run.job_path(job) / "journal.jsonl").exists() for _, _, job in tasks[:2]):
            beside.stop.number = signal.SIGINT

    with pytest.raises(StoppedRunError) as caught:
        beside.trainer.train(tasks, stop_when_both_train)
    beside.stop.number = None
    assert caught.value.exit_code == 130
    for _, _, job in tasks[:2]:
        about = read_sealed(run.job_path(job) / "checkpoint.json")[0]["about"]
        assert about["epoch"] + about["step"] > 0
    assert run.state(tasks[2][2]) == "new"
    with hold_lock(run.job_path(tasks[0][2]) / "job.lock"), pytest.raises(BusyError) as busy:
        beside.trainer.train(tasks, lambda _done, _note: None)
    assert f"process {os.getpid()}" in str(busy.value)
    assert busy.value.exit_code == 3
    # The other job saved and can go on.
    assert run.state(tasks[1][2]) == "stopped"


def test_another_device_is_refused(tmp_path: Path) -> None:
    _, _, tasks = make_tasks(write_competition(tmp_path / "c"))
    with Trainer(device="cuda:77", cache_bytes=ROOM) as trainer, pytest.raises(InputError, match="DEVICE_UNKNOWN"):
        trainer.open(tasks)


def test_threads_are_the_runs_while_it_works_and_given_back(tmp_path: Path, monkeypatch) -> None:
    _, run, tasks = make_tasks(write_competition(tmp_path / "c", epochs=1))
    monkeypatch.setattr(trainer_module, "count_cores", lambda: 6)
    before, seen = torch.get_num_threads(), set()
    torch.set_num_threads(4)
    try:
        with Trainer(device="cpu", cache_bytes=ROOM, parallel=1) as trainer:
            trainer.train(tasks[:1], lambda _done, _note: seen.add(torch.get_num_threads()))
        assert torch.get_num_threads() == 4
    finally:
        torch.set_num_threads(before)
    # Three jobs on six cores.
    assert 2 in seen
    assert read_sealed(run.path / "precision.json")["threads"] == 2


@pytest.mark.parametrize(
    ("asked", "wish", "free", "jobs", "expected", "lines"),
    [
        (None, "", None, 3, 3, 0),
        (None, "", None, 9, 8, 0),
        (None, "2", None, 9, 2, 0),
        (5, "2", None, 9, 5, 0),
        (5, "", 2**31, 3, 3, 0),
        (None, "", 2**31, 3, 1, 1),
    ],
)
def test_how_many_at_once(tmp_path: Path, monkeypatch, asked, wish, free, jobs, expected, lines) -> None:
    monkeypatch.setattr(trainer_module, "count_cores", lambda: 8)
    monkeypatch.setattr(trainer_module, "read_available_bytes", lambda: free)
    monkeypatch.setenv("TAMESU_PARALLEL", wish)
    memo = Memo()
    with Trainer(device="cpu", cache_bytes=ROOM, parallel=asked, reporter=memo) as trainer:
        trainer._machine = trainer_module.Machinery("cpu")
        assert trainer._choose_parallel(jobs, 1) == expected
        trainer._machine.place = torch.device("meta")
        assert trainer._choose_parallel(jobs, 1) == (expected if asked or wish else 1)
    assert len(memo.lines) == lines
    assert all("2.0 GiB of memory are free" in line for line in memo.lines)


def test_the_board_adds_up_jobs_of_several_runs(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c", epochs=10)
    _, run, tasks = make_tasks(folder)
    _, other, more = make_tasks(folder, "epochs=4")
    said: list[tuple[float, str]] = []
    board = Board([tasks[0], more[0]], 2, lambda done, note: said.append((done, note)))
    board.move(0, 5.0, "loss 0.5")
    board.ticker(1)(1.0, "")
    board.move(0, 6.0, "")
    # A job that is tried again begins further back.
    board.move(0, 0.0, "")
    assert [done for done, _ in said] == pytest.approx([2.5, 2.75, 2.85, 2.25])
    assert said[2][1] == f"{run.name} r0-f0-s0 loss 0.5"
    assert board.names[1] == f"{other.name} r0-f0-s0"
    assert Board(tasks, 0, lambda _done, _note: None).names == ["r0-f0-s0", "r0-f1-s0", "r0-f2-s0"]


def test_a_workers_environment_leaves_ours_alone() -> None:
    environ = {"OMP_WAIT_POLICY": "ACTIVE", "OMP_NUM_THREADS": "8"}
    assert make_environment(environ, 2) == {"OMP_WAIT_POLICY": "ACTIVE", "OMP_NUM_THREADS": "2"}
    assert environ["OMP_NUM_THREADS"] == "8"


def test_results_of_several_runs_are_told_apart(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    _, _, tasks = make_tasks(folder)
    _, other, more = make_tasks(folder, "epochs=1")
    memo = Memo()
    todo = [tasks[0], more[0]]
    with Trainer(device="cpu", cache_bytes=ROOM, reporter=memo) as trainer:
        board = Board(todo, 0, lambda _done, _note: None)
        trainer._finish(todo, board, 1, JobResult("d", {}, {"val": 12}, 0.5), 1.0)
    assert memo.lines == [f"{other.name} r0-f0-s0: accuracy 0.5000 on 12 rows (1.0 s)"]

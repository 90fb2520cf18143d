"""What a trial may spend, through kills and restarts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tamesu import allowance
from tamesu.allowance import Budget, forget_trial, memory_of, remember_before


def names(count: int, run: str = "new") -> list[str]:
    """So many jobs that nobody has done."""
    return [f"{run}/{number}" for number in range(count)]


ASKED = ["base", ["平滑化", "epochs=20,30"], 40, None, None, False]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A clock that stands still until it is put forward."""
    now = [1000.0]
    monkeypatch.setattr(allowance, "time", SimpleNamespace(monotonic=lambda: now[0]))

    def forward(seconds: float) -> None:
        now[0] += seconds

    return forward


def finish(folder: Path, *names: str) -> None:
    for name in names:
        run, job = name.split("/")
        path = folder / "runs" / run / "jobs" / job
        path.mkdir(parents=True, exist_ok=True)
        (path / "result.json").write_text("{}")


def test_a_job_is_counted_once_and_what_was_done_before_not_at_all(clock: Callable[[float], None]) -> None:
    budget = Budget(jobs=3, before=frozenset({"base-1/r0-f0-s0"}), _started=1000.0)
    for name in ("base-1/r0-f0-s0", "a-2/r0-f0-s0", "a-2/r0-f1-s0", "a-2/r0-f0-s0", "base-1/r0-f0-s0"):
        budget.charge(name, 10.0)
    assert budget.spent == {"a-2/r0-f0-s0", "a-2/r0-f1-s0"}
    assert budget.spent_seconds == 20.0
    assert budget.affords(names(1), 10.0)
    assert not budget.affords(names(2), 10.0)
    # A job that is asked for twice is one, and those that are paid for or cost nothing are none.
    assert budget.affords([*names(1), *names(1), "a-2/r0-f1-s0", "base-1/r0-f0-s0"], 10.0)


def test_jobs_may_be_spent_to_the_last_and_seconds_too(clock: Callable[[float], None]) -> None:
    budget = Budget(jobs=2, seconds=100.0, _started=1000.0)
    assert budget.affords(names(2), 50.0)
    assert not budget.affords(names(2), 50.1)
    assert not budget.affords(names(3), 0.0)
    budget.charge("a/1", 60.0)
    clock(60.0)
    assert budget.affords(names(1), 40.0) and not budget.affords(names(1), 41.0)
    # Once the time is over, nothing is within it but what costs nothing.
    clock(41.0)
    assert not budget.affords(names(1), 0.0)
    assert budget.affords([], 1e9) and budget.affords(["a/1"], 1e9)


def test_without_limits_everything_is_afforded(clock: Callable[[float], None]) -> None:
    budget = Budget(_started=1000.0)
    budget.charge("a/1", 1e9)
    assert budget.affords(names(1000), 1e9)


def test_time_is_that_of_the_clock_or_of_all_jobs_where_that_is_more(clock: Callable[[float], None]) -> None:
    budget = Budget(seconds=100.0, parallel=4, _started=1000.0)
    clock(5.0)
    assert budget.elapsed() == 5.0
    # Eighty seconds of jobs, four at once: from before a kill, since this process has been there for five.
    for number in range(8):
        budget.charge(f"a/{number}", 10.0)
    assert budget.elapsed() == 20.0
    clock(25.0)
    assert budget.elapsed() == 30.0
    # Seventy seconds are left, in which four at once do 280 seconds of jobs.
    assert budget.affords(names(28), 10.0) and not budget.affords(names(29), 10.0)


def test_the_same_call_goes_on_with_what_is_left(tmp_path: Path) -> None:
    finish(tmp_path, "base-1/r0-f0-s0", "base-1/r0-f1-s0")
    before = remember_before(tmp_path, ASKED)
    assert before == {"base-1/r0-f0-s0", "base-1/r0-f1-s0"}
    # It trains one and is killed; the second call counts it.
    finish(tmp_path, "a-2/r0-f0-s0")
    again = Budget(jobs=1, before=remember_before(tmp_path, ASKED))
    assert again.before == before
    for name in ("base-1/r0-f0-s0", "a-2/r0-f0-s0"):
        again.charge(name, 1.0)
    assert again.spent == {"a-2/r0-f0-s0"} and not again.affords(names(1), 0.0)


def test_another_call_and_one_after_the_end_begin_anew(tmp_path: Path) -> None:
    finish(tmp_path, "base-1/r0-f0-s0")
    remember_before(tmp_path, ASKED)
    finish(tmp_path, "a-2/r0-f0-s0")
    assert len(remember_before(tmp_path, [*ASKED[:2], 41, *ASKED[3:]])) == 2
    assert len(remember_before(tmp_path, ASKED)) == 1
    forget_trial(tmp_path, ASKED)
    assert len(remember_before(tmp_path, ASKED)) == 2
    forget_trial(tmp_path, ASKED)
    # What is forgotten already, or was never begun, can be forgotten.
    forget_trial(tmp_path, ASKED)
    forget_trial(tmp_path / "elsewhere", ASKED)


def test_jobs_that_were_begun_only_are_not_done(tmp_path: Path) -> None:
    finish(tmp_path, "base-1/r0-f0-s0")
    (tmp_path / "runs" / "base-1" / "jobs" / "r0-f1-s0").mkdir()
    assert remember_before(tmp_path, ASKED) == {"base-1/r0-f0-s0"}


def test_nothing_done_is_remembered_as_nothing(tmp_path: Path) -> None:
    assert remember_before(tmp_path, ASKED) == frozenset()
    finish(tmp_path, "a-2/r0-f0-s0")
    assert remember_before(tmp_path, ASKED) == frozenset()


@pytest.mark.parametrize("content", [b"", b'{"content": [', b"\x00" * 64, b'{"content": ["a/b"], "sha256": "0"}'])
def test_a_damaged_memory_is_written_anew(tmp_path: Path, content: bytes) -> None:
    remember_before(tmp_path, ASKED)
    finish(tmp_path, "a-2/r0-f0-s0")
    path = memory_of(tmp_path, ASKED)
    assert path.is_relative_to(tmp_path / ".cache")
    path.write_bytes(content)
    assert remember_before(tmp_path, ASKED) == {"a-2/r0-f0-s0"}
    finish(tmp_path, "a-2/r0-f1-s0")
    assert remember_before(tmp_path, ASKED) == {"a-2/r0-f0-s0"}

"""What runs is told by locks and journals alone."""

from __future__ import annotations

from pathlib import Path

from tests.web.many import write_many

from tamesu.artifacts.journal import Journal
from tamesu.artifacts.locks import hold_lock
from tamesu.web.memory import Memory
from tamesu.web.working import WorkingJob, find_work


def test_a_held_run_shows_its_jobs_and_how_far_they_are(tmp_path: Path) -> None:
    names, memory = sorted(write_many(tmp_path, 2)), Memory()
    assert find_work(tmp_path, memory) == []
    run = tmp_path / "runs" / names[0]
    for job in ("r0-f0-s0", "r0-f1-s0"):
        (run / "jobs" / job).mkdir(parents=True)
    journal = Journal(run / "jobs" / "r0-f1-s0" / "journal.jsonl")
    journal.append({"epoch": 1, "val_score": 0.5})
    with hold_lock(run / "run.lock"), hold_lock(run / "jobs" / "r0-f1-s0" / "job.lock"):
        [work] = find_work(tmp_path, memory)
        assert (work.run, work.done, work.jobs) == (names[0], 0, 10)
        assert work.running == (WorkingJob("r0-f1-s0", 1, 0.5),)
        journal.append({"epoch": 2, "val_score": None})
        assert find_work(tmp_path, memory)[0].running == (WorkingJob("r0-f1-s0", 2, None),)
    assert find_work(tmp_path, memory) == []


def test_a_journal_that_is_damaged_costs_the_figures_and_not_the_page(tmp_path: Path) -> None:
    [name] = write_many(tmp_path, 1)
    job = tmp_path / "runs" / name / "jobs" / "r0-f0-s0"
    job.mkdir(parents=True)
    (job / "journal.jsonl").symlink_to("/etc/hostname")
    with hold_lock(tmp_path / "runs" / name / "run.lock"), hold_lock(job / "job.lock"):
        assert find_work(tmp_path, Memory())[0].running == (WorkingJob("r0-f0-s0", 0, None),)

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from tests.artifacts.test_run import finish, make

from tamesu.artifacts.journal import Journal
from tamesu.artifacts.locks import hold_lock
from tamesu.artifacts.run import Run, find_runs
from tamesu.errors import TamesuError
from tamesu.results.doctor import diagnose, move_aside


def workspace(folder: Path) -> list[Run]:
    runs = [make(folder, data_digest=letter * 64) for letter in "abc"]
    for run in runs:
        for job in run.jobs():
            finish(run, job)
            Journal(run.job_path(job) / "journal.jsonl").append({"epoch": 1})
    return runs


def test_healthy_runs_are_said_to_be_so(tmp_path: Path) -> None:
    workspace(tmp_path)
    found = diagnose(tmp_path)
    assert len(found) == 3
    assert all(diagnosis.healthy and diagnosis.states == {"done": 2} for diagnosis in found)


def test_a_dead_run_is_stopped_and_a_living_one_running(tmp_path: Path) -> None:
    run = make(tmp_path)
    job = run.jobs()[0]
    run.job_path(job).mkdir(parents=True)
    Journal(run.job_path(job) / "journal.jsonl").append({"epoch": 7})
    assert "stopped r0-f0-s0 at epoch 7 of 10" in diagnose(tmp_path)[0].lines()[0]
    with hold_lock(run.job_path(job) / "job.lock"):
        assert "running r0-f0-s0" in diagnose(tmp_path)[0].lines()[0]


def test_a_copy_is_not_counted_twice(tmp_path: Path) -> None:
    run = workspace(tmp_path)[0]
    shutil.copytree(run.path, run.path.with_name(run.name + "-copy"))
    codes = [fault.code for diagnosis in diagnose(tmp_path) for fault in diagnosis.findings]
    assert codes == ["RUN_COPY"]


def test_leftovers_and_torn_journals_are_found_and_mended(tmp_path: Path) -> None:
    run = workspace(tmp_path)[0]
    path = run.job_path(run.jobs()[0])
    (path / ".oof.npz.123.tmp").write_bytes(b"half")
    with open(path / "journal.jsonl", "ab") as file:
        file.write(b"41 0123456789abcdef {")
    codes = sorted(fault.code for diagnosis in diagnose(tmp_path) for fault in diagnosis.findings)
    assert codes == ["JOURNAL_TORN", "RUN_LEFTOVER"]
    diagnose(tmp_path, repair=True)
    assert all(diagnosis.healthy for diagnosis in diagnose(tmp_path))
    assert (path / "journal.jsonl.torn-1").read_bytes() == b"41 0123456789abcdef {"


def damage(path: Path, draws: random.Random) -> None:
    """One of the kinds of RELIABILITY section 4.1: truncate, empty, flip, zero block, tails, delete, folder, link."""
    kind = draws.randrange(9)
    content = path.read_bytes()
    if kind == 0:
        path.write_bytes(content[: draws.randrange(len(content))])
    elif kind == 1:
        path.write_bytes(b"")
    elif kind == 2:
        flipped = bytearray(content)
        flipped[draws.randrange(len(content))] ^= 1 << draws.randrange(8)
        path.write_bytes(flipped)
    elif kind == 3:
        place = draws.randrange(len(content))
        path.write_bytes(content[:place] + b"\x00" * 64 + content[place + 64 :])
    elif kind == 4:
        path.write_bytes(content + b"\x00" * 4096)
    elif kind == 5:
        path.write_bytes(content + draws.randbytes(37))
    elif kind == 6:
        path.unlink()
    elif kind == 7:
        path.unlink()
        path.mkdir()
    else:
        path.unlink()
        path.symlink_to("/etc/hostname")


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_damaged_the_other_runs_are_intact_and_no_number_is_wrong(tmp_path: Path, seed: int) -> None:
    runs = workspace(tmp_path)
    before = {run.name: run.oof(0, 0).to_bytes() for run in runs}
    draws = random.Random(seed)
    victim = draws.choice(runs)
    files = [path for path in sorted(victim.path.rglob("*")) if path.is_file() and path.name != "environment.json"]
    damage(draws.choice(files), draws)
    diagnose(tmp_path)
    for run in runs:
        try:
            assert Run(run.path).oof(0, 0).to_bytes() == before[run.name]
        except TamesuError:
            assert run.name == victim.name
    diagnose(tmp_path, repair=True)
    assert all(diagnosis.healthy for diagnosis in diagnose(tmp_path))
    assert {run.name for run in runs} - {victim.name} <= {path.name for path in find_runs(tmp_path)}


def test_nothing_is_deleted(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    assert move_aside(tmp_path / "a").name == "a.damaged-1"
    (tmp_path / "a").write_text("2")
    assert move_aside(tmp_path / "a").name == "a.damaged-2"
    assert sorted(os.listdir(tmp_path)) == ["a.damaged-1", "a.damaged-2"]

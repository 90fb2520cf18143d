"""Kill -9 at random moments: nothing is lost, and the end is byte-equal to an undisturbed run."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.forked import Forked, wait_for_epochs
from tests.tiny import write_competition

from tamesu import workflow
from tamesu.artifacts.files import find_leftovers
from tamesu.artifacts.locks import is_locked
from tamesu.results.doctor import diagnose

RESULTS = ("oof.npz", "test.npz", "weights.safetensors", "inputs.png", "result.json")


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every result of the one run, and of its submission."""
    run = workflow.find_run(folder)
    found = [path for job in run.jobs() for path in (run.job_path(job) / name for name in RESULTS)]
    found += [run.path / "oof.csv", run.path / "scores.json", run.path / "run.json", workflow.submit(folder=folder)]
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in found
        if not path.name.endswith("manifest")
    }


def finish(process: subprocess.Popen[bytes]) -> int:
    """Wait for the end; no traceback may have been printed."""
    _, message = process.communicate(timeout=600)
    assert b"Traceback" not in message, message.decode()
    return process.returncode


def start(folder: Path, workers: int) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "tamesu", "train", "base", "--folder", str(folder), "--workers", str(workers)]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


def fork(folder: Path, workers: int, **settings: Any) -> Forked:
    return Forked(["train", "base", "--folder", str(folder), "--workers", str(workers)], folder / "said.txt", **settings)


@pytest.mark.slow
def test_killed_at_twenty_moments_it_ends_in_the_same_bytes(tmp_path: Path) -> None:
    epochs = 40
    whole = write_competition(tmp_path / "whole", epochs=epochs)
    assert finish(start(whole, 2)) == 0
    expected = digests(whole)
    broken = write_competition(tmp_path / "broken", epochs=epochs)
    draws = random.Random(20)
    killed = trained = resumed = 0
    for number in range(20):
        if number < 4:
            # From before the first import to the decoding.
            process = start(broken, number % 3)
            time.sleep(draws.uniform(0.3, 4.0))
            os.killpg(process.pid, signal.SIGKILL)
            code = finish(process)
        else:
            # In the jobs, mostly amid writing a checkpoint: each step writes one.
            resumed += any(broken.glob("runs/*/jobs/*/checkpoint.json"))
            forked = fork(broken, number % 3, every_step=True)
            wait_for_epochs(broken, draws.randint(1, 6), draws, forked.is_over)
            trained += any(is_locked(path) for path in broken.glob("runs/*/jobs/*/job.lock"))
            forked.kill()
            code = forked.finish()
        killed += code == -signal.SIGKILL
        for diagnosis in diagnose(broken):
            assert not [fault for fault in diagnosis.findings if fault.code not in ("RUN_LEFTOVER", "JOURNAL_TORN")]
            assert "running" not in diagnosis.states
    assert killed == 20
    assert trained >= 10
    assert resumed >= 10
    assert finish(start(broken, 1)) == 0
    assert digests(broken) == expected
    assert list(find_leftovers(broken / "runs")) == []


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 1, 2])
def test_number_of_workers_changes_no_byte(tmp_path: Path, workers: int) -> None:
    first = write_competition(tmp_path / "first", epochs=2)
    workflow.train("base", folder=first, workers=3)
    second = write_competition(tmp_path / "second", epochs=2)
    workflow.train("base", folder=second, workers=workers)
    assert digests(first) == digests(second)


@pytest.mark.slow
def test_a_full_disk_stops_the_run_and_leaves_what_is_done(tmp_path: Path) -> None:
    """The n-th write fails with "no space left", for many n; afterwards the run finishes equal."""
    whole = write_competition(tmp_path / "whole", epochs=2)
    workflow.train("base", folder=whole)
    expected = digests(whole)
    broken = write_competition(tmp_path / "broken", epochs=2)
    failed = 0
    for limit in (1, 2, 4, 7, 11, 16, 22, 30, 41, 55):
        failed += fork(broken, 1, full_at=limit).finish() == 74
        for diagnosis in diagnose(broken):
            assert "damaged" not in diagnosis.states
    assert failed >= 5
    workflow.train("base", folder=broken)
    assert digests(broken) == expected

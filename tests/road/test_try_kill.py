"""`tamesu try` killed with SIGKILL at random moments ends in the ledger of an undisturbed one."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest
import yaml
from tests.forked import Forked, wait_for_epochs
from tests.tiny import write_competition

from tamesu.artifacts.locks import is_locked
from tamesu.artifacts.verdict import read_ledger
from tamesu.results.doctor import diagnose

IDEAS = {
    "smoothing": {"heads.kind.loss": {"cross_entropy": {"label_smoothing": 0.1}}},
    "cold": {"optimizer.adamw.lr": 1e-6},
    "\u5e73\u5747": {"ema": 0.9},
    "renamed": {"batch_size": 8},
}


def go_on(folder: Path, logs: Path) -> int:
    """The same command to its end; its exit code."""
    return Forked(["try", "base", "--seeds", "2", "--folder", str(folder)], logs / "said.txt").finish()


def make(path: Path) -> Path:
    folder = write_competition(path, epochs=12)
    (folder / "ideas.yaml").write_text(yaml.safe_dump(IDEAS, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def evidence(folder: Path) -> dict[str, str]:
    """File name and digest of every verdict: pairs, posterior, second opinion, verdict."""
    verdicts, damaged = read_ledger(folder)
    assert damaged == []
    assert len(list((folder / "verdicts").glob("*.json"))) == len(verdicts)
    return {f"{verdict.idea} {verdict.word}": verdict.digest() for verdict in verdicts}


@pytest.mark.slow
def test_killed_at_ten_moments_it_ends_in_the_same_ledger(tmp_path: Path) -> None:
    whole, broken = make(tmp_path / "whole"), make(tmp_path / "broken")
    assert go_on(whole, tmp_path) == 0
    expected = evidence(whole)
    assert {name.split()[0] for name in expected} == set(IDEAS)
    draws, killed, trained = random.Random(10), 0, 0
    for number in range(10):
        # Two with workers, which import torch for seconds; the others write a checkpoint at every step.
        words = ["try", "base", "--seeds", "2", "--folder", str(broken)]
        process = Forked(words, tmp_path / "said.txt", parallel=2 if number < 2 else 1, every_step=number >= 2)
        if number % 4 == 3:
            # From before the first look at the folder on.
            time.sleep(draws.uniform(0.0, 2.0))
        else:
            wait_for_epochs(broken, draws.randint(1, 12), draws, process.is_over)
        trained += any(is_locked(path) for path in broken.glob("runs/*/jobs/*/job.lock"))
        process.kill()
        killed += process.finish() == -signal.SIGKILL
        for diagnosis in diagnose(broken):
            assert "damaged" not in diagnosis.states
    assert killed == 10
    assert trained >= 5
    assert go_on(broken, tmp_path) == 0
    assert evidence(broken) == expected

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from tamesu.artifacts.journal import Journal, read_journal
from tamesu.artifacts.run import Run
from tamesu.report.history import find_trend, mean_over_jobs, read_history


def test_every_record_is_where_it_belongs(paintings) -> None:
    history = read_history(paintings.run, paintings.run.jobs())
    assert history.jobs == tuple(f"r0-f{fold}-s0" for fold in range(5))
    assert history.train_loss.keys() == {"theme", "century"}
    for row, name in enumerate(history.jobs):
        for record in read_journal(paintings.run.path / "jobs" / name / "journal.jsonl").records:
            column = record["epoch"] - 1
            assert history.val_loss["theme"][row, column] == record["val_loss"]["theme"]
            assert history.val_score[row, column] == record["val_score"]
            assert history.peak_memory_mib[row, column] == 1234
    assert history.damaged == ()


def test_jobs_without_epochs_undefined_scores_and_torn_lines(paintings, tmp_path: Path) -> None:
    path = tmp_path / "competition" / "runs" / paintings.run.name
    shutil.copytree(paintings.run.path, path)
    run = Run(path)
    (path / "jobs" / "r0-f0-s0" / "journal.jsonl").unlink()
    journal = path / "jobs" / "r0-f1-s0" / "journal.jsonl"
    lines = journal.read_bytes().split(b"\n")
    lines[3] = lines[3][:40]
    journal.write_bytes(b"\n".join(lines))
    history = read_history(run, run.jobs())
    assert history.jobs[0] == "r0-f1-s0" and len(history.jobs) == 4
    assert history.damaged == ("r0-f1-s0",)
    assert np.isnan(history.train_loss["theme"][0, 3]) and np.isfinite(history.train_loss["theme"][0, 4])


def test_the_mean_is_over_the_jobs_that_are_there() -> None:
    values = np.array([[1.0, 2.0, np.nan], [3.0, np.nan, np.nan]])
    np.testing.assert_array_equal(mean_over_jobs(values), [2.0, 2.0, np.nan])


EPOCHS = np.arange(1, 13) / 12
FALLING = np.exp(-3 * EPOCHS)
RISING = 0.5 + FALLING + 2 * np.maximum(0, EPOCHS - 0.5) ** 2


def jobs(curve: np.ndarray, noise: float = 0.01) -> np.ndarray:
    return curve + np.random.default_rng(0).normal(0, noise, (5, len(curve)))


def test_overfitting_is_named_with_its_epoch() -> None:
    trend = find_trend(jobs(FALLING), jobs(RISING))
    assert trend is not None and trend.kind == "overfitting"
    assert trend.epoch == int(np.argmin(np.median(jobs(RISING), axis=0))) + 1
    assert trend.val[1] > trend.val[0] and trend.train[1] < trend.train[0]


def test_noise_is_not_called_overfitting() -> None:
    level = np.full(12, 0.7)
    noise = (np.random.default_rng(seed).normal(0, 0.02, (5, 12)) for seed in range(50))
    found = [find_trend(jobs(FALLING), level + one) for one in noise]
    # The lowest of 12 noisy epochs is always below the last; only a rise beyond twice its error may be named.
    assert sum(trend is not None and trend.kind == "overfitting" for trend in found) <= 10


@pytest.mark.parametrize(
    ("train", "val", "kind"),
    [
        (FALLING, FALLING, "falling"),
        (FALLING, np.maximum(FALLING, 0.3), "level"),
        (FALLING, np.maximum(FALLING, 0.6), "by_heart"),  # more than half of what it began with, 0.78, above the rest, 0.05
        (RISING, RISING, None),  # both rise: something else is wrong
        (FALLING, np.append(FALLING[:-1], 0.3), None),  # only the last epoch rises
        (FALLING[:2], FALLING[:2], None),
    ],
)
def test_the_other_trends(train: np.ndarray, val: np.ndarray, kind: str | None) -> None:
    trend = find_trend(jobs(train, 0), jobs(val, 0))
    assert (None if trend is None else trend.kind) == kind


def test_only_whole_curves_are_judged() -> None:
    train, val = jobs(FALLING), jobs(RISING)
    val[0, 6:] = np.nan
    trend = find_trend(train, val)
    assert trend is not None and trend.val[1] == pytest.approx(np.median(val[1:, -1]))
    assert find_trend(train, np.full((5, 12), np.nan)) is None


def test_gradient_norms_are_read_and_missing_ones_are_no_numbers(paintings, tmp_path: Path) -> None:
    history = read_history(paintings.run, paintings.run.jobs())
    assert history.grad_norm.shape == (5, 12) and np.isnan(history.grad_norm).all() and np.isnan(history.clipped).all()
    path = tmp_path / "competition" / "runs" / paintings.run.name
    shutil.copytree(paintings.run.path, path)
    journal = path / "jobs" / "r0-f0-s0" / "journal.jsonl"
    records = [
        record | {"grad_norm": {"mean": 2.0 / record["epoch"], "max": 9.0, "clipped": 0.25}}
        for record in read_journal(journal).records
    ]
    journal.unlink()
    for record in records:
        Journal(journal).append(record)
    history = read_history(Run(path), Run(path).jobs())
    np.testing.assert_array_equal(history.grad_norm[0], 2.0 / np.arange(1, 13))
    assert (history.clipped[0] == 0.25).all() and np.isnan(history.grad_norm[1:]).all()

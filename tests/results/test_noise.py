"""The noise floor by hand, and through its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.report.conftest import build_run

from tamesu.results.noise import Noise, measure_noise, read_noise, write_noise


def test_it_is_the_pooled_spread_over_seeds() -> None:
    rng = np.random.default_rng(0)
    table = rng.normal(size=(6, 1)) * 10 + rng.normal(size=(6, 40)) * 0.5
    found = measure_noise("rmse", {(0, fold): table[fold].tolist() for fold in range(6)}, list(range(40)))
    assert found is not None
    assert found.job == pytest.approx(np.sqrt(table.var(axis=1, ddof=1).mean()))
    assert found.cv == pytest.approx(found.job / np.sqrt(6))
    # Seeds are independent between folds, so the CV score's own spread over seeds says about the same.
    assert found.cv == pytest.approx(table.mean(axis=0).std(ddof=1), rel=0.35)
    assert found.df == 6 * 39
    assert found.rope == pytest.approx(found.cv / 4)


def test_folds_with_one_defined_score_say_nothing() -> None:
    assert measure_noise("roc_auc", {(0, 0): [0.9], (0, 1): []}, [0, 1]) is None
    found = measure_noise("roc_auc", {(0, 0): [0.9], (0, 1): [0.8, 0.9]}, [0, 1])
    assert found is not None
    assert found.df == 1


def test_it_is_kept_with_the_run_and_forgotten_when_damaged_or_of_another_metric(tmp_path: Path) -> None:
    run = build_run(tmp_path, {"theme": ("class", ("a", "b"))}, rows=40).run
    assert read_noise(run) is None
    write_noise(run, noise := Noise("accuracy", 0.02, 0.009, 5, [0, 1]))
    assert read_noise(run) == noise
    write_noise(run, Noise("log_loss", 0.02, 0.009, 5, [0, 1]))
    assert read_noise(run) is None
    (run.path / "noise.json").write_text("{}")
    assert read_noise(run) is None

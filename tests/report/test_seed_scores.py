from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tamesu.report.fold_scores import make_fold_section
from tamesu.report.seed_scores import pool_spread, show_seeds
from tamesu.report.words import Words
from tamesu.results.scores import FoldScore

EN = Words("en")


def make_jobs(values: np.ndarray) -> list[FoldScore]:
    """Scores by (seed, fold)."""
    return [FoldScore(0, fold, seed, 9, float(values[seed, fold])) for seed, fold in np.ndindex(*values.shape)]


def test_spreads_are_pooled_inside_groups() -> None:
    values = np.random.default_rng(0).normal(0.8, 0.05, (3, 5))
    jobs = make_jobs(values)
    assert pool_spread(jobs, lambda job: job.fold) == pytest.approx(np.sqrt(values.var(axis=0, ddof=1).mean()))
    assert pool_spread(jobs, lambda job: job.seed) == pytest.approx(np.sqrt(values.var(axis=1, ddof=1).mean()))
    assert pool_spread([replace(job, score=None) for job in jobs], lambda job: job.fold) is None
    assert pool_spread(jobs, lambda job: (job.fold, job.seed)) is None


def test_each_seed_has_its_line_with_its_own_mean(tmp_path: Path, make_synthetic) -> None:
    made = make_synthetic(tmp_path, {"y": ("class", ("a", "b"))}, rows=60, n_splits=3, repeats=2, seeds=(0, 5), epochs=1)
    shown = show_seeds(made.scores, EN)
    assert shown is not None and shown in make_fold_section(made.run, made.scores, EN).body
    rows = [re.sub("<.*?>", " ", row).split() for row in re.findall("<tr>(.*?)</tr>", shown)[1:]]
    means = [np.mean(made.scores.oof[:2]), np.mean(made.scores.oof[2:])]
    assert [row[:2] for row in rows] == [["0", f"{means[0]:.4f}"], ["5", f"{means[1]:.4f}"]]
    assert show_seeds(replace(made.scores, seeds=[0]), EN) is None


def test_it_is_said_when_the_seed_moves_as_much_as_the_fold(paintings) -> None:
    folds = np.array([[0.7, 0.8, 0.9], [0.71, 0.79, 0.9]])
    calm = replace(paintings.scores, seeds=[0, 1], folds=make_jobs(folds), oof=[0.8, 0.8])
    assert "compare over several seeds" not in (show_seeds(calm, EN) or "")
    wild = replace(calm, folds=make_jobs(folds.T[:2] * 0 + [[0.7, 0.7], [0.9, 0.9]]))
    assert "compare over several seeds" in (show_seeds(wild, EN) or "")

"""Importance weights and the accuracy they give, by hand and on planted shifts."""

from __future__ import annotations

import numpy as np
import pytest
from tests.results.audit.made import make_data

from tamesu.results.audit.likeness_to_test import MOST_WEIGHT, judge_test_like, weigh_rows


def test_weights_are_odds_with_a_mean_of_one_and_a_ceiling() -> None:
    chances = np.array([0.5, 0.75, 0.25, 1.0])
    odds = np.array([1.0, 3.0, 1 / 3, MOST_WEIGHT])
    np.testing.assert_allclose(weigh_rows(chances), odds / odds.mean())


def plant(worse: float, seed: int = 0, rows: int = 2000) -> tuple[list, np.ndarray, np.ndarray]:
    """Rows of which a fifth look like the test and are told right less often by `worse`."""
    random = np.random.default_rng(seed)
    data = make_data(rows + 100, rows, codes=random.integers(0, 2, rows), labels=("a", "b"))
    like = random.random(rows) < 0.2
    chances = np.where(like, 0.9, 0.3)
    right = random.random(rows) < np.where(like, 0.9 - worse, 0.9)
    probs = np.zeros((rows, 2))
    probs[np.arange(rows), np.where(right, data.codes, 1 - data.codes)] = 1.0
    return judge_test_like(data, chances, probs), right, chances


def test_a_score_that_falls_on_test_like_rows_is_told() -> None:
    [finding], right, chances = plant(0.3)
    odds = chances / (1 - chances)
    assert finding.values["weighed"] == pytest.approx(float((odds * right).sum() / odds.sum()))
    assert finding.values["plain"] == pytest.approx(float(right.mean()))
    assert finding.values["high"] < 0
    assert (chances[list(finding.rows[:300])] == 0.9).all()


def test_no_difference_is_seldom_told() -> None:
    told = sum(bool(plant(0.0, seed)[0]) for seed in range(20))
    # 5 % of 20 are 1; more than 4 would have a chance of 0.3 %.
    assert told <= 4


def test_nothing_is_said_without_probs_or_with_too_few_rows() -> None:
    data = make_data(60, 40)
    assert judge_test_like(data, np.full(40, 0.5), None) == []
    assert judge_test_like(data, np.full(40, 0.5), np.full((40, 3), 1 / 3)) == []
    assert judge_test_like(data, np.full(40, 0.5), np.full((40, 3), np.nan)) == []

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from tamesu.report.outcomes import Outcome
from tamesu.report.value_target import score_values, show_values
from tamesu.report.words import Words


def make_outcome(truth: np.ndarray, prediction: np.ndarray) -> Outcome:
    ids = np.array([f"id{row}" for row in range(len(truth))])
    job = np.zeros(len(truth), dtype=int)
    return Outcome("age", "value", (), ids, truth, prediction[:, None], job, ("r0-f0-s0",), 0, 0)


def test_errors_agree_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(40, 10, 200)
    prediction = truth + rng.normal(1, 3, 200)
    scores = score_values(truth, prediction)
    assert scores.rmse == pytest.approx(root_mean_squared_error(truth, prediction))
    assert scores.mae == pytest.approx(mean_absolute_error(truth, prediction))
    assert scores.r2 == pytest.approx(r2_score(truth, prediction))
    assert scores.bias == pytest.approx(prediction.mean() - truth.mean())


def test_equal_truths_have_no_r2() -> None:
    assert score_values(np.ones(3), np.zeros(3)).r2 is None
    assert "R² undefined" in show_values(make_outcome(np.ones(3), np.zeros(3)), "t", Words("en"))


def test_the_largest_residuals_are_listed_largest_first() -> None:
    truth = np.linspace(0, 10, 50)
    prediction = truth.copy()
    prediction[[7, 30]] += [5.0, -9.0]
    body = show_values(make_outcome(truth, prediction), "t", Words("en"))
    assert body.index("id30") < body.index("id7")
    assert 'aria-label="Prediction against truth"' in body


def test_predictions_that_are_no_numbers_are_left_out() -> None:
    body = show_values(make_outcome(np.array([1.0, 2.0]), np.array([np.nan, 2.5])), "t", Words("en"))
    assert "RMSE 0.5000" in body
    assert "undefined" in show_values(make_outcome(np.ones(1), np.array([np.inf])), "t", Words("en"))

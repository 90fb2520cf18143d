from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from tamesu.results.calibration import judge_confidence, measure_calibration, measure_label_calibration


def test_a_case_worked_by_hand() -> None:
    # Two bins: 20 answers at 0.6 of which 9 are right (0.45), 20 at 0.9 of which 16 are (0.8).
    sure = np.repeat([0.6, 0.9], 20)
    right = np.concatenate([np.arange(20) < 9, np.arange(20) < 16])
    found = judge_confidence(sure, right)
    assert found is not None
    assert [(one.rows, one.said, one.hit) for one in found.bins] == [
        (20, pytest.approx(0.6), pytest.approx(0.45)),
        (20, pytest.approx(0.9), pytest.approx(0.8)),
    ]
    assert found.ece == pytest.approx(0.5 * 0.15 + 0.5 * 0.1)
    assert (found.said, found.hit, found.overconfidence) == pytest.approx((0.75, 0.625, 0.125))
    # Wilson's interval of 9 of 20, as tables have it.
    assert (found.bins[0].low, found.bins[0].high) == pytest.approx((0.258, 0.658), abs=5e-4)


def test_bins_are_those_of_scikit_learn_where_no_two_are_equal() -> None:
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.3, 1.0, 3000)
    right = rng.random(3000) < sure**2
    found = judge_confidence(sure, right)
    assert found is not None and len(found.bins) == 15
    share, said = calibration_curve(right, sure, n_bins=15, strategy="quantile")
    np.testing.assert_allclose([one.said for one in found.bins], said, atol=2e-3)
    np.testing.assert_allclose([one.hit for one in found.bins], share, atol=1e-2)
    assert sum(one.rows for one in found.bins) == 3000


def test_right_probabilities_are_seldom_called_wrong_and_wrong_ones_nearly_always() -> None:
    called = {"right": 0, "uneven": 0, "sure": 0, "unsure": 0}
    for seed in range(30):
        rng = np.random.default_rng(seed)
        sure = rng.uniform(0.4, 1.0, 400)
        luck = rng.random(400)
        found = judge_confidence(sure, luck < sure)
        assert found is not None
        called["right"] += found.is_evident
        called["uneven"] += found.is_uneven
        over, under = judge_confidence(sure, luck < sure - 0.12), judge_confidence(sure, luck < sure + 0.12)
        assert over is not None and under is not None
        called["sure"] += over.is_evident and over.overconfidence > 0
        called["unsure"] += under.is_evident and under.overconfidence < 0
    # One in a hundred is what is promised; of thirty more than two are seen once in three hundred times.
    assert called["right"] <= 2 and called["uneven"] <= 2
    assert called["sure"] >= 28 and called["unsure"] >= 28


def test_the_same_rows_under_many_seeds_are_no_more_evidence() -> None:
    evident = {"once": 0, "alone": 0}
    for seed in range(15):
        rng = np.random.default_rng(seed)
        sure = rng.uniform(0.5, 1.0, 100)
        right = rng.random(100) < sure
        ids = np.array([f"image {row}" for row in range(100)])
        again = judge_confidence(np.tile(sure, 9), np.tile(right, 9), np.tile(ids, 9))
        believed = judge_confidence(np.tile(sure, 9), np.tile(right, 9))
        once = judge_confidence(sure, right)
        assert again is not None and believed is not None and once is not None
        assert again.ece >= once.ece - 1e-9 and again.said == pytest.approx(once.said)
        evident["once"] += again.is_evident
        evident["alone"] += believed.is_evident
    assert evident["once"] <= 1 < evident["alone"]


def test_errors_in_both_directions_are_uneven_without_a_direction() -> None:
    rng = np.random.default_rng(0)
    sure = np.concatenate([np.full(500, 0.6), np.full(500, 0.9)])
    right = rng.random(1000) < np.concatenate([np.full(500, 0.75), np.full(500, 0.75)])
    found = judge_confidence(sure, right)
    assert found is not None and found.is_uneven and not found.is_evident


def test_of_classes_the_largest_counts_and_of_labels_the_answer() -> None:
    probs = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [np.nan, np.nan, np.nan]])
    found = measure_calibration(np.array([0, 1, 2]), probs)
    assert found is not None and found.rows == 2
    assert (found.said, found.hit) == pytest.approx((0.65, 0.5))
    labels = measure_label_calibration(np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[0.9, 0.2], [0.6, 0.5]]))
    assert labels is not None
    # Told: yes 0.9 right, no 0.8 right, yes 0.6 wrong, yes 0.5 wrong.
    assert (labels.rows, labels.said, labels.hit) == (4, pytest.approx(0.7), 0.5)
    assert measure_calibration(np.array([], np.int64), np.zeros((0, 2))) is None


def test_equal_input_gives_equal_numbers() -> None:
    sure = np.linspace(0.4, 0.99, 300)
    assert judge_confidence(sure, sure > 0.6) == judge_confidence(sure, sure > 0.6)

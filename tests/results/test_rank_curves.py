from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    precision_recall_curve,
    precision_score,
    recall_score,
    roc_auc_score,
    roc_curve,
)

from tamesu.results.rank_curves import thin_out, trace_classes, trace_label, trace_labels


@pytest.mark.parametrize("decimals", [8, 1])
def test_curves_and_areas_are_those_of_scikit_learn(decimals: int) -> None:
    rng = np.random.default_rng(0)
    there = rng.random(500) < 0.2
    probs = np.round(np.clip(rng.normal(0.3 + 0.3 * there, 0.2), 0, 1), decimals)
    curve = trace_label(there, probs)
    assert curve is not None
    precision, recall, thresholds = precision_recall_curve(there, probs)
    np.testing.assert_allclose(curve.thresholds, thresholds[::-1])
    np.testing.assert_allclose(curve.precision, precision[:-1][::-1])
    np.testing.assert_allclose(curve.recall, recall[:-1][::-1])
    fall_out, reached, _ = roc_curve(there, probs, drop_intermediate=False)
    np.testing.assert_allclose(curve.fall_out, fall_out[1:])
    np.testing.assert_allclose(curve.recall, reached[1:])
    assert curve.ap == pytest.approx(average_precision_score(there, probs))
    assert curve.auc == pytest.approx(roc_auc_score(there, probs))
    for threshold in (0.2, 0.5, 0.77):
        told = probs >= threshold
        expected = [score(there, told) for score in (precision_score, recall_score, f1_score)]
        np.testing.assert_allclose(curve.at(threshold), expected)
    best = curve.find_best()
    assert curve.f1[best] == pytest.approx(max(f1_score(there, probs >= one) for one in thresholds))


def test_labels_without_rows_are_left_out_and_those_of_all_rows_have_no_area() -> None:
    there = np.array([[True, False, True], [True, False, False]])
    curves = trace_labels(there, np.array([[0.9, 0.1, 0.3], [0.8, 0.2, 0.6]]))
    assert [curve.label for curve in curves] == [0, 2]
    assert curves[0].ap == 1.0 and np.isnan(curves[0].auc)
    assert (curves[1].ap, curves[1].auc) == (0.5, 0.0)


def test_classes_are_held_against_the_rest_and_rows_without_numbers_left_out() -> None:
    rng = np.random.default_rng(1)
    truth, probs = rng.integers(0, 3, 200), rng.dirichlet(np.ones(3), 200)
    probs[0] = np.nan
    curves = trace_classes(truth, probs)
    for curve in curves:
        assert curve.auc == pytest.approx(roc_auc_score(truth[1:] == curve.label, probs[1:, curve.label]))
    assert [curve.label for curve in trace_classes(truth, probs, [2, 1])] == [2, 1]


def test_of_equal_scores_the_threshold_nearest_to_a_half_is_best() -> None:
    curve = trace_label(np.array([True, True, False]), np.array([0.9, 0.6, 0.1]))
    assert curve is not None and curve.thresholds[curve.find_best()] == 0.6


def test_a_thinned_curve_keeps_its_ends_and_is_never_far_from_the_whole() -> None:
    x = np.sort(np.random.default_rng(0).random(5000))
    y = np.sqrt(x)
    kept = thin_out(x, y)
    assert kept[0] == 0 and kept[-1] == 4999 and len(kept) <= 122
    assert np.abs(np.interp(x, x[kept], y[kept]) - y).max() < 0.02
    assert thin_out(x[:5], y[:5]).tolist() == [0, 1, 2, 3, 4]

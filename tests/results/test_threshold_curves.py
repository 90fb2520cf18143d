from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import f1_score, matthews_corrcoef, precision_score, recall_score

from tamesu.metrics import METRICS
from tamesu.results.rank_curves import trace_labels
from tamesu.results.threshold_curves import score_thresholds, trace_thresholds


def make_labels() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    there = rng.random((300, 3)) < [0.1, 0.3, 0.5]
    return there, np.clip(rng.normal(0.2 + 0.4 * there, 0.2), 0, 1)


def test_scores_at_each_threshold_are_those_of_scikit_learn() -> None:
    there, probs = make_labels()
    curves = trace_thresholds(trace_labels(there, probs))
    for place in (0, 17, 50, 63, 80):
        told = probs >= place / 100
        assert curves.recall[place] == pytest.approx(recall_score(there, told, average="macro"))
        assert curves.f1[place] == pytest.approx(f1_score(there, told, average="macro"))
        assert curves.precision[place] == pytest.approx(precision_score(there, told, average="macro"))
    best = curves.find_best()
    assert curves.f1[best] == max(curves.f1) and curves.at_half() == curves.f1[50]


def test_precision_is_undefined_where_nothing_is_told() -> None:
    curves = trace_thresholds(trace_labels(np.array([[True], [False]]), np.array([[0.6], [0.2]])))
    assert np.isnan(curves.precision[61:]).all() and curves.precision[60] == 1.0
    assert curves.f1[61:].tolist() == [0.0] * 40
    # From 0.21 to 0.60 all is right; ½ is among them.
    assert curves.thresholds[curves.find_best()] == 0.5


def test_the_metric_sees_what_is_told_at_the_threshold() -> None:
    rng = np.random.default_rng(2)
    truth = (rng.random(400) < 0.2).astype(np.int64)
    second = np.clip(rng.normal(0.2 + 0.25 * truth, 0.15), 0, 1)
    probs = np.stack([1 - second, second], axis=1)
    found = score_thresholds(METRICS.build("mcc", {}), truth, probs, ["no", "yes"])
    for place in (20, 35, 50):
        assert found[place] == pytest.approx(matthews_corrcoef(truth, second >= place / 100))
    curves = trace_thresholds(trace_labels((truth == 1)[:, None], second[:, None]))
    judged = replace(curves, metric=found)
    assert judged.find_best() == int(np.nanargmax(found)) and judged.at_half() == found[50]
    assert found[replace(judged, greater_is_better=False).find_best()] == found.min()


def test_labels_are_told_whatever_threshold_the_metric_has() -> None:
    there, probs = make_labels()
    found = score_thresholds(METRICS.build("f1_macro", {"threshold": 0.3}), there.astype(np.int8), probs, ["a", "b", "c"])
    assert found[70] == pytest.approx(f1_score(there, probs >= 0.7, average="macro"))

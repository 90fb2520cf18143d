from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.metrics.roc_auc import RocAuc

PROBS = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
LABELS = ("a", "b", "c")


def test_two_classes_look_at_the_second_label() -> None:
    probs = np.array([0.1, 0.4, 0.35, 0.8])
    # Of the four pairs of one row each, three are in order.
    assert RocAuc().score(np.array([0, 0, 1, 1]), np.stack([1 - probs, probs], axis=1), ("a", "b")) == 0.75


@pytest.mark.parametrize("multi_class", ["ovr", "ovo"])
def test_a_class_that_is_not_there_makes_it_undefined(multi_class: str) -> None:
    metric = RocAuc(multi_class=multi_class)  # type: ignore[arg-type]
    assert math.isnan(metric.score(np.array([0, 1, 1, 0]), PROBS, LABELS))
    assert math.isnan(metric.score(np.array([0, 0, 0, 0]), PROBS, LABELS))
    assert metric.score(np.array([0, 1, 0, 2]), PROBS, LABELS) == 1.0


def test_probabilities_need_not_add_to_one() -> None:
    for multi_class in ("ovr", "ovo"):
        assert RocAuc(multi_class=multi_class).score(np.array([0, 1, 0, 2]), PROBS * 3, LABELS) == 1.0  # type: ignore[arg-type]


def test_a_label_that_is_everywhere_makes_it_undefined() -> None:
    truth = np.array([[1, 0, 1], [1, 1, 0], [1, 0, 1], [1, 1, 0]])
    assert math.isnan(RocAuc().score(truth, PROBS, LABELS))

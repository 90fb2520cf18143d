from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.metrics.average_precision import AveragePrecision

PROBS = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
LABELS = ("a", "b", "c")


def test_hand_worked() -> None:
    probs = np.array([0.1, 0.4, 0.35, 0.8])
    # In order of probability: hit, miss, hit, miss: precision 1 at recall 1/2, 2/3 at recall 1.
    value = AveragePrecision().score(np.array([0, 0, 1, 1]), np.stack([1 - probs, probs], axis=1), ("a", "b"))
    assert value == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_a_class_that_is_not_there_makes_it_undefined() -> None:
    assert math.isnan(AveragePrecision().score(np.array([0, 1, 1, 0]), PROBS, LABELS))
    assert AveragePrecision().score(np.array([0, 1, 0, 2]), PROBS, LABELS) == 1.0


def test_a_label_that_is_everywhere_is_defined() -> None:
    assert AveragePrecision().score(np.ones((4, 3), dtype=np.int64), PROBS, LABELS) == 1.0

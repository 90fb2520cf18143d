from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.metrics.map_at_k import MapAtK

PROBS = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
LABELS = ("a", "b", "c")


def test_of_classes_it_is_the_mean_of_one_over_rank() -> None:
    truth = np.array([0, 2, 2, 0])
    # Ranks 1, 2, 3, and 2 (a goes before b at equal probability).
    assert MapAtK(k=3).score(truth, PROBS, LABELS) == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert MapAtK(k=2).score(truth, PROBS, LABELS) == pytest.approx((1 + 1 / 2 + 0 + 1 / 2) / 4)


def test_multilabel_hand_worked() -> None:
    truth = np.array([[1, 0, 1], [0, 1, 0], [0, 0, 0], [1, 1, 1]])
    # Hits at 1 and 3: (1 + 2/3) / 2; at 1: 1; no label: left out; all: 1.
    assert MapAtK(k=3).score(truth, PROBS, LABELS) == pytest.approx((5 / 6 + 1 + 1) / 3)
    assert MapAtK(k=1).score(truth, PROBS, LABELS) == 1.0
    assert math.isnan(MapAtK().score(np.zeros((4, 3)), PROBS, LABELS))

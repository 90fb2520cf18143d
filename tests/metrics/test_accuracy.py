from __future__ import annotations

import numpy as np
import pytest

from tamesu.metrics.accuracy import Accuracy

PROBS = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
LABELS = ("a", "b", "c")


def test_hand_worked() -> None:
    assert Accuracy().score(np.array([0, 1, 1, 2]), PROBS, LABELS) == 0.75


def test_all_labels_of_a_row_must_be_right() -> None:
    truth = np.array([[1, 0], [1, 1], [0, 0]])
    probs = np.array([[0.5, 0.2], [0.9, 0.4], [0.1, 0.1]])
    assert Accuracy().score(truth, probs, ("a", "b")) == pytest.approx(2 / 3)
    assert Accuracy(threshold=0.4).score(truth, probs, ("a", "b")) == 1.0


def test_of_equals_the_first_is_told() -> None:
    assert Accuracy().score(np.array([0, 1]), np.full((2, 2), 0.5), ("a", "b")) == 0.5

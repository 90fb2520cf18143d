from __future__ import annotations

import numpy as np
import pytest

from tamesu.metrics.balanced_accuracy import BalancedAccuracy

PROBS = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
LABELS = ("a", "b", "c")


def test_hand_worked() -> None:
    # a: 1 of 1, b: 1 of 2, c: 1 of 1.
    assert BalancedAccuracy().score(np.array([0, 1, 1, 2]), PROBS, LABELS) == pytest.approx((1 + 0.5 + 1) / 3)


def test_a_class_without_rows_is_left_out() -> None:
    assert BalancedAccuracy().score(np.array([0, 1, 1, 1]), PROBS, LABELS) == pytest.approx((1 + 1 / 3) / 2)

from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.metrics.cohen_kappa import CohenKappa

PROBS = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
LABELS = ("a", "b", "c")


def test_hand_worked() -> None:
    # Agreement 3/4; by chance: told a b a c, truth a b b c: (2*1 + 1*2 + 1*1) / 16.
    assert CohenKappa().score(np.array([0, 1, 1, 2]), PROBS, LABELS) == pytest.approx((0.75 - 5 / 16) / (1 - 5 / 16))


def test_one_and_the_same_class_is_undefined() -> None:
    assert math.isnan(CohenKappa().score(np.array([0, 0]), PROBS[[0, 2]], LABELS))
    assert CohenKappa().score(np.array([0, 0]), PROBS[[0, 1]], LABELS) == 0.0

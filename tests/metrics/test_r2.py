from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.metrics.r2 import R2


def test_hand_worked() -> None:
    assert R2().score(np.array([1.0, 2.0, 3.0]), np.array([[2.0], [2.0], [1.0]]), ()) == pytest.approx(
        1 - (1 + 0 + 4) / (1 + 0 + 1)
    )


def test_the_mean_scores_zero_and_a_constant_truth_is_undefined() -> None:
    assert R2().score(np.array([1.0, 2.0, 3.0]), np.full((3, 1), 2.0), ()) == 0.0
    assert math.isnan(R2().score(np.full(3, 2.0), np.full((3, 1), 2.0), ()))

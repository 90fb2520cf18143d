from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.metrics.rmsle import Rmsle


def test_hand_worked() -> None:
    told = np.array([[math.e - 1], [0.0]])
    assert Rmsle().score(np.array([math.e**3 - 1, 0.0]), told, ()) == pytest.approx(math.sqrt(4 / 2))


def test_minus_one_and_less_is_undefined() -> None:
    assert math.isnan(Rmsle().score(np.array([1.0, 2.0]), np.array([[1.0], [-1.0]]), ()))
    assert math.isnan(Rmsle().score(np.array([-2.0, 2.0]), np.array([[1.0], [1.0]]), ()))
    assert math.isfinite(Rmsle().score(np.array([0.0, 2.0]), np.array([[-0.5], [1.0]]), ()))

from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.metrics.rmse import Rmse


def test_hand_worked() -> None:
    assert Rmse().score(np.array([1.0, 2.0, 3.0]), np.array([[2.0], [2.0], [1.0]]), ()) == pytest.approx(
        math.sqrt((1 + 0 + 4) / 3)
    )

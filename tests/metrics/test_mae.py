from __future__ import annotations

import numpy as np
import pytest

from tamesu.metrics.mae import Mae


def test_hand_worked() -> None:
    assert Mae().score(np.array([1.0, 2.0, 3.0]), np.array([[2.0], [2.0], [1.0]]), ()) == pytest.approx((1 + 0 + 2) / 3)

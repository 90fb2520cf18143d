from __future__ import annotations

import numpy as np
import pytest

from tamesu.metrics.top_k_accuracy import TopKAccuracy

PROBS = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
LABELS = ("a", "b", "c")


@pytest.mark.parametrize(("k", "expected"), [(1, 0.25), (2, 0.75), (3, 1.0), (9, 1.0)])
def test_hand_worked(k: int, expected: float) -> None:
    assert TopKAccuracy(k=k).score(np.array([1, 2, 2, 2]), PROBS, LABELS) == expected


def test_of_equals_the_first_goes_first() -> None:
    flat = np.full((3, 3), 1 / 3)
    assert TopKAccuracy(k=1).score(np.array([0, 1, 2]), flat, LABELS) == pytest.approx(1 / 3)
    assert TopKAccuracy(k=2).score(np.array([2, 2, 1]), flat, LABELS) == pytest.approx(1 / 3)

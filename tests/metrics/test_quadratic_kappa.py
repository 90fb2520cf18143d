from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.metrics.quadratic_kappa import QuadraticKappa

PROBS = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
LABELS = ("a", "b", "c")


def test_distance_counts_squared() -> None:
    truth = np.array([0, 0, 1, 1, 2, 2])

    def score(told: list[int]) -> float:
        return QuadraticKappa().score(truth, np.eye(3)[told], LABELS)

    # Wrong by 1 once. By chance, told once 0, thrice 1, twice 2: (2 * (3 + 2 * 4) + 2 * (1 + 2) + 2 * (4 + 3)) / 6 = 7.
    assert score([0, 1, 1, 1, 2, 2]) == pytest.approx(1 - 1 / 7)
    assert score([0, 2, 1, 1, 2, 2]) < score([0, 1, 1, 1, 2, 2])


def test_the_order_of_labels_is_the_competitions() -> None:
    truth, told = np.array([0, 1, 2, 2]), np.array([0, 1, 2, 0])
    swapped = np.array([0, 2, 1])
    assert QuadraticKappa().score(truth, np.eye(3)[told], LABELS) < QuadraticKappa().score(
        swapped[truth], np.eye(3)[swapped[told]], LABELS
    )


def test_one_and_the_same_class_is_undefined() -> None:
    assert math.isnan(QuadraticKappa().score(np.array([1, 1]), np.eye(3)[[1, 1]], LABELS))
    assert QuadraticKappa().score(np.array([1, 1]), np.eye(3)[[1, 0]], LABELS) == 0.0

from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.metrics.log_loss import LogLoss

PROBS = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
LABELS = ("a", "b", "c")


def test_hand_worked() -> None:
    expected = -(math.log(0.7) + math.log(0.6) + math.log(0.3) + math.log(0.6)) / 4
    assert LogLoss().score(np.array([0, 1, 1, 2]), PROBS, LABELS) == pytest.approx(expected)


def test_rows_are_divided_by_their_sum() -> None:
    assert LogLoss().score(np.array([0]), np.array([[2.0, 6.0]]), ("a", "b")) == pytest.approx(-math.log(0.25))
    assert math.isnan(LogLoss().score(np.array([0]), np.zeros((1, 2)), ("a", "b")))


def test_a_confident_error_is_bounded() -> None:
    assert LogLoss().score(np.array([0]), np.array([[0.0, 1.0]]), ("a", "b")) == pytest.approx(-math.log(1e-15))
    assert LogLoss(eps=0.01).score(np.array([0]), np.array([[0.0, 1.0]]), ("a", "b")) == pytest.approx(-math.log(0.01))


def test_multilabel_is_over_all_cells() -> None:
    value = LogLoss().score(np.array([[1, 0]]), np.array([[0.5, 0.1]]), ("a", "b"))
    assert value == pytest.approx(-(math.log(0.5) + math.log(0.9)) / 2)


def test_one_class_alone_is_defined() -> None:
    assert LogLoss().score(np.array([0, 0]), PROBS[[0, 2]], LABELS) == pytest.approx(-(math.log(0.7) + math.log(0.5)) / 2)

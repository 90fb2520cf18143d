from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.metrics.mcc import Mcc

PROBS = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
LABELS = ("a", "b", "c")


def test_two_classes_are_the_correlation_of_truth_and_told() -> None:
    truth, told = np.array([0, 0, 0, 1, 1, 1, 1]), np.array([0, 1, 0, 1, 1, 0, 1])
    assert Mcc().score(truth, np.eye(2)[told], ("a", "b")) == pytest.approx(np.corrcoef(truth, told)[0, 1])


def test_one_class_told_is_zero_and_one_class_there_is_undefined() -> None:
    assert Mcc().score(np.array([0, 1, 2, 1]), np.eye(3)[[1, 1, 1, 1]], LABELS) == 0.0
    assert math.isnan(Mcc().score(np.array([1, 1, 1, 1]), PROBS, LABELS))

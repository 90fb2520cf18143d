from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.metrics.f1_macro import F1Macro

PROBS = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
LABELS = ("a", "b", "c")


def test_hand_worked() -> None:
    # told a b a c, truth a b b c: a 2/3, b 2/3, c 1.
    assert F1Macro().score(np.array([0, 1, 1, 2]), PROBS, LABELS) == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)


def test_a_class_that_is_neither_there_nor_told_is_left_out() -> None:
    assert F1Macro().score(np.array([0, 1, 0, 2]), PROBS, LABELS) == 1.0
    assert F1Macro().score(np.array([0, 1, 0]), PROBS[:3], LABELS) == 1.0


def test_a_class_that_is_told_and_not_there_counts_as_zero() -> None:
    # told a b a c, truth a b a a: a 4/5, b 1, c 0.
    assert F1Macro().score(np.array([0, 1, 0, 0]), PROBS, LABELS) == pytest.approx((0.8 + 1 + 0) / 3)


def test_multilabel() -> None:
    truth = np.array([[1, 0], [1, 1], [0, 0]])
    probs = np.array([[0.5, 0.2], [0.4, 0.9], [0.1, 0.6]])
    assert F1Macro().score(truth, probs, ("a", "b")) == pytest.approx(2 / 3)
    assert math.isnan(F1Macro().score(np.zeros((3, 2)), np.zeros((3, 2)), ("a", "b")))

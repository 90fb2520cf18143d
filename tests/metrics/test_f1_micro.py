from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.metrics.f1_micro import F1Micro

PROBS = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
LABELS = ("a", "b", "c")


def test_of_classes_it_is_accuracy() -> None:
    assert F1Micro().score(np.array([0, 1, 1, 2]), PROBS, LABELS) == pytest.approx(0.75)


def test_multilabel() -> None:
    truth = np.array([[1, 0], [1, 1], [0, 0]])
    probs = np.array([[0.5, 0.2], [0.4, 0.9], [0.1, 0.6]])
    # 2 hits, 1 false, 1 missed.
    assert F1Micro().score(truth, probs, ("a", "b")) == pytest.approx(4 / 6)
    assert F1Micro(threshold=0.4).score(truth, probs, ("a", "b")) == pytest.approx(6 / 7)
    assert math.isnan(F1Micro().score(np.zeros((3, 2)), np.zeros((3, 2)), ("a", "b")))

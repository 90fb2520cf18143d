from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import entropy

from tamesu.metrics.kl_divergence import LEAST_PROB, KlDivergence

RNG = np.random.default_rng(0)
LABELS = ("a", "b", "c", "d")


def test_it_agrees_with_scipy() -> None:
    truth, told = RNG.dirichlet(np.ones(4), 50), RNG.dirichlet(np.ones(4), 50)
    expected = np.mean([entropy(one, other) for one, other in zip(truth, told, strict=True)])
    assert KlDivergence().score(truth, told, LABELS) == pytest.approx(expected, rel=1e-9)


def test_hand_worked() -> None:
    truth, told = np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([[0.25, 0.75], [0.5, 0.5]])
    expected = (0.5 * math.log(2) + 0.5 * math.log(2 / 3) + math.log(2)) / 2
    assert KlDivergence().score(truth, told, ("a", "b")) == pytest.approx(expected)


def test_it_is_0_for_the_truth_and_bounded_for_its_opposite() -> None:
    truth = RNG.dirichlet(np.ones(4), 20)
    assert KlDivergence().score(truth, truth, LABELS) == pytest.approx(0.0, abs=1e-12)
    assert KlDivergence().score(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]), ("a", "b")) == pytest.approx(
        -math.log(LEAST_PROB), rel=1e-6
    )


def test_told_shares_are_divided_by_their_sum() -> None:
    truth, told = RNG.dirichlet(np.ones(4), 5), RNG.dirichlet(np.ones(4), 5)
    assert KlDivergence().score(truth, 3 * told, LABELS) == pytest.approx(KlDivergence().score(truth, told, LABELS))


def test_no_rows_and_inputs_left_alone() -> None:
    assert math.isnan(KlDivergence().score(np.empty((0, 4)), np.empty((0, 4)), LABELS))
    truth, told = RNG.dirichlet(np.ones(4), 5).astype(np.float32), np.zeros((5, 4), np.float32)
    told[:, 0] = 1
    before = told.copy()
    KlDivergence().score(truth, told, LABELS)
    assert np.array_equal(told, before)

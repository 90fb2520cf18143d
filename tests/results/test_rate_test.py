"""The range test on problems whose rates are known by formula."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.results.rate_test import FIRST_RATE, LAST_RATE, RateCurve, Sweep, make_rates, read_curve, round_rate


def descend(curvature: float, steps: int = 100, first: float = FIRST_RATE, last: float = LAST_RATE) -> tuple[Sweep, RateCurve]:
    """Plain gradient descent on curvature · w² / 2 from w = 1: w ← (1 − rate · curvature) · w."""
    sweep, weight = Sweep(make_rates(steps, first, last)), 1.0
    while True:
        rate = sweep.rate
        if sweep.note(0.5 * curvature * weight**2):
            return sweep, read_curve(sweep.rates, sweep.losses)
        weight -= rate * curvature * weight


def with_noise(level: float, falls: float, seed: int = 0, steps: int = 100) -> RateCurve:
    """A loss of 2 that falls by `falls` around a rate of 1e-3 and rises above 0.1, with noise on every batch."""
    rates = make_rates(steps)
    logs = np.log10(rates)
    losses = 2.0 - falls / (1 + np.exp(-4 * (logs + 3))) + np.exp(6 * (logs + 1))
    losses += level * np.random.default_rng(seed).normal(size=steps)
    sweep = Sweep(rates)
    for loss in losses:
        if sweep.note(float(loss)):
            break
    return read_curve(rates, sweep.losses)


@pytest.mark.parametrize("curvature", [10.0, 80.0, 250.0])
def test_the_rates_of_a_quadratic_are_those_of_the_formula(curvature: float) -> None:
    sweep, curve = descend(curvature)
    growth = math.log(sweep.rates[1] / sweep.rates[0])
    # Small rates: dL/dk = -2 · rate · curvature · L, so L falls fastest per decade at rate = growth / (2 · curvature).
    assert curve.steepest == pytest.approx(growth / (2 * curvature), rel=0.5)
    # |1 - rate · curvature| passes 1 at 2 / curvature: there the weight begins to grow.
    grows = np.flatnonzero(np.diff(sweep.losses) > 0)[0]
    assert sweep.rates[grows] == pytest.approx(2 / curvature, rel=math.exp(growth) - 1)
    assert curve.steepest < curve.least < 2.6 / curvature
    assert curve.falls and curve.ran_away
    assert curve.breaks is not None and 2 / curvature < curve.breaks < 20 / curvature


def test_a_hundred_times_the_curvature_is_a_hundredth_of_the_rate() -> None:
    # 71 points over 7 decades are ten a decade, so that both curvatures see the same grid; no rate of it is 1 / curvature.
    (_, flat), (_, steep) = descend(11.0, steps=71), descend(1100.0, steps=71)
    assert flat.suggested / steep.suggested == pytest.approx(100.0, rel=0.05)
    assert flat.least / steep.least == pytest.approx(100.0, rel=0.05)


@pytest.mark.parametrize(
    ("times", "word"),
    # One step of 1 / curvature reaches the minimum; from 2 / curvature on every step leads away from it.
    [(1e-4, "far_too_small"), (0.008, "small"), (0.1, "fits"), (1.0, "fits"), (2.6, "large"), (1e3, "far_too_large")],
)
def test_the_recipes_rate_is_judged(times: float, word: str) -> None:
    _, curve = descend(10.0)
    assert curve.judge(times / 10.0) == word


def test_beyond_the_least_loss_a_rate_is_large() -> None:
    curve = with_noise(0.0, falls=1.0)
    assert curve.breaks is not None and curve.least < curve.breaks
    assert curve.judge(math.sqrt(curve.least * curve.breaks)) == "large"


@pytest.mark.parametrize("seed", range(4))
def test_noise_of_batches_moves_the_suggestion_little(seed: int) -> None:
    curve = with_noise(0.15, falls=1.0, seed=seed)
    assert curve.falls
    # The fall is steepest at 1e-3 by its formula.
    assert 1e-3 / 3 < curve.suggested < 1e-3 * 3


@pytest.mark.parametrize("seed", range(4))
def test_noise_alone_is_no_fall(seed: int) -> None:
    curve = with_noise(0.3, falls=0.0, seed=seed)
    assert not curve.falls
    assert curve.judge(1e-3) == "flat"


def test_a_loss_with_a_bound_never_comes_back() -> None:
    rates = make_rates(100)
    losses = (1.0 - 0.5 / (1 + np.exp(-4 * (np.log10(rates) + 3)))).tolist()
    sweep = Sweep(rates)
    assert [sweep.note(loss) for loss in losses].index(True) == 99
    curve = read_curve(rates, losses)
    assert not curve.ran_away and curve.breaks is None
    assert curve.judge(0.01) == "fits"


def test_negative_losses_are_a_curve_too() -> None:
    # Uncertainty weighting and some laws go below zero: a shift changes no rate.
    _, plain = descend(10.0)
    moved = read_curve(make_rates(100), [loss - 5.0 for loss in plain.losses])
    assert moved.suggested == plain.suggested


def test_what_is_no_number_ends_the_test_and_is_left_out() -> None:
    sweep = Sweep(make_rates(40))
    assert [sweep.note(loss) for loss in (1.0, 0.9, 0.8, 0.7, math.nan)] == [False] * 4 + [True]
    curve = read_curve(sweep.rates, sweep.losses)
    assert curve.losses.tolist() == [1.0, 0.9, 0.8, 0.7] and curve.ran_away
    # Each loss stands at the rate of the step before it.
    assert curve.rates[1:] == pytest.approx(sweep.rates[:3])
    with pytest.raises(ValueError, match="three losses"):
        read_curve(sweep.rates, [1.0, math.nan])


def test_rates_have_two_digits() -> None:
    assert [round_rate(rate) for rate in (3.14159e-4, 0.0996, 7.0)] == [3.1e-4, 0.1, 7.0]

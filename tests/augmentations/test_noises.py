"""Noises: their variances by value, against the formulas of the sensors they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from tests.pictures import numbers

from tamesu.augmentations.noises import GaussianNoise, IsoNoise, PoissonNoise, SpeckleNoise, between

SIDE = 300
# Rounding to whole levels.
ROUNDING = 1 / 12


def change(part, value, *u):
    """What is added to a picture of one value, shape (pixels, 3)."""
    image = np.full((SIDE, SIDE, 3), value, np.uint8)
    part.operation(np.array([u], float), SIDE).apply(0, image)
    return image.reshape(-1, 3).astype(float) - value


def variance(part, value, *u):
    """Of the noise alone; with 270,000 values its standard error is 0.3 per cent."""
    return change(part, value, *u).var() - ROUNDING


@pytest.mark.parametrize("u", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_gaussian_noise_has_its_deviation_at_every_value(u, strength):
    part = GaussianNoise(deviation=(4.0, 20.0), strength=strength)
    for value in (100, 150):
        assert variance(part, value, u, 0.3) == pytest.approx((strength * (4 + 16 * u)) ** 2, rel=0.015)


@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_speckle_noise_is_in_proportion_to_the_value(strength):
    part = SpeckleNoise(share=(0.05, 0.2), strength=strength)
    for value in (40, 80, 140):
        assert variance(part, value, 1.0, 0.7) == pytest.approx((0.2 * strength * value) ** 2, rel=0.015)
    assert (change(part, 0, 1.0, 0.7) == 0).all()


@pytest.mark.parametrize("gain", [0.5, 2.0, 4.0])
@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_the_variance_of_poisson_noise_is_gain_times_value(gain, strength):
    part = PoissonNoise(gain=(gain, gain), strength=strength)
    for value in (60, 120, 170):
        assert variance(part, value, 0.4, 0.1) == pytest.approx(gain * value * strength**2, rel=0.015)
    assert (change(part, 0, 0.4, 0.1) == 0).all()


def test_poisson_noise_is_near_counted_photons():
    counted = np.random.default_rng(0).poisson(120 / 2.0, 270_000) * 2.0
    found = change(PoissonNoise(gain=(2.0, 2.0)), 120, 0.0, 0.4).ravel() + 120
    assert found.mean() == pytest.approx(counted.mean(), abs=0.15) and found.std() == pytest.approx(counted.std(), rel=0.01)
    # The steps of two levels and a skewness of an eighth are what the normal numbers leave out.
    quantiles = np.linspace(0.02, 0.98, 25)
    assert np.abs(np.quantile(found, quantiles) - np.quantile(counted, quantiles)).max() <= 2.0


@pytest.mark.parametrize("u", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_iso_noise_is_grain_common_to_the_channels_and_colour_of_each(u, strength):
    part = IsoNoise(grain=(4.0, 16.0), colour=10.0, strength=strength)
    grain = strength * (4 + 12 * u)
    colour = 10.0 * grain / 16.0
    found = np.cov(change(part, 120, u, 0.3, 0.8).T)
    # The grain is rounded before the colour is added to it.
    expected = np.full((3, 3), grain**2 + ROUNDING) + np.eye(3) * (colour**2 + ROUNDING)
    assert np.allclose(found, expected, rtol=0.03, atol=0.1)


def test_iso_noise_without_colour_is_grey():
    assert (np.ptp(change(IsoNoise(colour=0.0), 120, 0.5, 0.3, 0.8), axis=1) == 0).all()


@pytest.mark.parametrize("part", [GaussianNoise, SpeckleNoise, PoissonNoise, IsoNoise])
def test_strength_0_adds_nothing_and_samples_get_noise_of_their_own(part):
    u = numbers(part(), 3)
    assert (change(part(strength=0.0), 130, *u[0]) == 0).all()
    first, second = change(part(), 130, *u[0]), change(part(), 130, *u[1])
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.01
    assert (first == change(part(), 130, *u[0])).all()


def test_deviations_are_uniform_in_their_range():
    part = GaussianNoise(deviation=(4.0, 20.0))
    operation = part.operation(numbers(part, 2000), 8)
    assert stats.kstest(operation.constant, stats.uniform(4, 16).cdf).pvalue > 1e-3
    assert stats.kstest(operation.starts / 2**20, stats.uniform().cdf).pvalue > 1e-3
    assert between((2.0, 6.0), np.array([0.0, 0.25, 1.0])).tolist() == [2.0, 3.0, 6.0]

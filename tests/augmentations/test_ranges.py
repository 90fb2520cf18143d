"""Factors between two ends: within them, even on a logarithmic scale, and the colours of the formula."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tamesu.augmentations.ranges import ColorRange

MEANS = np.full((4000, 3), 120.0)


def test_factors_are_log_uniform_within_the_range():
    u = np.random.default_rng(0).uniform(size=(4000, 3))
    matrices = ColorRange(brightness=(0.3, 0.9)).colours(u, MEANS)
    factors = matrices[:, 0, :3].sum(axis=1)
    assert factors.min() >= 0.3 and factors.max() <= 0.9
    assert stats.kstest(np.log(factors), stats.uniform(np.log(0.3), np.log(3)).cdf).pvalue > 1e-3


def test_each_range_does_what_its_name_says():
    u = np.zeros((1, 3))
    pixel = np.array([200.0, 100.0, 40.0, 1.0])
    grey = pixel[:3] @ [0.299, 0.587, 0.114]
    faded = ColorRange(saturation=(0.5, 2.0)).colours(u, MEANS[:1])[0] @ pixel
    assert faded == pytest.approx(grey + 0.5 * (pixel[:3] - grey))
    flat = ColorRange(contrast=(0.5, 2.0)).colours(u, MEANS[:1])[0] @ pixel
    assert flat == pytest.approx(120 + 0.5 * (pixel[:3] - 120))


def test_strength_is_a_power():
    u = np.array([[0.25, 0.5, 0.75]])
    whole = ColorRange(brightness=(0.25, 0.25)).colours(u, MEANS[:1])
    half = ColorRange(brightness=(0.25, 0.25), strength=0.5).colours(u, MEANS[:1])
    assert whole[0, 0, :3].sum() == pytest.approx(0.25) and half[0, 0, :3].sum() == pytest.approx(0.5)

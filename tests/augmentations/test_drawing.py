"""Maps of opacity against formulas: the integral of a Gaussian at an edge, areas, means."""

from __future__ import annotations

from math import erf, sqrt

import numpy as np
import pytest

from tamesu.augmentations.drawing import Canvas, clouds, fill, further, places


def test_further_numbers_are_even_and_of_one_number_each():
    numbers = further(0.123, 40_000)
    assert abs(numbers.mean() - 0.5) < 0.01
    assert abs(np.histogram(numbers, 10, (0, 1))[0] - 4000).max() < 300
    assert not (further(0.123 + 2.0**-53, 40_000) == numbers).any()


@pytest.mark.parametrize("softness", [0.02, 0.1, 0.3])
def test_a_soft_edge_is_the_integral_of_a_gaussian(softness):
    corners = np.array([[0.4, -9.0], [9.0, -9.0], [9.0, 9.0], [0.4, 9.0]])
    drawn = fill(corners, 128, softness)
    expected = [0.5 * (1 + erf((x - 0.4) / (softness * sqrt(2)))) for x in places(128)[0][0]]
    assert drawn.shape == (128, 128)
    # An eighth of a pixel at the slope of the sharpest of the three.
    assert np.abs(drawn - np.array(expected)).max() < 0.035


def test_a_sharp_polygon_has_its_area():
    corners = np.array([[0.1, 0.2], [0.7, 0.3], [0.6, 0.9], [0.2, 0.8]])
    x, y = corners.T
    area = 0.5 * abs((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())
    assert fill(corners, 200, 0.0).mean() == pytest.approx(area, abs=0.01)


def test_clouds_are_smooth_and_use_the_whole_range():
    field = clouds(0.7, 96, cells=2, octaves=3)
    assert (field.min(), field.max()) == (0.0, pytest.approx(1.0, abs=1e-6))
    assert max(np.abs(np.diff(field, axis=axis)).max() for axis in (0, 1)) < 0.15
    assert np.abs(field - clouds(0.71, 96, cells=2, octaves=3)).max() > 0.2


@pytest.mark.parametrize("width_px", [0.5, 1.0, 3.0])
def test_a_stroke_covers_its_length_times_its_width(width_px):
    canvas = Canvas(100, finer=4)
    canvas.stroke(np.array([[0.2, 0.31], [0.8, 0.67]]), width_px, 0.6)
    length = 100 * np.hypot(0.6, 0.36)
    assert canvas.opacity().sum() == pytest.approx(0.6 * length * width_px, rel=0.35)
    assert canvas.opacity(blur_px=2.0).sum() == pytest.approx(canvas.opacity().sum(), rel=0.05)


def test_a_speck_covers_its_area():
    turns = np.linspace(0, 2 * np.pi, 60)
    canvas = Canvas(64)
    canvas.speck(np.array([0.5, 0.4]) + 0.1 * np.stack([np.cos(turns), np.sin(turns)], axis=1), 0.5)
    assert canvas.opacity().sum() == pytest.approx(0.5 * np.pi * 6.4**2, rel=0.05)

"""Fog and rain: where the light goes, how much, and along which direction."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tamesu.augmentations.random import sample_keys, uniforms
from tamesu.augmentations.weather import DROPS, MIST, Fog, Rain

SIZE = 128
MANY = sample_keys([str(i) for i in range(20)])


def opacities(part, u, colour, value=20):
    """The opacity at each pixel, found back from the picture."""
    operation, found = part.operation(u, SIZE), []
    for number in range(len(u)):
        image = np.full((SIZE, SIZE, 3), value, np.uint8)
        operation.apply(number, image)
        found.append(((image - float(value)) / (colour - value)).mean(axis=2))
    return np.array(found)


def test_fog_is_as_dense_as_it_says_and_denser_above():
    found = opacities(Fog(density=(0.8, 0.8)), uniforms(1, MANY, 2), MIST)
    assert found.max() <= 0.8 + 0.005
    assert found.min() >= 0.8 * 0.5 * 0.75 - 0.005
    assert found[:, : SIZE // 4].mean() > found[:, -SIZE // 4 :].mean() + 0.05
    assert found.std(axis=(1, 2)).min() > 0.03, "fog without drifts is a grey card"


def test_fog_lowers_contrast_by_its_opacity():
    u = uniforms(2, MANY, 2)[:3]
    dark, light = (opacities(Fog(), u, MIST, value) * (MIST.mean() - value) + value for value in (40, 200))
    opacity = opacities(Fog(), u, MIST)
    assert np.abs((light - dark) - 160 * (1 - opacity)).max() < 2.0


@pytest.mark.parametrize("slant", [0.0, 0.75, 1.0])
def test_rain_falls_along_its_slant(slant):
    u = np.array([[1.0, slant, 0.9, 0.3 + 0.1 * i] for i in range(4)])
    found = opacities(Rain(slant_degrees=40), u, DROPS)
    # Turned upright by OpenCV, streaks stand in columns: the sums of the columns differ most.
    angles = np.arange(-60, 61, 2)
    turns = [cv2.getRotationMatrix2D((SIZE / 2 - 0.5, SIZE / 2 - 0.5), -float(angle), 1.0) for angle in angles]
    core = slice(SIZE // 5, -SIZE // 5)
    spread = [sum(cv2.warpAffine(f, turn, (SIZE, SIZE))[core, core].sum(axis=0).var() for f in found) for turn in turns]
    assert angles[np.argmax(spread)] == pytest.approx(40 * (2 * slant - 1), abs=4)


def test_more_rain_at_a_higher_density_and_longer_streaks():
    sparse, dense = (opacities(Rain(density=(d, d)), uniforms(3, MANY, 4)[:6], DROPS) for d in (0.2, 1.0))
    assert dense.mean() > 2.5 * sparse.mean()
    assert dense.max() <= 1.0
    # Only greyness where no drop falls.
    assert np.median(sparse) == pytest.approx(0.18 * 0.2, abs=0.01)


def test_strength_scales_rain_and_fog():
    for part, colour in ((Rain, DROPS), (Fog, MIST)):
        u = uniforms(4, MANY, part().draws)[:3]
        whole, half = (opacities(part(strength=s), u, colour) for s in (1.0, 0.5))
        assert np.abs(half - whole / 2).max() < 0.01

"""Brightness, contrast, saturation and hue against Pillow, torchvision and `color_jitter`'s own formula."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest
import torch
from scipy import stats
from tests.pictures import numbers
from torchvision.transforms.v2 import functional

from tamesu.augmentations.colour import LUMA
from tamesu.augmentations.tints import Brightness, Contrast, Hue, Saturation, change_one

TINTS = (Brightness, Contrast, Saturation)


def make_noise(low=60, high=190, seed=0):
    """Values in the middle, so that nothing is clipped on the way."""
    return np.random.default_rng(seed).integers(low, high, (20, 23, 3)).astype(float)


def paint(matrix, image):
    return image @ matrix[:, :3].T + matrix[:, 3]


def means_of(image):
    return image.reshape(1, -1, 3).mean(axis=1)


@pytest.mark.parametrize("number", [0.0, 0.2, 0.5, 0.9])
@pytest.mark.parametrize(
    ("part", "function"),
    [
        (Brightness, functional.adjust_brightness),
        (Contrast, functional.adjust_contrast),
        (Saturation, functional.adjust_saturation),
    ],
)
def test_against_torchvision(part, function, number):
    image = make_noise()
    factor = 1 + 0.3 * (2 * number - 1)
    matrix = part(amount=0.3).colours(np.array([[number]]), means_of(image))[0]
    tensor = torch.from_numpy(image / 255).permute(2, 0, 1)
    expected = function(tensor, factor).permute(1, 2, 0).numpy() * 255
    # torchvision's grey has 0.2989, 0.587, 0.114.
    assert np.abs(paint(matrix, image) - expected).max() < 0.1


@pytest.mark.parametrize("number", [0.0, 0.35, 0.5, 0.8])
def test_hue_turns_chroma_and_keeps_luma(number):
    image = make_noise()
    matrix = Hue(amount=0.25).colours(np.array([[number]]), means_of(image))[0]
    found = paint(matrix, image)
    assert np.allclose(found @ LUMA, image @ LUMA)
    # Python's own YIQ has slightly other axes; angles agree within two degrees.
    for before, after in zip(image.reshape(-1, 3)[:50], found.reshape(-1, 3)[:50], strict=True):
        chroma = [complex(*colorsys.rgb_to_yiq(*(colour / 255))[1:]) for colour in (before, after)]
        if abs(chroma[0]) > 0.05:
            turned = np.degrees(np.angle(chroma[1] / chroma[0]))
            assert (turned - 90 * (2 * number - 1) + 180) % 360 - 180 == pytest.approx(0, abs=2)


@pytest.mark.parametrize("part", TINTS)
def test_factors_are_uniform_and_never_negative(part):
    wanted = part(amount=1.5, strength=0.8)
    image = make_noise()
    matrices = wanted.colours(numbers(wanted, 4000), np.tile(means_of(image), (4000, 1)))
    grey = image.reshape(-1, 3)[0] @ LUMA
    distance = {
        Brightness: lambda matrix: paint(matrix, np.full(3, 100.0))[0] / 100,
        Contrast: lambda matrix: np.ptp(paint(matrix, np.array([[0.0] * 3, [50.0] * 3]))[:, 0]) / 50,
        Saturation: lambda matrix: (paint(matrix, image.reshape(-1, 3)[0]) - grey)[0] / (image.reshape(-1, 3)[0] - grey)[0],
    }[part]
    factors = np.array([distance(matrix) for matrix in matrices])
    assert factors.min() > -1e-9
    assert stats.kstest(factors, stats.uniform(0.0, 2.2).cdf).pvalue > 1e-3


def test_contrast_keeps_the_mean_grey():
    image = make_noise()
    matrix = change_one(1, np.array([[0.9]]), 0.5, means_of(image))[0]
    assert (paint(matrix, image) @ LUMA).mean() == pytest.approx((image @ LUMA).mean())
    assert (paint(matrix, image) @ LUMA).std() == pytest.approx(1.4 * (image @ LUMA).std())


def test_strength_scales_the_amount():
    image = make_noise()
    for part in (*TINTS, Hue):
        u, means = numbers(part(), 30), np.tile(means_of(image), (30, 1))
        assert np.allclose(part(amount=0.4, strength=0.5).colours(u, means), part(amount=0.2).colours(u, means))

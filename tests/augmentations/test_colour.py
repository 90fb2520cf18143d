"""Colour against Pillow's enhancers and against the steps one after another on float arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance
from scipy import stats

from tamesu.augmentations.colour import GREY, LUMA, ColorJitter, compose, jitter_matrices, recolour
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys, uniforms

FACTORS = st.floats(0.0, 2.0)
ANGLES = st.floats(-np.pi, np.pi)


def make_image(seed=0, low=0, high=256):
    return np.random.default_rng(seed).integers(low, high, (24, 31, 3), dtype=np.uint8)


def paint(matrix, pixels):
    return pixels.astype(float) @ matrix[:, :3].T + matrix[:, 3]


def step_by_step(pixels, brightness, contrast, saturation, angle):
    """Each step by its own formula, with the mean grey measured on the image as it is then."""
    pixels = pixels.astype(float) * brightness
    mean_grey = (pixels @ [0.299, 0.587, 0.114]).mean()
    pixels = mean_grey + contrast * (pixels - mean_grey)
    grey = (pixels @ [0.299, 0.587, 0.114])[..., None]
    pixels = grey + saturation * (pixels - grey)
    yiq = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])
    y, i, q = np.moveaxis(pixels @ yiq.T, -1, 0)
    turned = np.stack([y, np.cos(angle) * i - np.sin(angle) * q, np.sin(angle) * i + np.cos(angle) * q], axis=-1)
    return np.linalg.solve(yiq, turned.reshape(-1, 3).T).T.reshape(pixels.shape)


@given(FACTORS, FACTORS, FACTORS, ANGLES, st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_one_matrix_is_the_steps_one_after_another(brightness, contrast, saturation, angle, seed):
    image = make_image(seed)
    means = image.reshape(-1, 3).mean(axis=0)[None]
    matrix = jitter_matrices(np.array([[brightness, contrast, saturation]]), np.array([angle]), means)[0]
    assert np.abs(paint(matrix, image) - step_by_step(image, brightness, contrast, saturation, angle)).max() < 1e-6


@pytest.mark.parametrize("factor", [0.0, 0.4, 0.9, 1.0, 1.2])
@pytest.mark.parametrize("column", [0, 1, 2])
def test_against_pillow(column, factor):
    # Values in the middle, so that nothing is clipped on the way.
    image = make_image(3, 60, 190)
    factors = np.ones((1, 3))
    factors[0, column] = factor
    matrix = jitter_matrices(factors, np.zeros(1), image.reshape(-1, 3).mean(axis=0)[None])[0]
    enhancer = (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color)[column]
    expected = np.asarray(enhancer(Image.fromarray(image)).enhance(factor), float)
    # Pillow rounds the grey (and the mean grey) to whole numbers before it blends, and cuts the result's fraction off.
    assert np.abs(paint(matrix, image) - expected).max() <= 1.6


def test_hue_keeps_grey_and_comes_round():
    means = np.full((1, 3), 90.0)
    image = make_image(1)
    for angle in (0.3, -2.0, np.pi):
        matrix = jitter_matrices(np.ones((1, 3)), np.array([angle]), means)[0]
        back = jitter_matrices(np.ones((1, 3)), np.array([-angle]), means)[0]
        assert np.allclose(paint(matrix, image) @ LUMA, image @ LUMA)
        assert np.allclose(paint(back, paint(matrix, image)), image)
    half = jitter_matrices(np.ones((1, 3)), np.array([np.pi]), means)[0]
    # Half a turn mirrors the chroma about the grey of the pixel.
    assert np.allclose(paint(half, image), 2 * (image @ GREY.T) - image)


@given(st.lists(st.tuples(FACTORS, FACTORS, FACTORS, ANGLES), min_size=2, max_size=4))
@settings(max_examples=30, deadline=None)
def test_composed_colours_are_the_parts_in_turn(steps):
    image = make_image(2)
    expected, mean = image.astype(float), image.reshape(-1, 3).mean(axis=0)[None]
    composed = None
    for brightness, contrast, saturation, angle in steps:
        matrix = jitter_matrices(np.array([[brightness, contrast, saturation]]), np.array([angle]), mean)
        expected = step_by_step(expected, brightness, contrast, saturation, angle)
        composed = matrix if composed is None else compose(composed, matrix)
        mean = recolour(matrix, mean)
        assert np.allclose(mean[0], expected.reshape(-1, 3).mean(axis=0), atol=1e-6)
    assert np.abs(paint(composed[0], image) - expected).max() < 1e-5


def test_pixels_within_one_level_of_the_formula():
    image = make_image(7)
    mean = image.reshape(-1, 3).mean(axis=0)[None]
    options = {"brightness": 0.4, "contrast": 0.4, "saturation": 0.4, "hue": 0.1}
    plan = make_plan([("color_jitter", options), ("color_jitter", {})], size_px=24, fit="stretch")
    small = np.ascontiguousarray(image[:24, :24])
    for key in range(20):
        drawn = plan.draw(key, sample_keys(["a"]), np.array([[24, 24]]), mean)
        out = np.empty((24, 24, 3), np.uint8)
        plan.apply(small, drawn, 0, out)
        expected = np.clip(paint(drawn.steps[0][0][0].matrices[0], small), 0, 255)
        assert np.abs(out - expected).max() <= 1.0


def test_drawn_factors_are_uniform():
    part = ColorJitter(brightness=0.5, contrast=0.0, saturation=0.0, hue=0.0)
    matrices = part.colours(uniforms(0, sample_keys([str(i) for i in range(5000)]), 4), np.full((5000, 3), 100.0))
    brightness = matrices[:, :, :3].sum(axis=2).mean(axis=1)
    changed = brightness[np.abs(brightness - 1) > 1e-12]
    assert stats.kstest(changed, stats.uniform(0.5, 1.0).cdf).pvalue > 1e-3


def test_factors_never_fall_below_zero():
    part = ColorJitter(brightness=3.0, contrast=0, saturation=0, hue=0)
    matrices = part.colours(np.array([[0.0, 0, 0, 0.5], [1.0 - 1e-12, 0, 0, 0.5]]), np.full((2, 3), 100.0))
    assert np.allclose(matrices[:, 0, 0], [0.0, 4.0])


def test_strength_scales_the_ranges():
    numbers = uniforms(1, sample_keys([str(i) for i in range(50)]), 4)
    means = np.full((50, 3), 100.0)
    options = {"brightness": 0.4, "contrast": 0.2, "saturation": 0.6, "hue": 0.2}
    half = {name: value / 2 for name, value in options.items()}
    assert np.allclose(
        ColorJitter(**options, strength=0.5).colours(numbers, means), ColorJitter(**half).colours(numbers, means)
    )

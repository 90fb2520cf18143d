"""Tones against Pillow's ImageOps and ImageEnhance, OpenCV, and formulas."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageFilter, ImageOps
from scipy import stats
from scipy.interpolate import BPoly
from tests.pictures import make_image, numbers

from tamesu.augmentations.tones import (
    Autocontrast,
    Clahe,
    Equalize,
    Gamma,
    Posterize,
    Sharpness,
    Solarize,
    ToneCurve,
    equalize_tables,
    sharpness_kernels,
    stretch_tables,
)

S = 64
RNG = np.random.default_rng(5)
VALUES = np.arange(256)
# Every value in every channel, shuffled.
EVERY = np.stack([RNG.permutation(np.repeat(VALUES, 16)).reshape(S, S) for _ in range(3)], axis=2).astype(np.uint8)
NARROW = RNG.integers([10, 90, 200], [90, 91, 256], (S, S, 3)).astype(np.uint8)
DARK = (255 * RNG.random((S, S, 3)) ** 4).astype(np.uint8)
FLAT = np.full((S, S, 3), (5, 77, 250), np.uint8)
PICTURES = {"every": EVERY, "narrow": NARROW, "dark": DARK, "flat": FLAT, "smooth": make_image(S, S)}
pictures = pytest.mark.parametrize("image", PICTURES.values(), ids=PICTURES)


def done(part, image, *u):
    changed = image.copy()
    part.operation(np.array([u], float).reshape(1, part.draws), len(image)).apply(0, changed)
    return changed


def pillow(function, image, *options):
    return np.asarray(function(Image.fromarray(image), *options))


@pictures
@pytest.mark.parametrize("bits", range(1, 9))
def test_posterize_is_pillows(image, bits):
    assert (done(Posterize(bits=bits), image, 1 - 2.0**-53) == pillow(ImageOps.posterize, image, bits)).all()


def test_posterize_draws_every_number_of_bits_up_to_8():
    part = Posterize(bits=4)
    left = [len(np.unique(table)) for table in part.operation(numbers(part, 4000), S).tables]
    counts = [left.count(2**bits) for bits in (8, 7, 6, 5, 4)]
    # Rounding gives the two ends half a share each.
    assert stats.chisquare(counts, np.array([0.5, 1, 1, 1, 0.5]) * 1000).pvalue > 1e-3
    half = Posterize(bits=4, strength=0.5)
    assert (done(half, EVERY, 1 - 2.0**-53) == pillow(ImageOps.posterize, EVERY, 6)).all()


@pictures
@pytest.mark.parametrize("threshold", [0, 1, 77, 128, 255, 256])
def test_solarize_is_pillows(image, threshold):
    for last in (1 - 2.0**-53, 1.0):
        assert (done(Solarize(threshold=threshold), image, last) == pillow(ImageOps.solarize, image, threshold)).all()


def test_solarize_threshold_moves_from_256_with_the_number_and_the_strength():
    assert (done(Solarize(threshold=56), EVERY, 0.5) == pillow(ImageOps.solarize, EVERY, 156)).all()
    assert (done(Solarize(threshold=56, strength=0.5), EVERY, 0.5) == pillow(ImageOps.solarize, EVERY, 206)).all()
    assert (done(Solarize(threshold=56), EVERY, 0.0) == EVERY).all()


@pictures
def test_equalize_is_pillows(image):
    assert (done(Equalize(), image) == pillow(ImageOps.equalize, image)).all()


@given(st.lists(st.integers(0, 255), min_size=1, max_size=2000), st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_equalize_is_pillows_for_any_histogram(values, times):
    image = np.repeat(np.array([values * (times + 1)], np.uint8)[:, :, None], 3, axis=2)
    changed = np.asarray(equalize_tables(np.bincount(image[0, :, 0], minlength=256)[None]))[0][image]
    assert (changed == pillow(ImageOps.equalize, image)).all()


@pictures
def test_autocontrast_is_pillows_within_a_level(image):
    changed = done(Autocontrast(), image).astype(int)
    # Pillow cuts the fraction off where we round.
    assert set(np.unique(changed - pillow(ImageOps.autocontrast, image))) <= {0, 1}
    low, high = image.min(axis=(0, 1)).astype(float), image.max(axis=(0, 1)).astype(float)
    for channel in np.flatnonzero(high > low):
        expected = (image[:, :, channel] - low[channel]) * 255 / (high[channel] - low[channel])
        assert np.abs(changed[:, :, channel] - expected).max() <= 0.5 + 1e-9


def test_a_channel_of_one_value_keeps_it():
    one = np.bincount([77] * 9, minlength=256)[None]
    assert (equalize_tables(one) == VALUES).all() and (stretch_tables(one) == VALUES).all()


@pytest.mark.parametrize("part", [Equalize, Autocontrast])
@pytest.mark.parametrize("strength", [0.0, 0.25, 0.8])
def test_strength_blends_with_the_picture(part, strength):
    whole = done(part(), DARK).astype(float)
    # The whole change is itself rounded to a level.
    assert np.abs(done(part(strength=strength), DARK) - ((1 - strength) * DARK + strength * whole)).max() <= 1.0
    assert strength or (done(part(strength=0.0), DARK) == DARK).all()


@pictures
@pytest.mark.parametrize("u", [0.0, 0.2, 0.5, 0.8, 1.0])
def test_sharpness_is_pillows_within_a_level_inside(image, u):
    factor = 1 + (2 * u - 1) * 0.9
    changed = done(Sharpness(amount=0.9), image, u).astype(int)
    expected = np.asarray(ImageEnhance.Sharpness(Image.fromarray(image)).enhance(factor), int)
    # Pillow rounds the smoothed picture before it blends and leaves the border's pixels as they are; we reflect there.
    assert np.abs(changed - expected)[1:-1, 1:-1].max() <= 1


def test_sharpness_at_factor_0_is_pillows_smoothing_and_its_kernels_keep_the_mean():
    expected = np.asarray(Image.fromarray(EVERY).filter(ImageFilter.SMOOTH), int)
    assert np.abs(done(Sharpness(amount=1.0), EVERY, 0.0) - expected)[1:-1, 1:-1].max() <= 1
    assert np.allclose(sharpness_kernels(np.linspace(0, 4, 9)).sum(axis=(1, 2)), 1, atol=1e-6)
    assert (done(Sharpness(amount=0.9), EVERY, 0.5) == EVERY).all()
    assert (done(Sharpness(amount=0.8, strength=0.5), EVERY, 1.0) == done(Sharpness(amount=0.4), EVERY, 1.0)).all()


@pytest.mark.parametrize("u", [0.0, 0.31, 1.0])
@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_gamma_by_the_formula(u, strength):
    power = (0.5 * (3.0 / 0.5) ** u) ** strength
    changed = done(Gamma(gamma=(0.5, 3.0), strength=strength), EVERY, u)
    assert np.abs(changed - 255 * (EVERY / 255.0) ** power).max() <= 0.5 + 1e-9


def test_gamma_powers_are_log_uniform():
    part = Gamma(gamma=(0.5, 2.0))
    tables = part.operation(numbers(part, 3000), S).tables[:, 128].astype(float)
    # One level at the middle is about a hundredth of the power.
    powers = np.log(tables / 255) / np.log(128 / 255) + np.random.default_rng(0).uniform(-0.005, 0.005, 3000)
    assert stats.kstest(np.log(powers), stats.uniform(-np.log(2), 2 * np.log(2)).cdf).pvalue > 1e-3


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 0.33), st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_tone_curve_rises_between_fixed_ends_as_scipys_bezier_does(first, second, amount, strength):
    table = ToneCurve(amount=amount, strength=strength).operation(np.array([[first, second]]), S).tables[0].astype(int)
    assert table[0] == 0 and table[255] == 255 and (np.diff(table) >= 0).all()
    inner = sorted(np.array([1, 2]) / 3 + amount * strength * (2 * np.array([first, second]) - 1))
    expected = BPoly(np.array([[0.0], [inner[0]], [inner[1]], [1.0]]), [0.0, 1.0])(VALUES / 255)
    assert np.abs(table - 255 * expected).max() <= 0.5 + 1e-6


def test_tone_curve_is_the_diagonal_without_strength_or_in_the_middle():
    assert (done(ToneCurve(strength=0.0), EVERY, 0.9, 0.1) == EVERY).all()
    assert (done(ToneCurve(), EVERY, 0.5, 0.5) == EVERY).all()
    assert (done(ToneCurve(amount=0.33), EVERY, 1.0, 1.0) >= EVERY).all()


@pytest.mark.parametrize(("u", "clip", "tiles"), [(0.0, 4.0, 8), (0.5, 4.0, 8), (1.0, 9.0, 4), (0.3, 2.0, 1)])
@pytest.mark.parametrize("strength", [0.0, 0.4, 1.0])
def test_clahe_is_opencvs_on_the_lightness(u, clip, tiles, strength):
    image = PICTURES["smooth"]
    lightness, *colour = cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2LAB))
    lightness = cv2.createCLAHE(1 + u * (clip - 1), (tiles, tiles)).apply(lightness)
    whole = cv2.cvtColor(cv2.merge([lightness, *colour]), cv2.COLOR_LAB2RGB).astype(float)
    changed = done(Clahe(clip=clip, tiles=tiles, strength=strength), image, u)
    assert np.abs(changed - ((1 - strength) * image + strength * whole)).max() <= 0.5 + 1e-6
    assert strength or (changed == image).all()


def test_clahe_gives_a_dull_picture_more_contrast():
    dull = (make_image(S, S) // 8 + 100).astype(np.uint8)
    spreads = [done(Clahe(clip=10.0, tiles=2), dull, u).std() for u in (0.0, 0.3, 1.0)]
    assert dull.std() < spreads[0] < spreads[1] < spreads[2]

"""Blurs against SciPy, OpenCV's box filter, and the moments of lines and discs."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, stats
from tests.pictures import make_image, numbers

from tamesu.augmentations.blurs import DefocusBlur, GaussianBlur, MotionBlur, disc_kernels, line_kernels

S = 64
IMAGE = np.random.default_rng(2).integers(0, 256, (S, S, 3), dtype=np.uint8)


def done(part, image, *u):
    changed = image.copy()
    part.operation(np.array([u], float), len(image)).apply(0, changed)
    return changed


def moments(kernel):
    """Weight, middle and covariance of a kernel about its own middle pixel, in (x, y)."""
    reach = len(kernel) // 2
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    places, weights = np.stack([x.ravel(), y.ravel()]), kernel.ravel().astype(float)
    return weights.sum(), (places * weights).sum(axis=1), np.cov(places, aweights=weights, ddof=0)


@pytest.mark.parametrize("u", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_gaussian_blur_against_scipy(u, strength):
    sigma = strength * (0.6 + u * (3.0 - 0.6))
    radius = int(np.ceil(3 * sigma))
    expected = ndimage.gaussian_filter(IMAGE.astype(float), sigma, mode="mirror", radius=(radius, radius, 0))
    # OpenCV's weights have 8 bits for images of bytes.
    assert np.abs(done(GaussianBlur(sigma=(0.6, 3.0), strength=strength), IMAGE, u) - expected).max() <= 1.6


def test_gaussian_sigmas_are_uniform():
    part = GaussianBlur(sigma=(0.5, 2.5), strength=0.5)
    assert stats.kstest(part.operation(numbers(part, 2000), S).sigmas, stats.uniform(0.25, 1.0).cdf).pvalue > 1e-3


def test_strength_0_blurs_nothing():
    for part, u in ((GaussianBlur(strength=0.0), (0.9,)), (MotionBlur(strength=0.0), (0.9, 0.3))):
        assert (done(part, IMAGE, *u) == IMAGE).all()
    assert (done(DefocusBlur(strength=0.0), IMAGE, 0.9) == IMAGE).all()


@given(st.floats(0, 12), st.floats(0, np.pi), st.floats(0, 8))
@settings(max_examples=100, deadline=None)
def test_a_line_is_centred_and_has_the_length_and_the_angle(length, angle, room):
    kernel = line_kernels(np.array([length]), np.array([angle]), max(length + room, 0.5))[0]
    weight, middle, spread = moments(kernel)
    assert kernel.shape[0] % 2 == 1 and kernel.min() >= 0
    assert weight == pytest.approx(1, abs=1e-5)
    assert np.allclose(kernel, kernel[::-1, ::-1], atol=1e-5) and np.abs(middle).max() < 1e-4
    # A uniform line has the variance length² / 12 along itself and none across; a share f of a pixel that goes to the next
    # one adds f (1 - f) along each axis: at most a quarter.
    along = np.array([np.cos(angle), np.sin(angle)])
    added = spread - length**2 / 12 * np.outer(along, along)
    assert added[0, 1] == pytest.approx(0, abs=0.02 * length**2 + 1e-5)
    assert (np.diag(added) > -0.01).all() and (np.diag(added) < 0.25 + 0.01 * length**2).all()


@pytest.mark.parametrize("degrees", [0, 20, 45, 90, 110, 165])
def test_a_long_line_points_its_way(degrees):
    kernel = line_kernels(np.array([19.0]), np.deg2rad([float(degrees)]), 20.0)[0]
    values, ways = np.linalg.eigh(moments(kernel)[2])
    found = np.rad2deg(np.arctan2(ways[1, 1], ways[0, 1])) % 180
    assert abs((found - degrees + 90) % 180 - 90) < 1.0
    # Half a pixel of the bilinear shares lies across the line at the most.
    assert np.sqrt(12 * (values[1] - values[0])) == pytest.approx(19.0, abs=0.3)


def test_a_level_line_blurs_as_opencvs_box_does():
    # A uniform line 8 long: shared out between whole pixels it is a box of 7 with two halves at its ends.
    box = np.ones(9) / 8
    box[[0, -1]] /= 2
    image = make_image(S, S)
    expected = cv2.sepFilter2D(image.astype(np.float64), -1, box, np.ones(1), borderType=cv2.BORDER_REFLECT_101)
    # 72 places on the line instead of all of it.
    assert np.abs(done(MotionBlur(length=(8.0, 8.0)), image, 0.5, 0.0).astype(float) - expected).max() <= 1.5
    turned = done(MotionBlur(length=(8.0, 8.0)), np.ascontiguousarray(image.swapaxes(0, 1)), 0.5, 0.5)
    assert np.abs(turned.swapaxes(0, 1).astype(float) - expected).max() <= 1.5


def test_motion_draws_lengths_and_every_direction_evenly():
    part = MotionBlur(length=(9.0, 15.0))
    kernels = part.operation(numbers(part, 600), S).kernels
    spreads = np.array([moments(kernel)[2] for kernel in kernels])
    angles = 0.5 * np.arctan2(2 * spreads[:, 0, 1], spreads[:, 0, 0] - spreads[:, 1, 1]) % np.pi
    assert stats.kstest(angles, stats.uniform(0, np.pi).cdf).pvalue > 1e-3
    # Along minus across is length² / 12, but for the shares of a pixel.
    lengths = np.sqrt(12 * np.hypot(2 * spreads[:, 0, 1], spreads[:, 0, 0] - spreads[:, 1, 1]))
    assert stats.kstest(lengths, stats.uniform(9, 6).cdf).pvalue > 1e-4


def exact_disc(radius, side, fine=100):
    """How much of each pixel a disc covers, on a far finer grid."""
    spots = (np.arange(side * fine) + 0.5) / fine - side / 2
    inside = spots[:, None] ** 2 + spots[None, :] ** 2 <= radius**2
    return inside.reshape(side, fine, side, fine).mean(axis=(1, 3))


@pytest.mark.parametrize("radius", [0.7, 1.0, 2.3, 4.0, 5.5])
def test_a_disc_has_its_area_and_its_shape(radius):
    kernel = disc_kernels(np.array([radius]), 6.0)[0].astype(float)
    assert kernel.shape == (13, 13) and kernel.sum() == pytest.approx(1, abs=1e-5)
    if radius > 1:
        # The middle pixel is all covered, so it weighs one over the area.
        assert 1 / kernel[6, 6] == pytest.approx(np.pi * radius**2, rel=0.02)
    covered = exact_disc(radius, 13)
    # 8 x 8 spots a pixel.
    assert np.abs(kernel - covered / covered.sum()).max() < 0.06 * kernel.max()
    if radius > 2:
        # The variance of a disc along each axis is radius² / 4; whole pixels add a twelfth.
        assert np.allclose(moments(kernel)[2], np.eye(2) * (radius**2 / 4 + 1 / 12), rtol=0.03, atol=1e-5)
    assert np.allclose(kernel, kernel.T) and np.allclose(kernel, kernel[::-1])


def test_a_disc_without_radius_is_its_pixel_and_the_largest_is_not_cut():
    alone = disc_kernels(np.zeros(1), 3.0)[0]
    assert alone[3, 3] == 1 and alone.sum() == 1
    assert disc_kernels(np.array([2.0]), 2.0).shape == (1, 5, 5)
    assert disc_kernels(np.array([2.5]), 2.5)[0].sum() == pytest.approx(1)
    assert 1 / disc_kernels(np.array([2.0]), 2.0)[0, 2, 2] == pytest.approx(4 * np.pi, rel=0.02)


@pytest.mark.parametrize("u", [0.0, 0.5, 1.0])
def test_defocus_against_scipy(u):
    radius = 1.5 + u * 2.5
    covered = exact_disc(radius, 11)
    image = make_image(S, S)
    expected = ndimage.correlate(image.astype(float), (covered / covered.sum())[:, :, None], mode="mirror")
    assert np.abs(done(DefocusBlur(radius=(1.5, 4.0)), image, u) - expected).max() <= 1.2
    half = done(DefocusBlur(radius=(3.0, 8.0), strength=0.5), image, u)
    # OpenCV goes through Fourier space for kernels of more than 11 pixels, and may round the other way there.
    assert np.abs(half.astype(int) - done(DefocusBlur(radius=(1.5, 4.0)), image, u)).max() <= 1

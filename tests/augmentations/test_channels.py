"""Sepia, grayscale, shuffled, inverted, shifted and lit otherwise: against Pillow, OpenCV, torchvision and the formulas."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from scipy import stats
from tests.pictures import make_image, numbers, run
from torchvision.transforms.v2 import functional

from tamesu.augmentations.channels import (
    EIGENVALUES,
    EIGENVECTORS,
    ChannelShuffle,
    Grayscale,
    Invert,
    PcaLighting,
    RgbShift,
    Sepia,
    add,
    blend,
    normal_triples,
)

IMAGE = make_image(48, 48)


def colour_matrix(part, u, means=None):
    return part.colours(np.array([u]), np.full((1, 3), 100.0) if means is None else means)[0]


def paint(matrix, image):
    return np.clip(image.astype(float) @ matrix[:, :3].T + matrix[:, 3], 0, 255)


def test_sepia_against_pillow():
    out, _ = run([("sepia", {"p": 1.0})], IMAGE)
    # The numbers as one finds them in any tutorial on sepia.
    tutorial = (0.393, 0.769, 0.189, 0, 0.349, 0.686, 0.168, 0, 0.272, 0.534, 0.131, 0)
    expected = np.asarray(Image.fromarray(IMAGE).convert("RGB", tutorial), int)
    assert np.abs(out - expected).max() <= 1


def test_grayscale_against_pillow_opencv_and_torchvision():
    out, _ = run([("grayscale", {"p": 1.0})], IMAGE)
    expected = {
        "pillow": np.asarray(ImageOps.grayscale(Image.fromarray(IMAGE)), int),
        "opencv": cv2.cvtColor(IMAGE, cv2.COLOR_RGB2GRAY).astype(int),
        "torchvision": functional.rgb_to_grayscale(torch.from_numpy(IMAGE).permute(2, 0, 1))[0].numpy().astype(int),
    }
    for who, grey in expected.items():
        assert np.abs(out - grey[:, :, None]).max() <= 1, who


@pytest.mark.parametrize("place", range(5))
def test_channel_shuffle_is_another_order(place):
    matrix = colour_matrix(ChannelShuffle(), [(place + 0.5) / 5])
    orders = list(itertools.permutations(range(3)))[1:]
    assert (paint(matrix, IMAGE) == IMAGE[:, :, list(orders[place])]).all()


def test_channel_orders_are_equally_frequent():
    part = ChannelShuffle()
    matrices = part.colours(numbers(part, 5000), np.zeros((5000, 3)))
    orders, counts = np.unique(matrices @ [0.0, 1.0, 2.0, 0.0], axis=0, return_counts=True)
    assert len(orders) == 5 and stats.chisquare(counts).pvalue > 1e-3


def test_invert_against_pillow_and_torchvision():
    out, _ = run([("invert", {"p": 1.0})], IMAGE)
    assert (out == np.asarray(ImageOps.invert(Image.fromarray(IMAGE)))).all()
    assert (out == functional.invert(torch.from_numpy(IMAGE)).numpy()).all()


def test_invert_is_rarer_and_not_weaker_at_half_strength():
    assert Invert(p=0.4, strength=0.5).chance == pytest.approx(0.2)
    assert (colour_matrix(Invert(strength=0.5), []) == colour_matrix(Invert(), [])).all()


@pytest.mark.parametrize("u", [(0.0, 0.5, 1.0), (0.25, 0.9, 0.6)])
def test_rgb_shift_by_hand(u):
    matrix = colour_matrix(RgbShift(shift=40.0, strength=0.5), u)
    expected = np.clip(IMAGE + (2 * np.array(u) - 1) * 20, 0, 255)
    assert np.allclose(paint(matrix, IMAGE), expected)


def test_pca_lighting_varies_as_the_paper_says():
    part = PcaLighting(deviation=0.2, strength=0.5)
    offsets = part.colours(numbers(part, 40_000), np.zeros((40_000, 3)))[:, :, 3] / 255
    covariance = 0.1**2 * EIGENVECTORS @ np.diag(EIGENVALUES**2) @ EIGENVECTORS.T
    assert np.allclose(np.cov(offsets.T), covariance, rtol=0.05, atol=1e-7)
    along = offsets @ EIGENVECTORS / (0.1 * EIGENVALUES)
    for axis in range(3):
        assert stats.kstest(along[:, axis], "norm").pvalue > 1e-3
    assert np.allclose(offsets.mean(axis=0), 0, atol=3e-4)


def test_pca_components_are_orthonormal():
    assert np.allclose(EIGENVECTORS.T @ EIGENVECTORS, np.eye(3), atol=1e-3)


def test_normal_triples_are_normal_and_independent():
    triples = normal_triples(np.random.default_rng(0).random((30_000, 4)))
    assert all(stats.kstest(triples[:, i], "norm").pvalue > 1e-3 for i in range(3))
    for first, second in itertools.combinations(range(3), 2):
        assert abs(stats.spearmanr(triples[:, first], triples[:, second]).statistic) < 0.02
        assert abs(stats.spearmanr(triples[:, first] ** 2, triples[:, second] ** 2).statistic) < 0.02


@pytest.mark.parametrize("part", [Sepia, Grayscale, ChannelShuffle])
@pytest.mark.parametrize("strength", [0.0, 0.3, 1.0])
def test_strength_blends_with_the_picture(part, strength):
    u = [0.5] * part.draws
    whole = paint(colour_matrix(part(), u), IMAGE // 2)
    blended = paint(colour_matrix(part(strength=strength), u), IMAGE // 2)
    assert np.allclose(blended, (1 - strength) * (IMAGE // 2) + strength * whole)


def test_blend_and_add_by_hand():
    assert blend(np.full((1, 3, 4), 3.0), 0.5)[0].tolist() == [[2, 1.5, 1.5, 1.5], [1.5, 2, 1.5, 1.5], [1.5, 1.5, 2, 1.5]]
    assert (add(np.array([[1.0, 2.0, -3.0]]))[0] @ [10, 10, 10, 1]).tolist() == [11, 12, 7]

"""Dust and scratches: counted, measured, and kept thin."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tamesu.augmentations.dirt import Dust, Scratches, bow
from tamesu.augmentations.drawing import further
from tamesu.augmentations.random import sample_keys, uniforms

SIZE = 160
MANY = sample_keys([str(i) for i in range(12)])


def render(part, u, value):
    operation, images = part.operation(u, SIZE), []
    for number in range(len(u)):
        image = np.full((SIZE, SIZE, 3), value, np.uint8)
        operation.apply(number, image)
        images.append(image)
    return np.array(images).astype(float)


def test_dust_is_light_on_dark_or_dark_on_light():
    u = uniforms(1, MANY, 2)
    assert (render(Dust(tone="light"), u, 100) >= 100).all()
    assert (render(Dust(tone="dark"), u, 100) <= 100).all()
    assert (render(Dust(tone="dark"), u, 100).min(axis=(1, 2, 3)) < 90).all()


def test_a_speck_lies_at_each_drawn_place():
    u = np.array([[0.999, 0.42]])
    image = render(Dust(count=30), u, 20)[0]
    places = further(0.42, 30 * 20).reshape(30, 20)[:, :2]
    for x, y in (places * SIZE).astype(int):
        assert image[max(y - 2, 0) : y + 3, max(x - 2, 0) : x + 3].max() > 24
    # OpenCV counts the spots; those that touch count as one.
    spots = cv2.connectedComponents((image[:, :, 0] > 24).astype(np.uint8))[0] - 1
    assert 20 <= spots <= 30


def test_dust_hides_little_and_more_specks_hide_more():
    covered = (render(Dust(count=60), np.array([[c, 0.3] for c in (0.05, 0.5, 0.99)]), 20).mean(axis=3) > 25).mean(axis=(1, 2))
    assert covered[0] < covered[1] < covered[2] < 0.06


def test_scratches_are_thin_and_as_long_as_they_say():
    u = np.stack([np.zeros(12), uniforms(2, MANY, 1)[:, 0]], axis=1)
    images = render(Scratches(length=(0.4, 0.4)), u, 20)
    for image in images:
        light = (image.mean(axis=2) > 22).astype(np.uint8)
        rows, columns = np.nonzero(light)
        assert len(rows) > 5, "one scratch at least"
        assert np.hypot(np.ptp(rows), np.ptp(columns)) <= 0.4 * SIZE * 1.25 + 4
        # Nowhere is it more than a few pixels from its own edge.
        assert cv2.distanceTransform(np.pad(light, 1), cv2.DIST_L2, 3).max() < 3.0


@pytest.mark.parametrize("part", [Dust, Scratches])
def test_strength_scales_the_opacity(part):
    u = uniforms(3, MANY, 2)[:3]
    whole, half = (render(part(strength=s), u, 20) - 20 for s in (1.0, 0.5))
    assert np.abs(half - whole / 2).max() <= 1.0


def test_a_bow_is_a_parabola_off_its_chord():
    points = bow(np.array([0.5, 0.5]), 0.6, np.pi / 2, 0.25)
    t = np.linspace(-0.3, 0.3, 17)
    assert np.allclose(points, np.stack([0.5 - 0.15 * (1 - (t / 0.3) ** 2), 0.5 + t], axis=1))

"""Shadow, glare and vignette against formulas written out pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest

from tamesu.augmentations.drawing import further
from tamesu.augmentations.light import SHADE, Glare, Shadow, Vignette, outline
from tamesu.augmentations.random import sample_keys, uniforms

SIZE = 96
MANY = sample_keys([str(i) for i in range(40)])


def render(part, u, value=200):
    images = np.full((len(u), SIZE, SIZE, 3), value, np.uint8)
    operation = part.operation(u, SIZE)
    for number, image in enumerate(images):
        operation.apply(number, image)
    return images


def inside(corners, x, y):
    """Whether points lie in a polygon, by counting the edges to their right."""
    odd = np.zeros(np.broadcast_shapes(x.shape, y.shape), bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 != y1:
            odd ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    return odd


@pytest.mark.parametrize("shape", ["polygon", "stripe", "blob", "half"])
def test_a_sharp_shadow_darkens_its_outline_and_nothing_else(shape):
    u = uniforms(1, MANY, 2)[:6]
    images = render(Shadow(shape=shape, darkness=(0.3, 0.7), softness=0.0), u)
    for image, (dark, place) in zip(images, u, strict=True):
        darkness = 0.3 + 0.4 * dark
        corners = outline(shape, place)
        middles = (np.arange(SIZE) + 0.5) / SIZE
        mask = inside(corners, middles[None], middles[:, None])
        shade = 200 + (SHADE - 200) * darkness
        expected = np.where(mask[:, :, None], shade, 200.0)
        # Pixels on the outline are partly covered.
        assert (np.abs(image - expected).max(axis=2) > 1.0).mean() < 0.06
        assert image.min() >= np.floor(shade.min())


@pytest.mark.parametrize("shape", ["polygon", "stripe", "blob", "half"])
def test_every_shadow_falls_on_some_of_the_picture_and_most_leave_some_light(shape):
    covered = [(image < 195).all(axis=2).mean() for image in render(Shadow(shape=shape), uniforms(2, MANY, 2))]
    assert min(covered) > 0.02
    assert np.mean([share < 0.95 for share in covered]) > 0.9
    assert 0.1 < np.mean(covered) < 0.75


def test_a_softer_shadow_has_a_wider_edge():
    u = np.array([[0.5, 0.37]])
    steps = [
        np.abs(np.diff(render(Shadow(shape="half", softness=s), u)[0].astype(int), axis=1)).max() for s in (0.0, 0.02, 0.2)
    ]
    assert steps[0] > 1.5 * steps[1] > 3 * steps[2]


def test_half_the_strength_takes_half_the_light():
    u = uniforms(3, MANY, 2)[:4]
    whole, half = (200.0 - render(Shadow(strength=s), u) for s in (1.0, 0.5))
    assert np.abs(half - whole / 2).max() <= 1.0


def test_glare_only_brightens_and_most_at_its_middle():
    u = uniforms(4, MANY, 4)
    images = render(Glare(brightness=(0.9, 0.9), size=(0.1, 0.1), streak=0.0), u, 60)
    assert images.min() >= 60
    middles = (np.arange(SIZE) + 0.5) / SIZE
    for image, own in zip(images, u, strict=True):
        x, y, _ = further(own[3], 3)
        away = np.hypot(middles[None] - x, middles[:, None] - y)
        row, column = np.unravel_index(image.sum(axis=2).argmax(), (SIZE, SIZE))
        assert away[row, column] < 1.6 / SIZE
        assert image[row, column].min() > 60 + 0.85 * (238 - 60)
        # Without a streak it is round: brightness follows the distance alone.
        order = np.argsort(away, axis=None)
        assert (np.diff(image[:, :, 0].ravel()[order].astype(int)) <= 0).all()


def test_a_streak_is_brighter_along_its_line_than_between():
    own = np.array([[0.5, 0.0, 0.0, 0.83]])
    plain, streaked = (render(Glare(streak=share), own, 60)[0, :, :, 0].astype(float) for share in (0.0, 1.0))
    x, y, turn = further(0.83, 3)
    middles = (np.arange(SIZE) + 0.5) / SIZE
    right, down = np.meshgrid(middles - x, middles - y)
    across = np.abs(down * np.cos(np.pi * turn) - right * np.sin(np.pi * turn))
    along = np.abs(right * np.cos(np.pi * turn) + down * np.sin(np.pi * turn))
    ray, beside = (across < 0.01) & (along > 0.1), (across > 0.1) & (along > 0.1)
    assert (streaked >= plain).all()
    assert (streaked - plain)[ray].mean() > 10 * max((streaked - plain)[beside].mean(), 0.5)


@pytest.mark.parametrize("darkness", [0.3, 0.8])
def test_a_vignette_follows_the_fourth_power_of_the_cosine(darkness):
    u = np.array([[0.5, 0.2, 0.9]])
    image = render(Vignette(darkness=(darkness, darkness), shift=0.2), u, 240)[0]
    angle = np.arctan(np.sqrt((1 - darkness) ** -0.5 - 1))
    assert np.cos(angle) ** 4 == pytest.approx(1 - darkness)
    for row in range(0, SIZE, 7):
        for column in range(0, SIZE, 5):
            x, y = (column + 0.5) / SIZE - (0.5 - 0.2 * 0.6), (row + 0.5) / SIZE - (0.5 + 0.2 * 0.8)
            tangent = np.hypot(x, y) / np.sqrt(0.5) * np.tan(angle)
            assert image[row, column] == pytest.approx(240 * np.cos(np.arctan(tangent)) ** 4, abs=0.6)

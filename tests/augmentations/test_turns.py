"""Turns, shears, shifts, zooms and perspective against Pillow, torchvision, OpenCV and SciPy, with the same parameters."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from scipy import stats
from tests.pictures import S, make_image, numbers, run, sample_bilinear
from torchvision.transforms.v2 import InterpolationMode, functional

from tamesu.augmentations.frames import move_points
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys
from tamesu.augmentations.turns import Perspective, Rotate, Scale, Shear, Translate, unit_square_to
from tamesu.testing.augmentations import largest_stretch


@pytest.mark.parametrize("number", [0.0, 0.2, 0.5, 0.77, 0.999])
def test_rotate_against_pillow(number):
    image = make_image(S, S)
    angle = (2 * number - 1) * 60
    matrices, _ = Rotate(degrees=60).matrices(np.array([[number]]), np.array([[S, S]], float), S)
    expected = np.asarray(Image.fromarray(image).rotate(angle, Image.Resampling.BILINEAR))
    got = sample_bilinear(image, np.linalg.inv(matrices[0]))
    y, x = np.mgrid[:S, :S] + 0.5
    inside = np.hypot(x - S / 2, y - S / 2) < S / 2 - 1.5
    assert np.abs(got - expected)[inside].max() <= 2


@pytest.mark.parametrize("key", range(12))
def test_composed_geometry_against_scipy(key):
    image = make_image(70, 55, key)
    parts = [("rotate", {"degrees": 90}), ("random_resized_crop", {"scale": [0.2, 0.9]}), ("vertical_flip", {}), ("rotate", {})]
    out, drawn = run(parts, image, key=key)
    assert np.abs(out - sample_bilinear(image, np.linalg.inv(drawn.forward[0]))).max() <= 1


def test_rotate_angles_are_uniform_and_gated():
    plan = make_plan([("rotate", {"degrees": 30, "p": 0.6, "strength": 0.5})], size_px=20, fit="crop")
    keys = sample_keys([str(i) for i in range(5000)])
    drawn = plan.draw(0, keys, np.full((5000, 2), 20), np.zeros((5000, 3)))
    matrices = drawn.forward
    angles = np.rad2deg(np.arctan2(matrices[:, 0, 1], matrices[:, 0, 0]))
    turned = angles[angles != 0]
    assert len(turned) / 5000 == pytest.approx(0.6, abs=0.03)
    assert stats.kstest(turned, stats.uniform(-15, 30).cdf).pvalue > 1e-3
    assert np.allclose(drawn.turns[0].amounts, turned, atol=1e-5)
    assert np.allclose([move_points(m, [[10, 10]])[0] for m in matrices[:20]], 10)


def warp(image, affine=None, perspective=None):
    """torchvision's warp of an image, bilinear, black outside; float64."""
    tensor = torch.from_numpy(image).permute(2, 0, 1).double()
    options = {"interpolation": InterpolationMode.BILINEAR}
    moved = (
        functional.affine(tensor, **affine, **options) if affine else functional.perspective(tensor, *perspective, **options)
    )
    return moved.permute(1, 2, 0).numpy()


def of_inside(matrix, height, width, edge=1.5):
    """Which pixels of a frame are read from well inside the image."""
    y, x = np.mgrid[:height, :width] + 0.5
    read_at = move_points(np.linalg.inv(matrix), np.stack([x.ravel(), y.ravel()], axis=1))
    return ((read_at > edge) & (read_at < np.array([width, height]) - edge)).all(axis=1).reshape(height, width)


AFFINE = {"angle": 0.0, "translate": [0, 0], "scale": 1.0, "shear": [0.0, 0.0]}


def assert_like_torchvision(part, u, height, width, **expected):
    image = make_image(height, width)
    matrix = part.matrices(np.array([u]), np.array([[height, width]], float), S)[0][0]
    inside = of_inside(matrix, height, width)
    inverse = np.linalg.inv(matrix)
    got = sample_bilinear(image, inverse, max(height, width))[:height, :width]
    assert inside.mean() > 0.2
    assert np.abs(got - warp(image, **expected))[inside].max() < 0.5


@pytest.mark.parametrize("u", [(0.0, 0.5), (0.5, 1.0), (0.1, 0.8), (0.9, 0.95)])
@pytest.mark.parametrize("shape", [(S, S), (60, 40)])
def test_shear_against_torchvision(u, shape):
    degrees = [(2 * u[0] - 1) * 30, (2 * u[1] - 1) * 20]
    part = Shear(x_degrees=30, y_degrees=20)
    assert_like_torchvision(part, u, *shape, affine=AFFINE | {"shear": degrees})


@pytest.mark.parametrize("u", [(0.0, 0.5), (0.5, 1.0), (0.1, 0.8)])
def test_translate_against_torchvision(u):
    shift = [(2 * u[0] - 1) * 0.25 * 40, (2 * u[1] - 1) * 0.25 * 60]
    assert_like_torchvision(Translate(share=0.25), u, 60, 40, affine=AFFINE | {"translate": shift})


@pytest.mark.parametrize("number", [0.0, 0.3, 0.5, 1.0])
def test_scale_against_torchvision(number):
    factor = 0.5 * (3.0 / 0.5) ** number
    assert_like_torchvision(Scale(factors=(0.5, 3.0)), (number,), 60, 40, affine=AFFINE | {"scale": factor})


@pytest.mark.parametrize("seed", range(6))
def test_perspective_against_torchvision(seed):
    u = np.random.default_rng(seed).random(8)
    height, width = 60, 44
    part = Perspective(distortion=0.4)
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    inwards = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    ends = frame + inwards * u.reshape(4, 2) * 0.4 * min(height, width) / 2
    # torchvision's corners are whole numbers by type only.
    assert_like_torchvision(part, u, height, width, perspective=(frame.tolist(), ends.tolist()))


def test_perspective_against_opencv():
    part = Perspective(distortion=0.4)
    u = numbers(part, 200)
    sizes = np.random.default_rng(0).integers(20, 300, (200, 2)).astype(float)
    matrices, after = part.matrices(u, sizes, S)
    assert (after == sizes).all()
    for matrix, (height, width), own in zip(matrices, sizes, u.reshape(-1, 4, 2), strict=True):
        frame = np.array([[0, 0], [width, 0], [width, height], [0, height]])
        ends = frame + np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * own * 0.2 * min(height, width)
        expected = cv2.getPerspectiveTransform(frame.astype(np.float32), ends.astype(np.float32))
        inner = np.random.default_rng(1).random((20, 2)) * [width, height]
        assert np.allclose(move_points(matrix, frame), ends, atol=1e-9)
        # OpenCV takes its points in single precision.
        assert np.allclose(move_points(matrix, inner), move_points(expected, inner), atol=2e-3)


@pytest.mark.parametrize("key", range(6))
def test_perspective_pixels_against_scipy(key):
    # Enlarged, so that one bilinear sample a pixel is what is wanted.
    image = make_image(31, 28, key)
    out, drawn = run([("perspective", {"distortion": 0.4, "p": 1.0}), ("rotate", {})], image, key=key)
    assert drawn.sampling.projective == [True]
    assert np.abs(out - sample_bilinear(image, np.linalg.inv(drawn.forward[0]))).max() <= 1.6


EXTREMES = np.array(list(itertools.product([0.0, 1.0], repeat=8)))


@pytest.mark.parametrize("distortion", [0.1, 0.25, 0.4])
@pytest.mark.parametrize("size", [(100.0, 100.0), (100.0, 130.0), (300.0, 40.0)])
def test_the_horizon_stays_outside_and_zoom_is_a_bound(distortion, size):
    part = Perspective(distortion=distortion)
    u = np.concatenate([EXTREMES, numbers(part, 2000)])
    sizes = np.tile(size, (len(u), 1))
    matrices, _ = part.matrices(u, sizes, S)
    height, width = size
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]])
    for given in (matrices, np.linalg.inv(matrices)):
        depth = corners @ given[:, 2, :, None]
        # One sign at all four corners, so the line where the depth is 0 crosses neither the picture nor the input.
        assert ((depth > 0).all(axis=(1, 2)) | (depth < 0).all(axis=(1, 2))).all()
    largest = largest_stretch(matrices, sizes).max()
    assert largest <= part.zoom + 1e-9
    if height == width:
        assert largest == pytest.approx(part.zoom)


def test_unit_square_to_against_a_linear_system():
    corners = np.array([[3.0, 1.0], [10.0, 2.0], [9.0, 12.0], [1.0, 8.0]])
    rows, right = [], []
    for (x, y), (to_x, to_y) in zip([(0, 0), (1, 0), (1, 1), (0, 1)], corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -x * to_x, -y * to_x], [0, 0, 0, x, y, 1, -x * to_y, -y * to_y]]
        right += [to_x, to_y]
    expected = np.append(np.linalg.solve(np.array(rows, float), right), 1.0).reshape(3, 3)
    assert np.allclose(unit_square_to(corners[None])[0], expected)


def test_scale_factors_are_log_uniform():
    part = Scale(factors=(0.5, 2.0), strength=0.5)
    factors = part.matrices(numbers(part, 4000), np.full((4000, 2), 30.0), S)[0][:, 0, 0]
    assert stats.kstest(np.log(factors), stats.uniform(-np.log(2) / 2, np.log(2)).cdf).pvalue > 1e-3


@pytest.mark.parametrize(("part", "options"), [(Translate, {"share": 0.2}), (Perspective, {"distortion": 0.2})])
def test_strength_scales_the_amount(part, options):
    u, sizes = numbers(part(), 50), np.full((50, 2), 40.0)
    half = {name: value / 2 for name, value in options.items()}
    assert np.allclose(part(**options, strength=0.5).matrices(u, sizes, S)[0], part(**half).matrices(u, sizes, S)[0])


@pytest.mark.parametrize(
    ("part", "zoom"),
    [
        (Rotate(), 1.0),
        (Translate(), 1.0),
        (Scale(factors=(0.5, 4.0)), 4.0),
        (Scale(factors=(0.5, 4.0), strength=0.5), 2.0),
        (Scale(factors=(0.5, 0.8)), 1.0),
        (Shear(strength=0.0), 1.0),
        # A shear by 1 along one axis: the singular values of [[1, 1], [0, 1]] are the golden ratio and 1 less.
        (Shear(x_degrees=45.0, y_degrees=0.0), (1 + 5**0.5) / 2),
        (Perspective(strength=0.0), 1.0),
    ],
)
def test_zoom_by_hand(part, zoom):
    assert part.zoom == pytest.approx(zoom)


def test_shear_zoom_is_the_largest_singular_value():
    part = Shear(x_degrees=40, y_degrees=25)
    u = np.concatenate([np.array(list(itertools.product([0.0, 1.0], repeat=2))), numbers(part, 500)])
    matrices, _ = part.matrices(u, np.full((len(u), 2), 50.0), S)
    stretched = np.linalg.svd(matrices[:, :2, :2], compute_uv=False)[:, 0]
    assert stretched.max() == pytest.approx(part.zoom)
    assert np.allclose(np.linalg.det(matrices), 1.0)

"""Geometry against Pillow, SciPy and the formulas, with the same parameters."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from scipy import stats
from scipy.ndimage import map_coordinates

from tamesu.augmentations.frames import fit_boxes, move_points
from tamesu.augmentations.geometry import (
    CenterCrop,
    HorizontalFlip,
    RandomCrop,
    RandomResizedCrop,
    Resize,
    Rotate,
    VerticalFlip,
    mirror,
    window,
)
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys, uniforms

S = 48


def make_image(height, width, seed=0):
    """A smooth picture: the outcomes of two good samplers differ by rounding only."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    waves = [np.sin(x * fx + y * fy + phase) for fx, fy, phase in rng.uniform(0.02, 0.3, (3, 3))]
    return np.asarray(127.5 + 120 * np.stack(waves, axis=2), np.uint8)


def run(parts, image, fit="stretch", size_px=S, key=0):
    plan = make_plan(parts, size_px=size_px, fit=fit)
    drawn = plan.draw(key, sample_keys(["one"]), np.array([image.shape[:2]]), np.full((1, 3), 127.0))
    out = np.empty((size_px, size_px, 3), np.uint8)
    plan.apply(image, drawn, 0, out)
    return out, drawn


def numbers(part, count, seed=0):
    return uniforms(seed, sample_keys([str(i) for i in range(count)]), part.draws)


@pytest.mark.parametrize(("name", "turned"), [("horizontal_flip", lambda a: a[:, ::-1]), ("vertical_flip", lambda a: a[::-1])])
@pytest.mark.parametrize("shape", [(S, S), (S, 67), (81, S)])
def test_flips_are_exact_and_twice_is_nothing(name, turned, shape):
    image = make_image(*shape)
    plain = run([], image, "crop")[0]
    once = run([(name, {"p": 1.0})], image, "crop")[0]
    assert (run([(name, {"p": 1.0})] * 2, image, "crop")[0] == plain).all()
    y0, x0 = (np.trunc((np.array(shape) - S) / 2)).astype(int)
    flipped = turned(image)
    assert (once == flipped[y0 : y0 + S, x0 : x0 + S]).all()


@pytest.mark.parametrize("part", [HorizontalFlip, VerticalFlip])
def test_flips_come_as_often_as_p_says(part):
    for strength, share in ((1.0, 0.3), (0.5, 0.15), (0.0, 0.0)):
        plan = make_plan([(part.symmetry, {"p": 0.3, "strength": strength})], size_px=9, fit="crop")
        keys = sample_keys([str(i) for i in range(5000)])
        drawn = plan.draw(0, keys, np.full((5000, 2), 9), np.zeros((5000, 3)))
        flipped = drawn.forward[:, :2, :2].trace(axis1=1, axis2=2) == 0
        assert flipped.mean() == pytest.approx(share, abs=0.03)
        assert np.flatnonzero(flipped).tolist() == [row for turn in drawn.turns for row in turn.rows]


def test_mirror_by_hand():
    assert move_points(mirror(np.array([30.0]), 0)[0], [[4, 5]]).tolist() == [[26, 5]]
    assert move_points(mirror(np.array([30.0]), 1)[0], [[4, 5]]).tolist() == [[4, 25]]


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


def sample_bilinear(image, inverse, size_px=S):
    """Bilinear sampling in SciPy, reflected at the edges; float64."""
    y, x = np.mgrid[:size_px, :size_px]
    places = move_points(inverse, np.stack([x.ravel() + 0.5, y.ravel() + 0.5], axis=1)) - 0.5
    channels = [
        map_coordinates(image[:, :, c].astype(float), places.T[::-1], order=1, mode="reflect") for c in range(image.shape[2])
    ]
    return np.stack(channels, axis=1).reshape(size_px, size_px, -1)


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


@pytest.mark.parametrize("key", range(6))
def test_random_resized_crop_against_pillow(key):
    image = make_image(90, 120, key)
    out, drawn = run([("random_resized_crop", {"scale": [0.05, 0.15], "ratio": [0.7, 1.4]})], image, key=key)
    x0, y0 = -drawn.forward[0, :2, 2] / drawn.forward[0, [0, 1], [0, 1]]
    x1, y1 = np.array([x0, y0]) + S / drawn.forward[0, [0, 1], [0, 1]]
    box = (x0, y0, x1, y1)
    expected = np.asarray(Image.fromarray(image).transform((S, S), Image.Transform.EXTENT, box, Image.Resampling.BILINEAR))
    # Pillow leaves black what is less than half a pixel from the image's edge.
    near_edge = min(x0, y0, 120 - x1, 90 - y1) < 1
    inner = slice(6, -6) if near_edge else slice(None)
    assert np.abs(out[inner, inner].astype(int) - expected[inner, inner]).max() <= 1


def crop_boxes(part, sizes, seed=0):
    matrices, after = part.matrices(numbers(part, len(sizes), seed), sizes, S)
    scale = matrices[:, [0, 1], [0, 1]]
    low = -matrices[:, :2, 2] / scale
    return np.concatenate([low, low + after[:, ::-1] / scale], axis=1), after


def test_random_resized_crop_distribution_where_every_window_fits():
    sizes = np.full((4000, 2), 100.0)
    boxes, after = crop_boxes(RandomResizedCrop(scale=(0.1, 0.5), ratio=(0.6, 1.5)), sizes)
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    assert stats.kstest(width * height / 1e4, stats.uniform(0.1, 0.4).cdf).pvalue > 1e-3
    log_low, log_high = np.log(0.6), np.log(1.5)
    assert stats.kstest(np.log(width / height), stats.uniform(log_low, log_high - log_low).cdf).pvalue > 1e-3
    assert stats.kstest(boxes[:, 0] / (100 - width), "uniform").pvalue > 1e-3
    assert stats.kstest(boxes[:, 1] / (100 - height), "uniform").pvalue > 1e-3
    assert (after == S).all()


@pytest.mark.parametrize("size", [(100.0, 100.0), (40.0, 200.0), (300.0, 50.0), (10.0, 1000.0)])
def test_random_resized_crop_stays_inside_with_ratio_and_scale(size):
    part = RandomResizedCrop(scale=(0.3, 1.0), ratio=(0.75, 4 / 3))
    boxes, _ = crop_boxes(part, np.tile(size, (2000, 1)))
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    assert boxes.min() > -1e-9
    assert boxes[:, 2].max() < size[1] + 1e-9 and boxes[:, 3].max() < size[0] + 1e-9
    ratio = width / height
    assert ratio.min() > 0.75 - 1e-9 and ratio.max() < 4 / 3 + 1e-9
    share = width * height / (size[0] * size[1])
    assert share.max() <= 1 + 1e-9
    # A long frame holds no window that is large and nearly square: then the window is as high (or as wide) as the frame.
    full = np.isclose(width, size[1]) | np.isclose(height, size[0])
    assert ((share > 0.3 - 1e-9) | full).all()


def test_random_resized_crop_of_everything_is_everything():
    boxes, _ = crop_boxes(RandomResizedCrop(scale=(1.0, 1.0), ratio=(0.5, 2.0)), np.tile([30.0, 45.0], (50, 1)))
    assert np.allclose(boxes, [0, 0, 45, 30])


def test_center_and_random_crop_by_hand():
    matrices, after = CenterCrop(share=0.5).matrices(np.empty((1, 0)), np.array([[40.0, 60.0]]), S)
    assert after.tolist() == [[20, 30]]
    assert move_points(matrices[0], [[15, 10], [45, 30]]).tolist() == [[0, 0], [30, 20]]
    matrices, after = RandomCrop(share=0.5).matrices(np.array([[0.0, 1.0]]), np.array([[40.0, 60.0]]), S)
    assert move_points(matrices[0], [[0, 20], [30, 40]]).tolist() == [[0, 0], [30, 20]]
    assert window(np.array([[0.5, 0.5]]), 1.0, np.array([[7.0, 9.0]]), 1.0)[0][0].tolist() == np.eye(3).tolist()


def test_random_crop_places_are_uniform():
    boxes, _ = crop_boxes(RandomCrop(share=0.25), np.full((3000, 2), 40.0))
    assert min(stats.kstest(boxes[:, i], stats.uniform(0, 30).cdf).pvalue for i in (0, 1)) > 1e-3


@pytest.mark.parametrize("fit", ["crop", "stretch", "pad"])
def test_resize_is_the_plans_own_fit(fit):
    image = make_image(90, 61)
    assert (run([("resize", {"fit": fit})], image, fit)[0] == run([], image, fit)[0]).all()
    matrices, after = Resize(fit=fit).matrices(np.empty((1, 0)), np.array([[90.0, 61.0]]), S)
    box = fit_boxes(fit, np.array([[90.0, 61.0]]))[0]
    assert np.allclose(move_points(matrices[0], box.reshape(2, 2)), [[0, 0], [S, S]])
    assert (after == S).all()


@pytest.mark.parametrize(
    ("part", "zoom"),
    [
        (CenterCrop(share=0.5), 2.0),
        (CenterCrop(share=0.5, strength=0.5), 1 / 0.75),
        (RandomCrop(share=0.8), 1.25),
        (RandomResizedCrop(scale=(0.25, 1.0), ratio=(1.0, 1.0)), 2.0),
        (RandomResizedCrop(scale=(0.25, 1.0), ratio=(0.5, 1.5)), 2.0 * 2**0.5),
        (RandomResizedCrop(scale=(0.25, 1.0), ratio=(0.5, 1.5), strength=0.0), 1.0),
        (HorizontalFlip(), 1.0),
        (Rotate(), 1.0),
        (Resize(), 1.0),
    ],
)
def test_zoom_by_hand(part, zoom):
    assert part.zoom == pytest.approx(zoom)

"""Crops, resize and pad against Pillow and the formulas, with the same parameters."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageOps
from scipy import stats
from tests.pictures import S, make_image, numbers, run

from tamesu.augmentations.crops import CenterCrop, Pad, RandomCrop, RandomResizedCrop, Resize, window
from tamesu.augmentations.frames import fit_boxes, move_points


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


@pytest.mark.parametrize("share", [0.25, 0.5])
def test_pad_against_pillow(share):
    image = make_image(S, S)
    margin = int(share * S)
    # The input has as many pixels as the padded frame, so nothing is resampled.
    out, _ = run([("pad", {"share": share})], image, "pad", size_px=S + 2 * margin)
    assert (out == np.asarray(ImageOps.expand(Image.fromarray(image), margin, (124, 116, 104)))).all()
    reflected = run([("pad", {"share": share})], image, "crop", size_px=S + 2 * margin)[0]
    assert (reflected == np.pad(image, ((margin, margin), (margin, margin), (0, 0)), mode="symmetric")).all()


def test_pad_by_hand():
    matrices, after = Pad(share=0.25, strength=0.5).matrices(np.empty((1, 0)), np.array([[40.0, 80.0]]), S)
    assert after.tolist() == [[50, 100]]
    assert move_points(matrices[0], [[0, 0], [80, 40]]).tolist() == [[10, 5], [90, 45]]


@pytest.mark.parametrize(
    ("part", "zoom"),
    [
        (CenterCrop(share=0.5), 2.0),
        (CenterCrop(share=0.5, strength=0.5), 1 / 0.75),
        (RandomCrop(share=0.8), 1.25),
        (RandomResizedCrop(scale=(0.25, 1.0), ratio=(1.0, 1.0)), 2.0),
        (RandomResizedCrop(scale=(0.25, 1.0), ratio=(0.5, 1.5)), 2.0 * 2**0.5),
        (RandomResizedCrop(scale=(0.25, 1.0), ratio=(0.5, 1.5), strength=0.0), 1.0),
        (Resize(), 1.0),
        (Pad(), 1.0),
    ],
)
def test_zoom_by_hand(part, zoom):
    assert part.zoom == pytest.approx(zoom)

"""Train against test images: statistics by hand, SciPy's rank-sum test, and parts that undo a known change."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from tamesu.results.likeness import STATISTICS, compare_statistics, measure_image, propose_parts

RNG = np.random.default_rng(0)


def make_photo(seed):
    rng = np.random.default_rng(seed)
    blocks = rng.integers(30, 226, (6, 6, 3)).astype(np.uint8)
    smooth = cv2.resize(blocks, (60, 60), interpolation=cv2.INTER_CUBIC).astype(float)
    return np.clip(smooth + rng.normal(0, 12, smooth.shape), 0, 255).astype(np.uint8)


PHOTOS = [make_photo(seed) for seed in range(150)]


def measure(photos):
    return np.stack([measure_image(photo) for photo in photos])


def test_statistics_by_hand():
    stripes = np.zeros((4, 4, 3), np.uint8)
    stripes[:, ::2] = 200
    brightness, contrast, saturation, sharpness, warmth = measure_image(stripes)
    assert (brightness, contrast, saturation) == pytest.approx((101, 1, 1 / 101))
    assert sharpness == pytest.approx(200.1 / 101) and warmth == pytest.approx(1.0)
    red = np.zeros((4, 4, 3), np.uint8)
    red[:, :, 0] = 100
    assert measure_image(red)[[0, 4]] == pytest.approx([1 + 29.9, 101])
    assert measure_image(red)[2] == pytest.approx((1 + (70.1 + 29.9 + 29.9) / 3) / 30.9)


def test_auc_is_scipys_u_over_the_pairs():
    a, b = RNG.normal(5, 1, (40, 5)), RNG.normal(5.4, 1, (30, 5))
    for place, found in enumerate(compare_statistics(a, b)):
        expected = mannwhitneyu(b[:, place], a[:, place]).statistic / 1200
        assert found.auc == pytest.approx(expected)
        assert found.train == pytest.approx(np.percentile(a[:, place], [10, 50, 90]))


def test_images_of_one_kind_are_alike():
    differences = compare_statistics(measure(PHOTOS[:75]), measure(PHOTOS[75:]))
    assert [difference.name for difference in differences] == list(STATISTICS)
    assert not any(difference.counts for difference in differences) and propose_parts(differences) == []


def test_a_darkened_test_set_becomes_a_range_that_holds_the_darkening():
    dark = [(photo * 0.6).astype(np.uint8) for photo in PHOTOS[75:]]
    parts = propose_parts(compare_statistics(measure(PHOTOS[:75]), measure(dark)))
    options = parts[0]["color_range"]
    low, high = options["brightness"]
    assert low < 0.6 < high == 1.0 and low > 0.4
    # Contrast and saturation fell only as the light did, so nothing more is asked for.
    assert set(options) == {"p", "brightness"} and len(parts) == 1


def test_a_greyed_and_blurred_test_set():
    changed = []
    for photo in PHOTOS[75:]:
        grey = photo @ np.array([0.299, 0.587, 0.114])
        faded = (0.4 * photo + 0.6 * grey[:, :, None]).astype(np.uint8)
        changed.append(cv2.GaussianBlur(faded, (0, 0), 1.2))
    parts = {
        name: options
        for part in propose_parts(compare_statistics(measure(PHOTOS[:75]), measure(changed)))
        for name, options in part.items()
    }
    low, high = parts["color_range"]["saturation"]
    assert low < 0.45 < high
    assert 0.5 < parts["gaussian_blur"]["sigma"][1] < 3

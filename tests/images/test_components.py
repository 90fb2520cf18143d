"""Objects of a mask: drawn by hand, and against SciPy's labelling."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from tamesu.images.components import measure_objects


def test_objects_by_hand() -> None:
    mask = np.zeros((20, 40), np.uint8)
    mask[0:10, 0:4] = 1
    mask[12:14, 10:30] = 1
    mask[5:10, 30:40] = 2
    assert sorted(measure_objects(mask).tolist()) == sorted([[0.5, 0.1], [0.1, 0.5], [0.25, 0.25]])


def test_corners_touch_and_crumbs_are_left_out() -> None:
    mask = np.zeros((10, 10), np.uint8)
    mask[0:2, 0:2] = mask[2:4, 2:4] = 1
    mask[9, 9] = 1
    assert measure_objects(mask).tolist() == [[0.4, 0.4]]


def test_background_and_unknown_values_are_no_objects() -> None:
    mask = np.full((10, 10), 2, np.uint8)
    mask[:5, :5] = 1
    mask[5:, 5:] = 255
    assert measure_objects(mask, background=2, unknown=[255]).tolist() == [[0.5, 0.5]]
    assert measure_objects(np.zeros((4, 4), np.uint8)).shape == (0, 2)


def test_random_masks_as_scipy_labels_them() -> None:
    random = np.random.default_rng(0)
    for _ in range(5):
        mask = (random.random((60, 50)) < 0.3).astype(np.uint8)
        regions, count = ndimage.label(mask, structure=np.ones((3, 3)))
        boxes = ndimage.find_objects(regions)
        expected = [
            ((box[0].stop - box[0].start) / 60, (box[1].stop - box[1].start) / 50)
            for number, box in enumerate(boxes, start=1)
            if (regions == number).sum() >= 4
        ]
        assert count > 5
        assert sorted(map(tuple, measure_objects(mask).tolist())) == sorted(expected)

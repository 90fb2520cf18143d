"""Frames against hand-worked cases and against moving points one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamesu.augmentations.frames import (
    crop_matrices,
    fit_boxes,
    move_boxes,
    move_points,
    partial_crop,
    pixel_centres,
    whole,
)

LENGTHS = st.floats(1, 3000)
PLACES = st.floats(-500, 500)


@given(PLACES, PLACES, LENGTHS, LENGTHS, LENGTHS, LENGTHS)
@settings(max_examples=50, deadline=None)
def test_a_crop_takes_its_corners_to_the_corners(x, y, width, height, new_width, new_height):
    matrix = crop_matrices(np.array([[x, y, x + width, y + height]]), np.array([[new_height, new_width]]))[0]
    corners = move_points(matrix, [[x, y], [x + width, y + height], [x + width / 2, y + height / 2]])
    expected = [[0, 0], [new_width, new_height], [new_width / 2, new_height / 2]]
    assert np.allclose(corners, expected, rtol=1e-6, atol=1e-6 * (1 + abs(x) + abs(y)) * max(new_width, new_height))


@pytest.mark.parametrize(
    ("fit", "size", "box"),
    [
        ("crop", (100, 160), (30, 0, 130, 100)),
        ("crop", (101, 50), (0, 25, 50, 75)),
        ("crop", (50, 101), (25, 0, 75, 50)),
        ("pad", (100, 160), (0, -30, 160, 130)),
        ("pad", (7, 4), (-1, 0, 6, 7)),
        ("stretch", (100, 160), (0, 0, 160, 100)),
        ("crop", (64, 64), (0, 0, 64, 64)),
        ("pad", (64, 64), (0, 0, 64, 64)),
    ],
)
def test_fits_by_hand(fit, size, box):
    assert fit_boxes(fit, np.array([size], float))[0].tolist() == list(box)


def test_a_partial_crop_lies_between_the_frame_and_the_crop():
    sizes, boxes, new = np.array([[100.0, 200.0]]), np.array([[40.0, 20.0, 80.0, 60.0]]), np.array([[50.0, 50.0]])
    matrices, after = partial_crop(boxes, new, sizes, 0.0)
    assert (matrices[0] == np.eye(3)).all()
    assert (after == sizes).all()
    matrices, after = partial_crop(boxes, new, sizes, 0.25)
    assert after.tolist() == [[87.5, 162.5]]
    # A quarter of the way from (0, 0, 200, 100) to (40, 20, 80, 60).
    assert np.allclose(move_points(matrices[0], [[10, 5], [170, 90]]), [[0, 0], [162.5, 87.5]])
    assert (partial_crop(boxes, new, sizes, 1.0)[0] == crop_matrices(boxes, new)).all()


def test_pixel_centres_by_moving_half_a_pixel():
    rng = np.random.default_rng(0)
    inverse = np.concatenate([rng.normal(size=(5, 2, 3)), np.broadcast_to([0.0, 0.0, 1.0], (5, 1, 3))], axis=1)
    indices = rng.integers(0, 50, (7, 2))
    for one, centred in zip(inverse, pixel_centres(inverse), strict=True):
        assert np.allclose(move_points(centred, indices), move_points(one, indices + 0.5) - 0.5)
    assert (pixel_centres(np.eye(3)[None]) == np.eye(3)).all()


def test_points_in_perspective_by_the_formula():
    matrix = np.array([[1.0, 0.2, 3.0], [0.1, 0.9, -2.0], [0.001, 0.002, 1.0]])
    for x, y in [(0.0, 0.0), (10.0, 20.0), (-5.0, 7.5)]:
        below = 0.001 * x + 0.002 * y + 1.0
        expected = [[(x + 0.2 * y + 3.0) / below, (0.1 * x + 0.9 * y - 2.0) / below]]
        assert np.allclose(move_points(matrix, [[x, y]]), expected)


def test_no_points_and_no_boxes():
    assert move_points(np.eye(3), []).shape == (0, 2)
    assert move_boxes(np.eye(3), np.zeros((0, 4))).shape == (0, 4)


@given(st.lists(st.floats(-2, 2), min_size=6, max_size=6), st.lists(st.floats(0, 1), min_size=2, max_size=2))
@settings(max_examples=50, deadline=None)
def test_a_moved_box_holds_the_moved_inside(entries, share):
    matrix = np.array([entries[:3], entries[3:], [0, 0, 1]])
    inside = move_points(matrix, [[10 + 20 * share[0], 5 + 30 * share[1]]])[0]
    box = move_boxes(matrix, [[10, 5, 30, 35]])[0]
    assert (box[:2] - 1e-9 <= inside).all() and (inside <= box[2:] + 1e-9).all()


def test_whole_boxes():
    assert whole(np.array([[3.0, 7.0]])).tolist() == [[0.0, 0.0, 7.0, 3.0]]

"""Mirrors and quarter turns against NumPy's and Pillow's own, byte for byte."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from scipy import stats
from tests.pictures import S, make_image, run

from tamesu.augmentations.flips import HorizontalFlip, Rotate90, Transpose, VerticalFlip, mirror, quarter_turns
from tamesu.augmentations.frames import move_points
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys

FLIPS = [
    ("horizontal_flip", Image.Transpose.FLIP_LEFT_RIGHT),
    ("vertical_flip", Image.Transpose.FLIP_TOP_BOTTOM),
    ("transpose", Image.Transpose.TRANSPOSE),
]


def middle(image):
    y0, x0 = np.trunc((np.array(image.shape[:2]) - S) / 2).astype(int)
    return image[y0 : y0 + S, x0 : x0 + S]


@pytest.mark.parametrize(("name", "method"), FLIPS)
@pytest.mark.parametrize("shape", [(S, S), (S, 68), (82, S)])
def test_flips_are_exact_and_twice_is_nothing(name, method, shape):
    image = make_image(*shape)
    plain = run([], image, "crop")[0]
    once = run([(name, {"p": 1.0})], image, "crop")[0]
    assert (run([(name, {"p": 1.0})] * 2, image, "crop")[0] == plain).all()
    assert (once == middle(np.asarray(Image.fromarray(image).transpose(method)))).all()


@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize("shape", [(S, S), (S, 68), (82, S)])
def test_quarter_turns_are_exact_and_counter_clockwise(quarters, shape):
    image = make_image(*shape)
    out, drawn = run([("rotate90", {"p": 1.0, "quarters": [quarters]})], image, "crop")
    assert (out == middle(np.rot90(image, quarters))).all()
    assert drawn.turns[0].amounts.tolist() == [quarters]
    back = run([("rotate90", {"p": 1.0, "quarters": [quarters]}), ("rotate90", {"p": 1.0, "quarters": [4 - quarters]})], image)
    assert (back[0] == run([], image)[0]).all()


def test_frames_trade_their_sides():
    sizes = np.array([[20.0, 30.0]] * 3)
    _, after = Rotate90().matrices(np.array([[0.1], [0.5], [0.9]]), sizes, S)
    assert after.tolist() == [[30, 20], [20, 30], [30, 20]]
    assert Transpose().matrices(np.empty((3, 0)), sizes, S)[1].tolist() == [[30, 20]] * 3


@pytest.mark.parametrize("part", [HorizontalFlip, VerticalFlip, Transpose, Rotate90])
def test_flips_come_as_often_as_p_says(part):
    for strength, share in ((1.0, 0.3), (0.5, 0.15), (0.0, 0.0)):
        plan = make_plan([(part.symmetry, {"p": 0.3, "strength": strength})], size_px=9, fit="crop")
        keys = sample_keys([str(i) for i in range(5000)])
        drawn = plan.draw(0, keys, np.full((5000, 2), 9), np.zeros((5000, 3)))
        flipped = (drawn.forward[:, :2, :2] != np.eye(2)).any(axis=(1, 2))
        assert flipped.mean() == pytest.approx(share, abs=0.03)
        assert np.flatnonzero(flipped).tolist() == [row for turn in drawn.turns for row in turn.rows]


def test_quarter_turns_are_equally_frequent():
    plan = make_plan([("rotate90", {})], size_px=9, fit="crop")
    drawn = plan.draw(0, sample_keys([str(i) for i in range(6000)]), np.full((6000, 2), 9), np.zeros((6000, 3)))
    counts = [np.bincount(drawn.turns[0].amounts.astype(int), minlength=4)[1:], [6000 - len(drawn.turns[0].rows)]]
    assert stats.chisquare(np.concatenate(counts)).pvalue > 1e-3


@pytest.mark.parametrize("quarters", [(1, 2, 3), (2,), (3, 1), (2, 2)])
def test_views_are_the_turns_that_may_be_drawn(quarters):
    part = Rotate90(quarters=quarters)
    assert part.amounts(np.array(part.views)).tolist() == list(dict.fromkeys(quarters))


def test_mirror_by_hand():
    assert move_points(mirror(np.array([30.0]), 0)[0], [[4, 5]]).tolist() == [[26, 5]]
    assert move_points(mirror(np.array([30.0]), 1)[0], [[4, 5]]).tolist() == [[4, 25]]


def test_quarter_turns_by_hand():
    matrices = quarter_turns(np.arange(4), np.array([[20.0, 30.0]] * 4))
    # A point near the upper right corner of a frame 30 wide and 20 high.
    moved = [move_points(matrix, [[29, 2]])[0].tolist() for matrix in matrices]
    assert moved == [[29, 2], [2, 1], [1, 18], [18, 29]]

"""Covered pieces: areas, aspects, places, counts and periods, by hand and against the distributions that are written down."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from tests.pictures import numbers

from tamesu.augmentations.holes import COLOURS, Cutout, GridMask, RandomErasing, make_boxes
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys

S = 96
WHITE = np.full((S, S, 3), 255, np.uint8)


def covered_by(operation, number=0, size_px=S):
    """Where a white picture is not white afterwards."""
    image = np.full((size_px, size_px, 3), 255, np.uint8)
    operation.apply(number, image)
    return (image != 255).any(axis=2)


def erased(part, count, size_px=1000):
    """Width, height, x and y of each rectangle, large enough that whole pixels do not matter."""
    boxes = part.operation(numbers(part, count), size_px).boxes[:, 0].astype(float)
    return boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1], boxes[:, 0], boxes[:, 1]


@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_erased_areas_are_uniform_and_aspects_log_uniform(strength):
    # Ranges in which every rectangle fits.
    width, height, _, _ = erased(RandomErasing(area=(0.02, 0.3), aspect=(0.4, 2.5), strength=strength), 4000)
    area = stats.uniform(0.02 * strength, 0.28 * strength)
    assert stats.kstest(width * height / 1e6, area.cdf).pvalue > 1e-3
    aspect = stats.uniform(np.log(0.4), np.log(2.5 / 0.4))
    assert stats.kstest(np.log(height / width), aspect.cdf).pvalue > 1e-3
    assert abs(stats.spearmanr(width * height, height / width).statistic) < 0.05


def test_erased_places_are_uniform_where_the_rectangle_fits():
    width, height, x, y = erased(RandomErasing(area=(0.02, 0.3)), 4000)
    assert (x >= 0).all() and (y >= 0).all() and (x + width <= 1000).all() and (y + height <= 1000).all()
    # A whole place, spread over its pixel.
    inside = np.random.default_rng(0).random((2, 4000))
    across, down = (x + inside[0]) / (1001 - width), (y + inside[1]) / (1001 - height)
    assert stats.kstest(across, stats.uniform.cdf).pvalue > 1e-3
    assert stats.kstest(down, stats.uniform.cdf).pvalue > 1e-3
    assert abs(stats.spearmanr(across, down).statistic) < 0.05


def test_a_rectangle_that_does_not_fit_is_cut_to_the_side():
    part = RandomErasing(area=(0.5, 0.5), aspect=(4.0, 4.0))
    width, height, _, y = erased(part, 10)
    assert (height == 1000).all() and (y == 0).all() and np.allclose(width, 1000 * np.sqrt(0.5 / 4), atol=0.5)


def test_random_erasing_touches_its_share_of_the_samples():
    keys = sample_keys([str(i) for i in range(5000)])
    for options, wanted in (({}, 0.25), ({"p": 0.7}, 0.7)):
        said = make_plan([("random_erasing", options)], size_px=S, fit="crop").describe(0, keys)
        assert sum(map(bool, said)) / 5000 == pytest.approx(wanted, abs=0.025)


def test_the_rectangle_that_is_drawn_is_the_one_that_is_covered():
    part = RandomErasing(area=(0.1, 0.3))
    operation = part.operation(numbers(part, 20), S)
    for number in range(20):
        covered = covered_by(operation, number)
        rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
        x0, y0, x1, y1 = operation.boxes[number, 0]
        assert (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1) == (y0, y1, x0, x1)
        assert covered.sum() == (x1 - x0) * (y1 - y0)


@pytest.mark.parametrize("part", [RandomErasing, Cutout])
def test_fills(part):
    u = np.full((1, part().draws), 0.5)
    for fill, colour in (("black", (0, 0, 0)), ("mean", (124, 116, 104))):
        image = WHITE.copy()
        part(fill=fill).operation(u, S).apply(0, image)
        assert (np.unique(image.reshape(-1, 3), axis=0) == [colour, (255, 255, 255)]).all()
    # 255 times ImageNet's mean colour.
    assert np.abs(np.array(COLOURS["mean"]) - 255 * np.array([0.485, 0.456, 0.406])).max() < 0.5
    operation = part(fill="noise").operation(np.concatenate([u, u * 0.9]), S)
    image = WHITE.copy()
    operation.apply(0, image)
    assert len(np.unique(image.reshape(-1, 3), axis=0)) > 100
    assert operation.starts[0] != operation.starts[1]


@pytest.mark.parametrize("part", [RandomErasing, Cutout, GridMask])
def test_strength_0_covers_nothing(part):
    built = part(strength=0.0)
    assert not covered_by(built.operation(numbers(built, 1), S)).any()


@pytest.mark.parametrize(("size", "strength", "side"), [(0.25, 1.0, 24), (0.5, 0.5, 24), (0.1, 1.0, 10), (0.33, 1.0, 32)])
def test_cutout_is_a_square_about_its_middle_cut_at_the_edge(size, strength, side):
    part = Cutout(size=size, strength=strength)
    for x, y in np.random.default_rng(1).random((30, 2)):
        covered = covered_by(part.operation(np.array([[x, y, 0.0]]), S))
        first = np.rint(np.array([x, y]) * S - side / 2)
        place = np.arange(S)
        across, down = ((place >= first[axis]) & (place < first[axis] + side) for axis in (0, 1))
        assert (covered == down[:, None] & across[None, :]).all()


def test_cutout_has_as_many_holes_as_asked_anywhere():
    part = Cutout(holes=5, size=0.1)
    boxes = part.operation(numbers(part, 1000), 1000).boxes
    assert boxes.shape == (1000, 5, 4) and part.draws == 11
    middles = (boxes[:, :, :2] + boxes[:, :, 2:]) / 2000
    whole = (boxes[:, :, 2:] - boxes[:, :, :2] == 100).all(axis=2)
    # What reaches over an edge is cut: 0.1 of the side with one edge or the other.
    assert whole.mean() == pytest.approx(0.9**2, abs=0.02)
    for axis in (0, 1):
        assert stats.kstest(middles[whole][:, axis], stats.uniform(0.05, 0.9).cdf).pvalue > 1e-3
    assert abs(np.corrcoef(middles[:, 0, 0], middles[:, 1, 0])[0, 1]) < 0.1


def run_lengths(line):
    """Lengths of the runs of equal values."""
    return np.diff(np.flatnonzero(np.diff(np.concatenate([[-1], line.astype(int), [-1]]))))


@pytest.mark.parametrize("u", [0.0, 0.3, 1.0])
@pytest.mark.parametrize(("share", "strength"), [(0.5, 1.0), (0.3, 1.0), (0.6, 0.5)])
def test_grid_mask_has_its_period_and_covers_the_share_squared(u, share, strength):
    side = 600
    part = GridMask(period=(0.1, 0.25), share=share, strength=strength)
    covered = covered_by(part.operation(np.array([[u, 0.37, 0.81]]), side), size_px=side)
    period = round((0.1 + u * 0.15) * side)
    square = round(period * share * strength)
    assert (covered[period:] == covered[:-period]).all() and (covered[:, period:] == covered[:, :-period]).all()
    down, across = covered.any(axis=1), covered.any(axis=0)
    assert (covered == down[:, None] & across[None, :]).all()
    for line in (down, across):
        # What lies between the two at the edges is whole.
        assert set(run_lengths(line)[1:-1]) <= {square, period - square}
    assert covered[:period, :period].mean() == pytest.approx((square / period) ** 2)
    assert covered.mean() == pytest.approx((share * strength) ** 2, rel=0.35)


def test_grid_mask_starts_anywhere_in_its_period():
    part = GridMask(period=(0.25, 0.25), share=0.5)
    u = numbers(part, 2000)
    operation = part.operation(u, 40)
    firsts = [int(np.flatnonzero(operation.opacity(number).any(axis=0))[0]) for number in range(2000)]
    # A period of ten, five of them covered: the first covered place is 0 for five of ten starts, and each of 1 to 5 for one.
    counts = np.bincount(firsts, minlength=6)
    assert stats.chisquare(counts[:6], np.array([5, 1, 1, 1, 1, 1]) * 200).pvalue > 1e-3


def test_grid_mask_fills_with_its_colour():
    image = WHITE.copy()
    GridMask(fill="black").operation(np.full((1, 3), 0.5), S).apply(0, image)
    assert (np.unique(image) == [0, 255]).all()


def test_make_boxes_gives_every_box_its_colour():
    boxes = make_boxes(np.zeros((2, 3, 4), np.int64), "mean", np.zeros(2))
    assert boxes.colours.shape == (2, 3, 3) and boxes.starts is None

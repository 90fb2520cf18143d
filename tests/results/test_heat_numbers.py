"""Heat in numbers: against cases worked by hand, and rank correlations against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from tests.results.heat_cases import make_heat, make_spots

from tamesu.results.heat_numbers import (
    average_classes,
    coarsen,
    correlate_ranks,
    make_border,
    make_corners,
    measure_heat,
    measure_inside,
    measure_shares,
)


def test_heat_on_an_object_by_hand() -> None:
    # 4 x 4 cells; the object is the left half. Heat: 6 of 8 on the left, all on the right, none anywhere, no object.
    maps = np.zeros((4, 4, 4))
    maps[0, 0] = [2, 4, 1, 1]
    maps[1, 1] = [0, 0, 3, 1]
    maps[3] = 1
    objects = np.zeros((4, 4, 4), bool)
    objects[:3, :, :2] = True
    inside = measure_inside(maps, objects)
    np.testing.assert_array_equal(inside.heat, [0.75, 0.0, np.nan, np.nan])
    np.testing.assert_array_equal(inside.area, [0.5, 0.5, np.nan, np.nan])
    np.testing.assert_array_equal(inside.ratio, [1.5, 0.0, np.nan, np.nan])
    assert inside.known.tolist() == [True, True, False, False]


def test_corners_and_border_by_hand() -> None:
    corners, border = make_corners(16), make_border(16)
    assert [corner.sum() for corner in corners] == [16] * 4 and border.sum() == 16 * 16 - 12 * 12
    # A square of 4 in the lower left corner lies in that corner alone; 16 - 2 x 2 of its cells lie in the border of 2.
    spot = make_spots([(12, 0)], 16, 4)
    assert [measure_shares(spot, corner).tolist() for corner in corners] == [[0.0], [0.0], [1.0], [0.0]]
    assert measure_shares(spot, border).tolist() == [0.75]
    even = np.ones((1, 16, 16))
    assert measure_shares(even, corners[3])[0] == 1 / 16 and measure_shares(even, border)[0] == border.mean()


def test_ranks_are_scipys_on_the_coarse_grid() -> None:
    draws = np.random.default_rng(0)
    one, other = draws.random((5, 48, 48)), draws.random((5, 48, 48))
    other[1] = one[1] ** 3
    other[2] = 1 - one[2]
    # Ties, as they are where nothing speaks for a class.
    one[3], other[3] = np.round(one[3]), np.round(one[3] + 0.3 * other[3])
    cells = [maps.reshape(5, 16, 3, 16, 3).mean((2, 4)).reshape(5, -1) for maps in (one, other)]
    expected = [spearmanr(a, b).statistic for a, b in zip(*cells, strict=True)]
    np.testing.assert_allclose(correlate_ranks(one, other), expected, atol=1e-9)
    np.testing.assert_allclose(coarsen(one), cells[0])


def test_a_missing_or_an_even_map_has_no_correlation() -> None:
    ramp = np.arange(64.0).reshape(1, 8, 8)
    assert np.isnan(correlate_ranks(ramp, np.ones((1, 8, 8))))[0]
    assert np.isnan(correlate_ranks(ramp, np.full((1, 8, 8), np.nan)))[0]


@given(st.integers(1, 60))
def test_cells_of_any_size_keep_the_mean_of_an_even_map(size: int) -> None:
    np.testing.assert_allclose(coarsen(np.full((1, size, size), 0.25)), 0.25)


def test_classes_are_averaged_over_what_was_told() -> None:
    maps = make_spots([(0, 0), (0, 8), (8, 0), (0, 0)], 16, 8)
    maps[3] = np.nan
    images = np.full((4, 16, 16, 3), 10, np.uint8)
    images[1] = 21
    found = average_classes(maps, images, np.array([2, 2, -1, 2]))
    assert [(one.code, one.count) for one in found] == [(2, 2)]
    assert found[0].heat[:8].tolist() == [[0.5] * 16] * 8 and not found[0].heat[8:].any()
    assert found[0].picture[0, 0].tolist() == [16] * 3  # of 15.5, to the even number


def test_all_numbers_together() -> None:
    maps = {"grad_cam": make_spots([(0, 0), (0, 24)]), "occlusion": make_spots([(0, 0), (24, 24)])}
    objects = np.zeros((2, 32, 32), bool)
    objects[0, :16, :16] = True
    numbers = measure_heat(make_heat(maps, [1, 0], objects=objects, scrambled={"grad_cam": maps["grad_cam"][:1]}))
    assert numbers.corners.tolist() == [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]]
    assert numbers.corner_area == 1 / 16 and numbers.border_area == pytest.approx(7 / 16)
    assert numbers.inside["occlusion"].ratio[0] == 4.0 and np.isnan(numbers.inside["grad_cam"].ratio[1])
    assert numbers.scrambled["grad_cam"].tolist() == [1.0]
    assert [one.code for one in numbers.classes] == [0, 1]
    assert measure_heat(make_heat(maps)).inside == {} and measure_heat(make_heat(maps, objects=objects & False)).inside == {}

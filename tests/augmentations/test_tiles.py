"""Tiles by hand, and their orders by counting."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from tests.pictures import make_image, numbers, run

from tamesu.augmentations.tiles import GridShuffle


@pytest.mark.parametrize("grid", [2, 3, 5])
@pytest.mark.parametrize("strength", [0.0, 0.3, 0.5, 1.0])
def test_orders_are_permutations_of_a_share_of_the_tiles(grid, strength):
    part = GridShuffle(grid=grid, strength=strength)
    orders = part.orders(numbers(part, 500))
    assert (np.sort(orders, axis=1) == np.arange(grid**2)).all()
    moved = (orders != np.arange(grid**2)).sum(axis=1)
    trading = round(strength * grid**2)
    assert moved.max() == (trading if trading > 1 else 0)
    if trading > 1:
        # A random permutation leaves one tile where it is, on average.
        assert moved.mean() == pytest.approx(trading - 1, abs=0.25)


def test_all_orders_of_four_tiles_are_equally_likely():
    part = GridShuffle(grid=2)
    codes = part.orders(numbers(part, 12_000)) @ [64, 16, 4, 1]
    found, counts = np.unique(codes, return_counts=True)
    assert len(found) == math.factorial(4)
    assert stats.chisquare(counts).pvalue > 1e-3


def test_every_tile_is_as_likely_to_move():
    part = GridShuffle(grid=3, strength=0.4)
    moved = (part.orders(numbers(part, 9000)) != np.arange(9)).sum(axis=0)
    assert stats.chisquare(moved).pvalue > 1e-3


@pytest.mark.parametrize(("grid", "size_px"), [(2, 48), (3, 50)])
def test_pixels_and_points_by_hand(grid, size_px):
    image = make_image(size_px, size_px)
    out, drawn = run([("grid_shuffle", {"grid": grid, "p": 1.0})], image, size_px=size_px, key=3)
    side = size_px // grid
    order = drawn.tiles[0][0][0].orders[0]
    blocks = [image[y * side :, x * side :][:side, :side] for y in range(grid) for x in range(grid)]
    rows = [np.concatenate([blocks[order[y * grid + x]] for x in range(grid)], axis=1) for y in range(grid)]
    assert (out[: grid * side, : grid * side] == np.concatenate(rows)).all()
    # What is left over when the side is no multiple stays.
    assert (out[grid * side :] == image[grid * side :]).all()
    assert (out[:, grid * side :] == image[:, grid * side :]).all()
    for tile in range(grid**2):
        place = list(order).index(tile)
        point = [(tile % grid + 0.25) * side, (tile // grid + 0.75) * side]
        expected = [(place % grid + 0.25) * side, (place // grid + 0.75) * side]
        assert np.allclose(drawn.move_points(0, [point]), [expected])

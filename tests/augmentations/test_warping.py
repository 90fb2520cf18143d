"""Displacement against SciPy's B-splines and interpolation on the same nodes; tiles by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import BSpline, RegularGridInterpolator
from scipy.ndimage import map_coordinates
from scipy.optimize import root

from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys
from tamesu.augmentations.warping import Fields, Tiles, pixel_weights, weigh_nodes

PLACES = np.concatenate([np.linspace(0, 1, 41), [1e-9, 1 - 1e-9, 0.3333]])


def random_nodes(nodes, seed=0):
    return np.random.default_rng(seed).normal(size=(1, nodes, nodes, 2))


@pytest.mark.parametrize("nodes", [2, 3, 6, 11])
@pytest.mark.parametrize("basis", ["spline", "linear"])
def test_weights_add_to_one_and_are_never_negative(nodes, basis):
    weights = weigh_nodes(PLACES, nodes, basis)
    assert weights.shape == (len(PLACES), nodes)
    assert np.allclose(weights.sum(axis=1), 1) and weights.min() >= 0
    # Beyond the edges the edge's value holds, and both directions are alike.
    assert (weigh_nodes(np.array([-0.5, 1.5]), nodes, basis) == weigh_nodes(np.array([0.0, 1.0]), nodes, basis)).all()
    assert np.allclose(weigh_nodes(1 - PLACES, nodes, basis), weights[:, ::-1])


@pytest.mark.parametrize("nodes", [3, 5, 8])
def test_spline_weights_against_scipy(nodes):
    # A clamped end is one more node beyond it with the same value.
    values = np.random.default_rng(1).normal(size=nodes)
    spline = BSpline(np.arange(-3.0, nodes + 3.0), np.concatenate([values[:1], values, values[-1:]]), 3)
    assert np.allclose(weigh_nodes(PLACES, nodes, "spline") @ values, spline(PLACES * (nodes - 1)))


@pytest.mark.parametrize("nodes", [2, 5, 9])
def test_linear_weights_against_numpy(nodes):
    values = np.random.default_rng(2).normal(size=nodes)
    expected = np.interp(PLACES, np.linspace(0, 1, nodes), values)
    assert np.allclose(weigh_nodes(PLACES, nodes, "linear") @ values, expected)


@pytest.mark.parametrize("nodes", [4, 7])
def test_spline_fields_against_map_coordinates(nodes):
    # Without SciPy's prefilter the nodes are the coefficients; two more nodes a side, with the end's value, clamp the edge.
    given = random_nodes(nodes)
    fields, size_px = Fields(given, "spline"), 40
    padded = np.pad(given[0], ((2, 2), (2, 2), (0, 0)), mode="edge")
    at = (np.arange(size_px) + 0.5) / size_px * (nodes - 1) + 2
    y, x = np.meshgrid(at, at, indexing="ij")
    expected = [map_coordinates(padded[:, :, c], [y, x], order=3, prefilter=False) for c in range(2)]
    assert np.allclose(fields.at_pixels(0, size_px), np.stack(expected, axis=-1), atol=1e-5)


@pytest.mark.parametrize("basis", ["spline", "linear"])
def test_at_points_is_at_pixels(basis):
    fields, size_px = Fields(random_nodes(6), basis), 31
    y, x = np.mgrid[:size_px, :size_px] + 0.5
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    found = fields.at_points(0, points, size_px)
    assert np.allclose(found, fields.at_pixels(0, size_px).reshape(-1, 2), atol=1e-5)
    if basis == "linear":
        surface = RegularGridInterpolator((np.linspace(0, size_px, 6),) * 2, fields.nodes[0])
        assert np.allclose(found, surface(points[:, ::-1]))


def test_pixel_weights_are_at_the_middles_of_pixels():
    # Four pixels between five nodes: the middle of each lies halfway between two of them.
    assert pixel_weights(4, 5, "linear").tolist() == ((np.eye(4, 5) + np.eye(4, 5, 1)) / 2).tolist()


def test_inversion_finds_what_a_solver_finds():
    plan = make_plan([("elastic", {"p": 1.0, "amplitude": 0.25}), ("grid_distortion", {"p": 1.0})], size_px=50, fit="crop")
    drawn = plan.draw(0, sample_keys(["a"]), np.array([[50, 50]]), np.zeros((1, 3)))
    for point in ([10.0, 20.0], [25.0, 25.0], [44.0, 3.0]):
        # The place at which the input shows this point: place + displacement(place) = point.
        found = root(
            lambda place, point=point: place + sum(f.at_points(n, place[None], 50)[0] for f, n in drawn.warps[0]) - point,
            point,
        )
        assert found.success
        assert np.allclose(drawn.move_points(0, [point])[0], found.x, atol=1e-6)


def test_tiles_by_hand():
    picture = np.arange(16).reshape(4, 4)
    tiles = Tiles(np.array([[3, 0, 1, 2]]), 2)
    shuffled = picture.copy()
    tiles.shuffle(0, shuffled)
    assert shuffled.tolist() == [[10, 11, 0, 1], [14, 15, 4, 5], [2, 3, 8, 9], [6, 7, 12, 13]]
    # The upper left tile is shown at the upper right, and so on.
    moved = tiles.move(0, np.array([[0.5, 0.5], [2.5, 0.5], [0.5, 3.5], [3.0, 3.0]]), 4)
    assert moved.tolist() == [[2.5, 0.5], [0.5, 2.5], [2.5, 3.5], [1.0, 1.0]]


def test_points_beyond_the_tiles_stay():
    tiles = Tiles(np.array([[1, 0, 3, 2]]), 2)
    beyond = np.array([[-0.5, 1.0], [1.0, 7.0], [6.5, 2.0], [4.2, 9.0]])
    # A side of 7 holds two tiles of 3; the last pixel belongs to none.
    assert tiles.move(0, beyond, 7).tolist() == beyond.tolist()
    picture = np.arange(49).reshape(7, 7)
    shuffled = picture.copy()
    tiles.shuffle(0, shuffled)
    assert (shuffled[6] == picture[6]).all() and (shuffled[:, 6] == picture[:, 6]).all()


@pytest.mark.parametrize("grid", [2, 3, 5])
def test_tiles_move_pixels_and_points_alike(grid):
    rng = np.random.default_rng(grid)
    tiles, side = Tiles(rng.permutation(grid**2)[None], grid), 30
    picture = np.zeros((side, side), np.int64)
    y, x = rng.integers(0, side // grid * grid, 2)
    picture[y, x] = 1
    tiles.shuffle(0, picture)
    found = np.argwhere(picture)[0][::-1] + 0.5
    assert np.allclose(tiles.move(0, np.array([[x + 0.5, y + 0.5]]), side), [found])

"""Distortions against SciPy's B-splines and interpolation on the same numbers, and the bound on their steepness."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import BSpline, RegularGridInterpolator
from tests.pictures import S, make_image, numbers, run, sample_bilinear

from tamesu.augmentations.distortion import Elastic, GridDistortion, say_largest
from tamesu.augmentations.warping import Fields

STEEPEST = 0.6


def spline_design(nodes, places, derivative=0):
    """SciPy's uniform cubic B-splines of `nodes` nodes (and one beyond either end, with the end's value) at places 0..1."""
    along = np.asarray(places) * (nodes - 1)
    all_nodes = []
    for node in range(-1, nodes + 1):
        element = BSpline.basis_element(np.arange(node - 2.0, node + 3.0), extrapolate=False)
        all_nodes.append(np.nan_to_num(element(along, nu=derivative)))
    found = np.array(all_nodes[1:-1])
    found[0] += all_nodes[0]
    found[-1] += all_nodes[-1]
    return found.T


def border_rule(nodes):
    """From inner nodes' offsets to all nodes': the outermost have -1/5 of their neighbour's, shape (nodes, nodes - 2)."""
    rule = np.eye(nodes)[:, 1:-1]
    rule[0, 0] = rule[-1, -1] = -0.2
    return rule


@pytest.mark.parametrize("nodes", [4, 6, 9])
def test_elastic_is_the_b_spline_of_its_offsets(nodes):
    part = Elastic(nodes=nodes, amplitude=0.25, strength=0.8)
    u = numbers(part, 1)
    offsets = (2 * u.reshape(nodes - 2, nodes - 2, 2) - 1) * 0.25 * 0.8 / (nodes - 1)
    places = (np.arange(S) + 0.5) / S
    design = spline_design(nodes, places) @ border_rule(nodes)
    expected = np.einsum("yi,ijc,xj->yxc", design, offsets, design)
    found = Fields(part.fields(u) * S, part.basis).at_pixels(0, S)
    assert np.allclose(found, expected * S, atol=1e-4)


@pytest.mark.parametrize("nodes", [4, 5, 6, 8, 15])
def test_elastic_is_never_steep(nodes):
    # The field is linear in the drawn offsets, each within ± amplitude: the worst draw has every offset at the end that adds.
    places = np.linspace(0, 1, 20 * (nodes - 1) + 1)
    level = spline_design(nodes, places) @ border_rule(nodes)
    slope = spline_design(nodes, places, 1) @ border_rule(nodes)
    worst = 0.0
    for sign in (1, -1):
        total = np.zeros((len(places), len(places)))
        for i in range(nodes - 2):
            for j in range(nodes - 2):
                total += np.abs(np.outer(level[:, i], slope[:, j]) + sign * np.outer(slope[:, i], level[:, j]))
        worst = max(worst, total.max())
    assert 0.25 * worst < STEEPEST
    if nodes >= 6:
        assert worst == pytest.approx(2.05, abs=0.01)


@pytest.mark.parametrize(
    "part", [Elastic(nodes=7, amplitude=0.25), Elastic(nodes=4, amplitude=0.25), GridDistortion(), GridDistortion(steps=9)]
)
def test_edges_stay_and_drawn_fields_are_not_steep(part):
    # Random draws, and draws whose numbers are all at an end.
    u = np.concatenate([numbers(part, 40), np.rint(numbers(part, 40, seed=1))])
    fields = Fields(part.fields(u), part.basis)
    edge = np.linspace(0, 1, 21)
    along = np.stack([edge, np.zeros(21)], axis=1)
    for number in range(len(u)):
        for places, axis in ((along, 1), (1 - along, 1), (along[:, ::-1], 0), (1 - along[:, ::-1], 0)):
            assert np.abs(fields.at_points(number, places, 1)[:, axis]).max() < 1e-12
        values = fields.at_pixels(number, 200).astype(float)
        across, down = np.diff(values, axis=1)[:-1] * 200, np.diff(values, axis=0)[:, :-1] * 200
        assert (np.abs(across) + np.abs(down)).max() < STEEPEST


def test_elastic_keeps_the_whole_edge():
    part = Elastic(nodes=6)
    fields = Fields(part.fields(numbers(part, 10)), part.basis)
    edge = np.linspace(0, 1, 33)
    for number in range(10):
        assert np.abs(fields.at_points(number, np.stack([edge, np.ones(33)], axis=1), 1)).max() < 1e-12
        assert np.abs(fields.at_points(number, np.stack([np.zeros(33), edge], axis=1), 1)).max() < 1e-12


@pytest.mark.parametrize("steps", [2, 5, 8])
def test_grid_distortion_by_its_steps(steps):
    part = GridDistortion(steps=steps, distortion=0.3, strength=0.7)
    u = numbers(part, 1)
    drawn = (2 * u.reshape(2, steps) - 1) * 0.21
    lengths = 1 + drawn - drawn.mean(axis=1, keepdims=True)
    lines = np.concatenate([np.zeros((2, 1)), np.cumsum(lengths, axis=1)], axis=1) / steps
    assert np.allclose(lines[:, -1], 1) and (np.diff(lines, axis=1) > 0.4 / steps).all()
    even, places = np.linspace(0, 1, steps + 1), (np.arange(S) + 0.5) / S
    found = Fields(part.fields(u) * S, part.basis).at_pixels(0, S)
    assert np.allclose(found[:, :, 0], ((np.interp(places, even, lines[0]) - places) * S)[None, :], atol=1e-4)
    assert np.allclose(found[:, :, 1], ((np.interp(places, even, lines[1]) - places) * S)[:, None], atol=1e-4)
    # And as one surface over the grid, by SciPy.
    surface = RegularGridInterpolator((even, even), part.fields(u)[0])
    y, x = np.meshgrid(places, places, indexing="ij")
    assert np.allclose(found, surface(np.stack([y, x], axis=-1)) * S, atol=1e-4)


@pytest.mark.parametrize(
    "part", [("elastic", {"p": 1.0, "amplitude": 0.25, "nodes": 5}), ("grid_distortion", {"p": 1.0}), ("elastic", {"p": 1.0})]
)
@pytest.mark.parametrize("key", range(3))
def test_distorted_pixels_against_scipy(part, key):
    # Enlarged, so that one bilinear sample a pixel is what is wanted.
    image = make_image(S - 18, S - 14, key)
    for parts in (
        [part],
        [("rotate", {"degrees": 40}), part, ("perspective", {"p": 1.0})],
        [part, ("grid_distortion", {"p": 1.0})],
    ):
        out, drawn = run(parts, image, key=key)
        displacement = drawn.displacement(0).astype(float)
        expected = sample_bilinear(image, np.linalg.inv(drawn.forward[0]), displacement=displacement)
        assert np.abs(out - expected).max() <= 1.6


@pytest.mark.parametrize("part", [Elastic, GridDistortion])
def test_strength_scales_the_field(part):
    u = numbers(part(), 20)
    assert np.allclose(part(strength=0.25).fields(u), part().fields(u) / 4)
    assert not part(strength=0.0).fields(u).any()


def test_say_largest():
    assert say_largest(np.array([[[[0.1, -0.25]]]])) == "25.0%"
    part = GridDistortion(steps=2, distortion=0.2)
    # Steps of 1.2 and 0.8 against 1 and 1: the line in the middle moves by 0.2 / 2 of the side.
    assert part.describe(np.array([1.0, 0.0, 0.5, 0.5])) == "10.0%"
    assert Elastic(nodes=4, amplitude=0.24).describe(np.full(8, 1.0)) == "8.0%"

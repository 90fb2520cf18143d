"""What lies after the matrix: smooth displacement of the input, and tiles in another order; for pixels, masks and points.

A displacement says where each place of the input is read: `source = place + field(place)`. So pixels need the field itself,
and a point moves by its inverse, which is found by iteration.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tamesu.augmentations.part import Array

Basis = Literal["spline", "linear"]

# A point moves by the displacement's inverse, found step by step until it stays; each step leaves the field's steepness of the
# error. Parts keep theirs below 0.6, so 40 steps leave 1e-9 of it; two that add up can need more.
INVERSION_STEPS = 200
INVERTED_TO = 1e-9


def weigh_nodes(places: Array, nodes: int, basis: Basis) -> Array:
    """How much each node counts at places along one axis.

    Args:
        places: as shares of the input's side, shape (places,).
        nodes: how many, spread evenly from edge to edge.
        basis: `linear` goes straight from node to node; `spline` is the cubic B-spline (smooth, and never further than its
            nodes). Beyond the edges the edge's value holds.

    Returns:
        Shape (places, nodes), rows that add to 1.

    Source: de Boor, "A practical guide to splines", 1978: the uniform cubic B-spline.

    Examples:
        >>> weigh_nodes(np.array([0.0, 0.25]), 3, "linear").tolist()
        [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]
        >>> weigh_nodes(np.array([0.5]), 3, "spline").round(4).tolist()
        [[0.1667, 0.6667, 0.1667]]
    """
    along = np.clip(places, 0.0, 1.0)[:, None] * (nodes - 1)
    # Nodes beyond both ends, whose weight goes to the end itself.
    extra = np.arange(-1, nodes + 1)[None, :]
    away = np.abs(along - extra)
    if basis == "linear":
        full = np.maximum(1.0 - away, 0.0)
    else:
        # Products, as NumPy's power is ten times slower.
        near = 2.0 / 3.0 - away * away * (1.0 - away / 2.0)
        rest = np.maximum(2.0 - away, 0.0)
        far = rest * rest * rest / 6.0
        full = np.where(away < 1.0, near, far)
    weights = full[:, 1:-1].copy()
    weights[:, 0] += full[:, 0]
    weights[:, -1] += full[:, -1]
    return weights


@lru_cache(maxsize=16)
def pixel_weights(size_px: int, nodes: int, basis: Basis) -> NDArray[np.float32]:
    """`weigh_nodes` at the middles of the pixels, float32, shape (size_px, nodes)."""
    return weigh_nodes((np.arange(size_px) + 0.5) / size_px, nodes, basis).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """The displacement of some samples of a batch.

    Attributes:
        nodes: (x, y) in pixels of the input at each node, shape (samples, nodes, nodes, 2).
        basis: how it goes between the nodes.
    """

    nodes: Array
    basis: Basis

    def at_pixels(self, number: int, size_px: int) -> NDArray[np.float32]:
        """The displacement in pixels at the middle of every pixel of the input.

        Returns:
            (x, y), float32, shape (size_px, size_px, 2).
        """
        nodes = self.nodes[number].astype(np.float32)
        weights = pixel_weights(size_px, nodes.shape[0], self.basis)
        return np.asarray(np.einsum("yi,ijc,xj->yxc", weights, nodes, weights, optimize=True))

    def at_points(self, number: int, points: Array, size_px: int) -> Array:
        """The displacement in pixels at points of the input, shape (points, 2)."""
        nodes = self.nodes[number]
        count = nodes.shape[0]
        across = weigh_nodes(points[:, 0] / size_px, count, self.basis)
        down = weigh_nodes(points[:, 1] / size_px, count, self.basis)
        rows = (down @ nodes.reshape(count, -1)).reshape(-1, count, 2)
        return np.asarray(np.einsum("pjc,pj->pc", rows, across))


@dataclass(frozen=True, slots=True, eq=False)
class Tiles:
    """The tiles of some samples of a batch, in another order.

    Attributes:
        orders: which tile is shown at each place, row by row, shape (samples, grid x grid).
        grid: how many stand in a row. Where the side is no multiple of it, the last pixels stay as they are.
    """

    orders: NDArray[np.int64]
    grid: int

    def shuffle(self, number: int, picture: NDArray[np.generic]) -> None:
        """Put the tiles of a square picture, shape (side, side, ...), into their order, in place."""
        side = picture.shape[0] // self.grid
        before = picture.copy()
        for place, tile in enumerate(self.orders[number].tolist()):
            y, x = place // self.grid * side, place % self.grid * side
            from_y, from_x = tile // self.grid * side, tile % self.grid * side
            picture[y : y + side, x : x + side] = before[from_y : from_y + side, from_x : from_x + side]

    def move(self, number: int, points: Array, size_px: int) -> Array:
        """Where points come to lie, shape (points, 2); those beyond the tiles stay."""
        places = np.argsort(self.orders[number])
        side = size_px // self.grid
        cell = np.floor(points / side).astype(np.int64)
        inside = np.asarray(((cell >= 0) & (cell < self.grid)).all(axis=1))
        place = places[np.where(inside, cell[:, 1] * self.grid + cell[:, 0], 0)]
        shift = np.stack([place % self.grid, place // self.grid], axis=1) - cell
        return points + np.where(inside[:, None], shift * side, 0.0)

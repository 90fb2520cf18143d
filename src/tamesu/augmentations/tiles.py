"""Parts that cut the picture into tiles and put them elsewhere."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from tamesu.augmentations.part import Array, TilesPart
from tamesu.registry import Probability


class GridShuffle(TilesPart):
    """Cut the picture into equal square tiles and put them in a random order; what is true of textures stays, shapes go.

    Args:
        grid: how many tiles stand in a row and in a column.
        p: the probability.
        strength: from 0 to 1: the share of the tiles that trade places, chosen at random. All orders of these are equally
            likely, so one of them may come back to its own place.

    Source: Chen et al., "Destruction and construction learning for fine-grained image recognition", CVPR 2019 (which moves
        tiles a short way only).
    """

    may_change_labels = True

    def __init__(self, *, grid: Annotated[int, Ge(2), Le(16)] = 3, p: Probability = 0.5, strength: Probability = 1.0) -> None:
        self.grid = grid
        self.p = p
        self.strength = strength
        self.draws = grid**2

    def orders(self, u: Array) -> NDArray[np.int64]:
        """See `TilesPart.orders`."""
        trading = round(self.strength * self.draws)
        orders = np.tile(np.arange(self.draws), (len(u), 1))
        # The tiles with the smallest numbers trade places, and the order of their numbers is where they go.
        chosen = np.argsort(u, axis=1, kind="stable")[:, :trading]
        np.put_along_axis(orders, np.sort(chosen, axis=1), chosen, axis=1)
        return orders

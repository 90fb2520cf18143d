"""Parts that put every pixel on another's place: mirrors and quarter turns. Each gives one matrix per sample."""

# ruff: noqa: ARG002 -- every part has the same `matrices`, also where it needs no size or no numbers.
from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import MinLen
from numpy.typing import NDArray

from tamesu.augmentations.part import Array, GeometryPart
from tamesu.registry import Probability

Quarters = Annotated[tuple[Literal[1, 2, 3], ...], MinLen(1)]


class HorizontalFlip(GeometryPart):
    """Swap left and right.

    Args:
        p: the probability.
        strength: from 0 to 1; scales the probability.
    """

    symmetry = "horizontal_flip"
    may_change_labels = True
    views = ((),)

    def __init__(self, *, p: Probability = 0.5, strength: Probability = 1.0) -> None:
        self.p = p
        self.strength = strength

    @property
    def chance(self) -> float:
        """See `Augmentation.chance`."""
        return self.p * self.strength

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """See `GeometryPart.matrices`."""
        return mirror(sizes[:, 1], 0), sizes


class VerticalFlip(GeometryPart):
    """Swap top and bottom.

    Args:
        p: the probability.
        strength: from 0 to 1; scales the probability.
    """

    symmetry = "vertical_flip"
    may_change_labels = True
    views = ((),)

    def __init__(self, *, p: Probability = 0.5, strength: Probability = 1.0) -> None:
        self.p = p
        self.strength = strength

    @property
    def chance(self) -> float:
        """See `Augmentation.chance`."""
        return self.p * self.strength

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """See `GeometryPart.matrices`."""
        return mirror(sizes[:, 0], 1), sizes


def mirror(lengths: Array, axis: int) -> Array:
    """Matrices that turn x (axis 0) or y (axis 1) of frames of these lengths round, shape (samples, 3, 3)."""
    matrices = np.zeros((len(lengths), 3, 3))
    matrices[:, [0, 1, 2], [0, 1, 2]] = 1.0
    matrices[:, axis, axis] = -1.0
    matrices[:, axis, 2] = lengths
    return matrices


class Transpose(GeometryPart):
    """Mirror at the diagonal from the upper left to the lower right: rows become columns, and the frame's sides trade places.

    Args:
        p: the probability.
        strength: from 0 to 1; scales the probability.
    """

    symmetry = "transpose"
    may_change_labels = True
    views = ((),)

    def __init__(self, *, p: Probability = 0.5, strength: Probability = 1.0) -> None:
        self.p = p
        self.strength = strength

    @property
    def chance(self) -> float:
        """See `Augmentation.chance`."""
        return self.p * self.strength

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """See `GeometryPart.matrices`."""
        matrices = np.zeros((len(u), 3, 3))
        matrices[:, [0, 1, 2], [1, 0, 2]] = 1.0
        return matrices, sizes[:, ::-1]


class Rotate90(GeometryPart):
    """Turn by whole quarter turns, counter-clockwise; after one or three, the frame's sides have traded places.

    Args:
        quarters: how many quarter turns may be drawn, each equally often; [2] is half a turn and nothing else.
        p: the probability of a turn; with 0.75 and all three turns, all four positions are equally frequent.
        strength: from 0 to 1; scales the probability.
    """

    draws = 1
    symmetry = "rotate90"
    may_change_labels = True

    def __init__(self, *, quarters: Quarters = (1, 2, 3), p: Probability = 0.75, strength: Probability = 1.0) -> None:
        self.quarters = tuple(dict.fromkeys(quarters))
        self.p = p
        self.strength = strength
        # One view a turn: the middle of its share of the drawn number's range.
        self.views = tuple(((place + 0.5) / len(self.quarters),) for place in range(len(self.quarters)))

    @property
    def chance(self) -> float:
        """See `Augmentation.chance`."""
        return self.p * self.strength

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """See `GeometryPart.matrices`."""
        turns = self.amounts(u).astype(np.int64)
        odd = (turns % 2).astype(bool)
        return quarter_turns(turns, sizes), np.where(odd[:, None], sizes[:, ::-1], sizes)

    def amounts(self, u: Array) -> Array:
        """Quarter turns, counter-clockwise; see `GeometryPart.amounts`."""
        place = np.floor(u[:, 0] * len(self.quarters)).astype(np.int64)
        return np.array(self.quarters, np.float64)[place]


# Right and down after 0 to 3 quarter turns, as columns.
QUARTER_TURNS = np.array([[[1, 0], [0, 1]], [[0, 1], [-1, 0]], [[-1, 0], [0, -1]], [[0, -1], [1, 0]]], np.float64)


def quarter_turns(turns: NDArray[np.int64], sizes: Array) -> Array:
    """Matrices of quarter turns, counter-clockwise, each into a frame whose corner is again (0, 0).

    Args:
        turns: 0 to 3 of each sample, shape (samples,).
        sizes: height and width of the frames, shape (samples, 2).

    Returns:
        Shape (samples, 3, 3).

    Examples:
        >>> quarter_turns(np.array([1]), np.array([[20.0, 30.0]]))[0].tolist()
        [[0.0, 1.0, 0.0], [-1.0, 0.0, 30.0], [0.0, 0.0, 1.0]]
    """
    matrices = np.zeros((len(turns), 3, 3))
    matrices[:, :2, :2] = QUARTER_TURNS[turns]
    # What came to lie left of 0 or above it is moved back by the frame's own length.
    matrices[:, :2, 2] = -np.minimum(matrices[:, :2, 0] * sizes[:, 1:], 0.0) - np.minimum(
        matrices[:, :2, 1] * sizes[:, :1], 0.0
    )
    matrices[:, 2, 2] = 1.0
    return matrices + 0.0

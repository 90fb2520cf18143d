"""What an augmentation is: geometry gives matrices for points, colour gives matrices for RGB values; neither sees a pixel."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np
from annotated_types import Gt, Le
from numpy.typing import NDArray
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from tamesu.registry import Positive

Array = NDArray[np.float64]
Fit = Literal["crop", "stretch", "pad"]
Share = Annotated[float, Gt(0.0), Le(1.0)]


def in_order(pair: tuple[float, float]) -> tuple[float, float]:
    """The pair, when its first number is not above its second; else a range error in pydantic's way."""
    if pair[0] > pair[1]:
        raise PydanticCustomError("less_than_equal", "two numbers, the smaller one first")
    return pair


ShareRange = Annotated[tuple[Share, Share], AfterValidator(in_order)]
PositiveRange = Annotated[tuple[Positive, Positive], AfterValidator(in_order)]


@runtime_checkable
class Augmentation(Protocol):
    """What every part says about itself.

    Attributes:
        kind: `geometry` (has `matrices`) or `colour` (has `colours`).
        draws: how many uniform numbers it takes per sample.
        symmetry: the name under `symmetries:` in competition.yaml that can forbid it; None when it is no flip or turn.
        may_change_labels: whether a label that was true of the image can be false afterwards: left and right swapped,
            a 6 turned into a 9, the object cut away.
        strength: from 0 (leaves every image as it is) to 1 (as written).
    """

    kind: ClassVar[Literal["geometry", "colour"]]
    draws: ClassVar[int]
    symmetry: ClassVar[str | None]
    may_change_labels: ClassVar[bool]
    strength: float

    @property
    def zoom(self) -> float:
        """The largest enlargement, relative to the image with its shorter side fitted to the network's input; at least 1."""
        ...


@runtime_checkable
class GeometryPart(Augmentation, Protocol):
    """A part that moves points.

    A frame is the image at this place in the chain. Coordinates are continuous: x from 0 (left edge) to the width,
    y from 0 (top edge) to the height; the middle of the first pixel is (0.5, 0.5).
    """

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """Matrices of a batch, and the frames after them.

        Args:
            u: uniform numbers in [0, 1), shape (batch, draws).
            sizes: height and width of the current frames, shape (batch, 2); they need not be whole numbers.
            size_px: height and width of the network's input.

        Returns:
            Matrices that take points (x, y, 1) of the current frame to the new one, shape (batch, 3, 3), and the new
            frames' heights and widths, shape (batch, 2).
        """
        ...


@runtime_checkable
class ColourPart(Augmentation, Protocol):
    """A part that is linear in the colour of each pixel."""

    def colours(self, u: Array, means: Array) -> Array:
        """Colour matrices of a batch.

        Args:
            u: uniform numbers in [0, 1), shape (batch, draws).
            means: mean colour of each image as it is at this place in the chain, RGB from 0 to 255, shape (batch, 3).

        Returns:
            Matrices that take (R, G, B, 1) to (R, G, B), shape (batch, 3, 4).
        """
        ...

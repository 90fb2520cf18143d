"""What an augmentation is: what it says of itself, and the five kinds of parts a plan is made of.

A part never sees a recipe. It turns uniform numbers into parameters for the samples it is asked about; whether a sample is
asked about at all (`p`, `only`, `balance`) is the plan's business, and so is every pixel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Gt, Le
from numpy.typing import NDArray
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from tamesu.registry import Positive

Array = NDArray[np.float64]
Fit = Literal["crop", "stretch", "pad"]
Kind = Literal["geometry", "distortion", "tiles", "colour", "pixels", "mixing", "policy"]
Share = Annotated[float, Gt(0.0), Le(1.0)]


def in_order(pair: tuple[float, float]) -> tuple[float, float]:
    """The pair, when its first number is not above its second; else a range error in pydantic's way."""
    if pair[0] > pair[1]:
        raise PydanticCustomError("less_than_equal", "two numbers, the smaller one first")
    return pair


ShareRange = Annotated[tuple[Share, Share], AfterValidator(in_order)]
PositiveRange = Annotated[tuple[Positive, Positive], AfterValidator(in_order)]


class Augmentation:
    """What every part says of itself; derive from one of the kinds below.

    Attributes:
        kind: which of the kinds it is.
        draws: how many uniform numbers it takes per sample.
        signed: columns of its numbers whose middle, 0.5, changes nothing and whose ends change most, either way.
        rising: columns that change more the larger the number is. `fixed: true` in a recipe puts the numbers of `signed` and
            `rising` columns to their ends.
        symmetry: the name under `symmetries:` in competition.yaml that speaks of it; None when it is no flip or turn.
        may_change_labels: whether a label that was true of the image can be false afterwards: left and right swapped,
            a 6 turned into a 9, the object cut away.
        views: numbers that give the other views of an image for test-time augmentation, one tuple of `draws` a view; empty
            when it has none.
        p: the probability that a sample is changed at all.
        strength: from 0 (leaves every image as it is) to 1 (as written).
    """

    kind: ClassVar[Kind]
    draws: int = 0
    signed: tuple[int, ...] = ()
    rising: tuple[int, ...] = ()
    symmetry: ClassVar[str | None] = None
    may_change_labels: ClassVar[bool] = False
    views: tuple[tuple[float, ...], ...] = ()
    p: float = 1.0
    strength: float = 1.0

    @property
    def chance(self) -> float:
        """The probability that a sample is changed; where nothing lies between a change and none, `p` times the strength."""
        return self.p

    @property
    def zoom(self) -> float:
        """The largest enlargement, relative to the image with its shorter side fitted to the network's input; at least 1."""
        return 1.0

    def describe(self, u: Array) -> str:
        """What was drawn for one sample, in a few characters for the caption of a picture; empty when it is but done.

        As it stands: for each magnitude how much of its range was taken, in per cent, with its sign.

        Args:
            u: the sample's numbers, shape (draws,).
        """
        signed = [f"{round((2.0 * u[column] - 1.0) * 100):+d}%" for column in self.signed]
        return " ".join([*signed, *(f"{round(u[column] * 100)}%" for column in self.rising)])


class GeometryPart(Augmentation):
    """A part that moves points by one matrix per sample.

    A frame is the image at this place in the chain. Coordinates are continuous: x from 0 (left edge) to the width,
    y from 0 (top edge) to the height; the middle of the first pixel is (0.5, 0.5).
    """

    kind: ClassVar[Kind] = "geometry"

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """Matrices of the samples that are changed, and the frames after them.

        Args:
            u: uniform numbers in [0, 1), shape (samples, draws).
            sizes: height and width of the current frames, shape (samples, 2); they need not be whole numbers.
            size_px: height and width of the network's input.

        Returns:
            Matrices that take points (x, y, 1) of the current frame to the new one, shape (samples, 3, 3), and the new
            frames' heights and widths, shape (samples, 2).
        """
        raise NotImplementedError

    def amounts(self, u: Array) -> Array:
        """How much of its symmetry each sample gets: 1 for a flip, quarter turns or degrees (counter-clockwise) for a turn.

        Args:
            u: as for `matrices`.

        Returns:
            Shape (samples,).
        """
        return np.ones(len(u))

    def describe(self, u: Array) -> str:
        """See `Augmentation.describe`; turns say their angle."""
        if self.symmetry == "rotate":
            return f"{float(self.amounts(u[None])[0]):+.0f}°"
        if self.symmetry == "rotate90":
            return f"{90 * round(float(self.amounts(u[None])[0]))}°"
        return "" if self.symmetry is not None else Augmentation.describe(self, u)


class DistortionPart(Augmentation):
    """A part that moves points by a smooth field, after every matrix.

    Attributes:
        nodes: the field is given at nodes x nodes places spread evenly over the input.
        basis: how it goes between them: `spline` (cubic B-spline) or `linear`.
    """

    kind: ClassVar[Kind] = "distortion"
    nodes: int
    basis: ClassVar[Literal["spline", "linear"]] = "spline"

    def fields(self, u: Array) -> Array:
        """Where the input is read, relative to each place, at the nodes.

        Args:
            u: shape (samples, draws).

        Returns:
            (x, y) as shares of the input's side, shape (samples, nodes, nodes, 2), rows first.
        """
        raise NotImplementedError


class TilesPart(Augmentation):
    """A part that cuts the input into equal tiles and puts them elsewhere.

    Attributes:
        grid: how many tiles stand in a row and in a column.
    """

    kind: ClassVar[Kind] = "tiles"
    grid: int

    def orders(self, u: Array) -> NDArray[np.int64]:
        """Which tile is shown at each place, row by row, shape (samples, grid x grid).

        Args:
            u: shape (samples, draws).
        """
        raise NotImplementedError


class ColourPart(Augmentation):
    """A part that is linear in the colour of each pixel."""

    kind: ClassVar[Kind] = "colour"

    def colours(self, u: Array, means: Array) -> Array:
        """Colour matrices of the samples that are changed.

        Args:
            u: uniform numbers in [0, 1), shape (samples, draws).
            means: mean colour of each image as it is at this place in the chain, RGB from 0 to 255, shape (samples, 3).

        Returns:
            Matrices that take (R, G, B, 1) to (R, G, B), shape (samples, 3, 4).
        """
        raise NotImplementedError


class Operation:
    """Something done to the pixels of some samples, its parameters drawn; see `tamesu.augmentations.operations`."""

    def apply(self, number: int, image: NDArray[np.uint8]) -> None:
        """Change the input of one sample in place; a pure function of the parameters, for any thread.

        Args:
            number: which of the operation's samples.
            image: RGB, uint8, shape (size_px, size_px, 3), contiguous.
        """
        raise NotImplementedError


class MixingPart(Augmentation):
    """A part that puts two images of a batch together, after everything else.

    Attributes:
        needs: the target of masks or boxes it reads; None when pixels are enough.
    """

    kind: ClassVar[Kind] = "mixing"
    needs: str | None = None

    def mix(self, u: Array, partners: NDArray[np.int64], size_px: int) -> Any:
        """What is done to a batch; see `tamesu.augmentations.mixing.Mix`.

        Args:
            u: shape (batch, draws).
            partners: the other image of each sample, indices into the batch; the sample itself where it is not changed.
            size_px: height and width of the input.
        """
        raise NotImplementedError


class PolicyPart(Augmentation):
    """A part that stands for several others, of which each sample gets some.

    Its draws are one number per slot.
    """

    kind: ClassVar[Kind] = "policy"

    def choices(self) -> Sequence[Choice]:
        """The parts, in order, each with the range of its slot's number in which it is taken."""
        raise NotImplementedError


class Choice:
    """One part of a policy.

    Attributes:
        name, options: the part, as a recipe would write it.
        slot: which of the policy's numbers decides.
        low, high: it is taken where low <= number < high.

    Examples:
        >>> Choice("rotate", {"degrees": 30.0}, slot=0, low=0.0, high=0.5).name
        'rotate'
    """

    __slots__ = ("high", "low", "name", "options", "slot")

    def __init__(self, name: str, options: Mapping[str, Any], *, slot: int, low: float, high: float) -> None:
        self.name = name
        self.options = dict(options)
        self.slot = slot
        self.low = low
        self.high = high

"""Parts that move the picture within its frame: turns, shears, shifts, zooms, perspective. Each gives one matrix per sample.

What comes in from outside is the image reflected or, where the recipe's fit is `pad`, the pad colour.
"""

# ruff: noqa: ARG002 -- every part has the same `matrices`, also where it needs no size.
from __future__ import annotations

import math
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from tamesu.augmentations.part import Array, GeometryPart, PositiveRange
from tamesu.registry import Probability

Degrees = Annotated[float, Ge(0.0), Le(180.0)]
ShearDegrees = Annotated[float, Ge(0.0), Le(60.0)]
# Beyond 0.4 the horizon of the tilted plane can come into the picture.
Tilt = Annotated[float, Ge(0.0), Le(0.4)]


class Rotate(GeometryPart):
    """Turn about the middle of the frame; the frame keeps its size, corners are filled by reflection (or by the pad colour).

    Args:
        degrees: the largest angle; the drawn one is uniform from minus to plus it.
        p: the probability.
        strength: from 0 to 1; scales the angle.
    """

    draws = 1
    signed = (0,)
    symmetry = "rotate"
    may_change_labels = True

    def __init__(self, *, degrees: Degrees = 15.0, p: Probability = 1.0, strength: Probability = 1.0) -> None:
        self.degrees = degrees
        self.p = p
        self.strength = strength

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """See `GeometryPart.matrices`. A positive angle turns the picture counter-clockwise, as one looks at it."""
        angle = np.deg2rad(self.amounts(u))
        cos, sin = np.cos(angle), np.sin(angle)
        return about_middle(cos, sin, -sin, cos, sizes), sizes

    def amounts(self, u: Array) -> Array:
        """The angles in degrees, counter-clockwise; see `GeometryPart.amounts`."""
        return (2.0 * u[:, 0] - 1.0) * (self.degrees * self.strength)


def about_middle(xx: Array, xy: Array, yx: Array, yy: Array, sizes: Array) -> Array:
    """Matrices x' = xx x + xy y, y' = yx x + yy y about the middle of each frame, which stays where it is.

    Args:
        xx: shape (samples,), like the other three.
        xy: what y adds to x'.
        yx: what x adds to y'.
        yy: likewise.
        sizes: height and width of the frames, shape (samples, 2).

    Returns:
        Shape (samples, 3, 3).
    """
    x, y = sizes[:, 1] / 2, sizes[:, 0] / 2
    matrices = np.zeros((len(sizes), 3, 3))
    matrices[:, 0, 0], matrices[:, 0, 1], matrices[:, 0, 2] = xx, xy, x - xx * x - xy * y
    matrices[:, 1, 0], matrices[:, 1, 1], matrices[:, 1, 2] = yx, yy, y - yx * x - yy * y
    matrices[:, 2, 2] = 1.0
    return matrices


class Shear(GeometryPart):
    """Slant about the middle of the frame: rows slide along x, then columns along y.

    x' = x - tan(a) y, then y' = y - tan(b) x', with a and b uniform from minus to plus the largest angles. Areas stay.

    Args:
        x_degrees: the largest angle a, by which upright lines lean.
        y_degrees: the largest angle b, by which level lines lean.
        p: the probability.
        strength: from 0 to 1; scales the angles.
    """

    draws = 2
    signed = (0, 1)

    def __init__(
        self,
        *,
        x_degrees: ShearDegrees = 10.0,
        y_degrees: ShearDegrees = 10.0,
        p: Probability = 1.0,
        strength: Probability = 1.0,
    ) -> None:
        self.x_degrees = x_degrees
        self.y_degrees = y_degrees
        self.p = p
        self.strength = strength

    @property
    def zoom(self) -> float:
        """The larger singular value s of the strongest shear.

        Both angles at their ends and of one sign are the strongest. The determinant is 1, so the other singular value is
        1 / s, and s² + 1 / s² is the sum of the squared entries; hence s - 1 / s is the root of that sum less 2.
        """
        across, down = (math.tan(math.radians(d * self.strength)) for d in (self.x_degrees, self.y_degrees))
        gap = math.sqrt(across**2 + down**2 + (1.0 + across * down) ** 2 - 1.0)
        return (gap + math.sqrt(gap**2 + 4.0)) / 2.0

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """See `GeometryPart.matrices`."""
        angles = np.deg2rad((2.0 * u - 1.0) * (np.array([self.x_degrees, self.y_degrees]) * self.strength))
        across, down = np.tan(angles).T
        return about_middle(np.ones(len(u)), -across, -down, 1.0 + across * down, sizes), sizes


class Translate(GeometryPart):
    """Shift the picture in its frame.

    Args:
        share: the largest shift, as a share of the width (in x) and of the height (in y); each is uniform from minus to
            plus it.
        axis: `both`, or along `x` or `y` alone.
        p: the probability.
        strength: from 0 to 1; scales the shift.
    """

    draws = 2
    signed = (0, 1)
    may_change_labels = True

    def __init__(
        self,
        *,
        share: Probability = 0.1,
        axis: Literal["both", "x", "y"] = "both",
        p: Probability = 1.0,
        strength: Probability = 1.0,
    ) -> None:
        self.share = share
        self.axis = axis
        self.p = p
        self.strength = strength

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """See `GeometryPart.matrices`."""
        matrices = np.tile(np.eye(3), (len(u), 1, 1))
        along = np.array([self.axis != "y", self.axis != "x"], float)
        matrices[:, :2, 2] = (2.0 * u - 1.0) * (self.share * self.strength) * sizes[:, ::-1] * along
        return matrices, sizes


class Scale(GeometryPart):
    """Enlarge or shrink the picture about the middle of its frame.

    Args:
        factors: the smallest and the largest factor; the logarithm of the drawn one is uniform between theirs, so that twice as
            large is as likely as half as large.
        p: the probability.
        strength: from 0 to 1; scales the logarithm.
    """

    draws = 1
    signed = (0,)
    may_change_labels = True

    def __init__(self, *, factors: PositiveRange = (0.8, 1.25), p: Probability = 1.0, strength: Probability = 1.0) -> None:
        self.factors = factors
        self.p = p
        self.strength = strength

    @property
    def zoom(self) -> float:
        """The largest factor."""
        return float(max(self.factors[1], 1.0) ** self.strength)

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """See `GeometryPart.matrices`."""
        low, high = np.log(self.factors)
        factor = np.exp((low + u[:, 0] * (high - low)) * self.strength)
        nothing = np.zeros(len(u))
        return about_middle(factor, nothing, nothing, factor, sizes), sizes


class Perspective(GeometryPart):
    """Look at the picture from another side: each corner of the frame moves inwards by a random amount.

    Four corners and where they go are one projective matrix. Each corner moves in x and in y by an amount that is uniform from
    0 to `distortion` times half the frame's shorter side (torchvision's `distortion_scale`, whose amounts are whole pixels of
    half of each side). Up to 0.4 the horizon of the tilted plane never comes into the picture.

    Args:
        distortion: the largest amount, as a share of half the shorter side.
        p: the probability.
        strength: from 0 to 1; scales the amounts.
    """

    draws = 8
    # At the ends a corner stays or comes in all the way; eight ends by chance are the strongest tilts.
    signed = (0, 1, 2, 3, 4, 5, 6, 7)

    def __init__(self, *, distortion: Tilt = 0.2, p: Probability = 0.5, strength: Probability = 1.0) -> None:
        self.distortion = distortion
        self.p = p
        self.strength = strength

    @property
    def zoom(self) -> float:
        """(1 - d²) / (1 - 3d), with d the largest amount as a share of the shorter side.

        The largest of the local enlargements at any corner of a square frame over the 256 draws whose amounts are each 0 or d:
        one corner comes in by (d, d), its neighbours slide towards it by d, and the picture opens up there. Any other draw,
        place or frame enlarges less (a test tries).
        """
        amount = self.distortion * self.strength / 2.0
        return (1.0 - amount**2) / (1.0 - 3.0 * amount)

    def matrices(self, u: Array, sizes: Array, size_px: int) -> tuple[Array, Array]:
        """See `GeometryPart.matrices`."""
        amounts = u.reshape(-1, 4, 2) * (self.distortion * self.strength / 2.0)
        corners = UNIT_CORNERS * sizes[:, None, ::-1] + INWARDS * amounts * sizes.min(axis=1)[:, None, None]
        matrices = unit_square_to(corners)
        matrices[:, :, 0] /= sizes[:, 1:]
        matrices[:, :, 1] /= sizes[:, :1]
        return matrices, sizes

    def describe(self, u: Array) -> str:
        """The largest amount as a share of the shorter side; see `Augmentation.describe`."""
        return f"{50.0 * self.distortion * self.strength * float(u.max()):.0f}%"


# Upper left, upper right, lower right, lower left, as (x, y).
UNIT_CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
INWARDS = 1.0 - 2.0 * UNIT_CORNERS


def unit_square_to(corners: Array) -> Array:
    """Projective matrices that take the square from (0, 0) to (1, 1) to quadrilaterals.

    Args:
        corners: where (0, 0), (1, 0), (1, 1), (0, 1) go, as (x, y), shape (samples, 4, 2); every quadrilateral convex.

    Returns:
        Shape (samples, 3, 3), the last entry 1.

    Source: Heckbert, "Fundamentals of texture mapping and image warping", master's thesis, UC Berkeley, 1989.

    Examples:
        >>> unit_square_to(np.array([[[1.0, 1.0], [3.0, 1.0], [3.0, 4.0], [1.0, 4.0]]]))[0].tolist()
        [[2.0, 0.0, 1.0], [0.0, 3.0, 1.0], [0.0, 0.0, 1.0]]
    """
    first, second, third, fourth = np.moveaxis(corners, 1, 0)
    right, below = second - third, fourth - third
    gap = first - second + third - fourth
    area = right[:, 0] * below[:, 1] - below[:, 0] * right[:, 1]
    across = (gap[:, 0] * below[:, 1] - gap[:, 1] * below[:, 0]) / area
    down = (right[:, 0] * gap[:, 1] - right[:, 1] * gap[:, 0]) / area
    matrices = np.empty((len(corners), 3, 3))
    matrices[:, :2, 0] = second - first + across[:, None] * second
    matrices[:, :2, 1] = fourth - first + down[:, None] * fourth
    matrices[:, :2, 2] = first
    matrices[:, 2, 0], matrices[:, 2, 1], matrices[:, 2, 2] = across, down, 1.0
    # No negative zero.
    return matrices + 0.0

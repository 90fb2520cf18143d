"""Parts that bend the picture by a smooth field. Each gives the field at a few nodes per sample.

A field says where each place of the input is read, relative to it. A point moves by its inverse, found by iteration (see
`tamesu.augmentations.warping`), which needs a field that is not steep: over one pixel to the right or down, no component may
change by 0.6 pixels together. Then nothing folds over, either. Both parts keep that for every draw.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le

from tamesu.augmentations.part import Array, DistortionPart
from tamesu.registry import Probability


class Elastic(DistortionPart):
    """Bend the picture like rubber: nodes move at random, and what lies between follows a smooth surface. The edges stay.

    With h the distance between two nodes, an inner node (i, j) gets an offset c_ij, uniform from -amplitude h to amplitude h
    in x and in y, and the displacement is the uniform bicubic B-spline sum c_ij B(x / h - j) B(y / h - i). The two slopes of
    a component add up to at most the amplitude times the largest sum of |B'(x - j) B(y - i) ± B(x - j) B'(y - i)|, which is
    2.05 (a test computes it); so at the largest amplitude, 0.25, to 0.51.

    At an edge the spline is 5/6 of the outermost node (its own weight of 4/6, and 1/6 for the one beyond, which equals it) plus
    1/6 of the next one. So the outermost nodes have -1/5 of the next one's offset, and the edge stays where it is, exactly.

    Args:
        nodes: in a row and in a column, those on the edges among them; more nodes, smaller bends.
        amplitude: the largest offset of a node, as a share of the distance between two nodes.
        p: the probability.
        strength: from 0 to 1; scales the offsets.

    Source: Rueckert et al., "Nonrigid registration using free-form deformations", IEEE Trans. Medical Imaging 18, 1999, for
        B-splines on a mesh of nodes; Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to
        visual document analysis", ICDAR 2003, for elastic distortion as augmentation (by smoothed noise).
    """

    basis: ClassVar[Literal["spline", "linear"]] = "spline"

    def __init__(
        self,
        *,
        nodes: Annotated[int, Ge(4), Le(32)] = 6,
        amplitude: Annotated[float, Ge(0.0), Le(0.25)] = 0.2,
        p: Probability = 0.5,
        strength: Probability = 1.0,
    ) -> None:
        self.nodes = nodes
        self.amplitude = amplitude
        self.p = p
        self.strength = strength
        self.draws = 2 * (nodes - 2) ** 2
        self.signed = tuple(range(self.draws))

    def fields(self, u: Array) -> Array:
        """See `DistortionPart.fields`."""
        inner = self.nodes - 2
        reach = self.amplitude * self.strength / (self.nodes - 1)
        offsets = np.zeros((len(u), self.nodes, self.nodes, 2))
        offsets[:, 1:-1, 1:-1] = (2.0 * u.reshape(-1, inner, inner, 2) - 1.0) * reach
        offsets[:, 0], offsets[:, -1] = offsets[:, 1] / -5.0, offsets[:, -2] / -5.0
        offsets[:, :, 0], offsets[:, :, -1] = offsets[:, :, 1] / -5.0, offsets[:, :, -2] / -5.0
        return offsets

    def describe(self, u: Array) -> str:
        """The largest offset of a node; see `Augmentation.describe`."""
        return say_largest(self.fields(u[None]))


class GridDistortion(DistortionPart):
    """Stretch and squeeze whole columns and rows, as if the picture were drawn on a grid whose lines are shifted.

    Both sides are cut into equal steps. The columns read, instead, steps of the lengths 1 + e_i - mean(e), the e_i uniform from
    -distortion to distortion; taking the mean off makes them add up to the whole side, so the edges stay. Within a step
    the displacement is a straight line of slope e_i - mean(e), which is below 2 x 0.3 = 0.6 either way: every step keeps
    at least 0.4 of its length, so nothing folds. Rows likewise, by numbers of their own.

    Args:
        steps: columns and rows of the grid.
        distortion: how much longer or shorter than even a step can be, before the mean is taken off.
        p: the probability.
        strength: from 0 to 1; scales `distortion`.

    Source: the idea is `GridDistortion` of albumentations (Buslaev et al., "Albumentations: fast and flexible image
        augmentations", Information 11, 2020), which divides the steps by their sum instead.
    """

    basis: ClassVar[Literal["spline", "linear"]] = "linear"

    def __init__(
        self,
        *,
        steps: Annotated[int, Ge(2), Le(32)] = 5,
        distortion: Annotated[float, Ge(0.0), Le(0.3)] = 0.3,
        p: Probability = 0.5,
        strength: Probability = 1.0,
    ) -> None:
        self.steps = steps
        self.distortion = distortion
        self.p = p
        self.strength = strength
        self.nodes = steps + 1
        self.draws = 2 * steps
        self.signed = tuple(range(self.draws))

    def fields(self, u: Array) -> Array:
        """See `DistortionPart.fields`."""
        drawn = (2.0 * u.reshape(-1, 2, self.steps) - 1.0) * (self.distortion * self.strength)
        shifts = np.zeros((len(u), 2, self.nodes))
        shifts[:, :, 1:-1] = np.cumsum(drawn - drawn.mean(axis=2, keepdims=True), axis=2)[:, :, :-1] / self.steps
        fields = np.empty((len(u), self.nodes, self.nodes, 2))
        fields[:, :, :, 0] = shifts[:, 0, None, :]
        fields[:, :, :, 1] = shifts[:, 1, :, None]
        return fields

    def describe(self, u: Array) -> str:
        """The largest shift of a line; see `Augmentation.describe`."""
        return say_largest(self.fields(u[None]))


def say_largest(fields: Array) -> str:
    """The largest displacement at any node, in per cent of the side.

    Examples:
        >>> say_largest(np.array([[[[0.01, -0.042]]]]))
        '4.2%'
    """
    return f"{100.0 * float(np.abs(fields).max()):.1f}%"

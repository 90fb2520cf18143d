"""AugMix: several short chains of operations on the same picture, mixed with one another and with the picture itself."""

# ruff: noqa: ARG001 -- every operation has the same arguments, also where it has no magnitude.
from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import cv2
import numpy as np
from annotated_types import Ge, Gt, Le
from numpy.typing import NDArray

from tamesu.augmentations.operations import PixelPart, round_tables
from tamesu.augmentations.part import Array
from tamesu.augmentations.tones import equalize_tables, stretch_tables
from tamesu.registry import Probability

Pixels = NDArray[np.uint8]
VALUES = np.arange(256)
# Below it a number of double precision loses its digits.
SMALLEST = 1e-300


class AugMix(PixelPart):
    """Mix chains of one to `depth` operations, with random weights, into the picture.

    Turns and shifts happen inside the mixture, so points, boxes and masks stay where the picture itself has them.

    Args:
        chains: how many.
        depth: the most operations in a chain; how many is drawn for each.
        severity: from 1 to 10; the largest level of an operation.
        alpha: of the Dirichlet distribution of the chains' weights, and of the Beta distribution of their share.
        p: the probability.
        strength: from 0 (the picture) to 1; scales the chains' share.

    Source: Hendrycks et al., "AugMix: A simple data processing method to improve robustness and uncertainty", ICLR 2020,
        algorithm 1; the consistency loss of that paper is not part of it.
    """

    may_change_labels = True

    def __init__(
        self,
        *,
        chains: Annotated[int, Ge(1), Le(8)] = 3,
        depth: Annotated[int, Ge(1), Le(8)] = 3,
        severity: Annotated[float, Ge(1.0), Le(10.0)] = 3.0,
        alpha: Annotated[float, Gt(0.0), Le(100.0)] = 1.0,
        p: Probability = 1.0,
        strength: Probability = 1.0,
    ) -> None:
        self.chains = chains
        self.depth = depth
        self.severity = severity
        self.alpha = alpha
        self.p = p
        self.strength = strength
        # The share; of each chain its weight and length; of each operation which, its level and its sign.
        self.draws = 1 + chains * (2 + 3 * depth)

    def change(self, image: Pixels, u: Array) -> Pixels:
        """See `PixelPart.change`."""
        from scipy.special import betaincinv, gammaincinv

        share = self.strength * float(betaincinv(self.alpha, self.alpha, u[0]))
        rows = u[1:].reshape(self.chains, -1)
        weights = gammaincinv(self.alpha, rows[:, 0])
        if weights.sum() < SMALLEST:
            # So small an alpha gives one chain all of it; the largest number has the largest weight.
            weights = np.eye(self.chains)[np.argmax(rows[:, 0])]
        weights = weights / weights.sum()
        mixed = np.zeros(image.shape, np.float32)
        for weight, row in zip(weights, rows, strict=True):
            changed = image
            for which, level, sign in row[2:].reshape(self.depth, 3)[: 1 + int(row[1] * self.depth)]:
                operation = OPERATIONS[int(which * len(OPERATIONS))]
                changed = operation(changed, (0.1 + level * (self.severity - 0.1)) / 10.0, 1.0 if sign < 0.5 else -1.0)
            mixed += np.float32(weight) * changed
        value = (1.0 - share) * image.astype(np.float32) + np.float32(share) * mixed
        return np.asarray(np.clip(np.rint(value), 0, 255), np.uint8)


def look_up(image: Pixels, tables: Array) -> Pixels:
    """Each channel through its own table, shape (3, 256)."""
    return np.asarray(cv2.LUT(image, np.ascontiguousarray(round_tables(tables).T[None])))


def histograms(image: Pixels) -> NDArray[np.int64]:
    """Counts of each value in each channel, shape (3, 256)."""
    return np.stack([np.bincount(image[:, :, channel].ravel(), minlength=256) for channel in range(3)])


def warp(image: Pixels, matrix: Array) -> Pixels:
    """The picture through a matrix about its middle, input → picture; what comes in from outside is reflected."""
    middle = (image.shape[0] - 1) / 2
    moved = np.array([[1.0, 0.0, middle], [0.0, 1.0, middle], [0.0, 0.0, 1.0]])
    whole = moved @ np.vstack([matrix, [0.0, 0.0, 1.0]]) @ np.linalg.inv(moved)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(image, whole[:2], image.shape[1::-1], None, flags, cv2.BORDER_REFLECT))


def autocontrast(image: Pixels, level: float, sign: float) -> Pixels:
    """Stretch each channel."""
    return look_up(image, stretch_tables(histograms(image)))


def equalize(image: Pixels, level: float, sign: float) -> Pixels:
    """Flatten each channel's histogram."""
    return look_up(image, equalize_tables(histograms(image)))


def posterize(image: Pixels, level: float, sign: float) -> Pixels:
    """Keep 4 bits at level 0, fewer above it, at least one."""
    step = 256 >> max(4 - int(level * 4), 1)
    return look_up(image, np.tile(VALUES - VALUES % step, (3, 1)))


def solarize(image: Pixels, level: float, sign: float) -> Pixels:
    """Invert values from 256 (level 0) down to 0 (level 1) on."""
    return look_up(image, np.tile(np.where(256 - int(level * 256) > VALUES, VALUES, 255 - VALUES), (3, 1)))


def rotate(image: Pixels, level: float, sign: float) -> Pixels:
    """Turn by up to 30 degrees."""
    angle = np.deg2rad(30.0 * level * sign)
    return warp(image, np.array([[np.cos(angle), -np.sin(angle), 0.0], [np.sin(angle), np.cos(angle), 0.0]]))


def shear_x(image: Pixels, level: float, sign: float) -> Pixels:
    """Shear along x by up to 0.3."""
    return warp(image, np.array([[1.0, 0.3 * level * sign, 0.0], [0.0, 1.0, 0.0]]))


def shear_y(image: Pixels, level: float, sign: float) -> Pixels:
    """Shear along y by up to 0.3."""
    return warp(image, np.array([[1.0, 0.0, 0.0], [0.3 * level * sign, 1.0, 0.0]]))


def translate_x(image: Pixels, level: float, sign: float) -> Pixels:
    """Shift along x by up to a third of the side."""
    return warp(image, np.array([[1.0, 0.0, level * sign * image.shape[1] / 3], [0.0, 1.0, 0.0]]))


def translate_y(image: Pixels, level: float, sign: float) -> Pixels:
    """Shift along y by up to a third of the side."""
    return warp(image, np.array([[1.0, 0.0, 0.0], [0.0, 1.0, level * sign * image.shape[0] / 3]]))


OPERATIONS: tuple[Callable[[Pixels, float, float], Pixels], ...] = (
    *(autocontrast, equalize, posterize, rotate, solarize),
    *(shear_x, shear_y, translate_x, translate_y),
)

"""How one picture lies in another: a scale and a shift that most of their common landmarks agree on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tamesu.images.landmarks import MIRROR

MOST_APART = 14  # bits of 63 between two views of one landmark
# Distances in short sides of the first picture.
TOLERANCE = 0.03
LEAST_BASE = 0.1
MOST_SCALE = 2.0
CELLS = 8  # landmarks of one cell are one witness: a corner is found at several sizes


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the points of one picture lie in another: x → `scale` · x + `shift`.

    Attributes:
        scale: how much larger things are in the second.
        shift: x and y, in the second's units.
        mirrored: whether the second is meant mirrored left to right; places are then those in its mirror image.
        witnesses: places of the first picture whose landmarks agree.
    """

    scale: float
    shift: tuple[float, float]
    mirrored: bool
    witnesses: int


def place_landmarks(
    hashes: NDArray[np.uint64],
    places: NDArray[np.float32],
    other_hashes: NDArray[np.uint64],
    other_places: NDArray[np.float32],
    *,
    other_width: float,
    mirrored: bool,
) -> Placement | None:
    """The placement that most landmarks agree on.

    Args:
        hashes: uint64 (k,) of the first picture; 0 where there is none.
        places: (k, 2) x and y in short sides of the first picture.
        other_hashes: of the second picture.
        other_places: of the second picture, in its short sides.
        other_width: of the second picture, in its short sides.
        mirrored: whether to compare with the second's mirror image.

    Returns:
        The placement, or None where no two landmarks agree.

    Source: RANSAC (Fischler and Bolles, 1981), with all pairs of matches in place of random ones.

    Examples:
        >>> random = np.random.default_rng(0)
        >>> hashes = random.integers(1, 2**62, 12).astype(np.uint64)
        >>> places = random.random((12, 2)).astype(np.float32)
        >>> found = place_landmarks(hashes, places, hashes, 1.25 * places - 0.125, other_width=1.0, mirrored=False)
        >>> round(found.scale, 2), [round(x, 3) for x in found.shift]
        (1.25, [-0.125, -0.125])
    """
    here, there = _match(hashes, other_hashes ^ MIRROR if mirrored else other_hashes, other_hashes > 0)
    if len(here) < 2:
        return None
    a, b = places[here], other_places[there]
    if mirrored:
        b = np.stack([other_width - b[:, 0], b[:, 1]], axis=1)
    one, two = np.triu_indices(len(a), 1)
    base, other = np.hypot(*(a[two] - a[one]).T), np.hypot(*(b[two] - b[one]).T)
    scale = other / np.maximum(base, 1e-6)
    fits = (base >= LEAST_BASE) & (scale <= MOST_SCALE) & (scale >= 1 / MOST_SCALE)
    if not fits.any():
        return None
    one, two, scale = one[fits], two[fits], scale[fits]
    shift = (b[one] + b[two] - scale[:, None] * (a[one] + a[two])) / 2
    apart = np.abs(scale[:, None, None] * a + shift[:, None] - b).max(axis=2)
    agree = apart <= TOLERANCE * np.maximum(scale, 1)[:, None]
    best = agree[agree.sum(axis=1).argmax()]
    return _fit(a[best], b[best], mirrored) if best.any() else None


def _match(
    hashes: NDArray[np.uint64], others: NDArray[np.uint64], other_used: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which landmark of the other picture is most like each, where it is like enough."""
    apart = np.bitwise_count(hashes[:, None] ^ others[None])
    apart[~(hashes > 0)] = 64
    apart[:, ~other_used] = 64
    if not apart.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    nearest = apart.argmin(axis=1)
    here = np.flatnonzero(apart[np.arange(len(hashes)), nearest] <= MOST_APART)
    return here, nearest[here]


def _fit(a: NDArray[np.float32], b: NDArray[np.float32], mirrored: bool) -> Placement | None:
    """Least squares through the landmarks that agree."""
    mean_a, mean_b = a.mean(axis=0), b.mean(axis=0)
    spread = float(((a - mean_a) ** 2).sum())
    if spread == 0:
        return None
    scale = float(((a - mean_a) * (b - mean_b)).sum()) / spread
    shift = mean_b - scale * mean_a
    cells = np.unique((a * CELLS).astype(np.int64), axis=0)
    return Placement(scale, (float(shift[0]), float(shift[1])), mirrored, len(cells))

"""Where likeness ends: the gap of a counter up to which neighbours look alike, and beyond which no more than strangers.

Source: the likelihood of one change of a Bernoulli rate: Hinkley and Hinkley, Inference about the change-point in a sequence of
binomial variables, Biometrika 57 (1970).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Step:
    """A change of rate.

    Attributes:
        threshold: the largest gap on the near side.
        near: share of alike pairs up to the threshold.
        far: share of alike pairs beyond it.
        pairs: how many pairs are near.
        evidence: natural logarithm of how much likelier two rates make the pairs than one.
    """

    threshold: float
    near: float
    far: float
    pairs: int
    evidence: float


def find_step(gaps: NDArray[np.float64], alike: NDArray[np.bool_]) -> Step | None:
    """The gap at which the share of alike neighbours falls, by greatest likelihood; None where it falls nowhere.

    Args:
        gaps: of neighbours in the order of the counter, (pairs,).
        alike: whether the two look alike, (pairs,).

    Examples:
        >>> find_step(np.array([1.0, 2.0, 1.0, 900.0, 800.0]), np.array([True, True, True, False, False])).threshold
        2.0
    """
    order = np.argsort(gaps, kind="stable")
    gaps, hits = gaps[order], np.cumsum(alike[order], dtype=np.int64)
    count, total = len(gaps), int(hits[-1]) if len(hits) else 0
    # A cut between equal gaps is none.
    cuts = np.flatnonzero(np.diff(gaps) > 0) + 1
    if not cuts.size:
        return None
    inside, outside = hits[cuts - 1], total - hits[cuts - 1]
    near, far = inside / cuts, outside / (count - cuts)
    one_rate = measure_likelihood(np.array([total]), np.array([count]))
    gained = measure_likelihood(inside, cuts) + measure_likelihood(outside, count - cuts) - one_rate
    gained = np.where(near > far, gained, -np.inf)
    best = int(gained.argmax())
    if not np.isfinite(gained[best]):
        return None
    return Step(float(gaps[cuts[best] - 1]), float(near[best]), float(far[best]), int(cuts[best]), float(gained[best]))


def measure_likelihood(hits: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.float64]:
    """The greatest log-likelihood of so many hits among so many pairs, at the rate that suits them best.

    Examples:
        >>> measure_likelihood(np.array([0, 1]), np.array([4, 2])).round(3).tolist()
        [0.0, -1.386]
    """
    rate = hits / count
    with np.errstate(divide="ignore", invalid="ignore"):
        found = hits * np.log(rate) + (count - hits) * np.log1p(-rate)
    return np.nan_to_num(found, nan=0.0)

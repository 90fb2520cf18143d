"""Calibration: whether of the rows told with 80 % as many are right as 80 %, and whether a departure is more than chance.

Equal-mass bins: each has about as many rows as the others, and rows with the same probability share one. What chance alone
would do is drawn from the probabilities themselves: were they right, every row would be right with the chance it states.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from tamesu.results.audit.intervals import bound_share

BINS, ROWS_A_BIN = 15, 20
# Chance is drawn at least and at most so often; in all about so many numbers are drawn, so many at once.
LEAST_DRAWS, MOST_DRAWS, NUMBERS, CHUNK = 200, 1000, 10_000_000, 500_000
# A departure as large as this happens to right probabilities once in a hundred times.
EVIDENT = 0.01


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows whose answer was told with about the same probability.

    Attributes:
        rows: how many predictions.
        said: the mean probability of the answer, 0 to 1.
        hit: the share that is right, 0 to 1.
        low, high: 95 % interval of `hit`, each id counted once.
    """

    rows: int
    said: float
    hit: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far probabilities can be believed.

    Attributes:
        bins: the least sure first.
        rows: how many predictions.
        said, hit: the mean probability of the answers, and the share of them that is right.
        ece: expected calibration error: the mean over rows of the distance between both in the row's bin.
        chance: the error that right probabilities would have on as many rows, on average.
        direction_p, error_p: how often right probabilities would be as far off as these: the difference of `said` and `hit`;
            the error.
    """

    bins: tuple[Bin, ...]
    rows: int
    said: float
    hit: float
    ece: float
    chance: float
    direction_p: float
    error_p: float

    @property
    def overconfidence(self) -> float:
        """How much surer the answers are than right: above 0 too sure, below 0 not sure enough."""
        return self.said - self.hit

    @property
    def is_evident(self) -> bool:
        """Whether being too sure, or not sure enough, is more than chance."""
        return self.direction_p <= EVIDENT

    @property
    def is_uneven(self) -> bool:
        """Whether the error is more than chance, whatever its direction."""
        return self.error_p <= EVIDENT


def measure_calibration(
    truth: Int[np.ndarray, " rows"], probs: Float[np.ndarray, "rows classes"], ids: np.ndarray | None = None
) -> Calibration | None:
    """How far the probability of the most probable class can be believed.

    Args:
        truth: the code of the class of each row.
        probs: sums of lines are 1.
        ids: of the rows, (rows,); rows of one id are right or wrong together, so they are no more evidence than one.

    Returns:
        The calibration; None without a row whose probabilities are numbers.

    Source: expected calibration error: Naeini, Cooper and Hauskrecht, AAAI 2015; equal-mass bins: Nixon et al., CVPR workshops
        2019.

    Examples:
        >>> sure = np.full((100, 2), [0.9, 0.1])
        >>> found = measure_calibration(np.arange(100) % 2, sure)
        >>> round(found.said, 2), found.hit, round(found.ece, 2), round(found.overconfidence, 2), found.is_evident
        (0.9, 0.5, 0.4, 0.4, True)
    """
    return judge_confidence(probs.max(axis=1), probs.argmax(axis=1) == truth, ids)


def measure_label_calibration(
    truth: Float[np.ndarray, "rows labels"], probs: Float[np.ndarray, "rows labels"], ids: np.ndarray | None = None
) -> Calibration | None:
    """As `measure_calibration`, over all labels of a multilabel target: the answer is yes from a probability of ½ on, else no.

    Args:
        truth: 0 or 1.
        probs: of each label by itself.
        ids: of the rows, (rows,).
    """
    names = np.arange(len(probs)) if ids is None else np.unique(ids, return_inverse=True)[1]
    labels = probs.shape[1]
    pairs = (names[:, None] * labels + np.arange(labels)).ravel()
    told = probs >= 0.5
    return judge_confidence(np.where(told, probs, 1.0 - probs).ravel(), (told == (truth > 0.5)).ravel(), pairs)


def judge_confidence(
    confidence: Float[np.ndarray, " rows"], right: Bool[np.ndarray, " rows"], ids: np.ndarray | None = None
) -> Calibration | None:
    """How far answers with these probabilities can be believed.

    Args:
        confidence: the probability of each answer, 0 to 1.
        right: whether it is right.
        ids: of the rows; answers of one id are right or wrong together.

    Returns:
        The calibration; None without an answer whose probability is a number.
    """
    known = np.isfinite(confidence)
    sure, right = confidence[known].astype(np.float64), right[known]
    if not len(sure):
        return None
    names = np.arange(len(sure)) if ids is None else np.unique(ids[known], return_inverse=True)[1]
    place = find_bins(sure)
    rows = np.bincount(place)
    said, hits = np.bincount(place, weights=sure) / rows, np.bincount(place, weights=right)
    ece = float(np.abs(said * rows - hits).sum() / len(sure))
    drawn_hits, drawn_ece = draw_chance(sure, names, place, said * rows)
    apart = abs(float(hits.sum()) - float(sure.sum()))
    bins = []
    for index, count in enumerate(rows.tolist()):
        share = float(hits[index]) / count
        alone = len(np.unique(names[place == index]))
        low, high = bound_share(share * alone, alone)
        bins.append(Bin(count, float(said[index]), share, max(0.0, low), min(1.0, high)))
    return Calibration(
        bins=tuple(bins),
        rows=len(sure),
        said=float(sure.mean()),
        hit=float(right.mean()),
        ece=ece,
        chance=float(drawn_ece.mean()),
        direction_p=count_above(np.abs(drawn_hits - sure.sum()), apart),
        error_p=count_above(drawn_ece, ece),
    )


def find_bins(confidence: Float[np.ndarray, " rows"]) -> Int[np.ndarray, " rows"]:
    """The bin of each answer, from 0 without gaps; equal confidences are never apart.

    Examples:
        >>> find_bins(np.repeat([0.5, 0.9, 0.6], 20)).tolist()[::20]
        [0, 2, 1]
    """
    count = max(1, min(BINS, len(confidence) // ROWS_A_BIN))
    # An edge is an answer's own confidence, so a run of equals is on one side of it.
    edges = np.sort(confidence)[np.arange(1, count) * len(confidence) // count]
    place: np.ndarray = np.unique(np.searchsorted(edges, confidence, side="right"), return_inverse=True)[1]
    return place


def draw_chance(
    confidence: Float[np.ndarray, " rows"],
    names: Int[np.ndarray, " rows"],
    place: Int[np.ndarray, " rows"],
    said: Float[np.ndarray, " bins"],
) -> tuple[Float[np.ndarray, " draws"], Float[np.ndarray, " draws"]]:
    """How many answers would be right, and the error, were the probabilities right.

    Args:
        confidence: of each answer.
        names: from 0, which answers are right or wrong together.
        place: the bin of each.
        said: sum of the confidences in each bin.

    Returns:
        Of each draw the answers that are right, and the expected calibration error. Equal input, equal draws.
    """
    draws = max(LEAST_DRAWS, min(MOST_DRAWS, NUMBERS // len(confidence)))
    order = np.argsort(place, kind="stable")
    firsts = np.searchsorted(place[order], np.arange(len(said)))
    sure, owners, count = confidence[order], names[order], int(names.max()) + 1
    rng = np.random.default_rng(0)
    hits, errors, at_once = np.empty(draws), np.empty(draws), max(1, CHUNK // len(confidence))
    for first in range(0, draws, at_once):
        part = slice(first, min(draws, first + at_once))
        luck = rng.random((part.stop - first, count))
        right = np.add.reduceat(luck[:, owners] < sure, firsts, axis=1, dtype=np.int64)
        hits[part], errors[part] = right.sum(axis=1), np.abs(right - said).sum(axis=1) / len(confidence)
    return hits, errors


def count_above(drawn: Float[np.ndarray, " draws"], found: float) -> float:
    """The share of draws at least as large, the found one counted among them; equal within rounding is as large.

    Examples:
        >>> count_above(np.array([0.0, 1.0, 2.0]), 2.0)
        0.5
    """
    return float((1 + (drawn >= found - 1e-9).sum()) / (1 + len(drawn)))

"""The search for a decision rule: one number after another, each placed where the metric is best on some rows.

Every search is deterministic, begins with the plain decision and moves only for a higher score.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int

from tamesu.results.tallies import ClassTally, LabelTally

# How often every number is looked at, at most; a pass that changes nothing ends the search.
PASSES = 3
# Places looked at for one number: at least and at most; between them, as many as this many counts allow.
FEWEST, MOST, MOST_COUNTS = 8, 64, 60_000
# With more classes or labels, each of them has too few rows to fit a number of its own: one number for all.
MOST_NUMBERS = 40
# More rows and classes than this say no more about a rule; every n-th row is looked at.
MOST_CELLS = 300_000
# A probability of 0 is taken for this.
TINY = 1e-9
# How much of the prior is divided out: none, all of it (Saerens et al.), and between.
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
SHARED_THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)
# Scores closer than this are one score.
EQUAL = 1e-12


def thin(rows: int, columns: int) -> slice:
    """Which rows are looked at: all of them, or every n-th of very many.

    Examples:
        >>> thin(1000, 10), thin(1_000_000, 10)
        (slice(None, None, 1), slice(None, None, 34))
    """
    return slice(None, None, max(1, -(-rows * columns // MOST_CELLS)))


def log_probs(probs: Float[np.ndarray, "rows classes"]) -> Float[np.ndarray, "rows classes"]:
    """Logarithms, those of 0 not infinite."""
    return np.log(np.maximum(probs.astype(np.float64), TINY))


def log_prior(truth: Int[np.ndarray, " rows"], classes: int) -> Float[np.ndarray, " classes"]:
    """Logarithm of each class's share of the rows; a class without rows counts as one row."""
    counts = np.maximum(np.bincount(truth, minlength=classes), 1)
    return np.log(counts / len(truth))


def count_told(truth: np.ndarray, told: np.ndarray, classes: int) -> Float[np.ndarray, "1 classes classes"]:
    """Counts of (truth, told), as one table of many."""
    return np.bincount(truth * classes + told, minlength=classes * classes).reshape(1, classes, classes).astype(np.float64)


def count_moves(
    truth: Int[np.ndarray, " rows"],
    before: Int[np.ndarray, " rows"],
    after: Int[np.ndarray, " rows"],
    place: Int[np.ndarray, " rows"],
    many: int,
    classes: int,
) -> Float[np.ndarray, "many classes classes"]:
    """Counts of (truth, told) at each of several candidates, of which each row changes its class at one.

    Args:
        truth: codes.
        before: what is told of a row at candidates before its place.
        after: what is told of it from its place on.
        place: 0 to `many`; `many` never comes.
        many: how many candidates there are.
        classes: length of the label list.

    Examples:
        >>> truth, rest = np.array([0, 1]), np.array([0, 0])
        >>> count_moves(truth, rest, np.array([1, 1]), np.array([2, 1]), 2, 2).tolist()
        [[[1.0, 0.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]]
    """
    size = classes * classes
    start = (place * classes + truth) * classes
    moves = np.bincount(start + after, minlength=(many + 1) * size) - np.bincount(start + before, minlength=(many + 1) * size)
    counts: np.ndarray = count_told(truth, before, classes) + moves.reshape(many + 1, classes, classes)[:many].cumsum(axis=0)
    return counts


def choose_places(values: Float[np.ndarray, " some"], marked: np.ndarray, most: int) -> Float[np.ndarray, " places"]:
    """Places between the values of rows: all of them, or as many as are allowed, half of them where the marked rows lie.

    Args:
        values: one per row.
        marked: bool, the rows that matter most; of a rare class there are few.
        most: places.

    Examples:
        >>> choose_places(np.array([0.2, 0.4, 0.4]), np.array([True, False, False]), 8).tolist()
        [-0.3, 0.30000000000000004, 0.9]
    """
    found = np.unique(values)
    if not len(found):
        return found
    places: np.ndarray = np.concatenate([[found[0] - 0.5], (found[1:] + found[:-1]) / 2, [found[-1] + 0.5]])
    if len(places) <= most:
        return places
    some = np.linspace(0, len(values) - 1, most // 2).astype(int)
    asked = [np.sort(values)[some]]
    if marked.any():
        asked.append(np.sort(values[marked])[np.linspace(0, marked.sum() - 1, most // 2).astype(int)])
    near = np.searchsorted(places, np.concatenate(asked))
    kept = np.unique(np.concatenate([near, near - 1, [0, len(places) - 1]]).clip(0, len(places) - 1))
    return np.asarray(places[kept])


def best_of(scores: Float[np.ndarray, " many"], places: Float[np.ndarray, " many"], now: float, score: float) -> int | None:
    """The candidate with the highest score above `score`; of equals that nearest to `now`. None when there is none."""
    known = np.where(np.isfinite(scores), scores, -np.inf)
    best = float(known.max(initial=-np.inf))
    if best <= score + EQUAL:
        return None
    equals = np.flatnonzero(known >= best - EQUAL)
    return int(equals[np.argmin(np.abs(places[equals] - now))])


def search_strength(
    score: Callable[[Float[np.ndarray, "rows classes"]], float],
    truth: Int[np.ndarray, " rows"],
    probs: Float[np.ndarray, "rows classes"],
) -> Float[np.ndarray, " classes"]:
    """Log factors that divide out part of the prior, the part with the highest score; the smallest part of equals.

    Args:
        score: of probs as they are after the factors, larger is better.
        truth: codes.
        probs: of the same rows.

    Source: Saerens, Latinne and Decaestecker, Neural Computation 14, 2002, equation 2.4, with even priors in the new set.
    """
    logs, prior = log_probs(probs), log_prior(truth, probs.shape[1])
    best, found = -np.inf, 0.0
    for strength in STRENGTHS:
        reached = score(np.exp(logs - strength * prior))
        if np.isfinite(reached) and reached > best + EQUAL:
            best, found = reached, strength
    return -found * prior


def search_factors(
    tally: ClassTally, truth: Int[np.ndarray, " rows"], probs: Float[np.ndarray, "rows classes"], passes: int = PASSES
) -> Float[np.ndarray, " classes"]:
    """One log factor per class: what is told is the class with the largest log prob plus log factor.

    Args:
        tally: of the metric, larger is better.
        truth: codes.
        probs: of the same rows.
        passes: how often every factor is looked at by itself, at most; 0 leaves them at the prior's part.
    """
    classes = probs.shape[1]
    rows = thin(len(truth), classes)
    truth, logs = truth[rows], log_probs(probs[rows])

    def score(changed: np.ndarray) -> float:
        return float(tally(count_told(truth, changed.argmax(axis=1), classes))[0])

    factors = search_strength(score, truth, probs[rows])
    now = score(logs + factors)
    if classes > MOST_NUMBERS:
        return factors
    most = int(np.clip(MOST_COUNTS // classes**2, FEWEST, MOST))
    for _ in range(passes):
        before = now
        for code in range(classes):
            others = logs + factors
            others[:, code] = -np.inf
            rival = others.argmax(axis=1)
            needed = others[np.arange(len(truth)), rival] - logs[:, code]
            places = choose_places(needed, truth == code, most)
            # A row is told this class from the first factor on that is above what it needs.
            place = np.searchsorted(places, needed, side="right")
            counts = count_moves(truth, rival, np.full(len(truth), code), place, len(places), classes)
            chosen = best_of(tally(counts), places, float(factors[code]), now)
            if chosen is None:
                continue
            moved = factors.copy()
            moved[code] = places[chosen]
            # Rounding may tell a row otherwise than the counts did.
            if (reached := score(logs + moved)) > now + EQUAL:
                factors, now = moved, reached
        if now <= before + EQUAL:
            break
    return np.asarray(factors - factors.mean())


def search_cuts(
    tally: ClassTally, truth: Int[np.ndarray, " rows"], expected: Float[np.ndarray, " rows"], classes: int, passes: int = PASSES
) -> Float[np.ndarray, " cuts"]:
    """Ascending cut points on the expected label: what is told is how many of them are reached.

    Args:
        tally: of the metric, larger is better.
        truth: codes, 0 to classes - 1, in the order of the labels.
        expected: the mean label of each row under its probs.
        classes: length of the label list.
        passes: how often every cut is looked at by itself, at most; 0 leaves them half-way, or where the shares are true.
    """
    rows = thin(len(truth), 1)
    truth, expected = truth[rows], expected[rows].astype(np.float64)

    def reach(cuts: np.ndarray) -> float:
        return float(tally(count_told(truth, np.searchsorted(cuts, expected, side="right"), classes))[0])

    shares = np.bincount(truth, minlength=classes).cumsum()[:-1] / len(truth)
    starts = [np.arange(classes - 1) + 0.5, np.quantile(expected, shares)]
    cuts: np.ndarray = starts[int(reach(starts[1]) > reach(starts[0]) + EQUAL)].copy()
    now = reach(cuts)
    if classes > MOST_NUMBERS:
        return cuts
    most = int(np.clip(MOST_COUNTS // classes**2, FEWEST, MOST))
    for _ in range(passes):
        before = now
        for cut in range(classes - 1):
            low = cuts[cut - 1] if cut else -np.inf
            high = cuts[cut + 1] if cut + 2 < classes else np.inf
            told = np.searchsorted(cuts, expected, side="right")
            between = (expected >= low) & (expected < high)
            places = choose_places(expected[between], truth[between] == cut, most)
            places = places[(places > low) & (places < high)]
            if not len(places):
                continue
            place = np.where(between, np.searchsorted(places, expected, side="right"), len(places))
            above = np.where(between, cut + 1, told)
            chosen = best_of(
                tally(count_moves(truth, above, np.where(between, cut, told), place, len(places), classes)),
                places,
                float(cuts[cut]),
                now,
            )
            if chosen is not None:
                cuts[cut] = places[chosen]
                now = reach(cuts)
        if now <= before + EQUAL:
            break
    return cuts


def search_thresholds(
    tally: LabelTally, truth: np.ndarray, probs: Float[np.ndarray, "rows labels"], start: float, passes: int = PASSES
) -> Float[np.ndarray, " labels"]:
    """One threshold per label, above 0 and at most 1: a label is told from it on.

    Args:
        tally: of the metric, larger is better.
        truth: 0 or 1, (rows, labels).
        probs: of the same rows.
        start: the metric's own threshold.
        passes: how often every threshold is looked at by itself, at most; 0 leaves them equal.
    """
    rows = thin(len(truth), probs.shape[1])
    there, probs = truth[rows] > 0, probs[rows].astype(np.float64)

    def count(thresholds: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
        told = probs >= thresholds
        return (told & there).sum(axis=0).astype(np.float64), told.sum(axis=0).astype(np.float64)

    def reach(right: np.ndarray, told: np.ndarray) -> float:
        return float(tally(right[None], told[None], positives)[0])

    positives = there.sum(axis=0).astype(np.float64)[None]
    thresholds = np.full(probs.shape[1], search_shared(lambda one: reach(*count(one)), start))
    right, told = count(thresholds)
    now = reach(right, told)
    if probs.shape[1] > MOST_NUMBERS:
        return thresholds
    for _ in range(passes):
        before = now
        for label in range(probs.shape[1]):
            places = choose_places(probs[:, label], there[:, label], MOST).clip(TINY, 1.0)
            reached = np.sort(probs[:, label])
            reached_right = np.sort(probs[there[:, label], label])
            many_right, many_told = np.repeat(right[None], len(places), axis=0), np.repeat(told[None], len(places), axis=0)
            many_told[:, label] = len(reached) - np.searchsorted(reached, places, side="left")
            many_right[:, label] = len(reached_right) - np.searchsorted(reached_right, places, side="left")
            chosen = best_of(tally(many_right, many_told, positives), places, float(thresholds[label]), now)
            if chosen is not None:
                thresholds[label] = places[chosen]
                right, told = many_right[chosen], many_told[chosen]
                now = reach(right, told)
        if now <= before + EQUAL:
            break
    return thresholds


def search_shared(score: Callable[[float], float], start: float) -> float:
    """One threshold for all labels: `start`, unless another of the list reaches a higher score.

    Examples:
        >>> search_shared(lambda threshold: -abs(threshold - 0.3), 0.5)
        0.3
    """
    best, found = score(start), start
    for threshold in SHARED_THRESHOLDS:
        reached = score(threshold)
        if np.isfinite(reached) and not reached <= best + EQUAL:
            best, found = reached, threshold
    return found

"""Altered copies: pictures that were saved again, cut, mirrored, resized or re-toned; candidates confirmed from pixels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tamesu.images.facts import Facts
from tamesu.images.matching import LEAST_SCORE, LEAST_SMALL_SCORE, Match, match_pictures, prepare_picture
from tamesu.images.neighbours import LEAST_COSINE, LEAST_VOTES, find_neighbours
from tamesu.images.placing import Placement, place_landmarks

# Places that agree on one scale and shift. Below it, look-alikes are as frequent as copies.
LEAST_WITNESSES = 5
PREPARED = 2048  # pictures kept ready, 20 KB each
# Pairs of other pictures from which it is estimated how many are taken for copies by chance.
LEAST_OTHERS = 50
RANDOM_PAIRS = 100
TAIL = 0.2
# Of the exponential law. Scores fall off at a rate of 5 and more among photos; where they hardly do, as among shots of one
# place, the others are no strangers.
LEAST_RATE = 1.5
UNKNOWN_PRECISION = 0.5  # where there is nothing to compare with
# Resampling alone costs a row of pixels at the border; a step of 15 of 255 is seen.
WHOLE, TONED = 0.95, 15.0

Pixels = Callable[[int], NDArray[np.uint8]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Altered:
    """Two rows whose files differ and whose pictures are one.

    Attributes:
        rows: the smaller first.
        match: how they agree.
    """

    rows: tuple[int, int]
    match: Match


def find_altered(
    facts: Facts, shown: NDArray[np.int64], pixels: Pixels, *, seed: int = 0, progress: Progress | None = None
) -> tuple[list[Altered], float]:
    """Altered copies among rows: candidates by likeness and landmarks, each confirmed from pixels.

    Args:
        facts: of all rows; without `landmarks` copies of which a part was cut off are not found.
        shown: int64, the rows to compare: readable, one per file.
        pixels: gives a row's image as uint8 RGB (h, w, 3), short side 128 or more where the file has it.
        seed: of the hashes' bits and of random pairs.
        progress: called with (done, total) of the pairs that are compared.

    Returns:
        The copies, the surest first, and the share of them that is right, as `estimate_precision` tells.
    """
    matches = _match_all(facts, shown, pixels, seed, progress)
    altered = [Altered(rows, match) for rows, match in matches if match.is_copy]
    altered.sort(key=lambda pair: -pair.match.score)
    others = [match for _, match in matches if not match.is_copy]
    if altered and len(others) < LEAST_OTHERS:
        others += _match_strangers(shown, {pair.rows for pair in altered}, pixels, seed)
    return altered, estimate_precision([pair.match for pair in altered], others)


def _match_all(
    facts: Facts, shown: NDArray[np.int64], pixels: Pixels, seed: int, progress: Callable[[int, int], None] | None
) -> list[tuple[tuple[int, int], Match]]:
    """All candidates among these rows that could be laid on each other."""
    known = len(facts.landmarks) == len(facts)
    hashes = facts.landmarks[shown] if known else np.zeros((len(shown), 1), np.uint64)
    near = find_neighbours(facts.likeness[shown], hashes, seed=seed)
    shapes = np.stack([facts.widths, facts.heights], axis=1)[shown].astype(np.float32)
    sides = shapes / np.maximum(shapes.min(axis=1, keepdims=True), 1)
    prepared = lru_cache(PREPARED)(lambda row: prepare_picture(pixels(row)))
    found = []
    for done, (i, j) in enumerate(near.pairs.tolist()):
        if progress is not None:
            progress(done, len(near))
        mirrored = bool(near.mirrored[done])
        tries: list[Placement | None] = [None] if near.cosines[done] >= LEAST_COSINE else []
        if known and near.votes[done] >= LEAST_VOTES:
            places = [facts.landmark_places[shown[k]] * (sides[k] / np.float32(255)) for k in (i, j)]
            place = place_landmarks(
                hashes[i], places[0], hashes[j], places[1], other_width=float(sides[j, 0]), mirrored=mirrored
            )
            if place is not None and place.witnesses >= LEAST_WITNESSES:
                tries.append(place)
        rows = int(shown[i]), int(shown[j])
        best: Match | None = None
        for place in tries:
            match = match_pictures(prepared(rows[0]), prepared(rows[1]), mirrored=mirrored, placement=place)
            if match is not None and (best is None or match.score > best.score):
                best = match
        if best is not None:
            found.append((rows, best))
    return found


def _match_strangers(shown: NDArray[np.int64], copies: set[tuple[int, int]], pixels: Pixels, seed: int) -> list[Match]:
    """Random pairs that were not taken for copies, frame on frame."""
    random = np.random.default_rng(seed)
    pairs = np.sort(random.choice(shown, (RANDOM_PAIRS, 2)), axis=1)
    matches = [
        match_pictures(prepare_picture(pixels(a)), prepare_picture(pixels(b)), mirrored=False)
        for a, b in pairs.tolist()
        if a != b and (a, b) not in copies
    ]
    return [match for match in matches if match is not None]


def estimate_precision(copies: Sequence[Match], others: Sequence[Match]) -> float:
    """The share of claimed copies that is right, as far as the scores of other pairs tell.

    Their largest Fisher-transformed scores are taken to fall off exponentially; as many as are to be expected beyond the score
    that makes a copy are taken for copies by chance. That blocks must agree too is left out: the estimate is on the low side.

    Args:
        copies: the claimed ones.
        others: pairs that were compared and are none.

    Returns:
        0 to 1; 1 without claims.

    Source: peaks over a threshold (Pickands, Annals of Statistics 3, 1975), with the exponential as their law.

    Examples:
        >>> claims = [Match(0.99, 0.9, 1.0, False, 0.0)] * 10
        >>> strangers = [Match(score, 0.1, 1.0, False, 0.0) for score in np.linspace(0.0, 0.6, 100)]
        >>> round(estimate_precision(claims, strangers), 3)
        1.0
    """
    if not copies:
        return 1.0
    small = sum(match.small for match in copies) * 2 > len(copies)
    limit = np.arctanh(LEAST_SMALL_SCORE if small else LEAST_SCORE)
    scores = np.array([match.score for match in others if match.small == small])
    if len(scores) < LEAST_OTHERS // 5:
        return UNKNOWN_PRECISION
    heights = np.arctanh(np.clip(scores, -0.999, 0.999))
    start = min(float(np.quantile(heights, 1 - TAIL)), float(limit) - 1e-3)
    beyond = heights[heights > start] - start
    expected = _expect_beyond(beyond, float(limit) - start)
    return float(np.clip(1 - expected / len(copies), 0, 1))


def _expect_beyond(heights: NDArray[np.float64], end: float) -> float:
    """How many values an exponential law has beyond `end` when these, all below it, are those before it.

    The rate has the greatest likelihood given that none is beyond (its mean is 1 / rate - end / (exp(rate end) - 1)), found by
    halving; it falls with the mean.
    """
    if not len(heights):
        return 0.0
    mean = float(np.minimum(heights, end).mean())
    low, high = LEAST_RATE, 1e3
    for _ in range(60):
        rate = (low + high) / 2
        if 1 / rate - end / np.expm1(min(rate * end, 500.0)) > mean:
            low = rate
        else:
            high = rate
    return len(heights) / float(np.expm1(min(high * end, 500.0)))


def count_ways(altered: Sequence[Altered]) -> Counter[str]:
    """How often copies were altered in which way: `mirrored`, `cut`, `toned`, else `saved`; a copy can count for several.

    Args:
        altered: the pairs.
    """
    ways: Counter[str] = Counter()
    for pair in altered:
        match = pair.match
        told = [("mirrored", match.mirrored), ("cut", match.shared < WHOLE), ("toned", abs(match.brighter) >= TONED)]
        ways.update([way for way, is_so in told if is_so] or ["saved"])
    return ways

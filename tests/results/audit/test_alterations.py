"""Altered copies: the estimate of precision against drawn truths."""

from __future__ import annotations

import numpy as np
import pytest

from tamesu.images.matching import LEAST_SCORE, Match
from tamesu.results.audit.alterations import Altered, count_ways, estimate_precision


def match(score: float, *, shared: float = 1.0, mirrored: bool = False, brighter: float = 0.0, small: bool = False) -> Match:
    return Match(score, score, shared, mirrored, brighter, small)


@pytest.mark.parametrize("rate", [2.0, 3.0, 6.0])
def test_the_estimate_of_precision_agrees_with_drawn_truth(rate: float) -> None:
    """Strangers whose Fisher-transformed scores fall off exponentially; those beyond the limit are taken for copies."""
    random = np.random.default_rng(0)
    truths, estimates = [], []
    for _ in range(40):
        strangers = np.tanh(random.exponential(1 / rate, 600))
        wrong = strangers[strangers >= LEAST_SCORE]
        others = [match(score) for score in strangers[strangers < LEAST_SCORE]]
        copies = [match(0.99)] * 100 + [match(score) for score in wrong]
        truths.append(100 / len(copies))
        estimates.append(estimate_precision(copies, others))
    assert np.mean(estimates) == pytest.approx(np.mean(truths), abs=0.06)


def test_without_claims_or_without_others() -> None:
    assert estimate_precision([], []) == 1.0
    assert estimate_precision([match(0.99)], []) == 0.5
    equal = [match(0.3)] * 60
    assert estimate_precision([match(0.99)], equal) == 1.0


def test_small_pictures_are_judged_among_themselves() -> None:
    others = [match(score, small=True) for score in np.linspace(0.9, 0.99, 100)]
    doubtful = estimate_precision([match(0.997, small=True)], others)
    assert doubtful < estimate_precision([match(0.997, small=True)], [match(s, small=True) for s in np.linspace(0, 0.5, 100)])


def test_ways_are_counted_each() -> None:
    pairs = [
        match(0.99),
        match(0.99, mirrored=True),
        match(0.99, mirrored=True, shared=0.6, brighter=-30.0),
        match(0.99, shared=0.7),
    ]
    ways = count_ways([Altered((0, place + 1), one) for place, one in enumerate(pairs)])
    assert ways == {"saved": 1, "mirrored": 2, "cut": 2, "toned": 1}

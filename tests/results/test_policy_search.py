"""The search: candidates, rounds, and that the better half goes on."""

from __future__ import annotations

import numpy as np
import pytest

from tamesu.augmentations import AUGMENTATIONS, make_plan
from tamesu.results.policy_search import SEARCHED, Candidate, draw_candidates, halve, plan_rounds, rank, write_policy


def test_every_searched_part_is_in_the_drawer_and_can_be_built():
    assert set(SEARCHED) <= set(AUGMENTATIONS)
    for candidate in draw_candidates(200, 0, sorted(AUGMENTATIONS)):
        make_plan(list(candidate.parts), size_px=16, fit="crop")


def test_candidates_are_different_parts_and_the_same_for_the_same_seed():
    known = sorted(AUGMENTATIONS)
    first = draw_candidates(300, 7, known)
    assert first == draw_candidates(300, 7, known) != draw_candidates(300, 8, known)
    assert draw_candidates(10, 7, known) == first[:10]
    for candidate in first:
        (a, b) = candidate.parts
        assert a[0] != b[0]
        assert all(0.25 <= options["strength"] <= 1 and 0.4 <= options["p"] <= 1 for _, options in candidate.parts)
    assert len({name for candidate in first for name, _ in candidate.parts}) == len(SEARCHED)
    assert all(name == "sepia" or name == "rotate" for c in draw_candidates(9, 0, ["sepia", "rotate"]) for name, _ in c.parts)


def test_rank_is_the_paired_mean_and_its_error():
    rng = np.random.default_rng(0)
    plain, changed = rng.uniform(size=50), rng.uniform(size=50)
    found = rank(Candidate(()), changed, plain)
    assert found.rise == pytest.approx((changed - plain).mean())
    assert found.error == pytest.approx((changed - plain).std(ddof=1) / np.sqrt(50)) and found.images == 50


def test_the_best_of_many_survives_halving():
    rng = np.random.default_rng(1)
    candidates = [Candidate((("sepia", {"p": place / 64}),)) for place in range(64)]
    worth = np.linspace(0.0, 2.0, 64)
    plain = rng.uniform(0, 0.1, 400)
    alive = candidates
    for size in plan_rounds(64, 400, 8):
        ranked = [rank(c, plain[:size] + worth[candidates.index(c)] + rng.normal(0, 0.3, size), plain[:size]) for c in alive]
        alive = [entry.candidate for entry in halve(ranked, 8)]
    assert candidates[0] in alive and len(alive) <= 8
    assert np.mean([worth[candidates.index(c)] for c in alive]) < 0.2


def test_rounds_end_with_all_images():
    for count, images, kept in ((64, 480, 8), (2, 8, 1), (8, 100, 8), (1000, 50, 4)):
        rounds = plan_rounds(count, images, kept)
        assert rounds[-1] == images and rounds == sorted(rounds) and rounds[0] >= images / 8


def test_the_policy_is_a_part_of_the_drawer():
    kept = [rank(candidate, np.ones(3), np.zeros(3)) for candidate in draw_candidates(3, 0, sorted(AUGMENTATIONS))]
    ((name, options),) = write_policy(kept).items()
    assert AUGMENTATIONS.check(name, options) == []
    assert len(AUGMENTATIONS.build(name, options).choices()) == 6

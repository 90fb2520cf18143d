"""The race's rules, by cases worked by hand and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from tamesu.artifacts.verdict import Pair
from tamesu.results.noise import Noise
from tamesu.results.race import (
    CHANCE,
    FIRST_CHANCE,
    Plan,
    chance_of_keep,
    expect_false_keeps,
    judge,
    last_look,
    look,
    smallest_gain,
)

NOISE = Noise("accuracy", 1.0, 1.0 / math.sqrt(5), 5, [0, 1])
PLAN = Plan(5, 1, (0, 1, 2), 0.95, 0.1, 0.25, NOISE)


def make_pairs(gains: list[float], folds: int = 5) -> list[Pair]:
    return [
        Pair(
            repeat=0,
            fold=place % folds,
            seed=place // folds,
            baseline=10.0 + place / 7,
            idea=10.0 + place / 7 + gain,
            gain=gain,
        )
        for place, gain in enumerate(gains)
    ]


def test_blocks_hold_every_pair_once_and_begin_with_two() -> None:
    plan = Plan(4, 2, (3, 9), 0.95, 0.0, 1 / 3, None)
    blocks = plan.blocks()
    assert blocks[0] == [(0, 0, 3), (0, 1, 3)]
    assert blocks[1] == [(0, 2, 3), (0, 3, 3)]
    assert blocks[2] == [(1, fold, 3) for fold in range(4)]
    every = [key for block in blocks for key in block]
    assert len(every) == len(set(every)) == plan.pairs == 16


def test_two_folds_make_one_block_and_no_empty_ones() -> None:
    assert Plan(2, 1, (0,), 0.95, 0.0, 1.0, None).blocks() == [[(0, 0, 0), (0, 1, 0)]]


def test_nothing_is_kept_before_every_fold_has_spoken() -> None:
    seen = look(make_pairs([50.0, 50.1]), PLAN)
    assert seen.better > 0.95
    assert seen.word is None


def test_before_the_last_block_a_keep_needs_half_the_error() -> None:
    gains = [3.0, 4.1, 2.2, 3.9, 2.4]
    better = stats.t.sf((0.1 - np.mean(gains)) / math.sqrt(np.var(gains, ddof=1) * (1 / 5 + 0.25)), 4)
    assert better > 0.975
    assert look(make_pairs(gains), PLAN).word == "keep"
    # Between the two levels: undecided now, and a keep when nothing more will come.
    weaker = [gain - 1.5 for gain in gains]
    between = stats.t.sf((0.1 - np.mean(weaker)) / math.sqrt(np.var(weaker, ddof=1) * (1 / 5 + 0.25)), 4)
    assert 0.95 < between < 0.975
    assert look(make_pairs(weaker), PLAN).word is None
    assert look(make_pairs(weaker), Plan(5, 1, (0,), 0.95, 0.1, 0.25, NOISE)).word == "keep"


def test_a_hopeless_idea_stops_and_says_with_which_chance() -> None:
    seen = look(make_pairs([-2.0, -2.5]), PLAN)
    assert (seen.word, seen.because) == ("drop", "hopeless")
    assert seen.chance is not None
    assert seen.chance < FIRST_CHANCE


def test_a_stopped_idea_that_is_more_likely_better_is_not_dropped() -> None:
    gains = [0.9, -0.4, 0.8, -0.3, 0.5]
    seen = look(make_pairs(gains), PLAN)
    assert seen.chance is not None
    assert seen.chance < CHANCE
    assert seen.better > 0.5
    assert (seen.word, seen.because) == ("undecided", "hopeless")


def test_one_diverged_job_drops_an_idea() -> None:
    seen = look(make_pairs([3.0, 3.1, 2.9, 3.2]), PLAN, failed=["r0-f4-s0"])
    assert (seen.word, seen.because) == ("drop", "failed")


def test_folds_without_a_score_count_as_bought() -> None:
    plan = Plan(5, 1, (0,), 0.95, 0.1, 0.25, NOISE)
    assert look(make_pairs([0.2, -0.1, 0.3]), plan, unscored=2).because == "plan"
    assert look([], plan, unscored=5).word == "undecided"


def test_the_chance_is_what_a_simulation_of_the_rest_says() -> None:
    """The rest of the plan drawn many times, each end judged by the last look itself."""
    gains = [1.3, 0.2, 1.6, -0.3, 0.9]
    exact = Noise("accuracy", 1.0, 0.45, 100_000, [0, 1])
    plan = Plan(5, 1, (0, 1, 2, 3, 4, 5), 0.95, 0.1, 0.25, exact)
    said = chance_of_keep(make_pairs(gains), plan)
    assert said is not None
    rng, kept = np.random.default_rng(5), 0
    for _ in range(2000):
        true = rng.normal(np.mean(gains), math.sqrt(2 / 5))
        rest = rng.normal(true, math.sqrt(2), 25)
        pairs = make_pairs([*gains, *rest.tolist()])
        kept += last_look(judge(pairs, plan), plan).word == "keep"
    # The bar is taken at its expected height, so the two agree only roughly.
    assert kept / 2000 == pytest.approx(said, abs=0.08)


def test_without_noise_two_pairs_have_no_chance_to_tell() -> None:
    plan = Plan(5, 1, (0, 1), 0.95, 0.0, 0.25, None)
    assert chance_of_keep(make_pairs([0.1, 0.2]), plan) is None
    assert chance_of_keep(make_pairs([0.1, 0.2, 0.4]), plan) is not None
    assert look(make_pairs([-5.0, -5.1]), plan).word is None


def test_false_keeps_are_rarer_than_stated_when_no_idea_is_any_good() -> None:
    """Useless ideas in queues of 20: seed noise alone, and folds that share what an idea does to their rows."""
    rng = np.random.default_rng(11)
    plan = Plan(5, 1, (0,), 0.95, 0.0, 0.25, None)
    for shared in (0.0, 1.0):
        found = 0
        for _ in range(60 * 20):
            gains = rng.normal(size=5) + shared * 2 * (math.sqrt(0.2) * rng.normal() + math.sqrt(0.8) * rng.normal(size=5))
            found += look(make_pairs(gains.tolist()), plan).word == "keep"
        stated = expect_false_keeps(20, tried=20) / 20
        assert found >= 5
        assert stats.binomtest(found, 60 * 20, stated, alternative="greater").pvalue > 0.01


def test_false_keeps_never_exceed_what_is_kept() -> None:
    assert expect_false_keeps(1, tried=100) == 1.0
    assert expect_false_keeps(3, tried=10) == pytest.approx(0.5)


def test_the_smallest_gain_is_kept_every_other_time() -> None:
    plan = Plan(5, 1, (0, 1, 2), 0.95, 0.1, 0.25, NOISE)
    gain = smallest_gain(plan)
    assert gain is not None
    rng, kept = np.random.default_rng(2), 0
    for _ in range(1500):
        pairs = make_pairs((gain + rng.normal(size=15) * math.sqrt(2)).tolist())
        kept += last_look(judge(pairs, plan), plan).word == "keep"
    assert kept / 1500 == pytest.approx(0.5, abs=0.08)

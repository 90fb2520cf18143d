"""The race: which pairs an idea gets, in which order, and when it has had enough of them.

Every idea gets two pairs, then the rest of its first cross-validation, then one cross-validation after the other (another
repeat, another seed). After each of these blocks its posterior is looked at, and it stops when it is decided or hopeless.

Two errors are added by looking often, and both are kept small:

- *False keeps.* Before the last block a keep needs the level 1 - (1 - level) / 2, and never comes before every fold has spoken.
- *Missed keeps.* An idea is stopped as hopeless when the chance that the whole plan would keep it is below `CHANCE` (below
  `FIRST_CHANCE` while only two folds have spoken). The chance of a later keep is a martingale, so of the ideas stopped at
  most that share would have been kept, on average (stochastic curtailment: Lan, Simon and Halperin, Sequential Analysis 1,
  1982). `benchmarks/verdicts.py` measures both.

A look depends on the pairs behind it and on nothing else, so a race killed anywhere ends in the same verdicts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from tamesu.artifacts.verdict import Because, Pair, Word
from tamesu.results.noise import Noise
from tamesu.results.pairs import Key
from tamesu.results.posterior import LEVEL, Posterior, decide, fit_posterior, least_variance

FIRST_PAIRS = 2
FIRST_CHANCE = 0.1
CHANCE = 0.2

# Pairs an idea may get in all unless the user says otherwise, and the seeds they may take.
USUAL_PAIRS = 30
MOST_SEEDS = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """The pairs an idea may get in all, in blocks; a look follows each block.

    Attributes:
        n_splits, repeats: of the folds.
        seeds: in the order used.
        level: the probability a verdict needs.
        rope: half-width of the region of practical equivalence, in the metric's unit.
        test_share: validation rows over training rows of a fold.
        noise: of the baseline; None when not measured.
    """

    n_splits: int
    repeats: int
    seeds: tuple[int, ...]
    level: float
    rope: float
    test_share: float
    noise: Noise | None

    def blocks(self) -> list[list[Key]]:
        """The keys of each block.

        Examples:
            >>> plan = Plan(3, 1, (0, 1), LEVEL, 0.0, 0.5, None)
            >>> [len(block) for block in plan.blocks()], plan.blocks()[0]
            ([2, 1, 3], [(0, 0, 0), (0, 1, 0)])
        """
        rounds = [
            [(repeat, fold, seed) for fold in range(self.n_splits)] for seed in self.seeds for repeat in range(self.repeats)
        ]
        first = [rounds[0][:FIRST_PAIRS], rounds[0][FIRST_PAIRS:]]
        return [block for block in first if block] + rounds[1:]

    @property
    def pairs(self) -> int:
        """Pairs in all."""
        return self.n_splits * self.repeats * len(self.seeds)


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at an idea's pairs says.

    Attributes:
        posterior: of the gain; None while there are fewer than two folds with a gain.
        better, same, worse: its probabilities.
        word: the verdict; None while the idea goes on.
        because: why it ended; None while it goes on.
        chance: the probability that the whole plan would keep it; None when it cannot be told or nothing is left.
    """

    posterior: Posterior | None
    better: float
    same: float
    worse: float
    word: Word | None
    because: Because | None
    chance: float | None


def count_seeds(n_splits: int, repeats: int) -> int:
    """How many seeds a plan has unless the user says otherwise: about 30 pairs an idea, at most six seeds.

    Examples:
        >>> count_seeds(5, 1), count_seeds(10, 1), count_seeds(5, 3), count_seeds(200, 1)
        (6, 3, 2, 1)
    """
    return max(1, min(MOST_SEEDS, math.ceil(USUAL_PAIRS / (n_splits * repeats))))


def look(pairs: Sequence[Pair], plan: Plan, *, failed: Sequence[str] = (), unscored: int = 0) -> Look:
    """Judge the pairs bought so far.

    Args:
        pairs: of the first blocks of the plan, whole blocks only.
        plan: what there is in all.
        failed: jobs of the idea that diverged.
        unscored: pairs bought that have no gain, because the metric is undefined on their fold.

    Returns:
        The verdict, or that the idea goes on.
    """
    bought = len(pairs) + unscored
    posterior = judge(pairs, plan)
    if failed or bought >= plan.pairs:
        return last_look(posterior, plan, failed)
    if posterior is None:
        return Look(None, 0.0, 0.0, 0.0, None, None, None)
    better, same, worse = posterior.probabilities(plan.rope)
    every_fold = bought >= plan.n_splits
    word: Word = decide(better, same, 1.0 - (1.0 - plan.level) / 2) if every_fold else "undecided"
    if word != "undecided":
        return Look(posterior, better, same, worse, word, "decided", None)
    chance = chance_of_keep(pairs, plan)
    if chance is not None and chance < (CHANCE if every_fold else FIRST_CHANCE):
        # More likely better than not, and yet more pairs than planned would be needed to show it: that is no drop.
        return Look(posterior, better, same, worse, "drop" if better <= 0.5 else "undecided", "hopeless", chance)
    return Look(posterior, better, same, worse, None, None, chance)


def last_look(posterior: Posterior | None, plan: Plan, failed: Sequence[str] = ()) -> Look:
    """Judge when no further pairs will come: all that were planned are bought, or a job of the idea diverged.

    Args:
        posterior: of the pairs; None while fewer than two folds have a gain.
        plan: with level and rope.
        failed: jobs of the idea that diverged; one is enough to drop it.
    """
    better, same, worse = (0.0, 0.0, 0.0) if posterior is None else posterior.probabilities(plan.rope)
    if failed:
        return Look(posterior, better, same, worse, "drop", "failed", None)
    word = "undecided" if posterior is None else decide(better, same, plan.level)
    return Look(posterior, better, same, worse, word, "plan" if word == "undecided" else "decided", None)


def judge(pairs: Sequence[Pair], plan: Plan) -> Posterior | None:
    """The posterior of some pairs; None while fewer than two folds have a gain."""
    gains, folds = arrays(pairs, plan.n_splits)
    if len(np.unique(folds)) < 2:
        return None
    scores = np.array([score for pair in pairs for score in (pair.baseline, pair.idea)])
    floor = least_variance(None if plan.noise is None else plan.noise.job, scores)
    return fit_posterior(gains, folds, test_share=plan.test_share, least_variance=floor)


def arrays(pairs: Sequence[Pair], n_splits: int) -> tuple[np.ndarray, np.ndarray]:
    """Gains of some pairs, and a number for the (repeat, fold) of each."""
    gains = np.array([pair.gain for pair in pairs], dtype=np.float64)
    return gains, np.array([pair.repeat * n_splits + pair.fold for pair in pairs], dtype=np.int64)


def chance_of_keep(pairs: Sequence[Pair], plan: Plan) -> float | None:
    """The probability that the whole plan would keep the idea, given the pairs bought so far.

    The mean of all pairs in the end is believed to lie around the mean so far, with the variance that seeds give to what is
    missing; the idea is kept when that mean passes the bar of the last look.

    Args:
        pairs: at least two.
        plan: what there is in all.

    Returns:
        The probability; None when the variance of a pair is not known: no noise was measured and there are fewer than three.
    """
    gains = np.array([pair.gain for pair in pairs], dtype=np.float64)
    n, total, units = len(gains), plan.pairs, plan.n_splits * plan.repeats
    squares, df = float(((gains - gains.mean()) ** 2).sum()), n - 1
    if plan.noise is not None:
        squares, df = squares + plan.noise.df * 2 * plan.noise.job**2, df + plan.noise.df
    elif n <= FIRST_PAIRS:
        return None
    variance = squares / df
    if variance == 0 or n >= total:
        return None
    bar_scale = math.sqrt(variance / len(plan.seeds) * (1.0 / units + plan.test_share))
    bar = plan.rope + float(stdtrit(units - 1, plan.level)) * bar_scale
    return float(stdtr(df, (float(gains.mean()) - bar) / math.sqrt(variance * (1.0 / n - 1.0 / total))))


def expect_false_keeps(kept: int, tried: int, level: float = LEVEL) -> float:
    """How many of the kept ideas are expected to be no better, at most.

    A useless idea is kept with probability 1 - level at most, and at most all ideas are useless. The bar that the kept ones
    happened to pass is no help: chosen after the fact, it promises too much.

    Args:
        kept: how many were kept.
        tried: how many were compared.
        level: the level of a keep.

    Examples:
        >>> round(expect_false_keeps(4, tried=20), 3), expect_false_keeps(0, tried=20), expect_false_keeps(1, tried=100)
        (1.0, 0.0, 1.0)
    """
    return min(float(kept), tried * (1.0 - level))


def smallest_gain(plan: Plan) -> float | None:
    """The gain that the whole plan would keep half of the time; smaller ones drown. None when the noise is not known.

    Examples:
        >>> plan = Plan(5, 1, (0, 1, 2), LEVEL, 0.001, 0.25, Noise("accuracy", 0.01, 0.0045, 5, [0, 1]))
        >>> round(smallest_gain(plan), 4)
        0.0127
    """
    if plan.noise is None:
        return None
    units = plan.n_splits * plan.repeats
    scale = math.sqrt(2 * plan.noise.job**2 / len(plan.seeds) * (1.0 / units + plan.test_share))
    return plan.rope + float(stdtrit(units - 1, plan.level)) * scale

"""The posterior of a gain: the correlated Bayesian t-test, and what its probabilities decide.

Folds share training rows, so their gains are correlated, and a plain t-test over folds believes differences that are noise.
Seeds of one fold share *all* rows: they are averaged first, and the fold's mean gain is one observation with less noise.

Source: Nadeau and Bengio, Machine Learning 52, 2003 (the variance of cross-validated gains); Corani and Benavoli, Machine
    Learning 100, 2015, equation 9 (the posterior); Benavoli, Corani, Demsar and Zaffalon, JMLR 18(77), 2017 (the region of
    practical equivalence). With one seed per fold, `fit_posterior` is their test to the last digit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.special import stdtr, stdtrit

from tamesu.artifacts.verdict import Word

LEVEL = 0.95

# Lucky ties: two folds of 60 rows often gain exactly one row each, which would leave no variance and so no doubt. Gains are
# taken to vary at least with a quarter of the variance that seeds alone give them.
LEAST_SHARE = 0.25

# More seeds than this are never proposed: the answer is that seeds will not decide it.
MOST_SEEDS = 200


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is believed of the mean gain: a Student distribution.

    Attributes:
        mean: its centre. `scale`: its scale (not its standard deviation); 0 is certainty.
        df: degrees of freedom: folds (over all repeats) less one.
    """

    mean: float
    scale: float
    df: int

    def above(self, value: float) -> float:
        """The probability of a mean gain above `value`.

        Examples:
            >>> Posterior(0.0, 1.0, 4).above(0.0), Posterior(0.1, 0.0, 4).above(0.0)
            (0.5, 1.0)
        """
        if self.scale == 0:
            return float(self.mean > value)
        return float(stdtr(self.df, (self.mean - value) / self.scale))

    def interval(self, mass: float = 0.95) -> tuple[float, float]:
        """The central interval that holds `mass` of the probability."""
        half = float(stdtrit(self.df, 0.5 + mass / 2)) * self.scale
        return self.mean - half, self.mean + half

    def probabilities(self, rope: float) -> tuple[float, float, float]:
        """Probabilities of better (gain > rope), same (within ±rope) and worse (gain < -rope); they add to 1.

        Examples:
            >>> [round(p, 3) for p in Posterior(0.01, 0.005, 4).probabilities(0.002)]
            [0.908, 0.055, 0.037]
        """
        better, worse = self.above(rope), 1.0 - self.above(-rope)
        if self.scale == 0:
            worse = float(self.mean < -rope)
        return better, max(0.0, 1.0 - better - worse), worse


def average_seeds(gains: Float[np.ndarray, " pairs"], folds: Int[np.ndarray, " pairs"]) -> tuple[np.ndarray, np.ndarray]:
    """The mean gain of each fold, and how many seeds are behind it.

    Args:
        gains: one per pair.
        folds: the fold of each pair, any number that tells (repeat, fold) apart.

    Examples:
        >>> means, seeds = average_seeds(np.array([0.1, 0.3, 0.2]), np.array([0, 0, 1]))
        >>> means.tolist(), seeds.tolist()
        ([0.2, 0.2], [2, 1])
    """
    _, place = np.unique(folds, return_inverse=True)
    seeds = np.bincount(place)
    return np.bincount(place, weights=gains) / seeds, seeds


def fit_posterior(
    gains: Float[np.ndarray, " pairs"], folds: Int[np.ndarray, " pairs"], *, test_share: float, least_variance: float = 0.0
) -> Posterior:
    """The posterior of the mean gain, given the gains of some pairs.

    Args:
        gains: idea over baseline, larger is better, in any unit.
        folds: which (repeat, fold) each pair belongs to.
        test_share: validation rows over training rows of a fold: 1 / (k - 1) for k folds.
        least_variance: a single pair's gain is taken to vary at least this much; guards against lucky ties.

    Raises:
        ValueError: shapes differ, a gain is not finite, or fewer than two folds have spoken.

    Examples:
        >>> found = fit_posterior(np.array([0.01, 0.02, 0.03]), np.array([0, 1, 2]), test_share=0.5)
        >>> round(found.mean, 3), round(found.scale, 5), found.df
        (0.02, 0.00913, 2)
    """
    if gains.shape != folds.shape or gains.ndim != 1 or not np.isfinite(gains).all():
        raise ValueError(f"gains {gains.shape} and folds {folds.shape} must be finite and of one shape")
    means, seeds = average_seeds(gains, folds)
    if len(means) < 2:
        raise ValueError("one fold says nothing about the spread between folds; train at least two")
    variance = max(float(means.var(ddof=1)), least_variance * float(np.mean(1.0 / seeds)))
    return Posterior(float(means.mean()), math.sqrt(variance * (1.0 / len(means) + test_share)), len(means) - 1)


def decide(better: float, same: float, level: float = LEVEL) -> Word:
    """The verdict that probabilities allow.

    `keep` when the gain is surely worth having; `same` when it is surely within the rope; `drop` when it is surely not worth
    having (the same or worse, without knowing which); otherwise `undecided`.

    Examples:
        >>> [decide(0.97, 0.02), decide(0.01, 0.96), decide(0.02, 0.4), decide(0.6, 0.3)]
        ['keep', 'same', 'drop', 'undecided']
    """
    if better >= level:
        return "keep"
    if same >= level:
        return "same"
    return "drop" if better <= 1.0 - level else "undecided"


def least_variance(noise: float | None, scores: Float[np.ndarray, " scores"]) -> float:
    """How much a pair's gain must vary at the least, whatever few pairs say.

    Args:
        noise: spread of a job's score over seeds; None when it was not measured.
        scores: of all jobs compared; a metric that counts rows moves in steps, and a step hides a third of its square.

    Returns:
        A quarter of the variance that two jobs' seeds give their difference, or that of rounding two scores to the smallest
        step seen (step² / 12 each), whichever is more.

    Examples:
        >>> round(least_variance(0.02, np.array([0.90, 0.95])), 6), round(least_variance(None, np.array([0.90, 0.95])), 6)
        (0.000417, 0.000417)
    """
    steps = np.diff(np.unique(np.round(scores, 12)))
    rounding = float(steps.min()) ** 2 / 6 if len(steps) else 0.0
    return max(rounding, 0.0 if noise is None else LEAST_SHARE * 2 * noise**2)


def split_variance(
    gains: Float[np.ndarray, " pairs"], folds: Int[np.ndarray, " pairs"], noise: float | None
) -> tuple[float, float]:
    """Variance of a pair's gain from seeds, and of a fold's gain from its rows.

    Args:
        gains: one per pair.
        folds: which (repeat, fold) each belongs to.
        noise: spread of the baseline's job score over seeds; two jobs' difference has twice its square.

    Returns:
        Seed variance: pooled within folds; from `noise` when no fold has two seeds; all of it when neither is known.
        Row variance: what is left between folds, at least 0.

    Examples:
        >>> seed, rows = split_variance(np.array([0.0, 0.2, 1.0, 1.2]), np.array([0, 0, 1, 1]), None)
        >>> round(seed, 3), round(rows, 3)
        (0.02, 0.49)
    """
    means, seeds = average_seeds(gains, folds)
    _, place = np.unique(folds, return_inverse=True)
    between = float(means.var(ddof=1))
    if (spare := len(gains) - len(means)) > 0:
        seed = float(((gains - means[place]) ** 2).sum()) / spare
    else:
        seed = between if noise is None else 2 * noise**2
    return seed, max(0.0, between - seed * float(np.mean(1.0 / seeds)))


def count_more_pairs(
    gains: Float[np.ndarray, " pairs"],
    folds: Int[np.ndarray, " pairs"],
    *,
    test_share: float,
    rope: float,
    level: float = LEVEL,
    noise: float | None = None,
    all_folds: int | None = None,
) -> int | None:
    """How many more pairs would decide, if the mean gain and the variances stay what they are.

    More seeds average out what seeds do, and nothing else: when the folds themselves disagree, no number of seeds decides.

    Args:
        gains: one per pair.
        folds: which (repeat, fold) each belongs to.
        test_share: as for `fit_posterior`.
        rope: half-width of the region of practical equivalence.
        level: the probability asked for.
        noise: as for `split_variance`.
        all_folds: how many (repeat, fold) there are; those seen when None.

    Returns:
        The number; None when no number of seeds up to 200 would decide.

    Examples:
        >>> near = np.array([0.010, 0.002, 0.008, 0.001, 0.009])
        >>> count_more_pairs(near, np.arange(5), test_share=0.25, rope=0.001)
        5
    """
    seed_variance, row_variance = split_variance(gains, folds, noise)
    units = max(all_folds or 0, len(np.unique(folds)))
    for seeds in range(max(1, -(-len(gains) // units)), MOST_SEEDS + 1):
        if seeds * units <= len(gains):
            continue
        variance = row_variance + seed_variance / seeds
        scale = math.sqrt(variance * (1.0 / units + test_share))
        better, same, _ = Posterior(float(average_seeds(gains, folds)[0].mean()), scale, units - 1).probabilities(rope)
        if decide(better, same, level) != "undecided":
            return seeds * units - len(gains)
    return None

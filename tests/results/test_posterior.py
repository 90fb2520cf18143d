"""The posterior against baycomp and SciPy, by independent routes."""

from __future__ import annotations

import baycomp
import numpy as np
import pytest
from scipy import stats

from tamesu.results.posterior import (
    Posterior,
    average_seeds,
    count_more_pairs,
    decide,
    fit_posterior,
    least_variance,
    split_variance,
)


@pytest.mark.parametrize(("folds", "repeats", "rope"), [(5, 1, 0.0), (5, 1, 0.004), (10, 1, 0.01), (5, 3, 0.002), (2, 1, 0.05)])
def test_one_seed_per_fold_is_baycomp_to_the_last_digit(folds: int, repeats: int, rope: float) -> None:
    rng = np.random.default_rng(folds * 100 + repeats)
    baseline, idea = rng.normal(0.8, 0.03, folds * repeats), rng.normal(0.81, 0.03, folds * repeats)
    found = fit_posterior(idea - baseline, np.arange(folds * repeats), test_share=1 / (folds - 1))
    probabilities = baycomp.two_on_single(baseline, idea, rope, runs=repeats)
    better, same, worse = found.probabilities(rope)
    if rope == 0:
        np.testing.assert_allclose([worse + same, better], probabilities, atol=1e-12)
    else:
        np.testing.assert_allclose([worse, same, better], probabilities, atol=1e-12)


def test_several_seeds_are_baycomp_on_their_means() -> None:
    rng = np.random.default_rng(3)
    baseline, idea = rng.normal(0.8, 0.03, (5, 4)), rng.normal(0.82, 0.03, (5, 4))
    gains = (idea - baseline).T.ravel()  # seed by seed, as they are trained
    found = fit_posterior(gains, np.tile(np.arange(5), 4), test_share=0.25)
    expected = baycomp.two_on_single(baseline.mean(axis=1), idea.mean(axis=1), 0.003)
    np.testing.assert_allclose(found.probabilities(0.003), expected[::-1], atol=1e-12)


def test_a_case_by_hand() -> None:
    # Gains 1, 2, 3: mean 2, variance 1; three folds: 1/3 + 1/2; scale² = 5/6.
    found = fit_posterior(np.array([1.0, 2.0, 3.0]), np.array([0, 1, 2]), test_share=0.5)
    assert found.mean == 2.0
    assert found.scale == pytest.approx(np.sqrt(5 / 6))
    low, high = found.interval()
    assert (low, high) == pytest.approx(stats.t.interval(0.95, 2, 2.0, np.sqrt(5 / 6)))
    assert found.above(0.0) == pytest.approx(stats.t.sf(0.0, 2, 2.0, np.sqrt(5 / 6)))


def test_row_order_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    gains, folds = rng.normal(size=12), np.repeat(np.arange(4), 3)
    order = rng.permutation(12)
    one = fit_posterior(gains, folds, test_share=1 / 3)
    other = fit_posterior(gains[order], folds[order], test_share=1 / 3)
    assert (one.mean, one.scale, one.df) == pytest.approx((other.mean, other.scale, other.df))


def test_equal_gains_are_not_certainty_when_the_noise_is_known() -> None:
    gains, folds = np.array([1 / 60, 1 / 60]), np.array([0, 1])
    assert fit_posterior(gains, folds, test_share=0.25).probabilities(0.0) == (1.0, 0.0, 0.0)
    floor = least_variance(0.0166, np.array([0.9, 0.9 + 1 / 60]))
    careful = fit_posterior(gains, folds, test_share=0.25, least_variance=floor)
    assert 0.7 < careful.probabilities(0.0)[0] < 0.95


def test_least_variance_is_the_larger_of_noise_and_rounding() -> None:
    scores = np.array([0.50, 0.55, 0.65])
    assert least_variance(None, scores) == pytest.approx(2 * 0.05**2 / 12)
    assert least_variance(1.0, scores) == pytest.approx(0.25 * 2.0)
    assert least_variance(None, np.array([0.5, 0.5])) == 0.0


def test_split_variance_is_the_analysis_of_variance() -> None:
    rng = np.random.default_rng(8)
    table = rng.normal(size=(200, 1)) * 2 + rng.normal(size=(200, 5))
    seed, rows = split_variance(table.ravel(), np.repeat(np.arange(200), 5), None)
    within = table.var(axis=1, ddof=1).mean()
    assert seed == pytest.approx(within)
    assert rows == pytest.approx(table.mean(axis=1).var(ddof=1) - within / 5)


@pytest.mark.parametrize(
    ("probabilities", "word"),
    [
        ((0.95, 0.05), "keep"),
        ((0.949, 0.05), "undecided"),
        ((0.0, 0.95), "same"),
        ((0.05, 0.5), "drop"),
        ((0.051, 0.9), "undecided"),
    ],
)
def test_what_probabilities_decide(probabilities: tuple[float, float], word: str) -> None:
    assert decide(*probabilities) == word


def test_more_pairs_are_enough_when_they_come_and_not_one_seed_less() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(size=5)
    gains = 1.0 + (noise - noise.mean()) / noise.std(ddof=1) * 1.2
    folds = np.arange(5)
    more = count_more_pairs(gains, folds, test_share=0.25, rope=0.05, noise=1.2 / np.sqrt(2))
    assert more is not None
    assert more % 5 == 0

    def better(seeds: int) -> float:
        # All of the variance between folds is the seeds': what is expected of s seeds has variance / s.
        scale = np.sqrt(gains.var(ddof=1) / seeds * (1 / 5 + 0.25))
        return float(stats.t.sf((0.05 - gains.mean()) / scale, 4))

    seeds = 1 + more // 5
    assert better(seeds) >= 0.95 > better(seeds - 1)


def test_lucky_agreement_of_few_pairs_does_not_promise_a_quick_end() -> None:
    gains = np.array([0.0133, 0.0130, 0.0136, 0.0133, 0.0133])
    known = count_more_pairs(gains, np.arange(5), test_share=0.25, rope=0.0024, noise=0.021)
    # Seeds of two jobs: variance 2 x 0.021^2; the t of four degrees of freedom at 95 % is 2.132.
    wanted = (stats.t.ppf(0.95, 4) / (0.0133 - 0.0024)) ** 2 * 2 * 0.021**2 * 0.45
    assert known == 5 * int(np.ceil(wanted)) - 5


def test_no_number_of_seeds_decides_when_the_folds_disagree() -> None:
    gains = np.tile([0.5, -0.4, 0.5, -0.4, 0.3], 4) + np.repeat([0.001, -0.001, 0.002, -0.002], 5)
    assert count_more_pairs(gains, np.tile(np.arange(5), 4), test_share=0.25, rope=0.0) is None


def test_wrong_input_is_refused() -> None:
    with pytest.raises(ValueError, match="one fold"):
        fit_posterior(np.array([0.1, 0.2]), np.array([0, 0]), test_share=0.25)
    with pytest.raises(ValueError, match="finite"):
        fit_posterior(np.array([0.1, np.nan]), np.array([0, 1]), test_share=0.25)
    with pytest.raises(ValueError, match="shape"):
        fit_posterior(np.array([0.1, 0.2]), np.array([0]), test_share=0.25)


def test_average_seeds_counts_them() -> None:
    means, seeds = average_seeds(np.array([1.0, 2.0, 3.0, 5.0]), np.array([7, 7, 2, 2]))
    assert means.tolist() == [4.0, 1.5]
    assert seeds.tolist() == [2, 2]


def test_a_point_is_certain() -> None:
    assert Posterior(-0.5, 0.0, 3).probabilities(0.1) == (0.0, 0.0, 1.0)
    assert Posterior(0.05, 0.0, 3).probabilities(0.1) == (0.0, 1.0, 0.0)

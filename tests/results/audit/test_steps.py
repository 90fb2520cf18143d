"""Where likeness ends, against a search over all cuts with the binomial likelihood."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tamesu.results.audit.steps import find_step, measure_likelihood


def search(gaps: NDArray[np.float64], alike: NDArray[np.bool_]) -> tuple[float, float] | None:
    """Threshold and log-likelihood ratio of the best cut into a near part with a higher rate, every cut tried."""
    from scipy.stats import binom

    def likelihood(part: NDArray[np.bool_]) -> float:
        # Less the binomial coefficient, which counts orders and is not the same for one part and for two.
        hits, n = int(part.sum()), len(part)
        return float(binom.logpmf(hits, n, hits / n) - np.log(float(binom.pmf(hits, n, 0.5)) * 2.0**n))

    best: tuple[float, float] | None = None
    for threshold in np.unique(gaps)[:-1]:
        near, far = alike[gaps <= threshold], alike[gaps > threshold]
        gained = likelihood(near) + likelihood(far) - likelihood(alike)
        if near.mean() > far.mean() and (best is None or gained > best[1] + 1e-9):
            best = (float(threshold), gained)
    return best


@pytest.mark.parametrize("seed", range(40))
def test_the_best_cut_is_found(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(2, 120))
    gaps = random.integers(1, int(random.integers(2, 30)), n).astype(np.float64)
    cut, near, far = random.uniform(1, 30), random.uniform(0, 1), random.uniform(0, 1)
    alike = random.random(n) < np.where(gaps < cut, near, far)
    step, truth = find_step(gaps, alike), search(gaps, alike)
    if truth is None or step is None:
        assert step is None
        assert truth is None
        return
    assert (step.threshold, step.evidence) == pytest.approx(truth, abs=1e-6)
    inside = gaps <= step.threshold
    assert (step.pairs, step.near, step.far) == pytest.approx((inside.sum(), alike[inside].mean(), alike[~inside].mean()))


@pytest.mark.parametrize("gaps", [[], [5.0], [3.0, 3.0, 3.0, 3.0]])
def test_equal_gaps_are_not_cut(gaps: list[float]) -> None:
    assert find_step(np.array(gaps), np.arange(len(gaps)) % 2 == 0) is None


@pytest.mark.parametrize("alike", [[False] * 4, [True] * 4, [False, False, True, True], [False, True, False, True]])
def test_likeness_that_falls_nowhere_has_no_step(alike: list[bool]) -> None:
    assert find_step(np.array([1.0, 2.0, 3.0, 4.0]), np.array(alike)) is None


def test_the_order_of_pairs_does_not_count() -> None:
    random = np.random.default_rng(0)
    gaps = random.integers(1, 50, 200).astype(np.float64)
    alike = random.random(200) < np.where(gaps <= 12, 0.8, 0.1)
    again = random.permutation(200)
    assert find_step(gaps, alike) == find_step(gaps[again], alike[again])
    step = find_step(gaps, alike)
    assert step is not None
    assert step.threshold == pytest.approx(12, abs=2)


def test_the_likelihood_is_that_of_the_rate_that_suits_best() -> None:
    rates = np.linspace(1e-6, 1 - 1e-6, 20_001)
    for hits, n in [(0, 5), (5, 5), (2, 7), (1, 3)]:
        most = (hits * np.log(rates) + (n - hits) * np.log(1 - rates)).max()
        assert measure_likelihood(np.array([hits]), np.array([n]))[0] == pytest.approx(most, abs=1e-4)

"""What a leak is worth, on planted leaks, on none, and against a bootstrap by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.results.audit.planted_groups import class_of_groups, make_groups

from tamesu.results.audit.worth import N_SPLITS, draw_groups, judge_rows, make_folds, measure_worth, sample_groups

Array = np.ndarray


def plant(seed: int, count: int = 60, size: int = 5, d: int = 30) -> tuple[Array, Array, Array]:
    groups, random = make_groups(count, size), np.random.default_rng(seed)
    features = random.normal(0, 1, (count, d))[groups] + random.normal(0, 0.3, (count * size, d))
    return features, class_of_groups(groups, seed=seed), groups


@pytest.mark.slow
def test_random_groups_are_worth_nothing() -> None:
    """The interval holds 0 in 95 of 100 sets; in 40 sets, no more than 7 do not, or chance would be below 1 in 1,000."""
    from scipy.stats import binom

    missed = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        codes = random.integers(0, 3, 150)
        features = random.normal(0, 1, (150, 6)) + np.eye(3, 6)[codes] * 1.5
        found = measure_worth(features, codes, random.permutation(150) // 5, 3, seed)
        assert found is not None
        assert abs(found.difference) < 0.1
        missed += not found.low <= 0 <= found.high
    assert missed <= binom.ppf(0.999, 40, 0.05)


def test_a_planted_leak_is_worth_much() -> None:
    for seed in range(3):
        found = measure_worth(*plant(seed), 3, seed)
        assert found is not None
        # On groups never seen, three classes of pure chance.
        assert found.grouped == pytest.approx(1 / 3, abs=0.15)
        assert found.random > 0.6
        assert 0.1 < found.low < found.difference < found.high
        assert (found.metric, found.rows) == ("accuracy", 300)
        assert found.difference == found.random - found.grouped


def test_values_leak_too() -> None:
    features, _, groups = plant(0)
    values = np.random.default_rng(1).normal(0, 1, 60)[groups]
    found = measure_worth(features, values, groups, 0)
    assert found is not None
    assert (found.metric, found.rows) == ("R2", 300)
    assert found.grouped < 0.2
    assert found.low > 0.1
    wide = measure_worth(features, np.stack([values, values * 10 + 3], 1), groups, 0)
    assert wide is not None
    assert (wide.random, wide.grouped) == pytest.approx((found.random, found.grouped), abs=1e-6)


def test_rows_that_cannot_be_judged_are_left_out() -> None:
    features, codes, groups = plant(0)
    features[:4] = np.nan
    codes = codes.copy()
    codes[10:13] = -1
    codes[codes == 2] = np.where(groups[codes == 2] == groups[codes == 2].min(), 2, 1)
    alone = int((codes == 2).sum())
    found = measure_worth(features, codes, groups, 3)
    assert found is not None
    left_out = ((codes == 2) | (codes < 0) | np.isnan(features).any(1)).sum()
    assert alone > 0
    assert found.rows == 300 - left_out


def test_what_cannot_be_measured() -> None:
    features, codes, groups = plant(0)
    assert measure_worth(features, codes, groups % 4, 3) is None
    assert measure_worth(np.full_like(features, np.nan), codes, groups, 3) is None
    assert measure_worth(features, np.full(300, -1), groups, 3) is None
    assert measure_worth(features, np.zeros(300, np.int64), groups, 3) is None
    # Each class in a single group.
    assert measure_worth(features, groups, groups, 60) is None
    assert measure_worth(features, np.array(["a.png"] * 300), groups, 0) is None
    assert measure_worth(features, np.full(300, np.nan), groups, 0) is None


@pytest.mark.parametrize("rare", [False, True])
@pytest.mark.parametrize("classes", [0, 3])
def test_folds(classes: int, rare: bool) -> None:
    random = np.random.default_rng(0)
    groups = np.unique(random.integers(0, 3 if rare else 40, 200), return_inverse=True)[1]
    codes = random.integers(0, 3, 200) if classes else None
    free, kept = make_folds(codes, groups, 0)
    for folds in (free, kept):
        assert set(folds.tolist()) == set(range(3 if rare else N_SPLITS))
    assert all(len(set(kept[groups == group].tolist())) == 1 for group in range(groups.max() + 1))
    assert any(len(set(free[groups == group].tolist())) > 1 for group in range(groups.max() + 1))
    assert (make_folds(codes, groups, 0)[0] == free).all()
    assert not (make_folds(codes, groups, 1)[0] == free).all()


def test_errors_of_rows_mean_the_score() -> None:
    from sklearn.metrics import r2_score

    from tamesu.results.audit.probe import probe_values

    random = np.random.default_rng(0)
    x, folds = random.normal(0, 1, (100, 5)), np.arange(100) % 5
    values = x[:, :1] * 2 + random.normal(0, 1, (100, 1)) + 50
    wanted = r2_score(values, probe_values(x, values, folds))
    assert 1 - judge_rows(x, values, folds, 0).mean() == pytest.approx(wanted)
    codes = (x[:, 0] > 0).astype(np.int64)
    assert set(judge_rows(x, codes, folds, 2).tolist()) <= {0.0, 1.0}


def test_the_interval_is_that_of_group_means_when_groups_are_equal() -> None:
    random = np.random.default_rng(0)
    groups = np.repeat(np.arange(50), 4)
    differences = random.normal(0.1, 0.3, 50)[groups] + random.normal(0, 0.1, 200)
    means = differences.reshape(50, 4).mean(1)
    by_hand = [random.choice(means, 50).mean() for _ in range(4000)]
    low, high = draw_groups(differences, groups, np.random.default_rng(1))
    assert (low, high) == pytest.approx(np.quantile(by_hand, [0.025, 0.975]), abs=0.012)
    # And near what the normal distribution says of 50 means.
    half = 1.96 * means.std(ddof=1) / np.sqrt(50)
    assert (low, high) == pytest.approx((means.mean() - half, means.mean() + half), abs=0.015)


def test_a_sample_is_of_whole_groups() -> None:
    random = np.random.default_rng(0)
    groups = random.integers(0, 400, 3000)
    usable = np.flatnonzero(random.random(3000) < 0.9)
    rows = sample_groups(groups, usable, 1, most=500)
    assert 500 <= len(rows) <= 500 + np.bincount(groups).max()
    assert set(rows.tolist()) <= set(usable.tolist()) and (np.diff(rows) > 0).all()
    chosen = set(groups[rows].tolist())
    assert all((row in set(rows.tolist())) == (groups[row] in chosen) for row in usable.tolist())
    assert sample_groups(groups, usable, 2, most=500).tolist() != rows.tolist()
    assert sample_groups(groups, usable, 1, most=5000).tolist() == usable.tolist()

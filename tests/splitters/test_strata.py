from __future__ import annotations

import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold

from tamesu.splitters import SplitRows
from tamesu.splitters.strata import assign_folds, make_strata


def values(target: np.ndarray) -> SplitRows:
    return SplitRows(tuple(f"{i:05}" for i in range(len(target))), "value", target)


def test_bins_are_tenths() -> None:
    strata = make_strata(values(np.random.default_rng(0).permutation(1000) / 7), 5)
    assert np.bincount(strata).tolist() == [100] * 10


@pytest.mark.parametrize(("rows", "n_splits", "bins"), [(20, 5, 4), (9, 5, 1), (1000, 2, 10), (5, 5, 1)])
def test_bins_hold_as_many_rows_as_folds(rows: int, n_splits: int, bins: int) -> None:
    strata = make_strata(values(np.arange(rows, dtype=np.float64)), n_splits)
    assert len(np.unique(strata)) == bins
    assert np.bincount(strata).min() >= n_splits


def test_bins_of_equal_values_are_one() -> None:
    strata = make_strata(values(np.array([0.0] * 80 + list(range(1, 21)))), 5)
    assert len(set(strata[:80].tolist())) == 1
    assert make_strata(values(np.full(30, 2.5)), 5).tolist() == [0] * 30


def test_missing_values_are_a_stratum() -> None:
    target = np.arange(50, dtype=np.float64)
    target[::10] = np.nan
    strata = make_strata(values(target), 5)
    assert len(set(strata[::10].tolist())) == 1
    assert strata[0] not in strata[np.arange(50) % 10 != 0]
    assert make_strata(values(np.full(6, np.nan)), 2).tolist() == [0] * 6


def test_a_full_stratum_more_changes_nothing_but_the_refusal() -> None:
    strata = np.arange(40) // 2
    splitter = StratifiedKFold(5, shuffle=True, random_state=0)
    with pytest.raises(ValueError, match="n_splits"):
        list(splitter.split(np.zeros(40), strata))
    folds = assign_folds(splitter, strata, 5)
    assert np.bincount(folds).tolist() == [8] * 5
    assert (folds[::2] != folds[1::2]).all()

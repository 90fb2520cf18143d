from __future__ import annotations

import numpy as np
import pytest

from tamesu.splitters.stratified_kfold import StratifiedKFold
from tamesu.testing.splitters import make_rows


def test_each_class_is_spread_evenly() -> None:
    rows = make_rows("class", rows=203)
    folds = StratifiedKFold(n_splits=5).split(rows, 3)
    for code in range(4):
        counts = np.bincount(folds[rows.target == code], minlength=5)
        assert counts.max() - counts.min() <= 1
    sizes = np.bincount(folds)
    assert sizes.max() - sizes.min() <= 1


def test_values_are_spread_evenly() -> None:
    rows = make_rows("value", rows=200)
    folds = StratifiedKFold(n_splits=5).split(rows, 3)
    low = rows.target <= np.quantile(rows.target, 0.1)
    # 20 rows in the lowest tenth: four in each fold.
    assert np.bincount(folds[low], minlength=5).tolist() == [4] * 5
    means = [rows.target[folds == fold].mean() for fold in range(5)]
    assert np.std(means) < 0.2 * rows.target.std() / np.sqrt(40)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_rows_of_a_rare_class_go_to_different_folds(count: int) -> None:
    rows = make_rows("class")
    rows.target[:] = 0
    rows.target[10 : 10 + count] = 1
    folds = StratifiedKFold(n_splits=5).split(rows, 0)
    assert len(set(folds[10 : 10 + count].tolist())) == count


def test_rows_of_rare_classes_only_go_to_different_folds() -> None:
    rows = make_rows("class", rows=60)
    rows.target[:] = np.arange(60) // 3
    folds = StratifiedKFold(n_splits=5).split(rows, 0)
    assert all(len(set(folds[rows.target == code].tolist())) == 3 for code in range(20))
    assert np.bincount(folds).tolist() == [12] * 5


def test_rows_without_label_are_spread_as_a_class_of_their_own() -> None:
    rows = make_rows("class")
    rows.target[:25] = -1
    folds = StratifiedKFold(n_splits=5).split(rows, 0)
    assert np.bincount(folds[:25]).tolist() == [5] * 5

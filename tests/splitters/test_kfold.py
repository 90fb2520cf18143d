from __future__ import annotations

import numpy as np
from sklearn.model_selection import KFold as Sklearn

from tamesu.splitters import repeat_seed, split_rows
from tamesu.splitters.kfold import KFold
from tamesu.testing.splitters import make_rows


def test_folds_are_scikit_learns_over_sorted_ids() -> None:
    rows = make_rows("value", rows=23)
    order = np.argsort(rows.ids)
    expected = np.empty(23, dtype=np.int64)
    for fold, (_, val) in enumerate(Sklearn(4, shuffle=True, random_state=repeat_seed(7, 0)).split(np.zeros(23))):
        expected[order[val]] = fold
    done = split_rows("kfold", {}, rows, n_splits=4, repeats=1, seed=7)
    assert np.array_equal(done.folds[:, 0], expected)


def test_sizes_differ_by_one_at_most() -> None:
    assert sorted(np.bincount(KFold(n_splits=4).split(make_rows(rows=23), 0))) == [5, 6, 6, 6]

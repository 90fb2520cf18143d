from __future__ import annotations

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold as Sklearn

from tamesu.splitters import SplitRows
from tamesu.splitters.stratified_group_kfold import StratifiedGroupKFold


def make(seed: int = 0) -> SplitRows:
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 60, 600)
    target = (rng.random(600) < 0.1 + 0.3 * (group % 2)).astype(np.int64)
    return SplitRows(tuple(f"{i:04}" for i in range(600)), "class", target, ("no", "yes"), group.astype(str))


def test_folds_are_scikit_learns() -> None:
    rows = make()
    expected = np.empty(600, dtype=np.int64)
    splitter = Sklearn(5, shuffle=True, random_state=11)
    for fold, (_, val) in enumerate(splitter.split(np.zeros(600), rows.target, rows.groups)):
        expected[val] = fold
    assert np.array_equal(StratifiedGroupKFold(n_splits=5).split(rows, 11), expected)


def test_class_shares_are_kept() -> None:
    rows = make()
    folds = StratifiedGroupKFold(n_splits=5).split(rows, 1)
    shares = [rows.target[folds == fold].mean() for fold in range(5)]
    assert np.ptp(shares) < 0.05

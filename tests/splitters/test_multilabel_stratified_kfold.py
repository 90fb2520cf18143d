from __future__ import annotations

import numpy as np
import pytest

from tamesu.splitters import SplitRows, split_rows
from tamesu.splitters.multilabel_stratified_kfold import MultilabelStratifiedKFold


def make(target: np.ndarray) -> SplitRows:
    labels = tuple(f"l{i}" for i in range(target.shape[1]))
    return SplitRows(tuple(f"{i:04}" for i in range(len(target))), "multilabel", target, labels)


def test_label_rates_are_kept_better_than_by_chance() -> None:
    rng = np.random.default_rng(0)
    rows = make((rng.random((500, 6)) < [0.5, 0.3, 0.1, 0.05, 0.03, 0.02]).astype(np.int64))

    def spread(name: str) -> int:
        folds = split_rows(name, {}, rows, n_splits=5, repeats=1, seed=0).folds[:, 0]
        counts = np.array([rows.target[folds == fold].sum(axis=0) for fold in range(5)])
        return int(np.ptp(counts, axis=0).max())

    assert spread("multilabel_stratified_kfold") <= 3 < 10 < spread("kfold")


def test_a_rare_label_goes_to_different_folds() -> None:
    target = np.zeros((100, 3), dtype=np.int64)
    target[:, 0] = np.arange(100) % 2
    target[:5, 2] = 1
    folds = MultilabelStratifiedKFold(n_splits=5).split(make(target), 0)
    assert sorted(folds[:5].tolist()) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("target", [np.zeros((20, 1)), np.ones((20, 1)), np.eye(20), np.full((20, 2), np.nan)])
def test_odd_label_sets_are_split(target: np.ndarray) -> None:
    folds = MultilabelStratifiedKFold(n_splits=4).split(make(target), 0)
    assert np.bincount(folds).tolist() == [5, 5, 5, 5]


def test_rows_without_label_are_spread() -> None:
    target = np.ones((50, 2), dtype=np.int64)
    target[:10, 1] = -1
    folds = MultilabelStratifiedKFold(n_splits=5).split(make(target), 0)
    assert np.bincount(folds[:10]).tolist() == [2] * 5

from __future__ import annotations

import numpy as np
import pytest

from tamesu.splitters import SplitRows
from tamesu.splitters.group_kfold import GroupKFold


def rows_of(sizes: list[int]) -> SplitRows:
    groups = np.repeat([f"患者{i}" for i in range(len(sizes))], sizes)
    return SplitRows(tuple(f"{i:05}" for i in range(len(groups))), "value", np.zeros(len(groups)), groups=groups)


@pytest.mark.parametrize("seed", range(5))
def test_folds_differ_by_one_groups_size_at_most(seed: int) -> None:
    sizes = np.random.default_rng(seed).integers(1, 30, 40).tolist()
    counts = np.bincount(GroupKFold(n_splits=5).split(rows_of(sizes), seed), minlength=5)
    assert counts.max() - counts.min() <= max(sizes)


def test_seeds_matter_even_when_no_two_groups_are_alike() -> None:
    rows = rows_of(list(range(1, 21)))
    splits = {GroupKFold(n_splits=4).split(rows, seed).tobytes() for seed in range(10)}
    assert len(splits) == 10


def test_as_many_groups_as_folds_gives_one_group_each() -> None:
    folds = GroupKFold(n_splits=4).split(rows_of([50, 1, 2, 3]), 0)
    assert sorted(np.bincount(folds)) == [1, 2, 3, 50]

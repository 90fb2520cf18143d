"""group_kfold."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from tamesu.splitters.rows import SplitRows, Splits
from tamesu.splitters.strata import assign_folds


class GroupKFold:
    """Whole groups, in random order, each to the fold with the fewest rows; folds differ by one group's size at most.

    scikit-learn's `GroupKFold` either ignores the seed, so that repeats repeat nothing, or counts groups and not rows.
    Its stratified sibling with a single class does what is wanted.

    Args:
        n_splits: folds.

    Source: scikit-learn `StratifiedGroupKFold(shuffle=True)` on one class.
    """

    ordered: ClassVar[bool] = False
    deterministic: ClassVar[bool] = False
    needs_groups: ClassVar[bool] = True
    kinds: ClassVar[frozenset[str]] = frozenset({"class", "multilabel", "value"})

    def __init__(self, *, n_splits: Splits = 5) -> None:
        self.n_splits = n_splits

    def split(self, rows: SplitRows, seed: int) -> np.ndarray:
        """The fold of each row, int32 (rows,); the rows of a group share one."""
        from sklearn.model_selection import StratifiedGroupKFold as Sklearn

        splitter = Sklearn(self.n_splits, shuffle=True, random_state=seed)
        return assign_folds(splitter, np.zeros(len(rows), dtype=np.int64), self.n_splits, rows.groups)

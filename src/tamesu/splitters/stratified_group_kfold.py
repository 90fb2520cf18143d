"""stratified_group_kfold."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from tamesu.splitters.rows import SplitRows, Splits
from tamesu.splitters.strata import assign_folds, make_strata


class StratifiedGroupKFold:
    """Whole groups, placed so that each fold has nearly the same share of every class, or of every tenth of the values.

    Groups whose class counts vary most are placed first; the seed orders those that are alike. With few groups, all of
    different make-up, every seed gives the same folds, and repeats are refused.

    Args:
        n_splits: folds.

    Source: scikit-learn `StratifiedGroupKFold(shuffle=True)`.
    """

    ordered: ClassVar[bool] = False
    deterministic: ClassVar[bool] = False
    needs_groups: ClassVar[bool] = True
    kinds: ClassVar[frozenset[str]] = frozenset({"class", "value"})

    def __init__(self, *, n_splits: Splits = 5) -> None:
        self.n_splits = n_splits

    def split(self, rows: SplitRows, seed: int) -> np.ndarray:
        """The fold of each row, int32 (rows,); the rows of a group share one."""
        from sklearn.model_selection import StratifiedGroupKFold as Sklearn

        splitter = Sklearn(self.n_splits, shuffle=True, random_state=seed)
        return assign_folds(splitter, make_strata(rows, self.n_splits), self.n_splits, rows.groups)

"""kfold."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from tamesu.splitters.rows import SplitRows, Splits
from tamesu.splitters.strata import assign_folds


class KFold:
    """Equal folds at random; the target is not looked at.

    Args:
        n_splits: folds.

    Source: scikit-learn `KFold(shuffle=True)`.
    """

    ordered: ClassVar[bool] = False
    deterministic: ClassVar[bool] = False
    needs_groups: ClassVar[bool] = False
    kinds: ClassVar[frozenset[str]] = frozenset({"class", "multilabel", "value"})

    def __init__(self, *, n_splits: Splits = 5) -> None:
        self.n_splits = n_splits

    def split(self, rows: SplitRows, seed: int) -> np.ndarray:
        """The fold of each row, int32 (rows,)."""
        from sklearn.model_selection import KFold as Sklearn

        splitter = Sklearn(self.n_splits, shuffle=True, random_state=seed)
        return assign_folds(splitter, np.zeros(len(rows), dtype=np.int64), self.n_splits)

"""multilabel_stratified_kfold."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from tamesu.splitters.rows import SplitRows, Splits
from tamesu.splitters.strata import assign_folds


class MultilabelStratifiedKFold:
    """Folds at random in which each label is as frequent as in the whole; rare labels are placed first.

    Args:
        n_splits: folds.

    Source: Sechidis, Tsoumakas and Vlahavas, On the stratification of multi-label data, ECML PKDD 2011;
        through iterative-stratification.
    """

    ordered: ClassVar[bool] = False
    deterministic: ClassVar[bool] = False
    needs_groups: ClassVar[bool] = False
    kinds: ClassVar[frozenset[str]] = frozenset({"multilabel"})

    def __init__(self, *, n_splits: Splits = 5) -> None:
        self.n_splits = n_splits

    def split(self, rows: SplitRows, seed: int) -> np.ndarray:
        """The fold of each row, int32 (rows,)."""
        from iterstrat.ml_stratifiers import MultilabelStratifiedKFold as Iterstrat

        missing: np.ndarray = np.logical_not((rows.target >= 0).all(axis=1))
        # A row without labels, or with unknown ones, is a label of its own; so there are two columns at least, which
        # iterative-stratification wants.
        known = np.where(missing[:, None], 0, rows.target).astype(np.int64)
        indicators = np.column_stack([known, missing, ~missing & ~known.any(axis=1)]).astype(np.int64)
        splitter = Iterstrat(self.n_splits, shuffle=True, random_state=seed)
        return assign_folds(splitter, indicators, self.n_splits)

"""Strata, and the bridge to scikit-learn's splitters."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from tamesu.splitters.rows import SplitRows

MAX_BINS = 10


def make_strata(rows: SplitRows, n_splits: int) -> np.ndarray:
    """The stratum of each row: its class, or the quantile bin of its value; a missing label is a stratum of its own.

    Args:
        rows: of kind `class` or `value`.
        n_splits: folds; a bin of values holds at least as many rows, ties aside.

    Returns:
        int64 (rows,), from 0.

    Examples:
        >>> rows = SplitRows(tuple("abcd"), "value", np.array([9.0, 1.0, 2.0, 8.0]))
        >>> make_strata(rows, n_splits=2).tolist()
        [1, 0, 0, 1]
    """
    if rows.kind == "class":
        return np.unique(rows.target, return_inverse=True)[1].astype(np.int64)
    values = np.asarray(rows.target, dtype=np.float64)
    known = ~np.isnan(values)
    bins = max(1, min(MAX_BINS, int(known.sum()) // n_splits))
    strata = np.full(len(values), bins, dtype=np.int64)
    if known.any():
        edges = np.unique(np.quantile(values[known], np.arange(1, bins) / bins))
        strata[known] = np.searchsorted(edges, values[known], side="right")
    return np.unique(strata, return_inverse=True)[1].astype(np.int64)


def assign_folds(splitter: Any, strata: np.ndarray, n_splits: int, groups: np.ndarray | None = None) -> np.ndarray:
    """The fold of each row from a scikit-learn splitter, whatever the strata are like.

    Args:
        splitter: with scikit-learn's `split(X, y, groups)`.
        strata: int (rows,) or 0/1 (rows, labels).
        n_splits: its number of folds.
        groups: (rows,), or None.

    Returns:
        int32 (rows,); -1 where no fold validates the row.
    """
    rows = len(strata)
    if strata.ndim == 1 and np.bincount(strata).max() < n_splits:
        # scikit-learn refuses when every stratum is smaller than the number of folds; one full stratum, cut off again
        # at the end, makes it go on: it takes one row of each fold and moves nothing else.
        strata = np.concatenate([strata, np.full(n_splits, strata.max() + 1)])
        if groups is not None:
            codes = np.unique(groups, return_inverse=True)[1]
            groups = np.concatenate([codes, codes.max() + 1 + np.arange(n_splits)])
    folds = np.full(len(strata), -1, dtype=np.int32)
    with warnings.catch_warnings():
        # Said by us, with the names of the classes: TABLE_RARE_CLASS.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        for fold, (_, val) in enumerate(splitter.split(np.zeros((len(strata), 1)), strata, groups)):
            folds[val] = fold
    return folds[:rows]

"""column."""

from __future__ import annotations

import re
from typing import ClassVar

import numpy as np

from tamesu.errors import Fault, InputError
from tamesu.splitters.rows import SplitRows, Splits


class Column:
    """Folds that the table gives: whole numbers from 0 to `n_splits` - 1, or from 1 to `n_splits`.

    Args:
        column: the column with the folds.
        n_splits: how many folds it holds.
    """

    ordered: ClassVar[bool] = False
    deterministic: ClassVar[bool] = True
    needs_groups: ClassVar[bool] = False
    kinds: ClassVar[frozenset[str]] = frozenset({"class", "multilabel", "value"})

    def __init__(self, *, column: str, n_splits: Splits = 5) -> None:
        self.column = column
        self.n_splits = n_splits

    def split(self, rows: SplitRows, seed: int) -> np.ndarray:  # noqa: ARG002
        """The fold of each row, int32 (rows,).

        Raises:
            InputError: a cell is blank, not a whole number, or out of range.
        """
        folds = np.array([read_fold(cell) for cell in rows.column(self.column)], dtype=np.int64)
        # Counted from one only when no 0 contradicts it and both ends are there.
        read = folds[folds >= 0]
        first = 1 if read.size and read.min() == 1 and (read == self.n_splits).any() else 0
        wrong = np.flatnonzero((folds < first) | (folds >= self.n_splits + first))
        if wrong.size:
            place, lines = rows.where(wrong, self.column)
            values = {"cell": rows.column(self.column)[wrong[0]], "lines": lines, "n_splits": self.n_splits}
            raise InputError(Fault("FOLD_BAD_VALUE", "refuse", place, {**values, "last": self.n_splits - 1}))
        return (folds - first).astype(np.int32)


def read_fold(cell: str) -> int:
    """The fold's number, or -1 when the cell holds none; `3.0` is 3, as some tools write it.

    Examples:
        >>> [read_fold(cell) for cell in ("3", "3.0", "", "-1", "7.5", "12345678901234567890")]
        [3, 3, -1, -1, -1, -1]
    """
    match = re.fullmatch(r"\s*(\d{1,9})(\.0*)?\s*", cell, re.ASCII)
    return int(match[1]) if match else -1

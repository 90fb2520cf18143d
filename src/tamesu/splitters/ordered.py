"""ordered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar

import numpy as np

from tamesu.errors import Fault, InputError
from tamesu.splitters.rows import SplitRows, Splits
from tamesu.splitters.strata import assign_folds


class Ordered:
    """In time: the rows by `column`, in `n_splits` + 1 chunks; a chunk is validated after training on all earlier ones.

    The first chunk is only ever trained on. Rows of one time stay in one chunk.

    Args:
        column: numbers, or dates and times as 2026-11-03, 2026/11/3, 2026-11-03 10:30:00.
        n_splits: chunks that are validated.

    Source: scikit-learn `TimeSeriesSplit`.
    """

    ordered: ClassVar[bool] = True
    deterministic: ClassVar[bool] = True
    needs_groups: ClassVar[bool] = False
    kinds: ClassVar[frozenset[str]] = frozenset({"class", "multilabel", "value"})

    def __init__(self, *, column: str, n_splits: Splits = 5) -> None:
        self.column = column
        self.n_splits = n_splits

    def split(self, rows: SplitRows, seed: int) -> np.ndarray:  # noqa: ARG002
        """The fold of each row, int32 (rows,); -1 for the first chunk.

        Raises:
            InputError: a cell is not a time, or there are fewer different times than chunks.
        """
        from sklearn.model_selection import TimeSeriesSplit

        times, unreadable = read_times(rows.column(self.column))
        if unreadable:
            place, lines = rows.where(unreadable, self.column)
            cell = rows.column(self.column)[unreadable[0]]
            raise InputError(Fault("FOLD_NOT_A_TIME", "refuse", place, {"cell": cell, "lines": lines}))
        order = np.argsort(times, kind="stable")
        folds = np.empty(len(rows), dtype=np.int32)
        folds[order] = assign_folds(TimeSeriesSplit(self.n_splits), np.zeros(len(rows), dtype=np.int64), self.n_splits)
        # A boundary inside one time moves behind it.
        moments = np.unique(times, return_inverse=True)[1]
        first = np.full(moments.max() + 1, self.n_splits, dtype=np.int32)
        np.minimum.at(first, moments, folds)
        folds = first[moments]
        if len(np.unique(folds)) <= self.n_splits:
            values = {"column": self.column, "times": len(first), "chunks": self.n_splits + 1}
            raise InputError(Fault("FOLD_FEW_TIMES", "refuse", rows.where([], self.column)[0], values))
        return folds


def read_times(cells: Sequence[str]) -> tuple[np.ndarray, list[int]]:
    """Cells as numbers that sort as the times do: all are numbers, or all are dates.

    Returns:
        float64 (rows,), seconds for dates; and the indices of the cells that could not be read.

    Examples:
        >>> read_times(["2026/1/9", "2026/1/10"])[0].argsort().tolist(), read_times(["10", "9.5"])[0].tolist()
        ([0, 1], [10.0, 9.5])
        >>> read_times(["2026-01-09", "soon", ""])[1]
        [1, 2]
    """
    numbers = [read_number(cell) for cell in cells]
    dates = [read_date(cell) for cell in cells]
    # Whichever reads more cells; the rest is a fault.
    best = max((numbers, dates), key=lambda read: sum(value is not None for value in read))
    unreadable = [i for i, value in enumerate(best) if value is None]
    return np.array([np.nan if value is None else value for value in best], dtype=np.float64), unreadable


def read_number(cell: str) -> float | None:
    """A finite decimal number, or None."""
    if not re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", cell, re.ASCII):
        return None
    value = float(cell)
    return value if np.isfinite(value) else None


def read_date(cell: str) -> float | None:
    """Seconds since 1970 of an ISO date, with `/` or without leading zeros too; a time without zone counts as UTC."""
    match = re.fullmatch(r"\s*(\d{4})[-/](\d{1,2})[-/](\d{1,2})(.*?)\s*", cell, re.ASCII)
    if match is None:
        return None
    year, month, day, rest = match.groups()
    try:
        moment = datetime.fromisoformat(f"{int(year):04}-{int(month):02}-{int(day):02}{rest}")
    except ValueError:
        return None
    days = (moment.date() - date(1970, 1, 1)).days
    offset = moment.utcoffset()
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    return days * 86_400 + seconds - (offset.total_seconds() if offset else 0.0)

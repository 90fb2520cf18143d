"""Splitters: rows into folds that cannot leak.

    table                           SPLITTERS
    rows in, folds out              split_rows(name, options, rows, n_splits=, repeats=, seed=) → FoldAssignment

Repeated forms of every splitter come from `repeats`: repeat r has a seed of its own, a function of (seed, r).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tamesu.errors import InputError, Where
from tamesu.registry import Registry
from tamesu.splitters.column import Column
from tamesu.splitters.faults import (
    KEY,
    find_fold_faults,
    find_group_faults,
    find_label_faults,
    find_row_faults,
    worst_first,
)
from tamesu.splitters.group_kfold import GroupKFold
from tamesu.splitters.kfold import KFold
from tamesu.splitters.leave_one_group_out import LeaveOneGroupOut
from tamesu.splitters.leave_one_out import LeaveOneOut
from tamesu.splitters.multilabel_stratified_kfold import MultilabelStratifiedKFold
from tamesu.splitters.ordered import Ordered
from tamesu.splitters.rows import FoldAssignment, SplitRows, Splitter
from tamesu.splitters.stratified_group_kfold import StratifiedGroupKFold
from tamesu.splitters.stratified_kfold import StratifiedKFold

__all__ = ["SPLITTERS", "FoldAssignment", "SplitRows", "Splitter", "repeat_seed", "split_rows"]

SPLITTERS = Registry(
    "splitter",
    {
        "kfold": KFold,
        "stratified_kfold": StratifiedKFold,
        "group_kfold": GroupKFold,
        "stratified_group_kfold": StratifiedGroupKFold,
        "multilabel_stratified_kfold": MultilabelStratifiedKFold,
        "leave_one_out": LeaveOneOut,
        "leave_one_group_out": LeaveOneGroupOut,
        "ordered": Ordered,
        "column": Column,
    },
)


def split_rows(
    name: str, options: Mapping[str, Any], rows: SplitRows, *, n_splits: int, repeats: int, seed: int
) -> FoldAssignment:
    """Rows into folds, `repeats` times.

    Args:
        name: an entry of `SPLITTERS`.
        options: its options, without `n_splits`.
        rows: in any order; the folds of an id do not depend on it.
        n_splits: folds per repeat, from 2; leave-one-out forms make as many as there are rows or groups.
        repeats: how many times, from 1.
        seed: from 0.

    Returns:
        Folds in the order of `rows`, with notes and questions (`tamesu.errors.raise_faults` raises the latter).

    Raises:
        InputError: the rows cannot be split so; all refusals and questions that were found, together.

    Examples:
        >>> rows = SplitRows(("a", "b", "c", "d"), "class", np.array([0, 0, 1, 1]), ("cat", "dog"))
        >>> done = split_rows("stratified_kfold", {}, rows, n_splits=2, repeats=1, seed=0)
        >>> done.folds.shape, sorted(done.folds[:2, 0].tolist()), sorted(done.folds[2:, 0].tolist())
        ((4, 1), [0, 1], [0, 1])
    """
    if faults := SPLITTERS.check(name, options, Where(key=KEY), frozenset({"n_splits"})):
        raise InputError(faults)
    splitter: Splitter = SPLITTERS.build(name, options, n_splits=n_splits)
    refuse_if_any(faults := find_row_faults(name, splitter, rows, repeats))
    order = sorted(range(len(rows)), key=lambda i: rows.ids[i])
    by_id = rows.take(order)
    try:
        columns = [splitter.split(by_id, repeat_seed(seed, repeat)) for repeat in range(repeats)]
    except InputError as error:
        raise InputError([*error.faults, *(fault for fault in faults if fault.outcome == "ask")]) from None
    folds = np.stack(columns, axis=1)
    # How many there are is the splitter's to say when the number was not asked for.
    actual = int(getattr(splitter, "n_splits", folds.max() + 1))
    faults += find_fold_faults(name, splitter, by_id, folds, actual)
    faults += find_group_faults(splitter, by_id, folds) + find_label_faults(splitter, by_id, folds)
    refuse_if_any(faults)
    back = np.empty_like(folds)
    back[order] = folds
    return FoldAssignment(back, actual, splitter.ordered, tuple(worst_first(faults)))


def repeat_seed(seed: int, repeat: int) -> int:
    """The seed of a repeat: a function of both, below 2³² as scikit-learn wants it."""
    return int(np.random.SeedSequence([seed, repeat]).generate_state(1)[0])


def refuse_if_any(faults: list[Any]) -> None:
    """Raise what stops the work when any of it cannot be answered with "go on"; questions alone are left to the caller."""
    if any(fault.outcome == "refuse" for fault in faults):
        raise InputError([fault for fault in worst_first(faults) if fault.outcome in ("refuse", "ask")])

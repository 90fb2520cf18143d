"""What is to be said about rows before they are split, and about the folds that came out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tamesu.errors import Fault, Where, nearest
from tamesu.splitters.rows import SplitRows, Splitter, list_some

KEY = "folds.splitter"
# Beyond this, the largest fold over the smallest, scores of folds differ by their size alone.
UNEVEN_RATIO = 2.0


def find_row_faults(name: str, splitter: Splitter, rows: SplitRows, repeats: int) -> list[Fault]:
    """What stands against splitting these rows in this way.

    Args:
        name: the splitter's name, for messages.
        splitter: built.
        rows: as read.
        repeats: how many times they are to be split.

    Returns:
        Refusals (kind, columns, groups, too few rows or groups, repeats without effect) and questions (blank groups).
    """
    place, faults = Where(key=KEY), []
    if rows.kind not in splitter.kinds:
        values = {"name": name, "kind": rows.kind, "kinds": ", ".join(sorted(splitter.kinds))}
        faults.append(Fault("FOLD_KIND", "refuse", place, values))
    if splitter.deterministic and repeats > 1:
        faults.append(Fault("FOLD_REPEATS_SAME", "refuse", Where(key="folds.repeats"), {"name": name, "repeats": repeats}))
    column = getattr(splitter, "column", None)
    if column is not None and column not in rows.columns:
        values = {"column": column, "known": ", ".join(rows.columns) or "-"}
        faults.append(Fault("FOLD_NO_COLUMN", "refuse", Where(rows.file, key=KEY), values, nearest(column, rows.columns)))
    if rows.groups is None and splitter.needs_groups:
        faults.append(Fault("FOLD_NEEDS_GROUPS", "refuse", Where(key="groups"), {"name": name}))
    if rows.groups is not None:
        blank = np.flatnonzero(np.char.strip(rows.groups.astype(np.str_)) == "")
        if blank.size:
            where, lines = rows.where(blank, "groups")
            faults.append(Fault("FOLD_GROUP_BLANK", "ask", where, {"count": blank.size, "lines": lines}))
    return faults + find_too_few(name, splitter, rows)


def find_too_few(name: str, splitter: Splitter, rows: SplitRows) -> list[Fault]:
    """Refusals for fewer rows or groups than folds."""
    faults = []
    need = getattr(splitter, "n_splits", 2) + (1 if splitter.ordered else 0)
    if len(rows) < need:
        values = {"name": name, "rows": len(rows), "need": need}
        faults.append(Fault("FOLD_FEW_ROWS", "refuse", Where("competition.yaml", key="folds.n_splits"), values))
    if rows.groups is not None and splitter.needs_groups and (groups := len(set(rows.groups.tolist()))) < need:
        values = {"name": name, "groups": groups, "need": need}
        faults.append(Fault("FOLD_FEW_GROUPS", "refuse", Where("competition.yaml", key="folds.n_splits"), values))
    return faults


def find_label_faults(splitter: Splitter, rows: SplitRows, folds: np.ndarray) -> list[Fault]:
    """Notes on classes: empty, with fewer rows than folds, never seen in training when a fold is held out.

    Args:
        splitter: built.
        rows: of any kind; `value` has no classes.
        folds: int32 (rows, repeats).
    """
    if rows.kind == "value":
        return []
    row, code = label_pairs(rows)
    counts = np.bincount(code, minlength=len(rows.labels))
    place, faults = Where(rows.file), []
    if empty := [rows.labels[c] for c in np.flatnonzero(counts == 0)]:
        faults.append(Fault("FOLD_CLASS_EMPTY", "note", place, {"classes": list_some(empty), "count": len(empty)}))
    n_splits = getattr(splitter, "n_splits", None)
    rare = np.flatnonzero((counts > 0) & (counts < (n_splits or 0)))
    if rare.size:
        names = [f"{rows.labels[c]} ({counts[c]})" for c in rare]
        values = {"classes": list_some(names), "count": len(names), "n_splits": n_splits}
        faults.append(Fault("TABLE_RARE_CLASS", "note", place, values))
        if 2 * rare.size > len(rows.labels):
            values = {"count": len(names), "total": len(rows.labels), "n_splits": n_splits}
            faults.append(Fault("FOLD_MOST_CLASSES_RARE", "note", place, values))
    # A class of one row is always unseen once; TABLE_RARE_CLASS has said so.
    unseen = [c for c in find_unseen(row, code, folds, len(rows.labels), splitter.ordered) if counts[c] > 1]
    if unseen:
        values = {"classes": list_some([rows.labels[c] for c in unseen]), "count": len(unseen)}
        faults.append(Fault("FOLD_CLASS_UNSEEN", "note", place, values))
    return faults


def label_pairs(rows: SplitRows) -> tuple[np.ndarray, np.ndarray]:
    """Each (row, class) that stands in the target: two int64 arrays."""
    if rows.kind == "multilabel":
        row, code = np.nonzero(rows.target > 0)
        return row, code
    row = np.flatnonzero(rows.target >= 0)
    return row, rows.target[row].astype(np.int64)


def find_unseen(row: np.ndarray, code: np.ndarray, folds: np.ndarray, classes: int, ordered: bool) -> list[int]:
    """Classes that some fold validates and none of its training rows shows.

    Args:
        row: int (pairs,).
        code: int (pairs,), a class that stands in that row.
        folds: int32 (rows, repeats).
        classes: length of the label list.
        ordered: fold k is trained on earlier folds only.

    Returns:
        Class codes, ascending.

    Examples:
        >>> row, code, folds = np.arange(4), np.array([0, 0, 1, 1]), np.array([[0], [1], [1], [1]])
        >>> find_unseen(row, code, folds, 2, ordered=False), find_unseen(row, code, folds, 2, ordered=True)
        ([1], [0, 1])
    """
    unseen = np.zeros(classes, dtype=np.bool_)
    for fold in folds[row].T:
        low = np.full(classes, np.iinfo(np.int32).max)
        high = np.full(classes, -1)
        np.minimum.at(low, code, fold)
        np.maximum.at(high, code, fold)
        unseen |= (high >= 0) & (low >= 0) if ordered else low == high
    return np.flatnonzero(unseen).tolist()


def find_group_faults(splitter: Splitter, rows: SplitRows, folds: np.ndarray) -> list[Fault]:
    """A question for groups on both sides of a fold; a note for groups that hold several classes, when they are kept whole.

    Args:
        splitter: built.
        rows: with or without groups.
        folds: int32 (rows, repeats).
    """
    if rows.groups is None:
        return []
    names, group = np.unique(rows.groups, return_inverse=True)
    place, faults = Where(rows.file, key="groups"), []
    leaking = np.zeros(len(names), dtype=np.bool_)
    for fold in folds.T:
        leaking |= spread_of(group, fold, len(names)) > 0
    if leaking.any():
        values = {"groups": list_some(names[leaking].tolist(), 5), "count": int(leaking.sum()), "total": len(names)}
        faults.append(Fault("FOLD_GROUP_LEAK", "ask", place, values))
    if rows.kind == "class" and splitter.needs_groups:
        known = rows.target >= 0
        spans = spread_of(group[known], rows.target[known].astype(np.int64), len(names)) > 0
        if spans.any():
            values = {"groups": list_some(names[spans].tolist(), 5), "count": int(spans.sum()), "total": len(names)}
            faults.append(Fault("FOLD_GROUP_SPANS_CLASSES", "note", place, values))
    return faults


def spread_of(group: np.ndarray, number: np.ndarray, groups: int) -> np.ndarray:
    """Largest minus smallest number within each group, int64 (groups,); 0 for a group without rows."""
    low = np.full(groups, np.iinfo(np.int64).max)
    high = np.full(groups, np.iinfo(np.int64).min)
    np.minimum.at(low, group, number)
    np.maximum.at(high, group, number)
    empty = np.bincount(group, minlength=groups) == 0
    low[empty] = high[empty] = 0
    spread: np.ndarray = high - low
    return spread


def find_fold_faults(name: str, splitter: Splitter, rows: SplitRows, folds: np.ndarray, n_splits: int) -> list[Fault]:
    """Refusals for empty folds and for repeats that came out alike; a note for folds of very different size.

    Args:
        name: the splitter's name.
        splitter: built; one without `n_splits` makes uneven folds by its nature.
        rows: the rows, for the file's name.
        folds: int32 (rows, repeats).
        n_splits: how many folds there must be.
    """
    sizes = np.stack([np.bincount(fold[fold >= 0], minlength=n_splits) for fold in folds.T])
    place, faults = Where(rows.file, key="folds"), []
    if (empty := np.flatnonzero((sizes == 0).any(axis=0))).size:
        values = {"folds": list_some(empty.tolist()), "n_splits": n_splits}
        faults.append(Fault("FOLD_EMPTY", "refuse", place, values))
    elif hasattr(splitter, "n_splits") and sizes.max() > UNEVEN_RATIO * sizes.min():
        values = {"smallest": int(sizes.min()), "largest": int(sizes.max())}
        faults.append(Fault("FOLD_UNEVEN", "note", place, values))
    seen: dict[bytes, int] = {}
    for repeat, fold in enumerate(folds.T):
        key = relabel(fold).tobytes()
        if key in seen:
            values = {"name": name, "first": seen[key], "second": repeat}
            faults.append(Fault("FOLD_REPEATS_EQUAL", "refuse", Where(key="folds.repeats"), values))
            break
        seen[key] = repeat
    return faults


def relabel(fold: np.ndarray) -> np.ndarray:
    """The same partition with folds numbered as they first appear, so that equal partitions are equal arrays.

    Examples:
        >>> relabel(np.array([2, 2, 0, 1])).tolist(), relabel(np.array([1, 1, 2, 0])).tolist()
        ([0, 0, 1, 2], [0, 0, 1, 2])
    """
    _, first, inverse = np.unique(fold, return_index=True, return_inverse=True)
    rank: np.ndarray = np.argsort(np.argsort(first))
    relabelled: np.ndarray = rank[inverse]
    return relabelled


def worst_first(faults: Iterable[Fault]) -> list[Fault]:
    """Refusals, then questions, then notes; otherwise in their order."""
    rank = {"refuse": 0, "ask": 1}
    return sorted(faults, key=lambda fault: rank.get(fault.outcome, 2))

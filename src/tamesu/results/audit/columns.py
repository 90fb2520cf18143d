"""Columns of the tables: constant, like an id, known in train only, telling the label, with empty cells."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from tamesu.results.audit.data import UNKNOWN, AuditData
from tamesu.results.finding import Chart, Finding, Weight

WHOLE = re.compile(r"[+-]?\d+")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
LEAST_ROWS = 20
# Rows whose value has another label than most rows of the value.
MOST_STRAY = 0.01
# Decimal logarithm of the chance that shuffled labels would be as pure.
MOST_LUCK = -6.0
LEAST_MISSING_GAP = 0.1
NAMED = 12


@dataclass(frozen=True, slots=True)
class Telling:
    """A column each value of which has one label.

    Attributes:
        column: its name.
        values: how many different ones.
        luck: decimal logarithm of the chance that shuffled labels would be as pure.
    """

    column: str
    values: int
    luck: float


def judge_columns(data: AuditData, used: Collection[str] = ()) -> list[Finding]:
    """What is to be said of the columns beside id, file and label.

    Args:
        data: the rows.
        used: columns that competition.yaml names already, as targets, groups or folds: only their empty cells are told.

    Returns:
        AUDIT_COLUMN_CONSTANT, AUDIT_COLUMN_ID, AUDIT_COLUMN_TRAIN_ONLY, AUDIT_COLUMN_GROUPS, AUDIT_CELLS_MISSING (notes),
        AUDIT_CELLS_TELL and AUDIT_COLUMN_TELLS (warnings where test has the column, else notes).
    """
    train, test = data.columns["train"], data.columns["test"]
    names = [name for name in train if not is_known(data, name)]
    found: list[Finding] = []
    beside = [name for name in names if name not in used]
    constant = [name for name in beside if is_constant(train[name])]
    alive = [name for name in beside if name not in constant]
    if constant:
        found.append(Finding("AUDIT_COLUMN_CONSTANT", "note", {"columns": name_columns(constant)}))
    tellings = {name: telling for name in alive if (telling := find_telling(data, name)) is not None}
    different = [name for name in alive if is_id_like(train[name])]
    if different:
        found.append(Finding("AUDIT_COLUMN_ID", "note", {"columns": name_columns(different)}))
    found += _judge_tellings(data, tellings)
    only = [name for name in alive if test and name not in test and name not in different and name not in tellings]
    if only:
        found.append(Finding("AUDIT_COLUMN_TRAIN_ONLY", "note", {"columns": name_columns(only)}))
    return found + _judge_missing(data, [name for name in names if name not in constant])


def is_known(data: AuditData, name: str) -> bool:
    """Whether a column is the id, the file (or one called like it, such as a mask) or the label itself."""
    cells = data.columns["train"][name]
    if name == data.target or cells == data.ids[: data.train_rows]:
        return True
    stems = [PurePosixPath(cell).stem for cell in cells]
    if stems == [PurePosixPath(path).stem for path in data.paths[: data.train_rows]]:
        return True
    if not data.has_classes:
        return data.kind == "value" and _is_target(cells, data)
    known = data.codes != UNKNOWN
    texts = [(cells[row], data.labels[data.codes[row]]) for row in np.flatnonzero(known)]
    return bool(texts) and all(is_same(cell, label) for cell, label in set(texts))


def is_same(cell: str, label: str) -> bool:
    """Whether a cell says a label, as text or as a number.

    Examples:
        >>> is_same("1.0", "1"), is_same("01", "1"), is_same("a", "b")
        (True, True, False)
    """
    if NUMBER.fullmatch(cell) and NUMBER.fullmatch(label):
        return float(cell) == float(label)
    return cell == label


def _is_target(cells: Sequence[str], data: AuditData) -> bool:
    """Whether a column is one of the value target's own."""
    numbers = np.array([float(cell) if NUMBER.fullmatch(cell) else np.nan for cell in cells])
    targets = np.asarray(data.values, np.float64).reshape(data.train_rows, -1)
    return any(np.array_equal(numbers, target, equal_nan=True) for target in targets.T)


def is_constant(cells: Sequence[str]) -> bool:
    """Whether all cells are the same, empty ones too.

    Examples:
        >>> is_constant(["a", "a"]), is_constant(["a", ""]), is_constant(["", ""])
        (True, False, True)
    """
    return len(set(cells)) == 1


def is_id_like(cells: Sequence[str]) -> bool:
    """Whether all cells are different, filled, and texts or whole numbers: fractions that differ are measurements.

    Examples:
        >>> is_id_like([f"case-{row}" for row in range(30)]), is_id_like([f"{row / 7}" for row in range(30)])
        (True, False)
    """
    if len(cells) < LEAST_ROWS or len(set(cells)) < len(cells) or "" in cells:
        return False
    return all(WHOLE.fullmatch(cell) or not NUMBER.fullmatch(cell) for cell in cells)


def find_telling(data: AuditData, name: str) -> Telling | None:
    """Whether each value of a column has one label, and that is no luck; of value targets, whether it is the target, scaled."""
    cells = np.array(data.columns["train"][name])
    if not data.has_classes:
        return _find_scaled(data, name)
    known = (cells != "") & (data.codes != UNKNOWN)
    if known.sum() < LEAST_ROWS:
        return None
    codes = data.codes[known]
    texts, values = np.unique(cells[known], return_inverse=True)
    luck = weigh_purity(values, codes, len(texts))
    return None if luck is None or luck > MOST_LUCK else Telling(name, len(texts), luck)


def weigh_purity(values: NDArray[np.int64], codes: NDArray[np.int64], count: int) -> float | None:
    """How unlikely it is that shuffled labels would give each value one label.

    Args:
        values: (rows,), from 0.
        codes: (rows,), the label of each row, from 0.
        count: how many values there are.

    Returns:
        The decimal logarithm of the chance; None when more than 1 % of the rows stray, or less than half share their value.

    Examples:
        >>> round(weigh_purity(np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 0, 1, 1, 1]), 2), 2)
        -1.2
    """
    sizes = np.bincount(values, minlength=count)
    pairs, tallies = np.unique(np.stack([values, codes]), axis=1, return_counts=True)
    most = np.zeros(count, np.int64)
    np.maximum.at(most, pairs[0], tallies)
    repeated = sizes > 1
    if sizes[repeated].sum() < len(values) / 2 or (sizes - most)[repeated].sum() > MOST_STRAY * len(values):
        return None
    shares = np.bincount(codes) / len(codes)
    shares = shares[shares > 0]
    pure = repeated & (most == sizes)
    # The logarithm of sum(share ** size) without powers that vanish.
    logs = np.log10(shares)[:, None] * sizes[pure][None, :]
    top = logs.max(axis=0)
    return float((top + np.log10((10.0 ** (logs - top)).sum(axis=0))).sum())


def name_columns(names: Sequence[str]) -> str:
    """Names of columns as a message tells them, twelve at most.

    Examples:
        >>> name_columns(["age", "性別"])
        'age, 性別'
    """
    return ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")


def _find_scaled(data: AuditData, name: str) -> Telling | None:
    cells = data.columns["train"][name]
    filled = np.array([bool(NUMBER.fullmatch(cell)) for cell in cells])
    if data.kind != "value" or filled.sum() < LEAST_ROWS or filled.mean() < 0.5:
        return None
    numbers = np.array([float(cell) for cell, there in zip(cells, filled, strict=True) if there])
    targets = np.asarray(data.values, np.float64).reshape(data.train_rows, -1)[filled]
    for target in targets.T:
        both = np.isfinite(target)
        if both.sum() < LEAST_ROWS or target[both].std() == 0 or numbers[both].std() == 0:
            continue
        correlation = np.corrcoef(target[both], numbers[both])[0, 1]
        if abs(correlation) > 0.9999:
            return Telling(name, len(set(cells)), float("-inf"))
    return None


def _judge_tellings(data: AuditData, tellings: dict[str, Telling]) -> list[Finding]:
    train, test = data.columns["train"], data.columns["test"]
    found = []
    for name, telling in tellings.items():
        values = {"column": name, "values": telling.values}
        shared = set(train[name]) & set(test.get(name, ())) - {""}
        if data.has_classes and telling.values >= 3 * len(data.labels) and not shared:
            found.append(Finding("AUDIT_COLUMN_GROUPS", "note", values))
        elif name in test:
            found.append(Finding("AUDIT_COLUMN_TELLS", "warning", values, worth=1.0))
        else:
            found.append(Finding("AUDIT_COLUMN_TELLS_TRAIN", "note", values))
    return found


def _judge_missing(data: AuditData, names: Sequence[str]) -> list[Finding]:
    """Empty cells by column, and columns whose emptiness tells the class."""
    parts = {part: {name: np.array(cells) == "" for name, cells in data.columns[part].items()} for part in ("train", "test")}
    gaps = [name for name in names if parts["train"][name].any() or parts["test"].get(name, np.zeros(1)).any()]
    if not gaps:
        return []
    gaps.sort(key=lambda name: -float(parts["train"][name].mean()))
    told = []
    for name in gaps[:NAMED]:
        share = f"{parts['train'][name].mean():.1%}"
        told.append(f"{name} {share}" + (f" → {parts['test'][name].mean():.1%}" if name in parts["test"] else ""))
    series = {part: [float(shares[name].mean()) if name in shares else 0.0 for name in gaps] for part, shares in parts.items()}
    rows = tuple(np.flatnonzero(parts["train"][gaps[0]]).tolist())
    chart = Chart("bars", "missing", series, tuple(gaps))
    cells = ", ".join(told) + (", …" if len(gaps) > NAMED else "")
    found = [Finding("AUDIT_CELLS_MISSING", "note", {"cells": cells}, rows, charts=(chart,))]
    for name in gaps if data.has_classes else ():
        empty = parts["train"][name]
        classes = find_emptier_classes(empty, data.codes)
        if classes:
            inside = np.isin(data.codes, classes)
            values = {
                "column": name,
                "labels": name_columns([data.labels[code] for code in classes]),
                "inside": float(empty[inside].mean()),
                "outside": float(empty[~inside].mean()),
            }
            weight: Weight = "warning" if name in data.columns["test"] else "note"
            found.append(Finding("AUDIT_CELLS_TELL", weight, values, tuple(np.flatnonzero(empty & inside).tolist())))
    return found


def find_emptier_classes(empty: NDArray[np.bool_], codes: NDArray[np.int64]) -> list[int]:
    """Classes whose cells are empty more often than those of the others, for sure and by more than a tenth; not all of them.

    Args:
        empty: (rows,).
        codes: (rows,); `UNKNOWN` is left out.

    Source: Fisher's exact test of each class against the others, one-sided, 0.1 % over all classes.

    Examples:
        >>> find_emptier_classes(np.arange(200) < 60, np.repeat([0, 1], 100))
        [0]
    """
    from scipy.stats import fisher_exact

    known = codes != UNKNOWN
    empty, codes = empty[known], codes[known]
    names, found = np.unique(codes), []
    for name in names if len(names) > 1 else ():
        inside = codes == name
        hits, others = int(empty[inside].sum()), int(empty[~inside].sum())
        sizes = int(inside.sum()), int((~inside).sum())
        if hits / sizes[0] - others / sizes[1] < LEAST_MISSING_GAP:
            continue
        p = fisher_exact([[hits, sizes[0] - hits], [others, sizes[1] - others]], alternative="greater").pvalue
        if p < 0.001 / len(names):
            found.append((hits / sizes[0], int(name)))
    return [name for _, name in sorted(found, key=lambda one: -one[0])]

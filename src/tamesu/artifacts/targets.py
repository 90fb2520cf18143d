"""From the cells of a table to target values: class codes, label sets, numbers; and every question on the way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tamesu.artifacts.competition import Kind, Target
from tamesu.artifacts.labels import find_missing_like, find_spellings, looks_like_id, sort_labels
from tamesu.artifacts.numbers import Numbers, read_numbers
from tamesu.artifacts.row_faults import SHOWN_EXAMPLES, fault_of_rows, show_examples
from tamesu.errors import Fault, Outcome, Where, nearest

# Shares written with three decimals add to 1 within this.
SUM_TOLERANCE = 0.005
HARD_SEPARATORS = ",;|"
SPACE_BETWEEN_LABELS = re.compile(r"(?<![,;|\s])\s+(?![,;|\s])")
ANY_SEPARATOR = re.compile(r"[\s,;|]+")
# 4 GiB of float32; a multilabel target this wide is a text column taken for labels.
MAX_MARKS = 2**30


@dataclass(frozen=True, slots=True, eq=False)
class TargetValues:
    """The values of one target, one per row.

    Attributes:
        kind: as in competition.yaml.
        labels: the fixed label list, in order; empty for one value; of several values, their columns; names of points; of a
            mask's values, where they are listed; of a map with several layers, their names.
        values: `class`, `ordinal`, `identity`: int64 (rows,), the code in `labels`, -1 when missing; `multilabel`: float32
            (rows, labels) of 0 and 1, `soft`: float32 (rows, labels), shares that add to 1, a row of NaN when missing;
            `value`: float64 (rows,), of several (rows, values), NaN when missing; `points`: float64 (rows, points, 2), x and y,
            NaN when missing; `mask`, `map`: str (rows,), the path of the file, empty when missing.
    """

    kind: Kind
    labels: tuple[str, ...]
    values: np.ndarray


@dataclass(frozen=True, slots=True)
class TargetCells:
    """A target's cells, and what is needed to judge them.

    Attributes:
        name: the target's name in competition.yaml.
        target: as written there.
        columns: the table's columns; those the target names are among them.
        ids: of the rows.
        lines: the line each row begins on.
        table: the table's name in messages.
        main: True for the target that is scored; its missing values are a question, not a note.
        n_splits: folds per repeat, to tell a rare class.
        commas_are_decimals: True when the table's delimiter leaves the comma free for numbers.
    """

    name: str
    target: Target
    columns: Mapping[str, tuple[str, ...]]
    ids: tuple[str, ...]
    lines: tuple[int, ...]
    table: str
    main: bool = True
    n_splits: int = 5
    commas_are_decimals: bool = False

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of the target's one column."""
        return self.columns[self.target.column or ""]

    @property
    def missing_is_settled(self) -> bool:
        """True when the user has written down which texts mean "not known"."""
        return "missing" in self.target.model_fields_set

    def fault(
        self, code: str, outcome: Outcome, rows: Sequence[int] | np.ndarray, examples: Sequence[object] = (), **values: object
    ) -> Fault:
        """A fault that stands for these rows, with the placeholders `target` and `column` filled."""
        lines = [self.lines[int(row)] for row in rows]
        derived = None if self.target.derive is None else f"derive: {self.target.derive.name}"
        column = show_examples(self.target.columns or [self.target.column or derived])
        return fault_of_rows(code, outcome, self.table, lines, examples, target=self.name, column=column, **values)


def read_classes(given: TargetCells) -> tuple[TargetValues, list[Fault]]:
    """One label per row, from one column."""
    missing = set(given.target.missing)
    rows = [row for row, cell in enumerate(given.cells) if cell not in missing]
    faults = missing_faults(given, [row for row, cell in enumerate(given.cells) if cell in missing])
    known = [given.cells[row] for row in rows]
    counts = Counter(known)
    if given.target.labels:
        labels = tuple(given.target.labels)
        faults += unknown_faults(given, [[cell] if cell not in missing else [] for cell in given.cells])
    else:
        labels = sort_labels(counts)
        faults += label_faults(given, counts, [[cell] if cell not in missing else [] for cell in given.cells])
    if len(counts) < 2:
        faults.append(given.fault("TABLE_ONE_CLASS", "refuse", [], list(counts)))
    elif looks_like_id(known, [given.ids[row] for row in rows]):
        faults.append(given.fault("TABLE_LABEL_LOOKS_LIKE_ID", "ask", rows, known[:SHOWN_EXAMPLES], classes=len(counts)))
    else:
        faults += rare_faults(given, counts)
    code = {label: number for number, label in enumerate(labels)}
    codes = np.array([-1 if cell in missing else code.get(cell, -1) for cell in given.cells], dtype=np.int64)
    return TargetValues("class", labels, codes), faults


def read_shares(given: TargetCells) -> tuple[TargetValues, list[Fault]]:
    """One label per row, from one column per label: 0 and 1, or shares that add to 1."""
    shares, faults = read_marks(given)
    labels = tuple(given.target.columns)
    codes = np.full(len(shares), -1, dtype=np.int64)
    if any(fault.outcome == "refuse" for fault in faults):
        return TargetValues("class", labels, codes), faults
    given_rows = np.flatnonzero(~np.isnan(shares).any(axis=1))
    faults += missing_faults(given, np.flatnonzero(np.isnan(shares).any(axis=1)))
    known = shares[given_rows]
    sums = known.sum(axis=1)
    bad = given_rows[(np.abs(sums - 1) > SUM_TOLERANCE) | (known < 0).any(axis=1)]
    soft = given_rows[((known != 0) & (known != 1)).any(axis=1)]
    if bad.size:
        faults.append(given.fault("TABLE_SOFT_LABEL_SUM", "ask", bad, [f"{s:.6g}" for s in shares[bad[:3]].sum(axis=1)]))
    elif soft.size:
        faults.append(given.fault("TABLE_SOFT_LABELS", "ask", soft))
    # A row without any share names no class; argmax would call it the first one.
    certain = given_rows[(known > 0).any(axis=1)]
    codes[certain] = shares[certain].argmax(axis=1)
    counts = Counter(labels[code] for code in codes[certain].tolist())
    if len(counts) < 2:
        faults.append(given.fault("TABLE_ONE_CLASS", "refuse", [], list(counts)))
    return TargetValues("class", labels, codes), faults + rare_faults(given, counts)


def read_label_sets(given: TargetCells) -> tuple[TargetValues, list[Fault]]:
    """Any number of labels per row, from one column; an empty cell is the empty set unless `missing` says otherwise."""
    missing = set(given.target.missing) if given.missing_is_settled else set()
    sets, faults = split_labels(given, [cell for cell in given.cells if cell not in missing])
    absent = [row for row, cell in enumerate(given.cells) if cell in missing]
    faults += missing_faults(given, absent)
    full = iter(sets)
    sets = [[] if cell in missing else next(full) for cell in given.cells]
    counts = Counter(label for row in sets for label in set(row))
    if given.target.labels:
        labels = tuple(given.target.labels)
        faults += unknown_faults(given, sets)
    else:
        labels = sort_labels(counts)
        faults += label_faults(given, counts, sets)
    if not labels or not counts:
        faults.append(given.fault("TABLE_ONE_CLASS", "refuse", [], []))
    if len(labels) * len(sets) > MAX_MARKS:
        faults.append(given.fault("TABLE_TOO_MANY_LABELS", "refuse", [], list(labels[:SHOWN_EXAMPLES]), classes=len(labels)))
        return TargetValues("multilabel", labels, np.zeros((len(sets), 0), dtype=np.float32)), faults
    code = {label: number for number, label in enumerate(labels)}
    marks = np.zeros((len(sets), len(labels)), dtype=np.float32)
    for row, found in enumerate(sets):
        marks[row, [code[label] for label in found if label in code]] = 1
    marks[absent] = np.nan
    return TargetValues("multilabel", labels, marks), faults + rare_faults(given, counts)


def read_label_marks(given: TargetCells) -> tuple[TargetValues, list[Fault]]:
    """Any number of labels per row, from one 0/1 column per label."""
    marks, faults = read_marks(given)
    absent = np.isnan(marks).any(axis=1)
    faults += missing_faults(given, np.flatnonzero(absent))
    odd = ~absent & ((marks != 0) & (marks != 1)).any(axis=1)
    if odd.any():
        rows = np.flatnonzero(odd)
        examples = [f"{x:.6g}" for x in marks[rows[:SHOWN_EXAMPLES]].ravel() if x not in (0, 1)]
        faults.append(given.fault("TABLE_NOT_ZERO_ONE", "refuse", rows, examples))
    labels = tuple(given.target.columns)
    counts = Counter({label: int(count) for label, count in zip(labels, np.nansum(marks == 1, axis=0), strict=True) if count})
    marks[absent] = np.nan
    return TargetValues("multilabel", labels, marks.astype(np.float32)), faults + rare_faults(given, counts)


def read_values(given: TargetCells) -> tuple[TargetValues, list[Fault]]:
    """One number per row."""
    numbers = read_numbers(given.cells, set(given.target.missing), given.commas_are_decimals)
    faults = []
    if numbers.bad:
        examples = [given.cells[row] for row in numbers.bad]
        faults.append(given.fault("TABLE_NOT_FINITE", "refuse", numbers.bad, examples))
    faults += comma_faults(given, {"": given.cells}, [numbers])
    bad = set(numbers.bad)
    absent = [row for row in np.flatnonzero(np.isnan(numbers.values)).tolist() if row not in bad]
    different = np.unique(numbers.values[~np.isnan(numbers.values)])
    if different.size < 2 and not numbers.bad:
        faults.append(given.fault("TABLE_ONE_VALUE", "refuse", [], [f"{x:.6g}" for x in different]))
    return TargetValues("value", (), numbers.values), faults + missing_faults(given, absent)


def comma_faults(given: TargetCells, columns: Mapping[str, Sequence[str]], read: Sequence[Numbers]) -> list[Fault]:
    """TABLE_DECIMAL_COMMA where commas were read as decimal points: a question where they may stand between thousands.

    Args:
        given: the target.
        columns: its cells by column.
        read: each column's numbers.
    """
    rows = sorted({row for numbers in read for row in numbers.commas})
    if not rows:
        return []
    examples = [cells[row] for cells, numbers in zip(columns.values(), read, strict=True) for row in numbers.commas]
    # A column in which some comma cannot stand between thousands settles it for the others of the target.
    doubtful = all(numbers.maybe_thousands for numbers in read if numbers.commas)
    outcome: Outcome = "ask" if doubtful else "note"
    return [given.fault("TABLE_DECIMAL_COMMA", outcome, rows, examples[:SHOWN_EXAMPLES])]


def read_marks(given: TargetCells) -> tuple[np.ndarray, list[Fault]]:
    """Numbers of all the target's columns, float64 (rows, labels), NaN when missing; what is no number is refused."""
    columns = [
        read_numbers(given.columns[name], set(given.target.missing), given.commas_are_decimals, truth=True)
        for name in given.target.columns
    ]
    bad = sorted({row for column in columns for row in column.bad})
    faults = []
    if bad:
        texts = [given.columns[name][row] for name, c in zip(given.target.columns, columns, strict=True) for row in c.bad]
        faults.append(given.fault("TABLE_NOT_FINITE", "refuse", bad, texts))
    faults += comma_faults(given, {name: given.columns[name] for name in given.target.columns}, columns)
    marks = np.stack([column.values for column in columns], axis=1)
    # Said once: a refused cell is not also a missing one.
    marks[bad] = 0
    return marks, faults


def split_labels(given: TargetCells, cells: Sequence[str]) -> tuple[list[list[str]], list[Fault]]:
    """Each cell's labels; the separator is the one written in competition.yaml, or the only one found."""
    separator, faults = given.target.separator, []
    if separator is None:
        different = set(cells)
        found = [mark for mark in HARD_SEPARATORS if any(mark in cell for cell in different)]
        found += [" "] if any(SPACE_BETWEEN_LABELS.search(cell.strip()) for cell in different) else []
        if found:
            rows = [row for row, cell in enumerate(given.cells) if any(mark in cell.strip() for mark in found)]
            outcome: Outcome = "ask" if len(found) > 1 else "note"
            examples = [given.cells[row] for row in rows]
            fault = given.fault("TABLE_LABEL_SEPARATOR", outcome, rows, examples, separators=show_examples(found, 4))
            faults.append(fault)
        if len(found) != 1:
            return [[label for label in ANY_SEPARATOR.split(cell) if label] for cell in cells], faults
        separator = found[0]
    if not separator.strip():
        return [cell.split() for cell in cells], faults
    return [[label for part in cell.split(separator) if (label := part.strip())] for cell in cells], faults


def missing_faults(given: TargetCells, rows: Sequence[int] | np.ndarray) -> list[Fault]:
    """Rows without a value: a question for the main target until `missing` is written down, else a note."""
    if not len(rows):
        return []
    outcome: Outcome = "ask" if given.main and not given.missing_is_settled else "note"
    return [given.fault("TABLE_LABEL_MISSING", outcome, rows, total=len(given.lines))]


def unknown_faults(given: TargetCells, sets: Sequence[Sequence[str]]) -> list[Fault]:
    """Labels that are not in the list of competition.yaml."""
    known = set(given.target.labels)
    rows = [row for row, found in enumerate(sets) if not known.issuperset(found)]
    if not rows:
        return []
    unknown = list(dict.fromkeys(label for row in rows for label in sets[row] if label not in known))
    fault = given.fault("TABLE_UNKNOWN_LABEL", "refuse", rows, unknown, known=show_examples(given.target.labels, 30))
    return [Fault(fault.code, fault.outcome, fault.where, fault.values, nearest(unknown[0], given.target.labels))]


def label_faults(given: TargetCells, counts: Mapping[str, int], sets: Sequence[Sequence[str]]) -> list[Fault]:
    """Questions about labels found in the table: spellings of one label, labels that look like "not known", spaces."""
    faults = []
    clusters = find_spellings(counts)
    if clusters:
        rarer = {label for cluster in clusters for label in cluster[1:]}
        spellings = "; ".join(" = ".join(map(repr, cluster[:6])) for cluster in clusters[:SHOWN_EXAMPLES])
        rows = [row for row, found in enumerate(sets) if not rarer.isdisjoint(found)]
        faults.append(given.fault("TABLE_NEAR_EQUAL_LABELS", "ask", rows, spellings=spellings))
    odd = set(find_missing_like(counts))
    if odd and not given.missing_is_settled:
        rows = [row for row, found in enumerate(sets) if not odd.isdisjoint(found)]
        texts = show_examples(sorted(odd), 10)
        faults.append(given.fault("TABLE_LABEL_LOOKS_MISSING", "ask", rows, sorted(odd), texts=texts))
    asked = {label for cluster in clusters for label in cluster} | odd
    if padded := {label for label in counts if label != label.strip() and label not in asked}:
        rows = [row for row, found in enumerate(sets) if not padded.isdisjoint(found)]
        faults.append(given.fault("TABLE_LABEL_PADDED", "note", rows, sorted(padded)))
    return faults


def rare_faults(given: TargetCells, counts: Mapping[str, int]) -> list[Fault]:
    """A note on labels with fewer rows than there are folds."""
    rare = sorted((count, label) for label, count in counts.items() if count < given.n_splits)
    if not rare:
        return []
    shown = [
        f"{label if label.isprintable() and label == label.strip() else repr(label)} ({count})" for count, label in rare[:10]
    ]
    values = {"count": len(rare), "classes": ", ".join(shown) + (", ..." if len(rare) > 10 else ""), "n_splits": given.n_splits}
    return [Fault("TABLE_RARE_CLASS", "note", Where(given.table), values)]

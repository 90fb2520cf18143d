"""Pictures that are there more than once, what that does to a score, and which rows must therefore stay together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tamesu.messages import choose_language
from tamesu.messages.audit_copies import ALTERED_CAPTION, EQUAL_CAPTION, tell_ways
from tamesu.messages.audit_groups import ADOPT, HOLDS_SAME
from tamesu.messages.message import fill_both
from tamesu.results.audit.alterations import Altered, Pixels, Progress, count_ways, find_altered
from tamesu.results.audit.data import UNKNOWN, AuditData
from tamesu.results.finding import Finding, Weight

# Of the train rows: a leak that can move a score by more than folds differ anyway.
SEVERE_SHARE = 0.005
MANY = 50
SHOWN_SETS, SHOWN_EACH, NAMED = 24, 6, 3
GROUP_FILE = "audit/groups.csv"


@dataclass(frozen=True, slots=True, eq=False)
class CopySet:
    """Rows that show one picture.

    Attributes:
        rows: the first is the picture that most others go back to.
        altered: pairs of them with different files, compared and confirmed; empty where all files are equal.
    """

    rows: tuple[int, ...]
    altered: tuple[Altered, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Copies:
    """What was found.

    Attributes:
        sets: those of equal files alone first.
        precision: share of the altered pairs that is right, estimated from the scores of other pairs.
    """

    sets: tuple[CopySet, ...] = ()
    precision: float = 1.0


def find_copies(data: AuditData, pixels: Pixels, *, seed: int = 0, progress: Progress | None = None) -> Copies:
    """Sets of equal files and of altered copies.

    Args:
        data: the rows; see `alterations.find_altered` for what it needs of the facts.
        pixels: gives a row's image as uint8 RGB (h, w, 3); asked for readable images that may be copies only.
        seed: of the search.
        progress: called with (done, total) of the pairs that are compared.
    """
    first: dict[str, int] = {}
    files: dict[int, list[int]] = defaultdict(list)
    for row, digest in enumerate(data.sha256):
        # Files that cannot be read, empty ones above all, show no picture.
        if digest is not None and data.facts.readable[row]:
            files[first.setdefault(digest, row)].append(row)
    shown = np.array(list(files), np.int64)
    altered, precision = find_altered(data.facts, shown, pixels, seed=seed, progress=progress)
    sets = join_copies({row: tuple(rows) for row, rows in files.items()}, [pair.rows for pair in altered])
    home = {row: number for number, rows in enumerate(sets) for row in rows}
    pairs: dict[int, list[Altered]] = defaultdict(list)
    for pair in altered:
        a, b = (home[row] for row in pair.rows)
        if a == b:
            pairs[a].append(pair)
    return Copies(tuple(CopySet(rows, tuple(pairs[number])) for number, rows in enumerate(sets)), precision)


def join_copies(files: dict[int, tuple[int, ...]], pairs: Sequence[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """Sets of rows that show one picture: stars around the pictures that most others agree with; never long chains.

    A picture all of whose partners went to such stars joins that of its surest one, so that every copy is in a set.

    Args:
        files: the first row of each file → all rows with that file.
        pairs: of first rows whose pictures are one, the surest first.

    Returns:
        Sets of two rows and more; a row stands in one at most. Each begins with the picture that most others go back to.

    Examples:
        >>> join_copies({0: (0,), 1: (1, 5), 2: (2,), 3: (3,)}, [(0, 1), (1, 2), (2, 3)])
        ((1, 5, 0, 2, 3),)
        >>> join_copies({0: (0, 1), 2: (2,)}, [])
        ((0, 1),)
    """
    near: dict[int, list[int]] = defaultdict(list)
    for a, b in pairs:
        near[a].append(b)
        near[b].append(a)
    home: dict[int, int] = {}
    for hub in sorted(near, key=lambda row: (-len(near[row]), row)):
        members = [row for row in near[hub] if row not in home]
        if hub not in home and members:
            home |= dict.fromkeys([hub, *members], hub)
        elif hub not in home:
            home[hub] = home[near[hub][0]]
    stars: dict[int, list[int]] = defaultdict(list)
    for row, hub in home.items():
        stars[hub].extend(files[row])
    whole = [rows for first, rows in files.items() if len(rows) > 1 and first not in home]
    return (*whole, *(tuple(rows) for rows in stars.values()))


def copy_groups(sets: Sequence[CopySet], count: int) -> NDArray[np.int64]:
    """Which picture each row shows: equal numbers for rows of one set, a number of its own for every other row.

    Args:
        sets: of `Copies`.
        count: of rows; those of sets from there on are left out, such as test rows.

    Returns:
        int64 (count,): the smallest row of the set.

    Examples:
        >>> copy_groups([CopySet((3, 1, 7))], 5).tolist()
        [0, 1, 2, 1, 4]
    """
    groups = np.arange(count, dtype=np.int64)
    for one in sets:
        rows = [row for row in one.rows if row < count]
        groups[rows] = min(rows, default=0)
    return groups


def judge_copies(data: AuditData, copies: Copies, path: str = GROUP_FILE) -> list[Finding]:
    """What copies do: across folds, between train and test, under different labels, or nothing.

    Args:
        data: the rows.
        copies: of `find_copies`.
        path: of the file that holds groups in which copies stay together.
    """
    findings = _across_folds(data, copies, path) + _train_and_test(data, copies)
    findings += _conflicts(data, copies) + _inside(data, copies)
    large = [one for one in copies.sets if len(one.rows) > MANY]
    if large:
        most = max(large, key=lambda one: len(one.rows))
        values = {"sets": len(large), "rows": len(most.rows), "first": data.ids[most.rows[0]], "many": MANY}
        findings.append(_make(data, copies, "AUDIT_COPIES_MANY", "warning", large, values))
    return findings


def _across_folds(data: AuditData, copies: Copies, path: str) -> list[Finding]:
    """Rows validated by a network that has seen their copy; of the repeat with the most of them."""
    worst: list[int] = []
    for folds in data.folds:
        rows = []
        for one in copies.sets:
            inside = [row for row in one.rows if row < data.train_rows]
            if len({int(folds[row]) for row in inside}) > 1:
                rows += [row for row in inside if folds[row] >= 0]
        worst = max(worst, rows, key=len)
    if not worst:
        return []
    split = set(worst)
    sets = [one for one in copies.sets if split.intersection(one.rows)]
    share = len(worst) / data.train_rows
    sure = sum(len(split.intersection(one.rows)) * (copies.precision if one.altered else 1) for one in sets) / data.train_rows
    weight: Weight = "severe" if sure >= SEVERE_SHARE else "warning"
    values: dict[str, Any] = {"rows": len(worst), "total": data.train_rows, "share": share, "sets": len(sets)}
    values["adopt"] = fill_both(ADOPT, path=path, holds=HOLDS_SAME)
    return [_make(data, copies, "AUDIT_COPIES_ACROSS_FOLDS", weight, sets, values, worst)]


def _train_and_test(data: AuditData, copies: Copies) -> list[Finding]:
    sets = [one for one in copies.sets if min(one.rows) < data.train_rows <= max(one.rows)]
    rows = [row for one in sets for row in one.rows if row >= data.train_rows]
    if not rows:
        return []
    named = [_name(data, sorted(one.rows, reverse=True)) for one in sets[:NAMED]]
    values = {"rows": len(rows), "total": len(data) - data.train_rows, "examples": "; ".join(named)}
    return [_make(data, copies, "AUDIT_COPIES_TRAIN_TEST", "warning", sets, values, rows)]


def _conflicts(data: AuditData, copies: Copies) -> list[Finding]:
    """Different labels: on equal files, and on altered copies (classes only: cutting and mirroring may change a value)."""
    equal, other = [], []
    for one in copies.sets:
        inside = [row for row in one.rows if row < data.train_rows]
        files = defaultdict(list)
        for row in inside:
            files[data.sha256[row]].append(row)
        if any(_differ(data, rows) for rows in files.values()):
            equal.append(one)
        elif data.has_classes and _differ(data, inside):
            other.append(one)
    findings = []
    for code, sets in (("AUDIT_COPIES_CONFLICT", equal), ("AUDIT_COPIES_CLASSES", other)):
        rows = [row for one in sets for row in one.rows if row < data.train_rows]
        if rows:
            named = [_name(data, one.rows) for one in sets[:NAMED]]
            values = {"rows": len(rows), "sets": len(sets), "examples": "; ".join(named)}
            findings.append(_make(data, copies, code, "warning", sets, values, rows))
    return findings


def _differ(data: AuditData, rows: Sequence[int]) -> bool:
    """Whether train rows have different labels, as far as they are known."""
    if data.has_classes:
        return len({int(data.codes[row]) for row in rows} - {UNKNOWN}) > 1
    return len({data.values[row].tobytes() for row in rows}) > 1


def _inside(data: AuditData, copies: Copies) -> list[Finding]:
    """Sets that lie in one fold of every repeat, or in test alone."""
    sets = []
    for one in copies.sets:
        inside = [row for row in one.rows if row < data.train_rows]
        apart = any(len({int(folds[row]) for row in inside}) > 1 for folds in data.folds)
        if not apart and len(inside) in (0, len(one.rows)):
            sets.append(one)
    if not sets:
        return []
    values = {"rows": sum(len(one.rows) for one in sets), "sets": len(sets)}
    return [_make(data, copies, "AUDIT_COPIES_INSIDE", "note", sets, values)]


def _make(
    data: AuditData,
    copies: Copies,
    code: str,
    weight: Weight,
    sets: Sequence[CopySet],
    values: dict[str, Any],
    rows: Sequence[int] | None = None,
) -> Finding:
    """A finding about these sets; `how` tells of which kind they are."""
    pairs = [pair for one in sets for pair in one.altered]
    equal = sum(not one.altered for one in sets)
    how = tell_ways(equal, len(pairs), count_ways(pairs), copies.precision)
    about = [row for one in sets for row in one.rows] if rows is None else rows
    return Finding(
        code,
        weight,
        {**values, "how": how},
        rows=tuple(about),
        sets=tuple(one.rows[:SHOWN_EACH] for one in sets[:SHOWN_SETS]),
        captions=tuple(_caption(data, one) for one in sets[:SHOWN_SETS]),
        worth=len(about) / max(len(data), 1),
    )


def _caption(data: AuditData, one: CopySet) -> str:
    """How alike the pictures of the set are at least, or that the files are equal, and its labels."""
    least = min((pair.match.score for pair in one.altered), default=1.0)
    score = (ALTERED_CAPTION if one.altered else EQUAL_CAPTION).say(choose_language()).format(score=least)
    labels = dict.fromkeys(_label(data, row) for row in one.rows[:SHOWN_EACH])
    return " · ".join([score, *(label for label in labels if label)])


def _name(data: AuditData, rows: Sequence[int]) -> str:
    """Ids with their labels, in words for a message."""
    return ", ".join(f"{data.ids[row]} ({label})" if (label := _label(data, row)) else data.ids[row] for row in rows[:NAMED])


def _label(data: AuditData, row: int) -> str:
    if row >= data.train_rows:
        return ""
    if data.has_classes:
        return data.labels[data.codes[row]] if data.codes[row] != UNKNOWN else ""
    return str(data.values[row])

"""Targets made from other targets, to help the main one: what the labels know and the table does not say.

targets:
  velocity: {kind: value, derive: {difference: {of: position, order: frame, within: video}}, known_in: train}
  decade:   {kind: ordinal, derive: {bins: {of: year, edges: [1900, 1950]}}, known_in: train}
  ears:     {kind: soft, derive: {attributes: {of: breed, table: ears.csv, columns: [floppy, upright]}}, known_in: train}
  body:     {kind: value, derive: {area: {of: trimap, labels: [body]}}, known_in: train}
  seen:     {kind: multilabel, derive: {presence: {of: trimap}}, known_in: train}
  heat:     {kind: map, derive: {heat_map: {of: head}}, known_in: train}

Area, presence and heat map are made from what is in the picture as the network sees it, so a crop changes them;
`tamesu.training` does that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, ClassVar, Protocol

import numpy as np
from annotated_types import Ge, Le, MinLen
from numpy.typing import NDArray

from tamesu.artifacts.competition import Kind, Target
from tamesu.artifacts.in_picture import Area, HeatMap, Presence
from tamesu.artifacts.intervals import name_intervals, spread_edges
from tamesu.artifacts.marks import name_marks
from tamesu.artifacts.numbers import read_numbers
from tamesu.artifacts.reading import read_target
from tamesu.artifacts.row_faults import show_examples
from tamesu.artifacts.tables import read_table
from tamesu.artifacts.targets import TargetCells, TargetValues, missing_faults
from tamesu.errors import Fault, InputError, Where, nearest
from tamesu.registry import Registry

FILE = "competition.yaml"
Found = tuple[TargetValues, list[Fault]]
# Stands in the cells of rows whose class is not known; no table holds it.
NO_CLASS = "\0"


class Derivation(Protocol):
    """One way to make a target from another.

    Attributes:
        of: the other target.
        makes: the kinds it makes. `needs`: the kinds the other may have.
        in_picture: True when it is made while training, from what the network sees.
    """

    of: str
    makes: ClassVar[frozenset[str]]
    needs: ClassVar[frozenset[str]]
    in_picture: ClassVar[bool]

    def make(self, given: TargetCells, of: TargetValues, folder: Path) -> Found:
        """The target's values, and what is to be said about them."""
        ...


class Difference:
    """How a value changes along an order column: with `times` 1 its velocity, with 2 its acceleration.

    Central differences inside, one-sided ones at both ends (NumPy's `gradient`).

    Args:
        of: the value target.
        order: the column of numbers along which it changes, such as a frame or a time.
        within: a column; rows with another text there belong to another sequence.
        times: how often the difference is taken.
    """

    makes: ClassVar[frozenset[str]] = frozenset({"value"})
    needs: ClassVar[frozenset[str]] = frozenset({"value"})
    in_picture: ClassVar[bool] = False

    def __init__(self, *, of: str, order: str, within: str | None = None, times: Annotated[int, Ge(1), Le(4)] = 1) -> None:
        self.of, self.order, self.within, self.times = of, order, within, times

    def make(self, given: TargetCells, of: TargetValues, folder: Path) -> Found:  # noqa: ARG002
        """Differences per unit of the order column; NaN for a sequence of one row and beside a missing value."""
        place = read_numbers(given.columns[self.order], {""}, given.commas_are_decimals)
        if place.bad:
            examples = [given.columns[self.order][row] for row in place.bad]
            return of, [given.fault("DERIVE_ORDER", "refuse", place.bad, examples, order=self.order)]
        names = given.columns[self.within] if self.within else ("",) * len(given.ids)
        values = of.values.reshape(len(given.ids), -1)
        made = np.full_like(values, np.nan)
        for rows in group_rows(names):
            rows = rows[~np.isnan(place.values[rows])]
            at = place.values[rows]
            rows, at = rows[np.argsort(at, kind="stable")], np.sort(at)
            if len(rows) > 1 and (np.diff(at) > 0).all():
                found = values[rows]
                for _ in range(self.times):
                    found = np.gradient(found, at, axis=0)
                made[rows] = found
        made = made.reshape(of.values.shape)
        labels = of.labels
        absent = np.flatnonzero(np.isnan(made.reshape(len(made), -1)).any(axis=1))
        return TargetValues("value", labels, made), missing_faults(given, absent)


class Bins:
    """Which interval a value lies in: regression as classification.

    Args:
        of: the value target.
        column: which of its columns, where it has several.
        edges: where one interval ends and the next begins; the edge belongs to the upper one.
        count: without edges: so many intervals with equally many rows each.
    """

    makes: ClassVar[frozenset[str]] = frozenset({"class", "ordinal"})
    needs: ClassVar[frozenset[str]] = frozenset({"value"})
    in_picture: ClassVar[bool] = False

    def __init__(
        self,
        *,
        of: str,
        column: str | None = None,
        edges: list[float] | None = None,
        count: Annotated[int, Ge(2), Le(1000)] = 5,
    ) -> None:
        self.of, self.column, self.edges, self.count = of, column, edges, count

    def make(self, given: TargetCells, of: TargetValues, folder: Path) -> Found:  # noqa: ARG002
        """Codes of the intervals from the lowest on; -1 where the value is missing."""
        values = np.asarray(of.values, np.float64).reshape(len(given.ids), -1)
        # A value of one column has no name for it.
        columns = of.labels or (None,)
        if self.column not in columns:
            said = {"target": given.name, "of": self.of, "column": self.column or "-", "known": ", ".join(of.labels) or "-"}
            place = Where(FILE, key=f"targets.{given.name}.derive.bins")
            return of, [Fault("DERIVE_COLUMN", "refuse", place, said, nearest(self.column or "", of.labels))]
        values = values[:, columns.index(self.column)]
        known = ~np.isnan(values)
        edges = np.unique(self.edges) if self.edges else spread_edges(values[known], self.count)
        labels = name_intervals(edges) if len(edges) else ("-",)
        codes = np.where(known, np.searchsorted(edges, np.nan_to_num(values), side="right"), -1).astype(np.int64)
        kind: Kind = "ordinal" if given.target.kind == "ordinal" else "class"
        faults = missing_faults(given, np.flatnonzero(~known))
        if len(told := np.unique(codes[known])) < 2:
            faults.append(given.fault("TABLE_ONE_CLASS", "refuse", [], [labels[code] for code in told.tolist()]))
        return TargetValues(kind, labels, codes), faults


class Attributes:
    """What is known of each class, from a small table with one row per class.

    The same labels for every image of a class; labels per image stand in columns of the train table.

    Args:
        of: the class target.
        table: a CSV with one row per class, relative to the competition's folder: it is not the host's.
        key: its column that holds the class; the first one when not given.
        columns: its columns that are the attributes.
    """

    makes: ClassVar[frozenset[str]] = frozenset({"class", "multilabel", "soft", "value", "ordinal"})
    needs: ClassVar[frozenset[str]] = frozenset({"class", "identity", "ordinal"})
    in_picture: ClassVar[bool] = False

    def __init__(self, *, of: str, table: str, columns: Annotated[list[str], MinLen(1)], key: str | None = None) -> None:
        self.of, self.table, self.columns, self.key = of, table, columns, key

    def make(self, given: TargetCells, of: TargetValues, folder: Path) -> Found:
        """Each row's attributes are those of its class."""
        place = Where(FILE, key=f"targets.{given.name}.derive.attributes")
        table = read_table(folder / self.table, self.table)
        key = self.key or next(iter(table.columns))
        for name in (key, *self.columns):
            table.column(name, place)
        line = {label: number for number, label in enumerate(table.columns[key])}
        if twice := [label for label, count in Counter(table.columns[key]).items() if count > 1 and label in of.labels]:
            values: dict[str, object] = {"table": self.table, "count": len(twice), "classes": show_examples(twice)}
            return of, [Fault("ATTRIBUTES_TWICE", "refuse", place, values)]
        if missing := [label for label in of.labels if label not in line]:
            values = {
                "table": self.table,
                "missing": show_examples(missing),
                "known": show_examples(list(line)),
                "count": len(missing),
            }
            return of, [Fault("ATTRIBUTES_MISSING", "refuse", place, values, nearest(missing[0], line))]
        lines = [line[of.labels[code]] if code >= 0 else -1 for code in of.values.tolist()]
        cells = {name: tuple(table.columns[name][at] if at >= 0 else NO_CLASS for at in lines) for name in self.columns}
        one = len(self.columns) == 1 and given.target.kind != "soft"
        # In one column of sets an empty cell is a class without any of the labels, unless `missing` says otherwise.
        empty_is_known = one and given.target.kind == "multilabel" and not given.missing_is_settled
        missing_texts = [NO_CLASS] if empty_is_known else [*given.target.missing, NO_CLASS]
        update = {
            "derive": None,
            "column": self.columns[0] if one else None,
            "columns": [] if one else self.columns,
            "missing": missing_texts,
        }
        target = Target.model_validate(given.target.model_dump() | update)
        return read_target(replace(given, target=target, columns=cells, main=False))


DERIVATIONS = Registry(
    "derivation",
    {
        "difference": Difference,
        "bins": Bins,
        "attributes": Attributes,
        "area": Area,
        "presence": Presence,
        "heat_map": HeatMap,
    },
)


def build_derivation(target: Target) -> Derivation | None:
    """How a target is made; None for one that stands in the table, or whose derivation has faults."""
    part = target.derive
    if part is None or DERIVATIONS.check(part.name, part.options):
        return None
    made: Derivation = DERIVATIONS.build(part.name, part.options)
    return made


def is_in_picture(target: Target) -> bool:
    """Whether a target lies in the picture, or is made from what is in the picture as the network sees it."""
    made = build_derivation(target)
    return target.kind in ("mask", "map", "points") or (made is not None and made.in_picture)


def columns_of_derivation(target: Target) -> list[str]:
    """The columns of the train table that a derivation reads."""
    made = build_derivation(target)
    if not isinstance(made, Difference):
        return []
    return [made.order] + ([made.within] if made.within else [])


def derive_target(given: TargetCells, read: Mapping[str, TargetValues], folder: Path) -> Found | None:
    """The values of a derived target.

    Args:
        given: the target, and the columns of the table.
        read: the targets that are there already.
        folder: the competition's folder, which tables of attributes are relative to.

    Returns:
        Values and faults; None when what it is made of is not there, which is told elsewhere.
    """
    made = build_derivation(given.target)
    if made is None or made.of not in read or read[made.of].kind not in made.needs:
        return None
    try:
        return made.make(given, read[made.of], folder)
    except InputError as error:
        return TargetValues(given.target.kind, (), np.full(len(given.ids), np.nan)), list(error.faults)


def check_derivations(targets: Mapping[str, Target], where: Mapping[str, Where]) -> list[Fault]:
    """The faults of `derive:` as written.

    Args:
        targets: of competition.yaml.
        where: the place of each target's `derive`.

    Returns:
        Those of the part; DERIVE_UNKNOWN, DERIVE_KIND, DERIVE_LABELS.
    """
    faults: list[Fault] = []
    for name, target in targets.items():
        if target.derive is None:
            continue
        place = where[name]
        found = DERIVATIONS.check(target.derive.name, target.derive.options, place)
        faults += found
        made = build_derivation(target)
        if made is None:
            continue
        values: dict[str, object] = {"target": name, "derivation": target.derive.name, "kind": target.kind}
        # A chain is read from top to bottom.
        before = [
            other for other in targets if other != name and (targets[other].derive is None or is_before(targets, other, name))
        ]
        if made.of not in before:
            faults.append(
                Fault(
                    "DERIVE_UNKNOWN",
                    "refuse",
                    place,
                    values | {"of": made.of, "known": ", ".join(before) or "-"},
                    nearest(made.of, before),
                )
            )
            continue
        of = targets[made.of].kind
        if target.kind not in made.makes or of not in made.needs:
            told = {"makes": ", ".join(sorted(made.makes)), "of": made.of, "needs": ", ".join(sorted(made.needs)), "found": of}
            faults.append(Fault("DERIVE_KIND", "refuse", place, values | told))
        elif isinstance(made, Area | Presence):
            listed = name_marks(targets[made.of])
            missing = [label for label in made.wanted if label not in listed] if isinstance(made, Area) else []
            if missing or (isinstance(made, Presence) and not listed):
                told = {"of": made.of, "missing": show_examples(missing) or "-", "known": show_examples(listed, 20) or "-"}
                near = nearest(missing[0], listed) if missing else None
                faults.append(Fault("DERIVE_LABELS", "refuse", place, values | told, near))
    return faults


def is_before(targets: Mapping[str, Target], one: str, other: str) -> bool:
    """Whether a target is written above another."""
    names = list(targets)
    return names.index(one) < names.index(other)


def group_rows(names: Sequence[str]) -> list[NDArray[np.int64]]:
    """The rows of each name, in order.

    Examples:
        >>> [rows.tolist() for rows in group_rows(["a", "b", "a"])]
        [[0, 2], [1]]
    """
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        rows.setdefault(name, []).append(row)
    return [np.array(found, np.int64) for found in rows.values()]

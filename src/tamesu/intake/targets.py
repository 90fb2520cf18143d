"""Targets: which columns are to be predicted, and as what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tamesu.errors import Fault, InputError, QuestionError, Where, nearest
from tamesu.intake.guesses import Guess
from tamesu.intake.kinds import (
    SEPARATORS,
    Kind,
    Reading,
    are_shares,
    as_number,
    is_binary,
    read_column,
    sums_to_one,
    tokens_of,
)
from tamesu.intake.layout import Layout
from tamesu.intake.orders import MOST_STEPS, are_identities, are_steps, find_order
from tamesu.intake.words import GROUP, LABEL, LABEL_ALONE, SPLIT, says

KINDS: tuple[Kind, ...] = ("class", "ordinal", "identity", "multilabel", "soft", "value")


@dataclass(frozen=True, slots=True)
class FoundTarget:
    """One target.

    Attributes:
        name: its name in competition.yaml.
        kind: of the target.
        column: the column that holds it; None when `columns` do.
        columns: one column per label, of 0 and 1 or of shares; or several numbers.
        separator: between the labels of a cell.
        labels: the labels found, sorted, those of an ordinal target in their order where it is known; empty for value.
        counts: rows per label; of shares, rows in which a label has the largest one.
        ordered: the labels have to be written down, since nothing else tells their order.
    """

    name: str
    kind: Kind
    column: str | None = None
    columns: tuple[str, ...] = ()
    separator: str | None = None
    labels: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets, the first of which is scored.

    Attributes:
        probabilities: the form of the submission has one column per label.
        spare: columns that could be auxiliary targets, known for train rows only.
    """

    found: tuple[FoundTarget, ...]
    probabilities: bool = False
    spare: tuple[str, ...] = ()
    guesses: tuple[Guess, ...] = ()

    @property
    def main(self) -> FoundTarget:
        """The target that is scored."""
        return self.found[0]


def find_targets(
    layout: Layout,
    *,
    target: str | Sequence[str] | None = None,
    kind: Kind | None = None,
    groups: str | None = None,
    metric: str | None = None,
) -> Targets:
    """Find what is to be predicted.

    Args:
        layout: the rows.
        target: the user's choice: a column, or several of one target.
        kind: the user's choice.
        groups: the user's choice of groups; never a target.
        metric: the user's choice; it may tell that labels stand in order.

    Raises:
        InputError: a named column is not there, or no column is left to be predicted.
        QuestionError: two columns, or two kinds, could be meant.
    """
    rows = layout.columns
    given = [target] if isinstance(target, str) else list(target or ())
    faults = [missing_column(layout, "--target", name) for name in given if name not in rows]
    if kind is not None and kind not in KINDS:
        faults.append(Fault("INTAKE_UNKNOWN_KIND", "refuse", Where(key="--kind"), {"kind": kind}, nearest(kind, KINDS)))
    if faults:
        raise InputError(faults)
    candidates = find_candidates(layout, groups)
    values: dict[str, object] = {}
    if given:
        chosen, code = given, "TARGET_GIVEN"
    elif layout.target is not None:
        chosen, code = [layout.target], "TARGET_FOLDER"
    else:
        chosen, code, values = choose_columns(layout, candidates)
    if not chosen:
        raise ask_for_target(layout, candidates)
    form = form_columns(layout)
    found, guesses, faults = read_targets(layout, chosen, kind, named=bool(given), metric=metric)
    if faults:
        raise QuestionError(faults)
    guesses.insert(0, Guess("main", found[0].name, code, values))
    probabilities = len(form) > 1 and found[0].kind != "value" and set(form) <= set(found[0].labels)
    spare = tuple(c for c in candidates if c not in chosen)
    if len(found) > 1:
        guesses.append(Guess("main", found[0].name, "MAIN_FIRST", {"others": ", ".join(t.name for t in found[1:])}))
        if {target.kind for target in found} == {"value"} and {target.column for target in found} == set(form):
            guesses.append(Guess("main", found[0].name, "VALUES_TOGETHER"))
    return Targets(tuple(found), probabilities, spare, tuple(guesses))


def missing_column(layout: Layout, flag: str, name: str) -> Fault:
    """The fault of an option that names a column which is not there."""
    values = {"table": layout.train.table, "name": name, "known": ", ".join(layout.columns)}
    return Fault("INTAKE_NO_COLUMN", "refuse", Where(key=flag), values, nearest(name, layout.columns))


def form_columns(layout: Layout) -> tuple[str, ...]:
    """What the form of the submission asks for, without its id column; empty when it has no header."""
    sample = layout.sample
    return () if sample is None or sample.headless else tuple(sample.columns)[1:]


def find_candidates(layout: Layout, groups: str | None) -> list[str]:
    """Columns that could be targets: not ids, files, groups or folds, not constant, and not different in nearly every row."""
    # A test table may hold labels of its own; a column called "label" stays a candidate.
    known_in_test = {c for c in layout.test_columns or () if c.strip().lower() not in LABEL_ALONE}
    found = []
    for name, cells in layout.columns.items():
        distinct = set(cells)
        free_text = len(distinct) > max(20, len(cells) // 2) and any(as_number(cell) is None for cell in distinct if cell)
        set_aside = name in layout.taken or name in (groups, layout.groups) or says(name, SPLIT) or name in known_in_test
        if not set_aside and len(distinct) > 1 and not free_text:
            found.append(name)
    return found


def choose_columns(layout: Layout, candidates: Sequence[str]) -> tuple[list[str], str, dict[str, object]]:
    """The target's columns among the candidates, and the reason; no column when two could be meant.

    Returns:
        Columns, reason code, reason values.
    """
    rows = layout.columns
    form = form_columns(layout)
    if form and all(name in rows for name in form):
        return list(form), "TARGET_FORM", {}
    if len(form) > 1:
        holders = [c for c in candidates if set(form) <= labels_of(rows[c])]
        if len(holders) == 1:
            return holders, "TARGET_FORM_LABELS", {}
    if len(form) == 1 and layout.sample:
        cells = set(layout.sample.columns[form[0]])
        holders = [c for c in candidates if cells <= set(rows[c]) and any(as_number(cell) is None for cell in cells)]
        if len(holders) == 1:
            return holders, "TARGET_FORM_VALUES", {}
    likely = [c for c in candidates if not says(c, GROUP)] or list(candidates)
    for code, words in (
        ("TARGET_NAME", [c for c in likely if c.strip().lower() in LABEL_ALONE]),
        ("TARGET_NAME", [c for c in likely if says(c, LABEL)]),
    ):
        if words and (same := say_the_same(rows, words)):
            return [same], code, {}
        if words:
            return [], code, {}
    binary = [c for c in likely if is_binary(rows[c])]
    if len(likely) >= 2 and binary == likely and (len(likely) > 2 or sums_to_one([rows[c] for c in likely])):
        return likely, "TARGET_ONE_COLUMN_EACH", {"count": len(likely)}
    if are_shares([rows[c] for c in likely]):
        return likely, "TARGET_SHARES", {"count": len(likely)}
    return (likely, "TARGET_ONLY", {}) if len(likely) == 1 else ([], "TARGET_ONLY", {})


def labels_of(cells: Sequence[str]) -> set[str]:
    """Everything in a column that may be a label: whole cells, and parts of them."""
    distinct = sorted(set(cells))
    return set(distinct).union(*(tokens_of(distinct, separator) for separator in SEPARATORS))


def say_the_same(rows: Mapping[str, Sequence[str]], names: Sequence[str]) -> str | None:
    """The one column, or, of columns that part the rows alike (a code and its name), the one with words; else None."""
    pairs = {name: len(set(rows[name])) for name in names}
    first = names[0]
    for name in names[1:]:
        if not len(set(zip(rows[first], rows[name], strict=True))) == pairs[first] == pairs[name]:
            return None
    return next((name for name in names if any(as_number(cell) is None for cell in set(rows[name]) if cell)), first)


def ask_for_target(layout: Layout, candidates: Sequence[str]) -> InputError:
    """The question which column is meant, or the refusal when none is left."""
    where = Where(layout.train.table)
    if not candidates:
        return InputError(Fault("INTAKE_NO_TARGET", "refuse", where, {"columns": ", ".join(layout.columns)}))
    choices = ", ".join(f"`--target {name}`" for name in candidates)
    return QuestionError(Fault("INTAKE_WHICH_TARGET", "ask", where, {"choices": choices}))


def read_targets(
    layout: Layout, chosen: Sequence[str], kind: Kind | None, *, named: bool = False, metric: str | None = None
) -> tuple[list[FoundTarget], list[Guess], list[Fault]]:
    """Targets of the chosen columns: one target of several columns, or one target per column.

    Args:
        layout: the rows.
        chosen: the columns.
        kind: the user's choice.
        named: the columns are the user's choice.
        metric: the user's choice.
    """
    rows = layout.columns
    together = read_together(layout, chosen, kind, named=named)
    if together is not None:
        target, code = together
        return [target], [Guess(f"targets.{target.name}.kind", target.kind, code, {"count": len(chosen)})], []
    if kind == "soft":
        return [], [], [Fault("INTAKE_SOFT_COLUMNS", "refuse", Where(key="--kind"), {"columns": ", ".join(chosen)})]
    found: list[FoundTarget] = []
    guesses: list[Guess] = []
    faults: list[Fault] = []
    for column in chosen:
        readings = read_column(column, rows[column], kind or hint_of_form(layout, column))
        if kind is None:
            readings = read_meaning(column, rows[column], readings, metric)
        if len(readings) > 1:
            choices = " / ".join(f"`--target {column} --kind {reading.kind}`" for reading in readings)
            values = {"column": column, "choices": choices, "count": len(set(rows[column]))}
            faults.append(Fault("INTAKE_WHICH_KIND", "ask", Where(layout.train.table), values))
        target = make_target(column, rows[column], readings[0], {t.name for t in found})
        found.append(target)
        values = {"labels": readings[0].labels, "separator": readings[0].separator}
        guesses.append(Guess(f"targets.{target.name}.kind", target.kind, readings[0].code, values))
    return found, guesses, faults


def read_together(layout: Layout, chosen: Sequence[str], kind: Kind | None, *, named: bool) -> tuple[FoundTarget, str] | None:
    """One target of several columns, and the reason's code; None where each column is a target of its own.

    Args:
        layout: the rows.
        chosen: the columns.
        kind: the user's choice.
        named: the columns are the user's choice.
    """
    rows, columns, form = layout.columns, tuple(chosen), form_columns(layout)
    if len(columns) < 2:
        return None
    if kind in (None, "class", "multilabel") and all(is_binary(rows[c]) or len(set(rows[c])) == 1 for c in columns):
        exclusive = sums_to_one([rows[c] for c in columns])
        what: Kind = kind or ("class" if exclusive else "multilabel")
        counts = {c: sum(as_number(cell) == 1.0 for cell in rows[c]) for c in columns}
        target = FoundTarget("label" if what == "class" else "labels", what, None, columns, None, columns, counts)
        return target, "KIND_ONE_HOT" if exclusive else "KIND_ANY_OF"
    if kind == "soft" or (kind in (None, "class") and are_shares([rows[c] for c in columns])):
        counts = count_largest({c: rows[c] for c in columns})
        what, name = ("class", "label") if kind == "class" else ("soft", "shares")
        return FoundTarget(name, what, None, columns, None, columns, counts), "KIND_GIVEN" if kind else "KIND_SHARES"
    if kind == "value":
        numbers = all(as_number(cell) is not None for column in columns for cell in set(rows[column]) if cell)
    else:
        numbers = kind is None and named and all(is_amount(layout, column) for column in columns)
    if numbers and set(columns) == set(form):
        return FoundTarget("values", "value", None, form), "KIND_VALUES"
    return None


def is_amount(layout: Layout, column: str) -> bool:
    """Whether a column can only be read as numbers."""
    readings = read_column(column, layout.columns[column], hint_of_form(layout, column))
    return [reading.kind for reading in readings] == ["value"]


def count_largest(columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """In how many rows each column has the largest number, the first among equals.

    Examples:
        >>> count_largest({"cat": ["0.2", "0.9", ""], "dog": ["0.8", "0.1", ""]})
        {'cat': 1, 'dog': 1}
    """
    counts = dict.fromkeys(columns, 0)
    for row in zip(*columns.values(), strict=True):
        numbers = [as_number(cell) for cell in row]
        known = [-1.0 if number is None else number for number in numbers]
        if any(number is not None for number in numbers):
            counts[list(columns)[known.index(max(known))]] += 1
    return counts


def read_meaning(column: str, cells: Sequence[str], readings: list[Reading], metric: str | None) -> list[Reading]:
    """The readings of a column whose labels, as names and numbers of rows tell, stand in order or are identities.

    Args:
        column: its name.
        cells: its cells.
        readings: what the cells alone tell.
        metric: the user's choice.

    Returns:
        The same readings where nothing speaks for it. Numbers that might be amounts stay a question, unless the metric
        settles it.
    """
    if readings[0].kind != "class":
        return readings
    counts = Counter(cell for cell in cells if cell)
    labels, sure = sorted(counts), len(readings) == 1
    kappa = metric == "quadratic_kappa" and 2 < len(labels) <= MOST_STEPS and are_steps(labels)
    if kappa or find_order(column, labels) is not None:
        code = "KIND_ORDER_METRIC" if kappa else "KIND_ORDER"
        ordinal = Reading("ordinal", code, None, len(labels))
        return [ordinal] if sure or kappa else [ordinal, *readings]
    if sure and are_identities(counts):
        return [Reading("identity", "KIND_IDENTITY", None, len(labels))]
    return readings


def hint_of_form(layout: Layout, column: str) -> Kind | None:
    """The kind that the form of the submission tells: fractions for a column of many numbers are amounts."""
    if layout.sample is None or layout.sample.headless or column not in layout.sample.columns:
        return None
    asked = [as_number(cell) for cell in layout.sample.columns[column]]
    if len(set(layout.columns[column])) > 2 and any(n is not None and n != int(n) for n in asked):
        return "value" if all(as_number(cell) is not None for cell in set(layout.columns[column]) if cell) else None
    return None


def make_target(column: str, cells: Sequence[str], reading: Reading, taken: set[str]) -> FoundTarget:
    """A target of one column."""
    name = make_name(column, taken)
    if reading.kind == "value":
        return FoundTarget(name, "value", column)
    counts: dict[str, int] = {}
    for cell in cells:
        for label in cell.split(reading.separator) if reading.separator else [cell]:
            if label:
                counts[label] = counts.get(label, 0) + 1
    labels = tuple(sorted(counts))
    order = find_order(column, labels) if reading.kind == "ordinal" else None
    ordered = order is not None and any(as_number(label) is None for label in labels)
    return FoundTarget(name, reading.kind, column, (), reading.separator, order or labels, counts, ordered)


def make_name(text: str, taken: set[str]) -> str:
    """A name that competition.yaml allows, made of any text.

    Examples:
        >>> make_name("Cover Type (7)", set()), make_name("種類", set()), make_name("--", {"x"})
        ('Cover_Type_7', '種類', 'target')
    """
    kept = "".join(sign if sign.isalnum() or sign in "_-." else " " for sign in text)
    name = "_".join(kept.split())[:60].strip(".-_") or "target"
    while name in taken:
        name += "_"
    return name

"""Corrections: labels that a person has set right, kept beside competition.yaml; the host's table stays as it is.

targets:
  theme: {kind: class, column: theme, corrections: relabel/theme.csv}

The file is a worksheet of `tamesu audit --relabel`, or any table with the columns `id` and `new_label`. A row whose `new_label`
is empty corrects nothing; `?`, or a text of the target's `missing`, says that the label is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tamesu.artifacts.competition import Competition, Target
from tamesu.artifacts.numbers import read_numbers
from tamesu.artifacts.row_faults import SHOWN_EXAMPLES, fault_of_rows, show_examples
from tamesu.artifacts.tables import Table, read_table
from tamesu.errors import Fault, InputError, Where, nearest

ID, NEW_LABEL, SECONDS = "id", "new_label", "seconds"
NOT_KNOWN = "?"
# Stands in the cells of rows whose label is not known; no table holds it.
ABSENT = "\0"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
KINDS = frozenset({"class", "ordinal", "identity", "multilabel", "value"})


@dataclass(frozen=True, slots=True)
class Corrected:
    """A target as corrected.

    Attributes:
        target: as in competition.yaml, and reading `ABSENT` as missing where a correction says "not known".
        cells: of its column, one per row of the table, corrected.
        fault: the note CORRECTIONS_APPLIED.
    """

    target: Target
    cells: tuple[str, ...]
    fault: Fault


def can_be_corrected(target: Target) -> bool:
    """Whether corrections are possible: one column with one label, labels with a `separator`, or a number.

    Examples:
        >>> can_be_corrected(Target(kind="class", column="label")), can_be_corrected(Target(kind="soft", columns=["a", "b"]))
        (True, False)
    """
    if target.kind not in KINDS or target.column is None or target.derive is not None:
        return False
    return target.kind != "multilabel" or target.separator is not None


def apply_corrections(folder: Path, competition: Competition, table: Table) -> tuple[dict[str, Corrected], list[Fault]]:
    """Every target that has corrections, corrected; for `load_train`.

    Args:
        folder: the competition's folder, which the files are beside.
        competition: its facts.
        table: the train table, with the id column; of targets whose column is missing nothing is said here.

    Returns:
        By target name; and the faults of the files, which are refusals, with file and line.
    """
    corrected: dict[str, Corrected] = {}
    faults: list[Fault] = []
    for name, target in competition.targets.items():
        if target.corrections is None or target.column not in table.columns or not can_be_corrected(target):
            continue
        try:
            corrected[name] = correct(
                name, target, read_table(folder / target.corrections, target.corrections), table, competition
            )
        except InputError as error:
            faults += error.faults
    return corrected, faults


def correct(name: str, target: Target, sheet: Table, table: Table, competition: Competition) -> Corrected:
    """One target's column, corrected.

    Raises:
        InputError: every fault of the file: CORRECTIONS_COLUMN, CORRECTIONS_EMPTY, CORRECTIONS_TWICE,
            CORRECTIONS_UNKNOWN_ID, CORRECTIONS_UNKNOWN_LABEL, CORRECTIONS_NUMBER.
    """
    require_columns(name, sheet)
    texts = [unguard(cell) for cell in sheet.columns[NEW_LABEL]]
    filled = [row for row, text in enumerate(texts) if text.strip()]
    if not filled:
        raise InputError(Fault("CORRECTIONS_EMPTY", "refuse", Where(sheet.shown_as), {"target": name}))
    own = table.columns[target.column or ""]
    rows_of: dict[str, list[int]] = {}
    for row, key in enumerate(table.columns[competition.id]):
        rows_of.setdefault(key, []).append(row)
    ids = [find_id(sheet.columns[ID][row], rows_of) for row in range(len(sheet))]
    chosen = {row: read_choice(texts[row], target) for row in filled}
    faults = find_unknown_ids(name, sheet, ids, filled, rows_of) + find_twice(name, sheet, ids, chosen)
    faults += find_bad_labels(name, target, sheet, chosen, own)
    if faults:
        raise InputError(faults)
    cells = list(own)
    changed = 0
    for row, text in chosen.items():
        for place in rows_of[ids[row]]:
            changed += cells[place] != text
            cells[place] = text
    unknown = sum(text == ABSENT for text in chosen.values())
    values = {"target": name, "count": len(filled), "changed": changed, "unknown": unknown, "file": sheet.shown_as}
    note = Fault("CORRECTIONS_APPLIED", "note", Where(sheet.shown_as), values)
    return Corrected(read_absent(target, own) if unknown else target, tuple(cells), note)


def require_columns(name: str, sheet: Table) -> None:
    """Raise CORRECTIONS_COLUMN for the first of the needed columns that is not there, with the nearest name."""
    for column in (ID, NEW_LABEL):
        if column not in sheet.columns:
            values = {"target": name, "column": repr(column)}
            near = nearest(column, sheet.columns)
            raise InputError(Fault("CORRECTIONS_COLUMN", "refuse", Where(sheet.shown_as, line=1), values, near))


def unguard(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it.

    Examples:
        >>> unguard("'=1+1"), unguard("'-5"), unguard("'tis")
        ('=1+1', '-5', "'tis")
    """
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith((*FORMULA_STARTS, "'")) else cell


def find_id(cell: str, known: Mapping[str, object]) -> str:
    """The id that a cell means: as it stands, or without the apostrophe of the worksheet."""
    return cell if cell in known else unguard(cell)


def read_choice(text: str, target: Target) -> str:
    """What a filled `new_label` puts into the target's column; `ABSENT` for "not known"."""
    bare = text.strip()
    if bare == NOT_KNOWN or text in target.missing or bare in target.missing:
        return ABSENT
    if target.kind == "multilabel":
        return (target.separator or "").join(split(text, target.separator or ""))
    return bare if target.kind == "value" else text


def split(text: str, separator: str) -> list[str]:
    """The labels of one cell."""
    parts = text.split(separator) if separator.strip() else text.split()
    return [label for part in parts if (label := part.strip())]


def read_absent(target: Target, own: Sequence[str]) -> Target:
    """The target with `ABSENT` among the texts that mean "not known".

    It is settled that those rows are not known, so no question is asked of them; where the table itself has cells without a
    label, and `missing` is not written, the question about these stays.
    """
    settled = "missing" in target.model_fields_set
    if target.kind == "multilabel":
        # An empty cell is the empty set unless `missing` says otherwise.
        return target.model_copy(update={"missing": [*(target.missing if settled else []), ABSENT]})
    absent = target.model_copy(update={"missing": [*target.missing, ABSENT]})
    if settled or not any(cell in target.missing for cell in own):
        return absent
    return Target.model_construct(
        _fields_set=set(target.model_fields_set), **{key: getattr(absent, key) for key in Target.model_fields}
    )


def find_unknown_ids(
    name: str, sheet: Table, ids: Sequence[str], filled: Sequence[int], known: Mapping[str, object]
) -> list[Fault]:
    """CORRECTIONS_UNKNOWN_ID for filled rows whose id is not in the table, with the nearest one."""
    unknown = [row for row in filled if ids[row] not in known]
    if not unknown:
        return []
    lines, examples = [sheet.lines[row] for row in unknown], [ids[row] for row in unknown]
    fault = fault_of_rows("CORRECTIONS_UNKNOWN_ID", "refuse", sheet.shown_as, lines, examples, target=name)
    near = nearest(examples[0], list(known)[:10_000])
    return [Fault(fault.code, fault.outcome, fault.where, fault.values, near)]


def find_twice(name: str, sheet: Table, ids: Sequence[str], chosen: Mapping[int, str]) -> list[Fault]:
    """CORRECTIONS_TWICE for ids that are given different labels."""
    rows: dict[str, list[int]] = {}
    for row in chosen:
        rows.setdefault(ids[row], []).append(row)
    twice = sorted(row for same in rows.values() if len({chosen[row] for row in same}) > 1 for row in same)
    if not twice:
        return []
    lines, examples = [sheet.lines[row] for row in twice], [ids[row] for row in twice]
    return [fault_of_rows("CORRECTIONS_TWICE", "refuse", sheet.shown_as, lines, examples, target=name)]


def find_bad_labels(name: str, target: Target, sheet: Table, chosen: Mapping[int, str], own: Sequence[str]) -> list[Fault]:
    """CORRECTIONS_NUMBER, or CORRECTIONS_UNKNOWN_LABEL with the nearest label: neither in `labels` nor in the column."""
    given = {row: text for row, text in chosen.items() if text != ABSENT}
    rows = list(given)
    if target.kind == "value":
        bad = [rows[place] for place in read_numbers(list(given.values()), ()).bad]
        if not bad:
            return []
        lines, examples = [sheet.lines[row] for row in bad], [given[row] for row in bad]
        return [fault_of_rows("CORRECTIONS_NUMBER", "refuse", sheet.shown_as, lines, examples, target=name)]
    separator = target.separator if target.kind == "multilabel" else None
    known = list(target.labels) or sorted(
        {label for cell in set(own) - set(target.missing) for label in (split(cell, separator) if separator else [cell])}
    )
    there = set(known)
    wrong: dict[int, list[str]] = {}
    for row, text in given.items():
        labels = split(text, separator) if separator else [text]
        if strange := [label for label in labels if label not in there]:
            wrong[row] = strange
    if not wrong:
        return []
    examples = [label for labels in wrong.values() for label in labels]
    fault = fault_of_rows(
        "CORRECTIONS_UNKNOWN_LABEL",
        "refuse",
        sheet.shown_as,
        [sheet.lines[row] for row in wrong],
        examples[: SHOWN_EXAMPLES + 1],
        target=name,
        known=show_examples(known, 30),
    )
    return [Fault(fault.code, fault.outcome, fault.where, fault.values, nearest(examples[0], known))]


def sum_hours(path: Path, shown_as: str | None = None) -> float:
    """The hours that were spent on a worksheet: its column `seconds`, summed; 0 without the column.

    Args:
        path: the worksheet.
        shown_as: its name in messages.

    Raises:
        InputError: the table cannot be read, or CORRECTIONS_SECONDS.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "theme.csv"
        >>> _ = path.write_text("id,new_label,seconds\\na,cat,1800\\nb,,\\nc,dog,900\\n")
        >>> sum_hours(path)
        0.75
    """
    sheet = read_table(path, shown_as)
    cells = sheet.columns.get(SECONDS, ())
    numbers = read_numbers(cells, {""})
    bad = sorted({*numbers.bad, *(row for row, value in enumerate(numbers.values.tolist()) if value < 0)})
    if bad:
        lines, examples = [sheet.lines[row] for row in bad], [cells[row] for row in bad]
        raise InputError(fault_of_rows("CORRECTIONS_SECONDS", "refuse", sheet.shown_as, lines, examples))
    return float(sum(value for value in numbers.values.tolist() if value >= 0)) / 3600

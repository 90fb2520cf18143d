"""The worksheet on which labels are set right: `relabel/<target>.csv`, and the guideline beside it, `relabel/<target>.md`.

Both are a person's as soon as something is written into them: rows that are filled in, and the guideline, are never changed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tamesu.artifacts.corrections import FORMULA_STARTS, ID, NEW_LABEL, SECONDS, unguard
from tamesu.artifacts.files import write_text
from tamesu.artifacts.tables import read_table
from tamesu.errors import Fault, InputError, Where
from tamesu.messages import Language
from tamesu.messages.audit_labels import tell_label

FOLDER = "relabel"
COLUMNS = (ID, "image", "label", "proposed", "reason", "score", NEW_LABEL, SECONDS, "note")
# What a person writes; a row with any of it is left alone.
OWN = (NEW_LABEL, SECONDS, "note")
# Excel takes a CSV file without this mark for Shift-JIS or Latin-1.
MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One row to be looked at.

    Attributes:
        id: of the row.
        image: its path.
        label: what the table says; empty where it says nothing.
        proposed: what it may be instead; empty when nothing is proposed.
        reason: why it is doubted, in a word or two.
        score: how much, larger first; None when nothing was measured.
    """

    id: str
    image: str
    label: str
    proposed: str = ""
    reason: str = ""
    score: float | None = None


def write_worksheet(folder: Path, target: str, doubts: Sequence[Doubt]) -> Path:
    """Write `relabel/<target>.csv` in the competition's folder, keeping what a person has filled in.

    Args:
        folder: the competition's folder.
        target: the target's name.
        doubts: the rows to be looked at, in their order; of one id the first counts.

    Returns:
        The file's path. Filled rows that are not doubted any more stand after the others; columns that a person has added stay.
        Cells that a spreadsheet would run as a formula begin with an apostrophe.

    Raises:
        InputError: a file stands there that is no worksheet (WORKSHEET_FOREIGN) or cannot be read; it is left as it is.
    """
    path = folder / FOLDER / f"{target}.csv"
    header, kept = read_filled(path, f"{FOLDER}/{path.name}")
    lines: dict[str, Mapping[str, str]] = {}
    for doubt in doubts:
        lines.setdefault(doubt.id, kept.pop(doubt.id) if doubt.id in kept else describe(doubt))
    lines |= kept
    write_lines(path, header, list(lines.values()))
    return path


def fill_worksheet(folder: Path, target: str, decided: Mapping[str, Mapping[str, str]], doubts: Sequence[Doubt] = ()) -> Path:
    """Write what a person has decided into `relabel/<target>.csv`; every other cell stays as it is.

    Args:
        folder: the competition's folder.
        target: the target's name.
        decided: by id, what goes into the columns of `OWN`. Of two rows with one id both get the label, so that they agree, and
            the first the rest.
        doubts: the rows of the worksheet where there is none yet; and a row that is decided and not on it is taken from here.

    Returns:
        The file's path.

    Raises:
        InputError: a file stands there that is no worksheet (WORKSHEET_FOREIGN) or cannot be read; it is left as it is.
    """
    path = folder / FOLDER / f"{target}.csv"
    header: list[str] = list(COLUMNS)
    rows = [describe(one) for one in doubts]
    if path.exists() and path.read_bytes().strip():
        columns, rows = read_worksheet(path)
        require_columns(columns, f"{FOLDER}/{path.name}")
        header = [*columns, *(name for name in OWN if name not in columns)]
    known = {one.id: one for one in doubts}
    there = {row[ID] for row in rows}
    rows += [describe(known[key]) if key in known else {ID: key} for key in decided if key not in there]
    left = dict(decided)
    for row in rows:
        if row[ID] in left:
            row |= left.pop(row[ID])
        elif row[ID] in decided:
            row[NEW_LABEL] = decided[row[ID]][NEW_LABEL]
    write_lines(path, header, rows)
    return path


def write_lines(path: Path, header: Sequence[str], lines: Sequence[Mapping[str, str]]) -> None:
    """Write a worksheet, its cells guarded; its folder is made."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([guard_cell(name) for name in header])
    writer.writerows([guard_cell(line.get(name, "")) for name in header] for line in lines)
    path.parent.mkdir(exist_ok=True)
    write_text(path, MARK + buffer.getvalue())


def require_columns(columns: Collection[str], shown_as: str) -> None:
    """Raise WORKSHEET_FOREIGN where a column is missing that every worksheet has."""
    for column in (ID, NEW_LABEL):
        if column not in columns:
            raise InputError(Fault("WORKSHEET_FOREIGN", "refuse", Where(shown_as), {"column": repr(column)}))


def describe(doubt: Doubt) -> dict[str, str]:
    """A row that nobody has filled in yet."""
    score = "" if doubt.score is None else f"{doubt.score:.4g}"
    cells = (doubt.id, doubt.image, doubt.label, doubt.proposed, doubt.reason, score)
    return dict(zip(COLUMNS, cells, strict=False))


def read_filled(path: Path, shown_as: str) -> tuple[list[str], dict[str, Mapping[str, str]]]:
    """The columns of a worksheet, and by id the rows into which a person has written; nothing where there is no file.

    Raises:
        InputError: WORKSHEET_FOREIGN, or the table cannot be read.
    """
    if not path.exists() or not path.read_bytes().strip():
        return list(COLUMNS), {}
    sheet = read_table(path, shown_as)
    require_columns(sheet.columns, shown_as)
    added = [name for name in sheet.columns if name not in COLUMNS]
    filled: dict[str, Mapping[str, str]] = {}
    for row in range(len(sheet)):
        line = {name: unguard(cells[row]) for name, cells in sheet.columns.items()}
        if any(line.get(name, "").strip() for name in (*OWN, *added)):
            # Two filled rows of one id are told when they are read as corrections; both stay.
            key = line[ID] if line[ID] not in filled else f"{line[ID]}\0{row}"
            filled[key] = line
    return [*COLUMNS, *added], filled


def read_worksheet(path: Path) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """The columns and the rows of a worksheet, as a person sees them.

    Raises:
        InputError: the table cannot be read.
    """
    sheet = read_table(path, f"{FOLDER}/{path.name}")
    rows = [{name: unguard(cells[row]) for name, cells in sheet.columns.items()} for row in range(len(sheet))]
    return tuple(sheet.columns), rows


def guard_cell(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula; `corrections.unguard` takes it back.

    Examples:
        >>> guard_cell("=1+1"), guard_cell("cat"), guard_cell("'=x")
        ("'=1+1", 'cat', "''=x")
    """
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) or unguard(cell) != cell else cell


def write_guideline(folder: Path, target: str, labels: Sequence[str], language: Language | None = None) -> Path:
    """Write `relabel/<target>.md` with headings to fill in, once; an existing one is left as it is.

    Args:
        folder: the competition's folder.
        target: the target's name.
        labels: each gets a heading.
        language: of the headings.
    """
    path = folder / FOLDER / f"{target}.md"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        write_text(path, make_guideline(target, labels, language))
    return path


def make_guideline(target: str, labels: Sequence[str], language: Language | None = None) -> str:
    """The guideline before anything is filled in: Markdown.

    Examples:
        >>> print(make_guideline("theme", ["cat"], "en").split("##")[2])
         Labels
        <BLANKLINE>
        - **cat**: (what must be seen; what rules it out)
        <BLANKLINE>
        <BLANKLINE>
    """

    def say(key: str) -> str:
        return tell_label(key, language, target=plain_line(target))

    hint = say("guide_label_hint")
    each = "\n".join(f"- **{plain_line(label)}**: {hint}" for label in labels)
    parts = [
        say("guide_head"),
        say("guide_intro"),
        say("guide_question"),
        say("guide_question_hint"),
        say("guide_labels"),
        each,
    ]
    parts += [
        say("guide_border"),
        say("guide_border_hint"),
        say("guide_unseen"),
        say("guide_unseen_hint"),
        say("guide_changes"),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def plain_line(text: str) -> str:
    """A name on one line."""
    return " ".join(text.split())

"""Labels that are decided on a page: which rows there are, and how decisions get into the worksheet.

relabel/<target>.csv    the worksheet of `tamesu audit --relabel`; written here as well, whole and at once
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tamesu.artifacts.audit_rows import FILE, AuditRows, DoubtedRow, list_doubts, read_audit_rows
from tamesu.artifacts.competition import Target
from tamesu.artifacts.corrections import ID, NEW_LABEL, NOT_KNOWN, SECONDS, can_be_corrected, split
from tamesu.artifacts.dataset import Dataset, load_train
from tamesu.artifacts.loading import COMPETITION
from tamesu.artifacts.numbers import read_numbers
from tamesu.artifacts.worksheet import (
    FOLDER,
    OWN,
    Doubt,
    describe,
    fill_worksheet,
    read_worksheet,
    require_columns,
    write_guideline,
)
from tamesu.errors import Fault, InputError, Where, nearest
from tamesu.messages import Language
from tamesu.web.bodies import DecideRequest
from tamesu.web.memory import Memory
from tamesu.web.tables import read_competition
from tamesu.web.view import Desk


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """What is to be decided.

    Attributes:
        name: of the target.
        target: as competition.yaml has it.
        labels: of the target, as the host's table has them; none for a number.
        ids: rows of the train table.
        doubts: of the last audit; None when there was none.
        lines: of the worksheet by id, as a person sees them, the first of equal ids; empty when there is none.
        rows: what is shown, in order: cells of a worksheet.
        in_force: whether competition.yaml reads this worksheet.
    """

    name: str
    target: Target
    labels: tuple[str, ...]
    ids: frozenset[str]
    doubts: Mapping[str, DoubtedRow] | None
    lines: Mapping[str, Mapping[str, str]]
    rows: tuple[dict[str, str], ...]
    in_force: bool

    @property
    def file(self) -> str:
        """The worksheet, relative to the competition's folder."""
        return f"{FOLDER}/{self.name}.csv"

    @property
    def decided(self) -> int:
        """How many rows have a new label."""
        return sum(bool(row[NEW_LABEL].strip()) for row in self.rows)


def open_sheet(desk: Desk, language: Language) -> Sheet:
    """The rows to decide about: doubts of the last audit in their order, then what else is filled in.

    Raises:
        InputError: RELABEL_KIND; competition.yaml, the table or the worksheet is at fault.
        DamagedError: what the audit wrote is not what was written.
    """
    return make_sheet(desk, language)[0]


def make_sheet(desk: Desk, language: Language) -> tuple[Sheet, list[Doubt]]:
    """The rows to decide about, and the doubts as lines of a worksheet; see `open_sheet`."""
    folder, memory = desk.folder, desk.memory
    competition = read_competition(folder, memory)
    name, target = competition.main, competition.main_target
    if not can_be_corrected(target):
        where = Where(COMPETITION, key=f"targets.{name}")
        raise InputError(Fault("RELABEL_KIND", "refuse", where, {"target": name, "kind": target.kind}))
    train = load_plain_rows(desk)
    audit = read_rows_of_audit(folder, memory)
    if audit is not None and audit.target != name:
        audit = None
    doubts = [] if audit is None else list_doubts(audit, dict(zip(train.ids, train.paths, strict=True)), language)
    path = folder / FOLDER / f"{name}.csv"
    lines: dict[str, dict[str, str]] = {}
    if path.is_file() and path.stat().st_size:
        columns, read = read_worksheet(path)
        require_columns(columns, f"{FOLDER}/{path.name}")
        for line in read:
            lines.setdefault(line[ID], line)
    sheet = Sheet(
        name=name,
        target=target,
        labels=train.targets[name].labels if name in train.targets else (),
        ids=frozenset(train.ids),
        doubts=None if audit is None else {one.id: one for one in audit.doubts},
        lines=lines,
        rows=tuple(join_rows(doubts, lines, audit)),
        in_force=target.corrections == f"{FOLDER}/{name}.csv",
    )
    return sheet, doubts


def read_rows_of_audit(folder: Path, memory: Memory) -> AuditRows | None:
    """What the last audit says of single rows; None when there was none.

    Raises:
        DamagedError: it is not what was written.
    """
    return memory.read_all("audit rows", [folder / FILE], lambda: read_audit_rows(folder))


def load_plain_rows(desk: Desk) -> Dataset:
    """The training rows with the labels of the host's table: one that was corrected away must still be there to choose."""
    folder, memory = desk.folder, desk.memory
    competition = read_competition(folder, memory)
    plain = {name: one.model_copy(update={"corrections": None}) for name, one in competition.targets.items()}
    table = competition.data_folder(folder) / competition.train.table
    groups = [folder / competition.groups] if competition.groups else []
    return memory.read_all(
        "plain rows",
        [folder / COMPETITION, table, *groups],
        lambda: load_train(folder, competition.model_copy(update={"targets": plain})),
    )


def join_rows(doubts: Sequence[Doubt], lines: Mapping[str, Mapping[str, str]], audit: AuditRows | None) -> list[dict[str, str]]:
    """The doubts with what is filled in, then rows that are filled in and not doubted; all of a worksheet without an audit."""
    found = []
    for doubt in doubts:
        row = dict.fromkeys(OWN, "") | describe(doubt)
        found.append(row | {key: lines[doubt.id].get(key, "") for key in OWN} if doubt.id in lines else row)
    known = {doubt.id for doubt in doubts}
    for key, line in lines.items():
        if key not in known and (audit is None or any(line.get(column, "").strip() for column in OWN)):
            cells = {column: line.get(column, "") for column in ("label", "proposed", "reason", *OWN)}
            found.append({ID: key, **cells})
    return found


def decide(desk: Desk, one: DecideRequest, language: Language) -> dict[str, Any]:
    """Write decisions into the worksheet; it and the guideline are made where they are not there yet.

    Args:
        desk: of the pages.
        one: what was decided.
        language: of the guideline.

    Returns:
        How many decisions were kept, and where.

    Raises:
        InputError: RELABEL_TARGET, RELABEL_NO_ROW, RELABEL_NO_LABEL, RELABEL_NO_NUMBER; CORRECTIONS_EMPTY, the worksheet is in
            force and nothing would be left in it; what `open_sheet` says. Nothing is written then.
        FolderGoneError: nothing can be written.
    """
    return dict(desk.starts.once(one.key, lambda: write_decisions(desk, one, language)))


def write_decisions(desk: Desk, one: DecideRequest, language: Language) -> dict[str, Any]:
    """See `decide`."""
    sheet, doubts = make_sheet(desk, language)
    if one.target != sheet.name:
        raise InputError(Fault("RELABEL_TARGET", "refuse", Where(), {"target": one.target, "main": sheet.name}))
    known = {doubt.id for doubt in doubts} | set(sheet.lines)
    for decision in one.decisions:
        if decision.id not in known or decision.id not in sheet.ids:
            raise InputError(Fault("RELABEL_NO_ROW", "refuse", Where(sheet.file), {"id": decision.id}))
        check_label(decision.new_label, sheet)
    decided = {
        decision.id: {
            NEW_LABEL: decision.new_label,
            SECONDS: str(decision.seconds) if decision.seconds else "",
            "note": decision.note,
        }
        for decision in one.decisions
    }
    others = any(line[NEW_LABEL].strip() for key, line in sheet.lines.items() if key not in decided)
    if sheet.in_force and not others and not any(cells[NEW_LABEL] for cells in decided.values()):
        # A worksheet without any decision is a fault of competition.yaml, and every page would say so.
        raise InputError(Fault("CORRECTIONS_EMPTY", "refuse", Where(sheet.file), {"target": sheet.name}))
    fill_worksheet(desk.folder, sheet.name, decided, doubts)
    write_guideline(desk.folder, sheet.name, sheet.labels, language)
    return {"kept": len(decided), "file": sheet.file}


def check_label(text: str, sheet: Sheet) -> None:
    """Refuse what is no label of the target, letter by letter; an empty text and `?` are for every target.

    Raises:
        InputError: RELABEL_NO_LABEL, RELABEL_NO_NUMBER.
    """
    if text in ("", NOT_KNOWN):
        return
    if sheet.target.kind == "value":
        if read_numbers([text], ()).bad or text != text.strip():
            raise InputError(Fault("RELABEL_NO_NUMBER", "refuse", Where(sheet.file), {"label": text}))
        return
    separator = sheet.target.separator or "" if sheet.target.kind == "multilabel" else None
    labels = [text] if separator is None else split(text, separator)
    there = set(sheet.labels)
    strange = [label for label in labels if label not in there] if labels else [text]
    if strange:
        values = {"label": strange[0], "target": sheet.name}
        raise InputError(
            Fault("RELABEL_NO_LABEL", "refuse", Where(sheet.file), values, nearest(strange[0], sheet.labels[:10_000]))
        )

"""Dataset: the rows of the train or test table with their image paths and target values, joined by id."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np

from tamesu.artifacts.competition import Competition, Rows, Target
from tamesu.artifacts.corrections import Corrected, apply_corrections
from tamesu.artifacts.derived import columns_of_derivation, derive_target
from tamesu.artifacts.files import digest_of
from tamesu.artifacts.group_file import is_group_file, read_group_file
from tamesu.artifacts.image_paths import find_images, parse_template
from tamesu.artifacts.labels import find_spellings
from tamesu.artifacts.marks import MARKS, columns_of_mask, read_marks
from tamesu.artifacts.reading import read_target
from tamesu.artifacts.row_faults import SHOWN_EXAMPLES, fault_of_rows
from tamesu.artifacts.tables import Table, read_table
from tamesu.artifacts.targets import TargetCells, TargetValues
from tamesu.errors import Fault, InputError, QuestionError, Where

__all__ = ["Dataset", "TargetValues", "load_test", "load_train"]

COMPETITION_FILE = "competition.yaml"


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Rows ready for splitting and training.

    Attributes:
        ids: the rows' names, text as it stands in the table, each once.
        paths: the image of each row, with `/`, relative to `competition.data_folder(folder)`. A file name that is not
            UTF-8 carries lone surrogates, as `os.fsdecode` makes them.
        targets: by target name; empty for test rows.
        groups: str (rows,), or None when the competition has no groups.
        columns: the raw table columns of these rows.
        lines: the line of the table on which each row begins.
        faults: notes, quarantines and questions; give them to `tamesu.errors.raise_faults` with `competition.accept`.
            Values stand as if every question were answered with "go on".
    """

    ids: tuple[str, ...]
    paths: tuple[str, ...]
    targets: dict[str, TargetValues]
    groups: np.ndarray | None
    columns: dict[str, tuple[str, ...]]
    lines: tuple[int, ...]
    faults: tuple[Fault, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def digest(self) -> str:
        """SHA-256 over ids, paths, targets and groups, in row order, in hex."""
        targets = {
            name: [t.kind, list(t.labels), list(t.values.shape), hashlib.sha256(t.values.tobytes()).hexdigest()]
            for name, t in self.targets.items()
        }
        # JSON cannot hold lone surrogates.
        paths = [os.fsencode(path).decode("utf-8", "backslashreplace") for path in self.paths]
        groups = None if self.groups is None else self.groups.tolist()
        return digest_of({"ids": list(self.ids), "paths": paths, "targets": targets, "groups": groups})


def digest_target(dataset: Dataset, name: str, ids: Sequence[str]) -> str:
    """SHA-256 over one target's values of some rows, whatever their order; empty when a row is not there.

    Args:
        dataset: with labels.
        name: of the target.
        ids: the rows that count.
    """
    place = {row: index for index, row in enumerate(dataset.ids)}
    if any(row not in place for row in ids):
        return ""
    target = dataset.targets[name]
    values = target.values.reshape(len(dataset), -1).tolist()
    rows = sorted([row, repr(values[place[row]])] for row in ids)
    return digest_of([target.kind, list(target.labels), rows])


def load_train(folder: Path, competition: Competition) -> Dataset:
    """The train rows of a competition.

    Args:
        folder: the competition's folder.
        competition: its facts.

    Returns:
        One row per id, in the order of the table, with every target's values.

    Raises:
        InputError: the table cannot be read, or rows, labels, numbers or paths are refused; all such faults together.
        QuestionError: the table seems to have no header, so that no column can be found.
    """
    table = read_rows(folder, competition, competition.train)
    faults = list(table.notes) + find_column_faults(table, competition, competition.train, "train")
    stop_without_header(table, faults)
    targets = {name: t for name, t in competition.targets.items() if table.columns.keys() >= set(columns_of(t))}
    used = [column for target in targets.values() for column in columns_of(target)]
    if competition.groups in table.columns:
        used.append(competition.groups)
    corrected, correction_faults = apply_corrections(folder, competition, table)
    ids, kept, id_faults = find_ids(
        with_corrections(table, corrected, competition), competition, competition.train, used, "train"
    )
    faults += correction_faults + [one.fault for one in corrected.values()] + id_faults
    columns, lines = keep_rows(table, kept)
    values: dict[str, TargetValues] = {}
    for name, target in sorted(targets.items(), key=lambda item: item[1].derive is not None):
        given = TargetCells(
            name=name,
            target=corrected[name].target if name in corrected else target,
            columns=columns | correct_cells(corrected.get(name), kept),
            ids=ids,
            lines=lines,
            table=table.shown_as,
            main=name == competition.main,
            n_splits=competition.folds.n_splits,
            commas_are_decimals=table.delimiter in (";", "\t"),
        )
        found = read_values(given, values, folder, competition.data_folder(folder))
        if found is not None:
            values[name] = found[0]
            faults += found[1]
    values = {name: values[name] for name in targets if name in values}
    groups = None
    if competition.groups in columns:
        groups = np.array(columns[competition.groups], dtype=np.str_)
        faults += find_group_faults(columns[competition.groups], lines, table.shown_as, competition.groups)
    elif is_group_file(competition.groups, table.columns):
        groups, group_faults = read_group_file(folder, competition, ids)
        faults += group_faults
    paths, path_faults = find_paths(folder, competition, competition.train, columns, lines, table, "train")
    faults += path_faults
    faults += find_shared_images(paths, groups, lines, table.shown_as)
    raise_refused(faults, competition.accept)
    return Dataset(ids, paths, values, groups, columns, lines, tuple(faults))


def load_test(folder: Path, competition: Competition) -> Dataset | None:
    """The test rows of a competition; None when it has none.

    Args:
        folder: the competition's folder.
        competition: its facts.

    Returns:
        One row per id, in the order of the table, without targets and groups.

    Raises:
        InputError: the table cannot be read, or rows or paths are refused; all such faults together.
        QuestionError: the table seems to have no header, so that no column can be found.
    """
    if competition.test is None:
        return None
    table = read_rows(folder, competition, competition.test)
    faults = list(table.notes) + find_column_faults(table, competition, competition.test, "test")
    stop_without_header(table, faults)
    ids, kept, id_faults = find_ids(table, competition, competition.test, [], "test")
    columns, lines = keep_rows(table, kept)
    paths, path_faults = find_paths(folder, competition, competition.test, columns, lines, table, "test")
    faults += id_faults + path_faults
    raise_refused(faults, competition.accept)
    return Dataset(ids, paths, {}, None, columns, lines, tuple(faults))


def read_rows(folder: Path, competition: Competition, rows: Rows) -> Table:
    """The table of the train or test rows, named in messages as seen from the competition's folder."""
    return read_table(competition.data_folder(folder) / rows.table, str(PurePosixPath(competition.data, rows.table)))


def with_corrections(table: Table, corrected: Mapping[str, Corrected], competition: Competition) -> Table:
    """The table as corrected, to compare rows of one id; cells that an image's path is made of stay."""
    in_path: set[str] = set()
    with contextlib.suppress(InputError):  # said by find_images, with its place
        in_path.update(parse_template(competition.train.image, Where()).columns)
    cells = {str(one.target.column): one.cells for one in corrected.values() if one.target.column not in in_path}
    return replace(table, columns=table.columns | cells) if cells else table


def correct_cells(corrected: Corrected | None, kept: Sequence[int] | None) -> dict[str, tuple[str, ...]]:
    """The corrected column of one target, of the rows that are kept; nothing without corrections."""
    if corrected is None:
        return {}
    cells = corrected.cells
    return {str(corrected.target.column): cells if kept is None else tuple(cells[row] for row in kept)}


def read_values(
    given: TargetCells, read: Mapping[str, TargetValues], folder: Path, data_folder: Path
) -> tuple[TargetValues, list[Fault]] | None:
    """One target's values and faults; None for one made of a target that is not there."""
    if given.target.derive is not None:
        return derive_target(given, read, folder)
    return read_marks(given, data_folder) if given.target.kind in MARKS else read_target(given)


def columns_of(target: Target) -> list[str]:
    """The columns a target stands in, those it is derived along, or those its masks' paths are made of."""
    if target.derive is not None:
        return columns_of_derivation(target)
    return columns_of_mask(target) if target.mask is not None else target.columns or [target.column or ""]


def find_column_faults(table: Table, competition: Competition, rows: Rows, part: str) -> list[Fault]:
    """Every column that competition.yaml names and the table has not, each with the nearest name."""
    named = [("id", competition.id)]
    faults: list[Fault] = []
    # A template that cannot be read is said by find_images, with its place.
    with contextlib.suppress(InputError):
        named += [(f"{part}.image", name) for name in parse_template(rows.image, Where()).columns]
    if part == "train":
        for name, target in competition.targets.items():
            key = "derive" if target.derive else "mask" if target.mask else "columns" if target.columns else "column"
            named += [(f"targets.{name}.{key}", column) for column in columns_of(target)]
        by_column = competition.groups is not None and not is_group_file(competition.groups, table.columns)
        named += [("groups", str(competition.groups))] if by_column else []
    for key, name in dict.fromkeys(named):
        try:
            table.column(name, Where(COMPETITION_FILE, key=key))
        except InputError as error:
            faults += error.faults
    return faults


def stop_without_header(table: Table, faults: Sequence[Fault]) -> None:
    """Ask about the header before complaining of columns, when the header may be a row.

    Raises:
        QuestionError: TABLE_NO_HEADER, when a column is missing.
        InputError: the faults, when the id column is missing for another reason.
    """
    refused = [fault for fault in faults if fault.outcome == "refuse"]
    headless = [fault for fault in table.notes if fault.code == "TABLE_NO_HEADER"]
    if refused and headless:
        raise QuestionError(headless)
    if any(fault.where.key == "id" for fault in refused):
        raise InputError(refused)


def find_ids(
    table: Table, competition: Competition, rows: Rows, used: Sequence[str], part: str
) -> tuple[tuple[str, ...], list[int] | None, list[Fault]]:
    """The ids, each once.

    Args:
        table: the rows as read.
        competition: names the id column.
        rows: their image template.
        used: further columns in which two rows of one id must agree.
        part: `train` or `test`.

    Returns:
        The ids of the rows that are kept, the indices of these rows (None: all of them), and the faults. Of rows that
        agree the first is kept; of rows that do not, none in train (no label is sure) and the first in test.
    """
    ids = table.columns[competition.id]
    faults = []
    if blank := [line for name, line in zip(ids, table.lines, strict=True) if not name.strip()]:
        faults.append(fault_of_rows("TABLE_ID_MISSING", "refuse", table.shown_as, blank, column=repr(competition.id)))
    if len(set(ids)) == len(ids):
        return ids, None, faults
    counts = Counter(ids)
    doubled: dict[str, list[int]] = {}
    for row, name in enumerate(ids):
        if counts[name] > 1 and name.strip():
            doubled.setdefault(name, []).append(row)
    compared = set(used)
    with contextlib.suppress(InputError):
        compared |= table.columns.keys() & parse_template(rows.image, Where()).columns
    again: list[int] = []
    conflicting: list[int] = []
    for same in doubled.values():
        agree = all(len({table.columns[column][row] for row in same}) == 1 for column in compared)
        again += same[1:] if agree else []
        conflicting += [] if agree else same
    faults += doubled_faults(table, ids, sorted(again), sorted(conflicting), part)
    firsts = {rows[0] for rows in doubled.values()} if part == "test" else set()
    dropped = {*again, *conflicting} - firsts
    kept = [row for row in range(len(ids)) if row not in dropped]
    return tuple(ids[row] for row in kept), kept, faults


def doubled_faults(
    table: Table, ids: Sequence[str], again: Sequence[int], conflicting: Sequence[int], part: str
) -> list[Fault]:
    """A note on rows said twice, a question on ids whose rows differ."""
    faults = []
    if again:
        at, examples = [table.lines[row] for row in again], [ids[row] for row in again]
        faults.append(fault_of_rows("TABLE_DUPLICATE_ID", "note", table.shown_as, at, examples))
    if conflicting:
        at, examples = [table.lines[row] for row in conflicting], [ids[row] for row in conflicting]
        code = "TABLE_CONFLICTING_LABEL" if part == "train" else "TABLE_CONFLICTING_IMAGE"
        faults.append(fault_of_rows(code, "ask", table.shown_as, at, examples))
    return faults


def keep_rows(table: Table, kept: list[int] | None) -> tuple[dict[str, tuple[str, ...]], tuple[int, ...]]:
    """The columns and line numbers of the rows that are kept; all of them for None."""
    if kept is None:
        return table.columns, table.lines
    columns = {name: tuple(cells[row] for row in kept) for name, cells in table.columns.items()}
    return columns, tuple(table.lines[row] for row in kept)


def find_paths(
    folder: Path,
    competition: Competition,
    rows: Rows,
    columns: Mapping[str, Sequence[str]],
    lines: Sequence[int],
    table: Table,
    part: str,
) -> tuple[tuple[str, ...], list[Fault]]:
    """The image of every row and the faults of `find_images`, refusals among them instead of raised."""
    where = Where(COMPETITION_FILE, key=f"{part}.image")
    try:
        paths, faults = find_images(rows.image, columns, lines, competition.data_folder(folder), table.shown_as, where)
    except InputError as error:
        # A missing column has been said with the other columns.
        return (), [fault for fault in error.faults if fault.code != "TABLE_NO_COLUMN"]
    return tuple(paths), faults


def find_group_faults(cells: Sequence[str], lines: Sequence[int], table: str, column: str) -> list[Fault]:
    """A question on groups that differ only in spelling: taken for two groups, they could stand on both sides of a fold."""
    clusters = find_spellings(Counter(cell for cell in cells if cell.strip()))
    if not clusters:
        return []
    rarer = {name for cluster in clusters for name in cluster[1:]}
    at = [line for cell, line in zip(cells, lines, strict=True) if cell in rarer]
    spellings = "; ".join(" = ".join(map(repr, cluster[:6])) for cluster in clusters[:SHOWN_EXAMPLES])
    return [fault_of_rows("TABLE_NEAR_EQUAL_GROUPS", "ask", table, at, spellings=spellings, column=repr(column))]


def find_shared_images(paths: Sequence[str], groups: np.ndarray | None, lines: Sequence[int], table: str) -> list[Fault]:
    """A question on images that stand in several rows which no group holds together."""
    if len(set(paths)) == len(paths):
        return []
    rows: dict[str, list[int]] = {}
    for row, path in enumerate(paths):
        rows.setdefault(path, []).append(row)
    shared = [same for same in rows.values() if len(same) > 1 and (groups is None or len(set(groups[same].tolist())) > 1)]
    if not shared:
        return []
    at = sorted(row for same in shared for row in same)
    examples = [paths[same[0]] for same in shared]
    return [fault_of_rows("TABLE_SHARED_IMAGE", "ask", table, [lines[row] for row in at], examples, images=len(shared))]


def raise_refused(faults: Sequence[Fault], accepted: Sequence[str]) -> None:
    """Raise refusals, together with the questions still open; leave questions alone to the caller.

    Raises:
        InputError: at least one fault is `refuse`.
    """
    if refused := [fault for fault in faults if fault.outcome == "refuse"]:
        raise InputError(refused + [f for f in faults if f.outcome == "ask" and f.code not in accepted])

"""Groups from a file beside competition.yaml: `groups: audit/groups.csv`, for groups that the host's table does not name.

The file has the competition's id column and a column `group`; `tamesu audit` writes one, and so may anybody.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.files import write_text
from tamesu.artifacts.row_faults import fault_of_rows
from tamesu.artifacts.tables import read_table
from tamesu.errors import Fault, InputError, Where, nearest

COLUMN = "group"
SUFFIX = ".csv"


def is_group_file(groups: str | None, columns: Mapping[str, object]) -> bool:
    """Whether `groups:` names a file and not a column; a column of that name goes first.

    Examples:
        >>> is_group_file("audit/groups.csv", {}), is_group_file("patient", {}), is_group_file("a.csv", {"a.csv": ()})
        (True, False, False)
    """
    return groups is not None and groups not in columns and groups.endswith(SUFFIX)


def read_group_file(folder: Path, competition: Competition, ids: Sequence[str]) -> tuple[np.ndarray, list[Fault]]:
    """The group of each row, str (rows,), and what is wrong with the file; rows without one have an empty text.

    Args:
        folder: the competition's folder; the path in `groups` is relative to it.
        competition: names the file and the id column.
        ids: the rows.

    Returns:
        GROUPS_NO_FILE, GROUPS_NO_COLUMN, GROUPS_TWICE and GROUPS_MISSING are among the faults; more ids than rows are none.
    """
    name = str(competition.groups)
    none = np.full(len(ids), "", dtype=np.str_)
    where = Where("competition.yaml", key="groups")
    path = folder / name
    if not path.is_file():
        found_there = sorted(path.parent.glob(f"*{SUFFIX}"))
        beside = [str(one.relative_to(folder)) if one.is_relative_to(folder) else str(one) for one in found_there]
        return none, [Fault("GROUPS_NO_FILE", "refuse", where, {"path": name}, nearest(name, beside))]
    try:
        table = read_table(path, name)
    except InputError as error:
        return none, list(error.faults)
    for column in (competition.id, COLUMN):
        if column not in table.columns:
            values = {"column": column, "known": ", ".join(table.columns)}
            return none, [Fault("GROUPS_NO_COLUMN", "refuse", Where(name), values, nearest(column, table.columns))]
    found: dict[str, str] = {}
    twice: list[int] = []
    for row, group, line in zip(table.columns[competition.id], table.columns[COLUMN], table.lines, strict=True):
        if found.setdefault(row, group) != group:
            twice.append(line)
    faults = []
    if twice:
        faults.append(fault_of_rows("GROUPS_TWICE", "refuse", name, twice))
    if missing := [row for row in ids if not found.get(row, "").strip()]:
        faults.append(fault_of_rows("GROUPS_MISSING", "refuse", name, [], missing, rows=len(missing)))
    return np.array([found.get(row, "") for row in ids], dtype=np.str_), faults


def write_column(path: Path, header: tuple[str, str], ids: Sequence[str], values: Sequence[object]) -> None:
    """Write a column beside ids, as `groups:` reads one.

    Args:
        path: the CSV file; its folder is made when it is not there.
        header: what both columns are called: the competition's id column, and `group` for groups.
        ids: of the rows.
        values: of the rows.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(zip(ids, values, strict=True))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, buffer.getvalue())

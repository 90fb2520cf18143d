"""Table: a CSV, TSV or Parquet file of the host's, read strictly; every cell is text.

Ids keep their leading zeros, `1e5` stays `1e5`, `NA` stays `NA`. What cannot be read without a guess is refused with its
line; what was dealt with is noted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tamesu.artifacts.parquet import read_parquet_columns
from tamesu.artifacts.row_faults import fault_of_rows, show_examples
from tamesu.artifacts.table_rows import DELIMITER_NAMES, DELIMITER_OF_ENDING, Cells, find_delimiter, split_cells
from tamesu.artifacts.table_text import decode_text, load_bytes
from tamesu.errors import Fault, InputError, Where, nearest

IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif", ".bmp", ".avif", ".jpe", ".jfif")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
DIGITS = re.compile(r"\d+")
COMPARED_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text cells.

    Attributes:
        path: the file.
        shown_as: its name in messages.
        columns: column name → one text per row, in the order of the file.
        lines: the line on which each row begins, from 1 (a header stands on line 1; of Parquet, the row's number).
        notes: what was found and dealt with; TABLE_NO_HEADER among them is a question, for the caller to raise.
        delimiter: what stands between two cells; empty for Parquet.
    """

    path: Path
    shown_as: str
    columns: dict[str, tuple[str, ...]]
    lines: tuple[int, ...]
    notes: tuple[Fault, ...] = ()
    delimiter: str = ","

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, name: str, where: Where) -> tuple[str, ...]:
        """The cells of a column, one per row.

        Args:
            name: the column.
            where: the place that names it, for the message.

        Raises:
            InputError: TABLE_NO_COLUMN, with the nearest name and the known ones.
        """
        if name not in self.columns:
            known = show_examples(self.columns, limit=30)
            values = {"name": name, "table": self.shown_as, "known": known}
            raise InputError(Fault("TABLE_NO_COLUMN", "refuse", where, values, nearest(name, self.columns)))
        return self.columns[name]


def read_table(path: Path, shown_as: str | None = None) -> Table:
    """Read a table of the host's: CSV or TSV under any ending, gzip-packed or not, or Parquet.

    Args:
        path: the file.
        shown_as: its name in messages; the path itself when None.

    Returns:
        The table, with notes on what was not plain: encoding, delimiter, trimmed column names, blank rows, no header.

    Raises:
        InputError: the file cannot be read as one table without a guess; every such fault of it, with lines.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "train.csv"
        >>> _ = path.write_text("id,label\\n0001,NA\\n1e5,cat\\n")
        >>> table = read_table(path)
        >>> table.columns["id"], table.columns["label"], table.lines
        (('0001', '1e5'), ('NA', 'cat'), (2, 3))
    """
    shown_as = str(path) if shown_as is None else shown_as
    content = load_bytes(path, shown_as)
    if content.startswith(b"PAR1"):
        columns, notes = read_parquet_columns(path, shown_as)
        rows = len(next(iter(columns.values()), ()))
        return Table(path, shown_as, columns, tuple(range(1, rows + 1)), tuple(notes), delimiter="")
    text, notes = decode_text(content, shown_as)
    endings = [ending.lower() for ending in path.suffixes if ending.lower() != ".gz"]
    expected = DELIMITER_OF_ENDING.get(endings[-1]) if endings else None
    delimiter = find_delimiter(text, expected)
    if expected is not None and delimiter != expected:
        found = {"found": DELIMITER_NAMES[delimiter], "expected": DELIMITER_NAMES[expected]}
        notes.append(Fault("TABLE_DELIMITER", "note", Where(shown_as), found))
    cells = split_cells(text, delimiter, shown_as)
    names, faults = name_columns(cells.header, shown_as)
    if refused := [fault for fault in faults if fault.outcome == "refuse"]:
        raise InputError(refused)
    notes += cells.notes + faults
    if looks_like_a_row(cells):
        notes.append(fault_of_rows("TABLE_NO_HEADER", "ask", shown_as, [1], [delimiter.join(cells.header)]))
    return Table(path, shown_as, dict(zip(names, cells.columns, strict=True)), cells.lines, tuple(notes), delimiter)


def name_columns(header: list[str], shown_as: str) -> tuple[list[str], list[Fault]]:
    """Column names from the first row: trimmed, unnamed ones numbered, equal ones refused.

    Examples:
        >>> names, faults = name_columns(["", " id ", "label"], "t.csv")
        >>> names, [fault.code for fault in faults]
        (['column_1', 'id', 'label'], ['TABLE_COLUMN_TRIMMED', 'TABLE_UNNAMED_COLUMN'])
    """
    trimmed = [name.strip() for name in header]
    names = [name or f"column_{number}" for number, name in enumerate(trimmed, start=1)]
    where = Where(shown_as, line=1)
    padded = [name for name, bare in zip(header, trimmed, strict=True) if name != bare]
    doubled = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    unnamed = [name for name, bare in zip(names, trimmed, strict=True) if not bare]
    faults = []
    if doubled:
        faults.append(Fault("TABLE_DUPLICATE_COLUMN", "refuse", where, {"examples": show_examples(doubled)}))
    if padded:
        faults.append(Fault("TABLE_COLUMN_TRIMMED", "note", where, {"examples": show_examples(padded)}))
    if unnamed:
        faults.append(Fault("TABLE_UNNAMED_COLUMN", "note", where, {"examples": show_examples(unnamed)}))
    return names, faults


def looks_like_a_row(cells: Cells) -> bool:
    """True when the first row seems to be data: an image's file name, or nothing but cells like those below them.

    Examples:
        >>> looks_like_a_row(Cells(["00001", "cat"], [("00002", "00003"), ("dog", "cat")], (2, 3), []))
        True
        >>> looks_like_a_row(Cells(["id", "0", "1"], [("00002",), ("1",), ("0",)], (2,), []))
        False
    """
    if any(name.strip().lower().endswith(IMAGE_ENDINGS) for name in cells.header):
        return True
    return all(
        resembles(name.strip(), column[:COMPARED_ROWS]) for name, column in zip(cells.header, cells.columns, strict=True)
    )


def resembles(name: str, column: tuple[str, ...]) -> bool:
    """True when a column's name is a number above numbers, a value of the column itself, or its like but for the digits."""
    if name in column:
        return True
    if NUMBER.fullmatch(name):
        return all(NUMBER.fullmatch(cell.strip()) for cell in column if cell.strip())
    shape = DIGITS.sub("0", name)
    return bool(DIGITS.search(name)) and all(DIGITS.sub("0", cell) == shape for cell in column)

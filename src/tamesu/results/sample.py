"""Sample: the host's example of a submission, with all that decides how a file is spelled."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Literal

from tamesu.artifacts.row_faults import show_examples
from tamesu.artifacts.table_rows import DELIMITER_OF_ENDING, Cells, find_delimiter, split_cells
from tamesu.artifacts.table_text import decode_or_none, decode_text, find_encoding, load_bytes
from tamesu.artifacts.tables import IMAGE_ENDINGS, looks_like_a_row, resembles
from tamesu.errors import Fault, InputError, Where


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A sample submission, or a file that is to be compared with one.

    Attributes:
        shown_as: its name in messages.
        header: the first line's cells exactly as written, or None when the first line is a row.
        columns: the cells, one tuple per column, each as long as there are rows.
        lines: the line on which each row begins, from 1.
        delimiter: between two cells.
        line_end: after each line.
        encoding: as Python names it.
    """

    shown_as: str
    header: tuple[str, ...] | None
    columns: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    delimiter: str = ","
    line_end: str = "\n"
    encoding: str = "utf-8"

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names without spaces around them; `column 1`, ... without a header."""
        if self.header is None:
            return tuple(f"column {number}" for number in range(1, len(self.columns) + 1))
        return tuple(name.strip() for name in self.header)

    def encode(self, columns: Sequence[Sequence[str]]) -> bytes:
        """A file spelled like this one, with other cells.

        Args:
            columns: the cells, in the order of this sample's columns and rows.

        Raises:
            InputError: SUBMISSION_ENCODING, a text that the sample's encoding cannot hold.

        Examples:
            >>> Sample("s.csv", ("id", "種類"), (("007",), ("犬",)), (2,), line_end="\\r\\n").encode([["007"], ["a,b"]])
            b'id,\\xe7\\xa8\\xae\\xe9\\xa1\\x9e\\r\\n007,"a,b"\\r\\n'
        """
        buffer = io.StringIO()
        # The csv module quotes a carriage return inside a cell only where it also ends lines.
        odd = any("\r" in cell for column in columns for cell in column)
        quoting: Literal[0, 1] = csv.QUOTE_ALL if odd else csv.QUOTE_MINIMAL
        writer = csv.writer(buffer, delimiter=self.delimiter, lineterminator=self.line_end, quoting=quoting)
        if self.header is not None:
            writer.writerow(self.header)
        writer.writerows(zip(*columns, strict=True))
        try:
            return buffer.getvalue().encode(self.encoding)
        except UnicodeEncodeError as error:
            values = {"encoding": self.encoding, "examples": repr(error.object[error.start : error.end])}
            raise InputError(Fault("SUBMISSION_ENCODING", "refuse", Where(self.shown_as), values)) from error

    def decode(self, content: bytes) -> Sample:
        """The inverse of `encode`."""
        cells = split_cells(decode_text(content, self.shown_as)[0], self.delimiter, self.shown_as)
        return make_sample(cells, self.shown_as, self.header is not None)


def read_sample(
    path: Path,
    shown_as: str | None = None,
    header: bool | None = None,
    ids: Collection[str] = (),
    names: Collection[str | None] = (),
) -> Sample:
    """Read a sample submission, or a file to be compared with one.

    Args:
        path: the file.
        shown_as: its name in messages; the path itself when None.
        header: whether its first line names the columns; when None it does if it holds one of `names`, it does not if it
            holds one of `ids`, and else it is told from the cells below.
        ids: the ids that were predicted.
        names: column names that may be expected.

    Raises:
        InputError: it cannot be read as one table without a guess.
    """
    shown_as = str(path) if shown_as is None else shown_as
    content = load_bytes(path, shown_as)
    if content.startswith(b"PAR1"):
        raise InputError(Fault("TABLE_NOT_A_TABLE", "refuse", Where(shown_as), {"found": "Parquet"}))
    text, _ = decode_text(content, shown_as)
    endings = [ending.lower() for ending in path.suffixes if ending.lower() != ".gz"]
    delimiter = find_delimiter(text, DELIMITER_OF_ENDING.get(endings[-1]) if endings else None)
    cells = split_cells(text, delimiter, shown_as)
    if header is None:
        header = find_header(cells, ids, names)
    encoding = find_encoding(content)
    if encoding == "utf-8" and decode_or_none(content, "utf-8") is None:
        encoding = "cp932"
    end = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    sample = make_sample(cells, shown_as, header)
    if doubled := sorted({name for name in sample.names if sample.names.count(name) > 1}):
        raise InputError(
            Fault("TABLE_DUPLICATE_COLUMN", "refuse", Where(shown_as, line=1), {"examples": show_examples(doubled)})
        )
    return replace(sample, delimiter=delimiter, line_end=end, encoding=encoding)


def make_sample(cells: Cells, shown_as: str, header: bool) -> Sample:
    """A table's cells with its first line as header, or as the first row."""
    if header:
        return Sample(shown_as, tuple(cells.header), tuple(cells.columns), cells.lines)
    columns = [(first, *column) for first, column in zip(cells.header, cells.columns, strict=True)]
    return Sample(shown_as, None, tuple(columns), (1, *cells.lines))


def find_header(cells: Cells, ids: Collection[str], names: Collection[str | None]) -> bool:
    """Whether the first line names the columns; see `read_sample`."""
    first = [cell.strip() for cell in cells.header]
    if not set(names).isdisjoint(first):
        return True
    known = {*ids, *map(drop_ending, ids)}
    if any(cell in known or drop_ending(cell) in known for cell in first):
        return False
    if looks_like_a_row(cells):
        return False
    # Answers may differ from row to row; an id above ids is enough.
    unique = (i for i, column in enumerate(cells.columns) if len(set(column)) == len(column) > 1)
    column = next(unique, None)
    return column is None or not resembles(first[column], cells.columns[column])


def drop_ending(name: str) -> str:
    """A file name without its image ending; any other text as it is.

    Examples:
        >>> drop_ending("0007.jpg"), drop_ending("v1.5")
        ('0007', 'v1.5')
    """
    return name[: -len(ending)] if (ending := PurePath(name).suffix) and ending.lower() in IMAGE_ENDINGS else name

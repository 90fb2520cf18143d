"""Parquet files as text cells, through pyarrow (the extra `tamesu[parquet]`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tamesu.artifacts.row_faults import fault_of_rows, show_examples
from tamesu.errors import Fault, InputError, Where


def read_parquet_columns(path: Path, shown_as: str) -> tuple[dict[str, tuple[str, ...]], list[Fault]]:
    """The columns of a Parquet file; every cell is text, a missing cell is the empty text.

    Args:
        path: the file.
        shown_as: its name in messages.

    Returns:
        Column name → cells, and a note about columns that hold no plain values (lists, structs, bytes) and were left out.

    Raises:
        InputError: TABLE_NEEDS_PYARROW, TABLE_UNREADABLE, TABLE_DUPLICATE_COLUMN or TABLE_EMPTY.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise InputError(Fault("TABLE_NEEDS_PYARROW", "refuse", Where(shown_as))) from error
    try:
        table = pyarrow.parquet.read_table(path)
    except (OSError, pyarrow.ArrowException) as error:
        values = {"reason": f"Parquet: {str(error).splitlines()[0]}"}
        raise InputError(Fault("TABLE_UNREADABLE", "refuse", Where(shown_as), values)) from error
    names = list(table.column_names)
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(Fault("TABLE_DUPLICATE_COLUMN", "refuse", Where(shown_as), {"examples": show_examples(doubled)}))
    if not table.num_rows:
        raise InputError(fault_of_rows("TABLE_EMPTY", "refuse", shown_as, []))
    types = pyarrow.types
    odd = [
        field.name
        for field in table.schema
        if types.is_nested(field.type) or types.is_binary(field.type) or types.is_large_binary(field.type)
    ]
    columns = {name: text_of_column(table.column(name)) for name in names if name not in odd}
    notes = [Fault("TABLE_COLUMN_LEFT_OUT", "note", Where(shown_as), {"examples": show_examples(odd)})] if odd else []
    return columns, notes


def text_of_column(column: Any) -> tuple[str, ...]:
    """A pyarrow column's cells as text, each number in the shortest spelling that reads back as itself."""
    cells = column.to_pylist()
    if str(column.type) in ("float", "halffloat"):
        # Widened to a Python float, 0.1 would be spelled 0.10000000149011612.
        narrow = np.float32 if str(column.type) == "float" else np.float16
        cells = [None if cell is None else narrow(cell) for cell in cells]
    return tuple("" if cell is None else str(cell) for cell in cells)

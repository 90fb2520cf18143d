"""Parquet columns as text, compared with what was written."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from tamesu.artifacts.parquet import read_parquet_columns, text_of_column
from tamesu.errors import InputError


def test_each_type_keeps_its_shortest_spelling() -> None:
    narrow = np.array([0.1, 1e-7, 3.0], dtype=np.float32)
    texts = text_of_column(pyarrow.chunked_array([pyarrow.array(narrow)]))
    assert texts == ("0.1", "1e-07", "3.0")
    assert [np.float32(text) for text in texts] == narrow.tolist()
    assert text_of_column(pyarrow.chunked_array([[2**53 + 1, None]])) == ("9007199254740993", "")
    assert text_of_column(pyarrow.chunked_array([[True, False]])) == ("True", "False")
    assert text_of_column(pyarrow.chunked_array([[datetime.date(2026, 11, 3)]])) == ("2026-11-03",)
    assert text_of_column(pyarrow.chunked_array([pyarrow.array(["a", "b", "a"]).dictionary_encode()])) == ("a", "b", "a")


def test_lists_and_bytes_are_left_out_with_a_note(tmp_path: Path) -> None:
    table = pyarrow.table({"id": ["a"], "image": [b"\xff\xd8"], "boxes": [[1, 2]]})
    pyarrow.parquet.write_table(table, tmp_path / "t.parquet")
    columns, notes = read_parquet_columns(tmp_path / "t.parquet", "t.parquet")
    assert columns == {"id": ("a",)}
    assert [(note.code, note.outcome) for note in notes] == [("TABLE_COLUMN_LEFT_OUT", "note")]
    assert "'image', 'boxes'" in notes[0].text("en")


def test_no_rows_is_refused(tmp_path: Path) -> None:
    pyarrow.parquet.write_table(pyarrow.table({"id": pyarrow.array([], pyarrow.string())}), tmp_path / "t.parquet")
    with pytest.raises(InputError) as caught:
        read_parquet_columns(tmp_path / "t.parquet", "t.parquet")
    assert caught.value.codes == ("TABLE_EMPTY",)


def test_without_pyarrow_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"pip install 'tamesu\[parquet\]'") as caught:
        read_parquet_columns(tmp_path / "t.parquet", "t.parquet")
    assert caught.value.codes == ("TABLE_NEEDS_PYARROW",)

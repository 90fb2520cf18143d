"""Delimiters and rows."""

from __future__ import annotations

import csv
import io

import pytest

from tamesu.artifacts.table_rows import find_delimiter, read_plain, read_quoted, split_cells
from tamesu.errors import InputError


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("id,label\n1,a;b;c\n2,d\n", ",", ","),
        ("id;x\n1;0,5\n2;1,5\n", ",", ";"),
        ("id\tnote\n1\ta, b\n", ",", "\t"),
        ("id\n1,2\n", ",", ","),
        ("id\n1\n", "\t", "\t"),
        ("id\n1\n", None, ","),
        ('"a;b",c\n1,2\n', None, ","),
        ("id,label\n1,cat\n2,dog,x\n", ",", ","),
    ],
)
def test_delimiters(text: str, expected: str | None, found: str) -> None:
    assert find_delimiter(text, expected) == found


def test_the_fast_way_and_the_csv_module_agree() -> None:
    text = "id,label\r\n1,a b\n2,\r3,x"
    rows, lines = read_plain(text, ",", "t.csv")
    assert rows == list(csv.reader(io.StringIO(text, newline="")))
    assert (rows, lines) == read_quoted(text, ",", "t.csv")


def test_a_quoted_line_end_keeps_its_bytes_and_the_line_numbers() -> None:
    cells = split_cells('id,label\n"a\r\nb",cat\nc,"say ""hi"""\n', ",", "t.csv")
    assert cells.columns == [("a\r\nb", "c"), ("cat", 'say "hi"')]
    assert cells.lines == (2, 4)


def test_ragged_rows_are_counted_not_listed_one_by_one() -> None:
    text = "a,b\n" + "1\n" * 5000
    with pytest.raises(InputError) as caught:
        split_cells(text, ",", "t.csv")
    (fault,) = caught.value.faults
    assert (fault.values["count"], fault.values["header"], fault.values["found"]) == (5000, 2, 1)
    assert len(fault.text("en")) < 400

"""One fault for many rows."""

from __future__ import annotations

from tamesu.artifacts.row_faults import fault_of_rows, show_examples, show_lines


def test_a_thousand_rows_make_one_short_fault() -> None:
    fault = fault_of_rows("TABLE_ID_MISSING", "refuse", "t.csv", range(2, 1002), column="'id'")
    assert (fault.values["count"], fault.where.line) == (1000, 2)
    assert fault.text("en").startswith(
        "t.csv:2: 1000 rows have no id in column 'id' (lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ...)"
    )


def test_no_row_has_no_line() -> None:
    assert fault_of_rows("TABLE_EMPTY", "refuse", "t.csv", []).where.line is None


def test_long_cells_are_cut() -> None:
    assert show_examples(["x" * 100]) == "'" + "x" * 60 + "...'"
    assert show_examples([]) == ""
    assert show_lines([1]) == "1"

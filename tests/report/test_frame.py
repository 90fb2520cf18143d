from __future__ import annotations

import csv
import io
import math
import sys

import pytest
import yaml

from tamesu.errors import InputError
from tamesu.report.frame import COLUMNS, format_csv, format_markdown, to_frame


def test_a_row_a_verdict_with_plain_columns(ledger) -> None:
    pandas = pytest.importorskip("pandas")
    frame = to_frame(ledger)
    assert frame["idea"].tolist() == [verdict.idea for verdict in ledger] and tuple(frame.columns) == COLUMNS
    assert frame["pairs"].tolist() == [len(verdict.pairs) for verdict in ledger]
    for verdict, gain in zip(ledger, frame["gain"], strict=True):
        if verdict.pairs and verdict.better + verdict.same + verdict.worse:
            assert gain == verdict.gain
        else:
            assert math.isnan(gain)
    assert frame["gain"].dtype == "float64" and frame["noise"].dtype == "float64"
    assert frame["time"][0] == pandas.Timestamp("2026-10-03 08:15", tz="UTC")
    assert frame["below_noise"].tolist()[:1] == [False] and frame["below_noise"].isna().sum() == 3
    assert frame.loc[2, "keys"] == 2 and frame.loc[7, "diverged"] == 1
    assert yaml.safe_load(frame.loc[0, "changes"]) == ledger[0].changes
    assert frame[frame["verdict"] == "keep"]["gain"].max() == ledger[2].gain


def test_no_verdict_is_an_empty_frame_of_the_same_columns(ledger) -> None:
    pytest.importorskip("pandas")
    assert to_frame([]).shape == (0, len(COLUMNS))
    assert to_frame([]).dtypes["gain"] == to_frame(ledger).dtypes["gain"]


def test_an_odd_time_does_not_stop_the_table(make_verdict) -> None:
    pytest.importorskip("pandas")
    assert to_frame([make_verdict(time="yesterday"), make_verdict()])["time"].isna().tolist() == [True, False]


def test_without_pandas_it_is_said_what_to_install(ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InputError, match=r"pip install 'tamesu\[frame\]'") as caught:
        to_frame(ledger)
    assert caught.value.codes == ("FRAME_NO_PANDAS",)
    assert format_csv(ledger)


def test_the_csv_reads_back(ledger) -> None:
    rows = list(csv.DictReader(io.StringIO(format_csv(ledger))))
    assert [row["idea"] for row in rows] == [verdict.idea for verdict in ledger]
    assert float(rows[0]["gain"]) == ledger[0].gain and rows[5]["gain"] == rows[7]["gain"] == ""
    assert rows[0]["greater_is_better"] == "yes" and rows[8]["greater_is_better"] == "no" and rows[8]["noise"] == ""
    assert format_csv([]).strip().split(",") == list(COLUMNS)


def test_no_cell_of_the_csv_is_a_formula(make_verdict) -> None:
    bad = "=cmd|'/c calc'!A0"
    (row,) = csv.DictReader(
        io.StringIO(format_csv([make_verdict(bad, why="+1", expected="-1", note="@x", commit=bad, recipe=bad)]))
    )
    assert row["idea"] == f"'{bad}" and row["why"] == "'+1" and row["expected"] == "'-1" and row["note"] == "'@x"
    numbers = {"gain", "low", "high"}
    assert not [key for key, cell in row.items() if cell.startswith(("=", "+", "-", "@")) and key not in numbers]


def read_table(text: str) -> list[list[str]]:
    """The cells of a GitHub table: split at bars that are not escaped."""
    lines = [line for line in text.split("\n") if line.startswith("|")]
    return [[cell.strip().replace("\\|", "|") for cell in line.replace("\\|", "\0").strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_markdown_has_a_line_a_verdict(ledger, language) -> None:
    text = format_markdown(ledger, language)
    table = read_table(text)
    assert {len(row) for row in table} == {8}
    assert len(table) == len(ledger) + 2 * 2
    names = {row[0].strip("`") for row in table}
    assert {verdict.idea for verdict in ledger} <= names
    assert "±0.0012" in text and "log_loss" in text
    assert format_markdown([]) == "No verdict yet."


def test_nothing_in_a_name_is_markup_in_an_issue(make_verdict) -> None:
    names = ["a|b", "x`y``z", "@torvalds fixes #1", "<img src=x>", "new\nline", "**bold**", "`"]
    table = read_table(format_markdown([make_verdict(name, changes={name: 1}) for name in names]).replace("\0", ""))
    assert {len(row) for row in table} == {8} and len(table) == 2 + len(names)
    for row in table[2:]:
        for cell in row[:2]:
            fence = cell[: len(cell) - len(cell.lstrip("`"))]
            assert cell.endswith(fence) and fence not in cell[len(fence) : -len(fence)].strip()

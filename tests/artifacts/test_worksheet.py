"""Worksheets: what a person has filled in is never lost, and no cell is run as a formula."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamesu.artifacts.corrections import unguard
from tamesu.artifacts.worksheet import (
    COLUMNS,
    Doubt,
    fill_worksheet,
    guard_cell,
    make_guideline,
    read_worksheet,
    write_guideline,
    write_worksheet,
)
from tamesu.errors import InputError

DOUBTS = [
    Doubt("a", "train/a.jpg", "cat", "dog", "odds", 31.25),
    Doubt("=b", "train/b.jpg", "犬", "=SUM(A1)", "odds", 12),
    Doubt("c", "train/c.jpg", "", "cat", "missing"),
]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_new_worksheet(tmp_path: Path) -> None:
    path = write_worksheet(tmp_path, "theme", DOUBTS)
    assert path == tmp_path / "relabel/theme.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid,image,label,proposed,reason,score,new_label,seconds,note\n")
    found = rows_of(path)
    assert [row["id"] for row in found] == ["a", "'=b", "c"]
    assert found[1]["proposed"] == "'=SUM(A1)"
    assert [row["score"] for row in found] == ["31.25", "12", ""]
    assert all(row["new_label"] == row["seconds"] == row["note"] == "" for row in found)
    columns, plain = read_worksheet(path)
    assert columns == COLUMNS
    assert plain[1]["id"] == "=b" and plain[1]["proposed"] == "=SUM(A1)"


def test_what_a_person_wrote_stays(tmp_path: Path) -> None:
    path = write_worksheet(tmp_path, "theme", DOUBTS)
    text = (
        path.read_text(encoding="utf-8")
        .replace(",odds,31.25,,,", ",odds,31.25,dog,12,sure")
        .replace(",missing,,,,", ",missing,,,8,")
    )
    path.write_text(text, encoding="utf-8")
    write_worksheet(
        tmp_path, "theme", [Doubt("d", "d.jpg", "cat"), Doubt("=b", "b.jpg", "犬", "cat"), Doubt("a", "x", "y", "z", "new", 1)]
    )
    found = rows_of(path)
    assert [row["id"] for row in found] == ["d", "'=b", "a", "c"]
    # Filled rows stay whole; open ones are written anew; those that are doubted no more stand at the end.
    assert found[2] == {
        **dict(zip(COLUMNS, ("a", "train/a.jpg", "cat", "dog", "odds", "31.25", "dog", "12", "sure"), strict=True))
    }
    assert found[1]["proposed"] == "cat"
    assert found[3]["seconds"] == "8"
    write_worksheet(tmp_path, "theme", [])
    assert [row["id"] for row in rows_of(path)] == ["a", "c"]


def test_it_comes_back_from_a_spreadsheet(tmp_path: Path) -> None:
    path = write_worksheet(tmp_path, "theme", DOUBTS)
    text = (
        path.read_text(encoding="utf-8-sig").replace(",", ";").replace("odds;31.25;;;", "odds;31.25;犬;;").replace("\n", "\r\n")
    )
    path.write_bytes(text.encode("cp932"))
    write_worksheet(tmp_path, "theme", DOUBTS)
    assert rows_of(path)[0]["new_label"] == "犬"


def test_columns_that_were_added_stay(tmp_path: Path) -> None:
    path = tmp_path / "relabel/theme.csv"
    path.parent.mkdir()
    path.write_text("id,new_label,who\na,dog,ken\nb,,yui\nc,,\n")
    write_worksheet(tmp_path, "theme", [Doubt("c", "c.jpg", "cat")])
    found = rows_of(path)
    assert [(row["id"], row["new_label"], row["who"]) for row in found] == [
        ("c", "", ""),
        ("a", "dog", "ken"),
        ("b", "", "yui"),
    ]


def test_two_filled_rows_of_one_id_both_stay(tmp_path: Path) -> None:
    path = tmp_path / "relabel/theme.csv"
    path.parent.mkdir()
    path.write_text("id,new_label\na,dog\na,cat\n")
    write_worksheet(tmp_path, "theme", [Doubt("a", "a.jpg", "cat")])
    assert sorted(row["new_label"] for row in rows_of(path)) == ["cat", "dog"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"name,price\napple,3\n", "WORKSHEET_FOREIGN"),
        (b"id,new_label\na\n", "TABLE_RAGGED"),
        (b"id,new_label\na,\x81,\n", "TABLE_ENCODING"),
    ],
)
def test_other_files_are_left_alone(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "relabel/theme.csv"
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        write_worksheet(tmp_path, "theme", DOUBTS)
    assert caught.value.codes == (code,)
    assert path.read_bytes() == content


def test_an_empty_file_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "relabel").mkdir()
    (tmp_path / "relabel/theme.csv").write_bytes(b"\n")
    assert len(rows_of(write_worksheet(tmp_path, "theme", DOUBTS))) == 3


@given(st.text(alphabet="'=+-@\t\rab犬", max_size=5))
def test_guarded_cells_come_back_and_start_no_formula(cell: str) -> None:
    guarded = guard_cell(cell)
    assert unguard(guarded) == cell
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    path = write_worksheet(tmp_path, "theme", DOUBTS)
    before = path.read_bytes()
    write_worksheet(tmp_path, "theme", DOUBTS)
    assert path.read_bytes() == before


def test_the_guideline_is_written_once(tmp_path: Path) -> None:
    path = write_guideline(tmp_path, "theme", ["cat", "犬"], "en")
    assert path == tmp_path / "relabel/theme.md"
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# theme: labelling guideline\n") and "- **cat**:" in text and "- **犬**:" in text and "`?`" in text
    path.write_text("mine")
    write_guideline(tmp_path, "theme", ["cat"], "ja")
    assert path.read_text() == "mine"
    assert "ラベル付けの基準" in make_guideline("theme", ["cat"], "ja")
    assert "- **two lines**:" in make_guideline("theme", ["two\nlines"], "en")


def decide(label: str, seconds: str = "", note: str = "") -> dict[str, str]:
    return {"new_label": label, "seconds": seconds, "note": note}


def test_decisions_make_the_worksheet_where_there_is_none(tmp_path: Path) -> None:
    path = fill_worksheet(tmp_path, "theme", {"=b": decide("犬", "7", "=note")}, DOUBTS)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid,image,label,proposed,reason,score,new_label,seconds,note\n")
    found = rows_of(path)
    assert [(row["id"], row["new_label"], row["seconds"], row["note"]) for row in found] == [
        ("a", "", "", ""),
        ("'=b", "犬", "7", "'=note"),
        ("c", "", "", ""),
    ]
    # What a later audit writes keeps it, as it keeps what was filled in by hand.
    write_worksheet(tmp_path, "theme", DOUBTS)
    assert rows_of(path) == found


def test_decisions_leave_every_other_cell_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "relabel/theme.csv"
    path.parent.mkdir()
    path.write_text("id;new_label;who\na;dog;ken\nb;;yui\na;;\n", encoding="utf-8")
    fill_worksheet(tmp_path, "theme", {"a": decide("cat", "3"), "c": decide("?")}, DOUBTS)
    found = rows_of(path)
    assert list(found[0]) == ["id", "new_label", "who", "seconds", "note"]
    assert [(row["id"], row["new_label"], row["who"], row["seconds"]) for row in found] == [
        ("a", "cat", "ken", "3"),
        ("b", "", "yui", ""),
        ("a", "cat", "", ""),
        ("c", "?", "", ""),
    ]
    fill_worksheet(tmp_path, "theme", {"a": decide("")})
    assert [row["new_label"] for row in rows_of(path)] == ["", "", "", "?"]


def test_decisions_are_not_written_over_a_file_that_is_no_worksheet(tmp_path: Path) -> None:
    path = tmp_path / "relabel/theme.csv"
    path.parent.mkdir()
    path.write_text("name,price\napple,3\n")
    with pytest.raises(InputError) as caught:
        fill_worksheet(tmp_path, "theme", {"a": decide("cat")}, DOUBTS)
    assert caught.value.codes == ("WORKSHEET_FOREIGN",)
    assert path.read_text() == "name,price\napple,3\n"

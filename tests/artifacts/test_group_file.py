"""Groups from a file beside competition.yaml: each fault, and the way into rows and folds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from tests.tiny import write_competition

from tamesu.artifacts.dataset import load_train
from tamesu.artifacts.folds import read_folds
from tamesu.artifacts.group_file import COLUMN, is_group_file, read_group_file, write_column
from tamesu.artifacts.loading import load_competition
from tamesu.errors import Fault, InputError
from tamesu.preparation import make_folds

IDS = [f"{row:03d}" for row in range(36)]
FILE = "audit/groups.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_competition(tmp_path / "tiny")
    facts = yaml.safe_load((made / "competition.yaml").read_text(encoding="utf-8"))
    facts |= {"groups": FILE, "folds": {"n_splits": 3, "splitter": "stratified_group_kfold"}}
    (made / "competition.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    return made


def write(folder: Path, text: str) -> None:
    (folder / "audit").mkdir(exist_ok=True)
    (folder / FILE).write_text(text, encoding="utf-8")


def read(folder: Path, ids: list[str] = IDS) -> tuple[list[str], list[Fault]]:
    groups, faults = read_group_file(folder, load_competition(folder), ids)
    for fault in faults:
        assert fault.text("en")
        assert fault.text("ja")
    return groups.tolist(), faults


@pytest.mark.parametrize(
    ("groups", "columns", "is_file"),
    [
        (None, {}, False),
        ("g.csv", {}, True),
        ("g.csv", {"g.csv": ()}, False),
        ("g", {}, False),
        ("g.CSV", {}, False),
        ("a/b.csv", {"b.csv": ()}, True),
    ],
)
def test_file_or_column(groups: str | None, columns: dict[str, object], is_file: bool) -> None:
    assert is_group_file(groups, columns) is is_file


def test_what_is_written_is_read(folder: Path) -> None:
    numbers = np.random.default_rng(0).integers(0, 9, 36).tolist()
    write_column(folder / FILE, ("id", COLUMN), IDS, numbers)
    assert read(folder) == ([str(number) for number in numbers], [])
    # Rows in another order, and of others besides.
    assert read(folder, IDS[10:3:-1]) == ([str(number) for number in numbers[10:3:-1]], [])


@pytest.mark.parametrize("ids", [["001", "a,b", 'say "猫"', " x ", "1e5"], ["NA", "", "null"]])
def test_ids_of_any_text_come_back(folder: Path, ids: list[str]) -> None:
    write_column(folder / FILE, ("id", COLUMN), ids, range(len(ids)))
    assert read(folder, ids)[0] == [str(number) for number in range(len(ids))]


def test_groups_of_any_text(folder: Path) -> None:
    write(folder, "note,group,id\n" + "".join(f"x,患者{int(row) // 2},{row}\n" for row in IDS))
    assert read(folder) == ([f"患者{int(row) // 2}" for row in IDS], [])


def test_no_file(folder: Path) -> None:
    (folder / "audit").mkdir()
    (folder / "audit" / "group.csv").touch()
    groups, (fault,) = read(folder)
    assert groups == [""] * 36
    assert (fault.code, fault.outcome, fault.near) == ("GROUPS_NO_FILE", "refuse", "audit/group.csv")
    assert (str(fault.where.file), fault.where.key, fault.values["path"]) == ("competition.yaml", "groups", FILE)


def test_no_file_at_an_absolute_path(folder: Path, tmp_path: Path) -> None:
    path = folder / "competition.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(FILE, f"{tmp_path}/elsewhere.csv"), encoding="utf-8")
    (tmp_path / "elsewhere2.csv").touch()
    _, (fault,) = read(folder)
    assert (fault.code, fault.near) == ("GROUPS_NO_FILE", f"{tmp_path}/elsewhere2.csv")


@pytest.mark.parametrize(("head", "column", "near"), [("id,groups", "group", "groups"), ("ids,group", "id", "ids")])
def test_no_column(folder: Path, head: str, column: str, near: str) -> None:
    write(folder, head + "\n" + "".join(f"{row},1\n" for row in IDS))
    groups, (fault,) = read(folder)
    assert groups == [""] * 36
    assert (fault.code, fault.outcome, fault.near) == ("GROUPS_NO_COLUMN", "refuse", near)
    assert (fault.values["column"], fault.values["known"]) == (column, head.replace(",", ", "))
    assert str(fault.where.file) == FILE


def test_rows_in_two_groups(folder: Path) -> None:
    write(folder, "id,group\n" + "".join(f"{row},1\n" for row in IDS) + "000,1\n001,2\n001,1\n005,3\n")
    _, (fault,) = read(folder)
    assert (fault.code, fault.outcome) == ("GROUPS_TWICE", "refuse")
    # The header is line 1, the rows end on line 37; line 38 says the same as line 2, and 40 as 3.
    assert (fault.where.line, fault.values["count"], fault.values["lines"]) == (39, 2, "39, 41")


def test_rows_without_a_group(folder: Path) -> None:
    write(folder, "id,group\n" + "".join(f"{row},1\n" for row in IDS[:32]) + "032,\n033, \n")
    _, (fault,) = read(folder)
    assert (fault.code, fault.outcome, fault.values["rows"]) == ("GROUPS_MISSING", "refuse", 4)
    assert fault.values["examples"] == "'032', '033', '034', ..."


@pytest.mark.parametrize("text", ["", "id,group\n000\n", "id,id,group\n"])
def test_a_file_that_is_no_table(folder: Path, text: str) -> None:
    write(folder, text)
    groups, faults = read(folder)
    assert groups == [""] * 36
    assert faults
    assert {str(fault.where.file) for fault in faults} == {FILE}


def test_through_rows_into_folds(folder: Path) -> None:
    """Groups of two neighbours, whose classes differ, stay whole."""
    write_column(folder / FILE, ("id", COLUMN), IDS, [row // 2 for row in range(36)])
    competition = load_competition(folder)
    train = load_train(folder, competition)
    assert train.groups is not None
    assert dict(zip(train.ids, train.groups.tolist(), strict=True)) == {row: str(int(row) // 2) for row in IDS}
    table = read_folds(make_folds(folder, competition, train, ())[0])
    fold = dict(zip(table.ids, table.folds[:, 0].tolist(), strict=True))
    assert all(fold[IDS[row]] == fold[IDS[row + 1]] for row in range(0, 36, 2))
    assert set(fold.values()) == {0, 1, 2}


def test_through_rows_as_a_refusal(folder: Path) -> None:
    write_column(folder / FILE, ("id", COLUMN), IDS[1:], range(35))
    with pytest.raises(InputError) as caught:
        load_train(folder, load_competition(folder))
    assert caught.value.codes == ("GROUPS_MISSING",)


def test_a_column_of_that_name_goes_first(folder: Path) -> None:
    table = folder / "data" / "train.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    path = folder / "competition.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(FILE, "g.csv"), encoding="utf-8")
    table.write_text("\n".join([f"{head},g.csv", *(f"{row},{place % 5}" for place, row in enumerate(rows))]), encoding="utf-8")
    groups = load_train(folder, load_competition(folder)).groups
    assert groups is not None
    assert groups.tolist() == [str(place % 5) for place in range(36)]

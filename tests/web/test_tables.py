"""Facts and rows are read once, and again exactly when a file that they depend on is another."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from tests.web.answered import ROWS, write_answered

from tamesu.artifacts.files import write_text
from tamesu.errors import InputError
from tamesu.web import tables
from tamesu.web.memory import Memory
from tamesu.web.tables import read_competition, read_metric, read_train, stamp_tables


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A competition whose labels are corrected and whose groups stand in files of their own."""
    write_answered(tmp_path / "c", rows=ROWS)
    folder = tmp_path / "c"
    facts = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    facts["groups"] = "groups.csv"
    facts["targets"]["y"]["corrections"] = "fixed.csv"
    (folder / "competition.yaml").write_text(yaml.safe_dump(facts), encoding="utf-8")
    write_groups(folder, 2)
    write_text(folder / "fixed.csv", "id,new_label\nn000,b\n")
    return folder


def write_groups(folder: Path, size: int) -> None:
    lines = "".join(f"n{row:03d},g{row // size}\n" for row in range(ROWS))
    write_text(folder / "groups.csv", "id,group\n" + lines)


def test_rows_are_read_once_and_anew_with_each_of_their_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[Path] = []
    load_train = tables.load_train
    monkeypatch.setattr(tables, "load_train", lambda *words: reads.append(words[0]) or load_train(*words))
    memory = Memory()

    def read() -> tuple[int, str, str]:
        _, train = read_train(folder, memory)
        target = train.targets["y"]
        assert train.groups is not None
        return len(set(train.groups.tolist())), target.labels[target.values[0]], train.ids[-1]

    assert [read(), read()] == [(ROWS // 2, "b", f"n{ROWS - 1:03d}")] * 2 and len(reads) == 1
    before = stamp_tables(folder, memory)
    write_groups(folder, 3)
    assert read()[0] == ROWS // 3 and len(reads) == 2
    assert stamp_tables(folder, memory) != before
    write_text(folder / "fixed.csv", "id,new_label\nn000,c\n")
    assert read()[1] == "c" and len(reads) == 3
    table = folder / "data" / "train.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    write_text(table, "".join(lines[:-1]))
    assert read()[2] == f"n{ROWS - 2:03d}" and len(reads) == 4


def test_a_metric_has_a_name_as_long_as_the_facts_can_be_read(folder: Path) -> None:
    memory = Memory()
    assert read_metric(folder, memory) == read_competition(folder, memory).metric.name == "accuracy"
    write_text(folder / "competition.yaml", "name: [")
    assert read_metric(folder, memory) == ""
    with pytest.raises(InputError):
        read_train(folder, memory)

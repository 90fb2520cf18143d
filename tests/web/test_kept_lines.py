"""What one server knew of runs the next need not read; what has changed it reads."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.web.many import write_many

from tamesu.artifacts.files import read_sealed, write_sealed
from tamesu.artifacts.locks import hold_lock
from tamesu.web import kept_lines, listing
from tamesu.web.kept_lines import FILE, keep_lines, recall_lines
from tamesu.web.listing import list_runs
from tamesu.web.memory import Memory


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the runs whose files were read."""
    names: list[str] = []
    make_line = listing.make_line
    monkeypatch.setattr(listing, "make_line", lambda path, stamps: names.append(path.name) or make_line(path, stamps))
    return names


def test_the_next_server_reads_only_what_has_changed(tmp_path: Path, read: list[str]) -> None:
    names = write_many(tmp_path, 5)
    (tmp_path / "runs" / names[1] / "scores.json").unlink()
    (tmp_path / "runs" / names[2] / "recipe.json").write_text("{")
    keep_lines(tmp_path, Memory(), {})
    before = list_runs(tmp_path, Memory())
    read.clear()

    memory = Memory()
    known = recall_lines(tmp_path, memory)
    assert sorted(known) == sorted(set(names) - {names[2]})
    assert list_runs(tmp_path, memory) == before
    # What was damaged may have been mended by putting the very bytes back.
    assert read == [names[2]]

    read.clear()
    scores = tmp_path / "runs" / names[0] / "scores.json"
    write_sealed(scores, read_sealed(scores) | {"cv": 0.125})
    memory = Memory()
    recall_lines(tmp_path, memory)
    changed = {line.name: line for line in list_runs(tmp_path, memory)}
    assert changed[names[0]].cv == 0.125 and set(read) == {names[0], names[2]}


def test_who_works_on_a_run_is_never_kept(tmp_path: Path) -> None:
    [name] = write_many(tmp_path, 1)
    with hold_lock(tmp_path / "runs" / name / "run.lock"):
        keep_lines(tmp_path, Memory(), {})
    memory = Memory()
    recall_lines(tmp_path, memory)
    assert [line.state for line in list_runs(tmp_path, memory)] == ["scored"]


def test_a_file_is_written_only_when_it_says_something_new(tmp_path: Path) -> None:
    write_many(tmp_path, 2)
    keep_lines(tmp_path, Memory(), {})
    inode = (tmp_path / FILE).stat().st_ino
    memory = Memory()
    known = recall_lines(tmp_path, memory)
    keep_lines(tmp_path, memory, known)
    assert (tmp_path / FILE).stat().st_ino == inode
    shutil.rmtree(next((tmp_path / "runs").iterdir()))
    keep_lines(tmp_path, memory, known)
    assert len(recall_lines(tmp_path, Memory())) == 1


@pytest.mark.parametrize("harm", ["cut", "version", "shape", "values", "link"])
def test_what_cannot_be_used_is_nothing(tmp_path: Path, harm: str, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    [name] = write_many(tmp_path, 1)
    keep_lines(tmp_path, Memory(), {})
    path = tmp_path / FILE
    content = read_sealed(path)
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:100])
    elif harm == "version":
        monkeypatch.setattr(kept_lines, "VERSION", ["another"])
    elif harm == "shape":
        write_sealed(path, [1, 2])
    elif harm == "values":
        content["lines"][name][1].append("more")
        write_sealed(path, content)
    else:
        path.rename(path.with_name("elsewhere"))
        path.symlink_to("elsewhere")
    read.clear()
    memory = Memory()
    assert recall_lines(tmp_path, memory) == {}
    assert [line.state for line in list_runs(tmp_path, memory)] == ["scored"] and read == [name]
    monkeypatch.undo()
    keep_lines(tmp_path, memory, {})


def test_a_folder_that_may_not_be_written_to_costs_nothing_else(tmp_path: Path) -> None:
    write_many(tmp_path, 1)
    (tmp_path / ".cache").write_text("a file where a folder should be")
    keep_lines(tmp_path, Memory(), recall_lines(tmp_path, Memory()))
    assert len(list_runs(tmp_path, Memory())) == 1

from __future__ import annotations

from pathlib import Path

import pytest

from tamesu import workflow
from tamesu.errors import InputError
from tamesu.lookup import choose_newest, find_run, is_quick, is_scored, load_rows
from tests.tiny import write_competition


def test_quick_looks_and_strays_are_not_taken_for_the_newest_run(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c", epochs=1)
    full = workflow.train("base", folder=folder)
    workflow.train("base", folder=folder, quick=True)
    (folder / "runs" / "stray").mkdir()
    assert workflow.find_run(folder).name == full.name
    assert workflow.submit(folder=folder).exists()


def test_what_is_quick_and_what_is_scored(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c", epochs=1)
    full = workflow.train("base", folder=folder)
    quick = workflow.train("base", folder=folder, quick=True)
    assert [is_quick(run.path) for run in (full, quick)] == [False, True]
    assert is_scored(full)
    (full.path / "oof.csv").unlink()
    assert not is_scored(full)
    assert choose_newest([quick.path, full.path]).name == full.name
    train, test = load_rows(full)
    assert (len(train), len(test)) == (36, 12)


def test_an_ambiguous_beginning_is_refused(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c", epochs=1)
    workflow.train("base", folder=folder)
    workflow.train("base", ["epochs=2"], folder=folder)
    with pytest.raises(InputError, match="RUN_AMBIGUOUS"):
        find_run(folder, "base-")

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tamesu import workflow
from tamesu.artifacts.run import Run
from tamesu.errors import InputError
from tamesu.lookup import choose_newest, find_run, is_quick, is_scored, load_rows
from tests.tiny import write_competition


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A folder with a run and a quick look, and their names; copied where a test changes it."""
    folder = write_competition(tmp_path_factory.mktemp("lookup") / "c", epochs=1)
    return folder, workflow.train("base", folder=folder).name, workflow.train("base", folder=folder, quick=True).name


@pytest.fixture
def copied(trained: tuple[Path, str, str], tmp_path: Path) -> tuple[Path, Run, Run]:
    folder = Path(shutil.copytree(trained[0], tmp_path / "c"))
    return folder, Run(folder / "runs" / trained[1]), Run(folder / "runs" / trained[2])


def test_quick_looks_and_strays_are_not_taken_for_the_newest_run(copied: tuple[Path, Run, Run]) -> None:
    folder, full, _ = copied
    (folder / "runs" / "stray").mkdir()
    assert workflow.find_run(folder).name == full.name
    # In a notebook it shows itself.
    assert full.name in str(getattr(workflow.find_run(folder), "_repr_html_", lambda: "")())
    assert workflow.submit(folder=folder).exists()


def test_what_is_quick_and_what_is_scored(copied: tuple[Path, Run, Run]) -> None:
    _, full, quick = copied
    assert [is_quick(run.path) for run in (full, quick)] == [False, True]
    assert is_scored(full)
    (full.path / "oof.csv").unlink()
    assert not is_scored(full)
    assert choose_newest([quick.path, full.path]).name == full.name
    train, test = load_rows(full)
    assert (len(train), len(test)) == (36, 12)


def test_an_ambiguous_beginning_is_refused(copied: tuple[Path, Run, Run]) -> None:
    folder, _, _ = copied
    with pytest.raises(InputError, match="RUN_AMBIGUOUS"):
        find_run(folder, "base-")

"""What is remembered of predictions: read once, anew when a job or a table is another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.results.runs import rewrite_oof
from tests.web.answered import FOLDS, ROWS, write_answered

from tamesu.errors import InputError
from tamesu.web import answers as module
from tamesu.web.answers import has_answers, is_inside, list_targets, read_answers, read_changes, weigh
from tamesu.web.starts import Starts
from tamesu.web.view import Desk, View


def make_view(folder: Path) -> View:
    return View(Desk(folder, Starts(folder)))


def test_answers_are_read_once_and_anew_when_a_job_or_the_table_changes(tmp_path: Path) -> None:
    [run], train, said = write_answered(tmp_path / "c")
    view = make_view(tmp_path / "c")
    first = read_answers(view, run, "y")
    assert read_answers(view, run, "y") is first
    np.testing.assert_array_equal(first.told.told, said[0].argmax(axis=1))
    assert first.folds[:, 0].tolist() == [row % FOLDS for row in range(ROWS)]
    rows = np.arange(0, ROWS, FOLDS)
    rewrite_oof(run, (0, 0, 0), [train.ids[row] for row in rows], np.full((len(rows), 3), [0.2, 0.5, 0.3]))
    second = read_answers(view, run, "y")
    assert second.told.told[rows].tolist() == [1] * len(rows)
    table = tmp_path / "c" / "data" / "train.csv"
    table.write_text(table.read_text().replace(",a\n", ",c\n", 1))
    third = read_answers(view, run, "y")
    assert third is not second
    assert (third.told.truth[0], second.told.truth[0]) == (2, 0)


def test_what_is_kept_is_weighed_by_its_arrays(tmp_path: Path) -> None:
    runs, _, _ = write_answered(tmp_path / "c", runs=2)
    view = make_view(tmp_path / "c")
    told = read_answers(view, runs[0], "y").told
    # rows, votes, truth and told are int64, two chances float32, badness and margin float64.
    assert weigh(told) == ROWS * (4 * 8 + 2 * 4 + 2 * 8)
    assert weigh(read_changes(view, *runs)) == ROWS * 6 * 8 + 3 * 5 * 8


def test_targets_that_are_told_come_with_the_main_one_first(tmp_path: Path) -> None:
    [run], _, _ = write_answered(tmp_path / "c")
    assert list_targets(run) == ["y"]
    view = make_view(tmp_path / "c")
    assert has_answers(view, run)
    for job in run.jobs():
        (run.job_path(job) / "result.json").unlink()
    assert not has_answers(view, run)


def test_too_many_for_a_page_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs, _, _ = write_answered(tmp_path / "c", runs=2)
    monkeypatch.setattr(module, "MOST_CELLS", 2 * 3 * ROWS - 1)
    with pytest.raises(InputError) as caught:
        read_changes(make_view(tmp_path / "c"), *runs)
    assert caught.value.codes == ("ERRORS_LARGE",)
    monkeypatch.setattr(module, "MOST_CELLS", 2 * 3 * ROWS)
    assert len(read_changes(make_view(tmp_path / "c"), *runs).rows) == ROWS


def test_a_fold_is_a_number() -> None:
    folds = np.array([[0, 1], [1, -1], [12, 2]])
    assert is_inside(folds, "1").tolist() == [True, True, False]
    assert is_inside(folds, "12").tolist() == [False, False, True]
    for wanted in ("", "-1", "x", "１", "9" * 30):
        assert not is_inside(folds, wanted).any()

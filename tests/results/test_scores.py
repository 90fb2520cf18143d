from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from tests.artifacts.test_run import IDS, finish, make

from tamesu.artifacts.dataset import Dataset, TargetValues
from tamesu.results.scores import (
    estimate_error,
    format_oof,
    format_predictions,
    know_scores,
    read_scores,
    sample_spread,
    score_run,
    write_scores,
)


def truth(labels: list[int]) -> Dataset:
    target = TargetValues("class", ("a", "b"), np.array(labels))
    return Dataset(IDS, IDS, {"y": target}, None, {}, (2, 3, 4, 5))


def test_whole_oof_is_scored_and_each_fold_beside_it(tmp_path: Path) -> None:
    run = make(tmp_path)
    for job, value in zip(run.jobs(), (0.9, 0.1), strict=True):
        finish(run, job, value)
    # Fold 0 (001, ガ) says "a", fold 1 (002, d) says "b".
    scores = score_run(run, truth([0, 1, 1, 1]))
    assert scores.cv == pytest.approx(3 / 4)
    assert [job.score for job in scores.folds] == [0.5, 1.0]
    assert scores.spread == pytest.approx(np.std([0.5, 1.0], ddof=1))
    assert scores.standard_error == pytest.approx(np.std([0.5, 1.0], ddof=1) / np.sqrt(2))
    assert "CV accuracy 0.7500 ± 0.2500" in scores.sentence()


def test_an_undefined_score_is_called_so(tmp_path: Path) -> None:
    from tamesu.artifacts.competition import Part

    run = make(tmp_path, metric=Part(name="roc_auc"))
    for job in run.jobs():
        finish(run, job)
    scores = score_run(run, truth([0, 0, 0, 0]))
    assert scores.cv is None
    assert "undefined" in scores.sentence()
    one_class_folds = score_run(run, truth([0, 1, 0, 1]))
    assert [job.score for job in one_class_folds.folds] == [None, None]
    assert one_class_folds.cv is not None
    assert one_class_folds.spread is None


def test_scores_are_read_where_they_count_every_seed_and_else_counted(tmp_path: Path) -> None:
    run, rows = make(tmp_path), truth([0, 1, 1, 1])
    first, second = run.jobs()
    finish(run, first, 0.9)
    # Whole, but of no seed: it was scored before the second job was done.
    assert write_scores(run, rows).cv is None
    finish(run, second, 0.1)
    loads: list[int] = []

    def load() -> Dataset:
        loads.append(1)
        return rows

    assert know_scores(run, load).cv == pytest.approx(3 / 4) and loads == [1]
    write_scores(run, rows)
    assert know_scores(run, load).cv == pytest.approx(3 / 4) and loads == [1]
    (run.path / "scores.json").write_text("{")
    assert know_scores(run, load).cv == pytest.approx(3 / 4) and loads == [1, 1]


def test_no_complete_seed_has_no_score(tmp_path: Path) -> None:
    run = make(tmp_path)
    finish(run, run.jobs()[0])
    scores = score_run(run, truth([0, 1, 0, 1]))
    assert (scores.cv, scores.seeds, scores.folds) == (None, [], [])


def test_files_hold_ids_as_text_and_nothing_of_the_clock(tmp_path: Path) -> None:
    run = make(tmp_path)
    for job in run.jobs():
        finish(run, job)
    assert write_scores(run, truth([0, 1, 1, -1])) == read_scores(run)
    first = {name: (run.path / name).read_bytes() for name in ("oof.csv", "scores.json")}
    write_scores(run, truth([0, 1, 1, -1]))
    assert first == {name: (run.path / name).read_bytes() for name in first}
    rows = list(csv.DictReader(first["oof.csv"].decode().splitlines()))
    assert [row["id"] for row in rows] == ["001", "ガ", "002", "d"]
    assert [row["y"] for row in rows] == ["a", "b", "b", ""]
    assert float(rows[0]["y:a"]) == pytest.approx(0.25)
    assert format_oof(run, truth([0, 1, 1, -1]), [0]) == first["oof.csv"].decode()


def test_predictions_as_csv(tmp_path: Path) -> None:
    run = make(tmp_path)
    for job in run.jobs():
        finish(run, job)
    lines = format_predictions(run, run.test()).splitlines()
    assert lines == ["id,unreadable,y:a,y:b", "t1,0,0.3,0.7", "t2,0,0.3,0.7"]


def test_spread_needs_two() -> None:
    assert sample_spread([0.5, None]) is None
    assert estimate_error([], 5) is None

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tamesu.artifacts.competition import Part
from tamesu.artifacts.files import write_bytes
from tamesu.artifacts.folds import FoldTable
from tamesu.artifacts.locks import hold_lock
from tamesu.artifacts.predictions import Predictions
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import Job, JobResult, Run, RunSpec, TargetSpec, find_runs, make_run, run_name
from tamesu.artifacts.symmetry import LabelMove
from tamesu.errors import DamagedError, InputError

IDS = ("001", "002", "ガ", "d")
RECIPE = Recipe.model_validate({"backbone": "resnet18", "heads": {"y": {"loss": "cross_entropy"}}, "name": "base"})
TABLE = FoldTable(IDS, np.array([[0], [1], [0], [1]], dtype=np.int32), 2)


def make(folder: Path, **changes: object) -> Run:
    path = TABLE.write(folder / "folds")
    spec = RunSpec(
        recipe_digest=RECIPE.digest(),
        data_digest="d" * 64,
        folds=path.name,
        folds_digest=TABLE.digest(),
        n_splits=2,
        repeats=1,
        targets={"y": TargetSpec(kind="class", labels=["a", "b"])},
        main="y",
        metric=Part(name="accuracy"),
        plugins="p",
        weights="",
    ).model_copy(update=changes)
    return make_run(folder, spec, RECIPE, {"python": "3"})


def finish(run: Run, job: Job, value: float = 0.25) -> None:
    path = run.job_path(job)
    path.mkdir(parents=True, exist_ok=True)
    files = {}
    ids = tuple(row for row, fold in zip(IDS, TABLE.folds[:, 0], strict=True) if fold == job.fold)
    for name, rows in (("oof.npz", ids), ("test.npz", ("t1", "t2"))):
        probs = np.tile([value + job.fold / 10, 1 - value - job.fold / 10], (len(rows), 1))
        content = Predictions(rows, {"y": probs}, np.zeros(len(rows), bool)).to_bytes()
        files[name] = write_bytes(path / name, content)
    run.write_result(job, JobResult(run.job_digest(job), files, {"train": 2, "val": 2}, 0.5))


def test_a_run_is_named_by_what_decides_it_and_opened_again(tmp_path: Path) -> None:
    run = make(tmp_path)
    assert run.name == run_name("base", run.spec.digest())
    assert make(tmp_path).path == run.path
    other = {make(tmp_path, **change).name for change in ({"data_digest": "e"}, {"plugins": "q"}, {"numerics": 99})}
    assert len(other | {run.name}) == 4
    # The metric judges a run and does not make it.
    assert make(tmp_path, metric=Part(name="log_loss")).name == run.name
    assert [path.name for path in find_runs(tmp_path)] == sorted(other | {run.name})


def test_moving_labels_decide_results_and_a_run_without_them_keeps_its_name(tmp_path: Path) -> None:
    plain = RunSpec(
        recipe_digest="r",
        data_digest="d",
        folds="f.csv",
        folds_digest="f",
        n_splits=2,
        repeats=1,
        targets={"y": TargetSpec(kind="class", labels=["a", "b"])},
        main="y",
        metric=Part(name="accuracy"),
        plugins="p",
        weights="",
        numerics=1,
    )
    # As it was before labels could move.
    assert plain.digest() == "daa82459c77b6ea7d163cbee1063e15dc34851ca71b5ab00bc597c5c82413ce3"
    moving = plain.model_copy(update={"symmetries": {"horizontal_flip": {"y": LabelMove(permutation=(1, 0))}}})
    turning = plain.model_copy(update={"symmetries": {"rotate90": {"y": LabelMove(quarter=(1, 0))}}})
    pasting = plain.model_copy(update={"objects": {"things": "0" * 64}})
    assert len({plain.digest(), moving.digest(), turning.digest(), pasting.digest()}) == 4
    run = make(tmp_path, symmetries=moving.symmetries)
    assert Run(run.path).spec.symmetries["horizontal_flip"]["y"].permutation == (1, 0)
    assert make(tmp_path).spec.symmetries == {}


def test_accepted_leaks_are_remembered(tmp_path: Path) -> None:
    run = make(tmp_path)
    assert run.accepted_leaks == []
    (run.path / "environment.json").write_text('{"accepted_leaks": ["leak:groups", 7]}')
    assert Run(run.path).accepted_leaks == ["leak:groups"]


def test_what_was_forced_is_known_and_decides_nothing(tmp_path: Path) -> None:
    run = make(tmp_path)
    assert run.forced == []
    for text, expected in (('{"forced": ["rotate"]}', ["rotate"]), ('{"forced": 3}', []), ("[]", []), ("{", [])):
        (run.path / "environment.json").write_text(text)
        assert Run(run.path).forced == expected
    assert make(tmp_path).name == run.name


def test_states_follow_from_what_is_there(tmp_path: Path) -> None:
    run = make(tmp_path)
    first, second = run.jobs()
    assert run.state(first) == "new"
    run.job_path(first).mkdir(parents=True)
    assert run.state(first) == "stopped"
    with hold_lock(run.job_path(first) / "job.lock"):
        assert run.state(first) == "running"
    finish(run, first)
    assert run.state(first) == "done"
    assert run.complete_seeds() == []
    finish(run, second)
    assert run.complete_seeds() == [0]
    (run.job_path(first) / "oof.npz").unlink()
    assert run.state(first) == "damaged"


def test_oof_has_every_row_once_in_the_order_of_the_folds(tmp_path: Path) -> None:
    run = make(tmp_path)
    for job in run.jobs():
        finish(run, job)
    oof = run.oof(0, 0)
    assert oof.ids == IDS
    np.testing.assert_allclose(oof.outputs["y"][:, 0], [0.25, 0.35, 0.25, 0.35])
    np.testing.assert_allclose(run.test().outputs["y"][:, 0], [0.3, 0.3])


def test_an_unfinished_run_has_no_oof_and_no_test(tmp_path: Path) -> None:
    run = make(tmp_path)
    finish(run, run.jobs()[0])
    with pytest.raises(DamagedError, match=r"no oof\.npz"):
        run.oof(0, 0)
    with pytest.raises(InputError, match="RUN_NOT_FINISHED"):
        run.test()


def test_the_result_of_another_job_is_refused(tmp_path: Path) -> None:
    run = make(tmp_path)
    first, second = run.jobs()
    finish(run, first)
    shutil.copytree(run.job_path(first), run.job_path(second))
    with pytest.raises(DamagedError, match="another job"):
        run.result(second)
    other = make(tmp_path, data_digest="e")
    shutil.copytree(run.job_path(first), other.job_path(first))
    assert other.state(replace(first, run=other.name)) == "damaged"


def test_swapped_files_are_noticed(tmp_path: Path) -> None:
    run = make(tmp_path)
    first, second = run.jobs()
    finish(run, first)
    finish(run, second)
    a, b = run.job_path(first) / "oof.npz", run.job_path(second) / "oof.npz"
    content = a.read_bytes()
    a.write_bytes(b.read_bytes())
    b.write_bytes(content)
    with pytest.raises(DamagedError, match="SHA-256"):
        run.oof(0, 0)


def test_a_moved_competition_opens(tmp_path: Path) -> None:
    run = make(tmp_path / "here" if (tmp_path / "here").mkdir() is None else tmp_path)
    for job in run.jobs():
        finish(run, job)
    shutil.move(tmp_path / "here", tmp_path / "別の場所")
    moved = Run(tmp_path / "別の場所" / "runs" / run.name)
    assert moved.oof(0, 0).ids == IDS


@pytest.mark.parametrize("name", ["run.json", "recipe.json"])
def test_a_damaged_run_is_said(tmp_path: Path, name: str) -> None:
    run = make(tmp_path)
    path = run.path / name
    path.write_text(path.read_text().replace("accuracy", "accuracx").replace("resnet18", "resnet50"))
    with pytest.raises(DamagedError):
        Run(run.path)
    path.unlink()
    with pytest.raises(DamagedError):
        Run(run.path)


def test_another_fold_table_under_the_same_name_is_refused(tmp_path: Path) -> None:
    run = make(tmp_path)
    moved = FoldTable(IDS, np.array([[1], [0], [0], [1]], dtype=np.int32), 2)
    other = moved.write(tmp_path / "other")
    shutil.copy(other, tmp_path / "folds" / run.spec.folds)
    shutil.copy(other.with_suffix(".json"), (tmp_path / "folds" / run.spec.folds).with_suffix(".json"))
    with pytest.raises(DamagedError, match="not the table"):
        _ = run.folds

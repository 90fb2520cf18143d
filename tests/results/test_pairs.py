"""Pairs of jobs against scikit-learn, and what is no pair."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, mean_absolute_error, roc_auc_score
from tests.results.runs import Key, Say, lay_run, make_folds, make_train, rewrite_oof, softmax

from tamesu.artifacts.competition import Part
from tamesu.artifacts.dataset import TargetValues
from tamesu.artifacts.folds import FoldTable
from tamesu.artifacts.run import Run, TargetSpec
from tamesu.errors import DamagedError, InputError
from tamesu.results.pairs import ScoredRun, check_comparable, common_keys, other_images, pair_up, row_share

LABELS = ("a", "b", "c")
CODES = np.random.default_rng(0).integers(0, 3, 48)
VALUES = np.random.default_rng(1).normal(100.0, 10.0, 48)
KEYS: list[Key] = [(0, 2, 1), (0, 0, 0), (0, 1, 0), (0, 2, 0)]


def say_classes(sure: float, seed: int = 0) -> Say:
    def say(rows: np.ndarray, key: Key) -> np.ndarray:
        noise = np.random.default_rng([seed, *key]).normal(size=(48, 3))
        return softmax(noise + sure * np.eye(3)[CODES])[rows]

    return say


def say_values(off: float) -> Say:
    return lambda rows, key: (VALUES[rows] + off * np.random.default_rng(list(key)).normal(size=len(rows)))[:, None]


def by_sklearn(run: Run, key: Key, score: Callable[[np.ndarray, np.ndarray], float], truth: np.ndarray) -> float:
    """The score of a job from its file and the labels, with nothing of ours between."""
    repeat, fold, seed = key
    with np.load(run.path / "jobs" / f"r{repeat}-f{fold}-s{seed}" / "oof.npz") as file:
        kept = ~file["flagged"]
        rows = np.array([int(name) for name in file["ids"]])[kept]
        return float(score(truth[rows], file["output:y"][kept]))


CASES: dict[str, tuple[TargetValues, Say, Say, Callable[[np.ndarray, np.ndarray], float], int]] = {
    "accuracy": (
        TargetValues("class", LABELS, CODES),
        say_classes(1.0),
        say_classes(1.6, 1),
        lambda y, p: accuracy_score(y, p.argmax(axis=1)),
        1,
    ),
    "log_loss": (
        TargetValues("class", LABELS, CODES),
        say_classes(1.0),
        say_classes(1.6, 1),
        lambda y, p: -np.log(p[np.arange(len(y)), y].astype(np.float64)).mean(),
        -1,
    ),
    "mae": (TargetValues("value", (), VALUES), say_values(5.0), say_values(3.0), mean_absolute_error, -1),
}


@pytest.mark.parametrize("metric", CASES)
def test_gains_are_the_differences_of_scores_turned_so_that_larger_is_better(tmp_path: Path, metric: str) -> None:
    target, before, after, score, sign = CASES[metric]
    train = make_train(target)
    table = make_folds(train, 3)
    unreadable = ("000", "010")
    baseline = lay_run(tmp_path, train, table, before, metric=metric, seeds=(0, 1), unreadable=unreadable)
    idea = lay_run(tmp_path, train, table, after, metric=metric, seeds=(0, 1), unreadable=("000", "011"), epochs=2)
    pairs, unscored = pair_up(ScoredRun(baseline, train), ScoredRun(idea, train), KEYS)
    assert unscored == []
    assert [(pair.repeat, pair.fold, pair.seed) for pair in pairs] == KEYS
    for pair, key in zip(pairs, KEYS, strict=True):
        one, other = (by_sklearn(run, key, score, target.values) for run in (baseline, idea))
        assert (pair.baseline, pair.idea) == pytest.approx((one, other), rel=1e-6)
        assert pair.gain == pytest.approx(sign * (other - one), rel=1e-5)
    # The idea is better by construction, whichever way the metric points.
    assert np.mean([pair.gain for pair in pairs]) > 0


def test_rows_are_joined_by_id_whatever_their_order(tmp_path: Path) -> None:
    train = make_train(TargetValues("class", LABELS, CODES))
    table = make_folds(train, 3)
    run = lay_run(tmp_path, train, table, say_classes(1.0))
    before = ScoredRun(run, train).score((0, 1, 0))
    rows = table.val_rows(0, 1)[::-1]
    rewrite_oof(run, (0, 1, 0), [train.ids[row] for row in rows], say_classes(1.0)(rows, (0, 1, 0)))
    assert ScoredRun(run, train).score((0, 1, 0)) == before


def test_jobs_without_a_score_are_no_pairs(tmp_path: Path) -> None:
    # Fold 1 has one class only, where ROC AUC is not defined.
    codes = np.array([0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0])
    train = make_train(TargetValues("class", ("no", "yes"), codes))
    table = FoldTable(train.ids, np.repeat([0, 1, 2], 4)[:, None], 3)

    def say(rows: np.ndarray, key: Key) -> np.ndarray:
        chance = np.random.default_rng([5, *key]).random(len(rows))
        return np.stack([1 - chance, chance], axis=1)

    baseline = lay_run(tmp_path, train, table, say, metric="roc_auc", seeds=(0, 1), diverged=("r0-f0-s1",))
    idea = lay_run(tmp_path, train, table, say, metric="roc_auc", seeds=(0, 1), diverged=("r0-f2-s1",), epochs=2)
    one, other = ScoredRun(baseline, train), ScoredRun(idea, train)
    keys = [(0, fold, seed) for seed in (0, 1) for fold in range(3)]
    pairs, unscored = pair_up(one, other, keys)
    assert [(pair.fold, pair.seed) for pair in pairs] == [(0, 0), (2, 0)]
    assert unscored == ["r0-f1-s0", "r0-f0-s1", "r0-f1-s1", "r0-f2-s1"]
    for pair in pairs:
        expected = by_sklearn(idea, (0, pair.fold, 0), lambda y, p: roc_auc_score(y, p[:, 1]), codes)
        assert pair.idea == pytest.approx(expected)
    # A job that diverged has come to its end; one that was never begun has not.
    assert other.is_done((0, 2, 1)) and not other.is_done((0, 2, 7))


def test_what_a_job_says_of_other_rows_than_its_folds_is_refused(tmp_path: Path) -> None:
    train = make_train(TargetValues("class", LABELS, CODES))
    table = make_folds(train, 3)
    run = lay_run(tmp_path, train, table, say_classes(1.0))
    rows, key = table.val_rows(0, 1), (0, 1, 0)
    ids, outputs = [train.ids[row] for row in rows], say_classes(1.0)(rows, key)
    rewrite_oof(run, key, ids[2:], outputs[2:])
    with pytest.raises(InputError) as caught:
        ScoredRun(run, train).score(key)
    (fault,) = caught.value.faults
    assert (fault.code, fault.outcome) == ("COMPARE_ROWS", "refuse")
    assert "r0-f1-s0 lack 2 of 16 rows" in str(caught.value) and f"first: {ids[0]}" in str(caught.value)
    # A row of another fold beside the right ones, and one in the place of a right one.
    rewrite_oof(run, key, [*ids, "000"], np.concatenate([outputs, outputs[:1]]))
    with pytest.raises(InputError, match="COMPARE_ROWS"):
        ScoredRun(run, train).score(key)
    rewrite_oof(run, key, [*ids[:-1], "000"], outputs)
    with pytest.raises(InputError, match=r"lack 1 of 16 rows.*\n?.*first: " + ids[-1]):
        ScoredRun(run, train).score(key)
    # The other folds are whole.
    assert ScoredRun(run, train).score((0, 0, 0)) is not None


def test_a_damaged_job_is_not_done_and_has_no_score(tmp_path: Path) -> None:
    train = make_train(TargetValues("class", LABELS, CODES))
    run = lay_run(tmp_path, train, make_folds(train, 3), say_classes(1.0))
    path = run.path / "jobs" / "r0-f1-s0" / "oof.npz"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(DamagedError):
        ScoredRun(run, train).score((0, 1, 0))
    path.unlink()
    assert not ScoredRun(run, train).is_done((0, 1, 0))


def test_a_run_is_not_judged_by_other_labels(tmp_path: Path) -> None:
    train = make_train(TargetValues("class", LABELS, CODES))
    run = lay_run(tmp_path, train, make_folds(train, 3), say_classes(1.0))
    with pytest.raises(InputError, match="RUN_OTHER_DATA"):
        ScoredRun(run, make_train(TargetValues("class", ("a", "c", "b"), CODES)))


def test_seconds_are_those_of_the_journal(tmp_path: Path) -> None:
    train = make_train(TargetValues("class", LABELS, CODES))
    run = lay_run(tmp_path, train, make_folds(train, 3), say_classes(1.0), seconds=(2.5, 1.25, 0.5), skip=("r0-f2-s0",))
    scored = ScoredRun(run, train)
    assert scored.seconds((0, 1, 0)) == 4.25
    assert scored.seconds((0, 2, 0)) == 0.0


# Two targets with the same labels, one of which is scored.
BOTH = {name: TargetSpec(kind="class", labels=list(LABELS)) for name in ("y", "z")}


@pytest.fixture
def two_runs(tmp_path: Path) -> Callable[..., tuple[Run, Run]]:
    """The baseline, and a run of another recipe with fields of its spec changed."""
    train = make_train(TargetValues("class", LABELS, CODES))
    table = make_folds(train, 3)

    def make(of_baseline: dict[str, Any] | None = None, table_of_idea: FoldTable = table, **changes: Any) -> tuple[Run, Run]:
        every = tuple(f"r0-f{fold}-s0" for fold in range(3))
        first = lay_run(tmp_path, train, table, say_classes(1.0), skip=every, **(of_baseline or {}))
        return first, lay_run(tmp_path, train, table_of_idea, say_classes(1.0), skip=every, epochs=2, **changes)

    return make


def other_folds() -> FoldTable:
    train = make_train(TargetValues("class", LABELS, CODES))
    return FoldTable(train.ids, make_folds(train, 3).folds[::-1].copy(), 3)


@pytest.mark.parametrize(
    ("before", "changes", "code"),
    [
        ({}, {"table_of_idea": other_folds()}, "COMPARE_FOLDS"),
        ({}, {"metric": Part(name="log_loss")}, "COMPARE_METRIC"),
        (
            {"metric": Part(name="top_k_accuracy", options={"k": 1})},
            {"metric": Part(name="top_k_accuracy", options={"k": 2})},
            "COMPARE_METRIC",
        ),
        ({"labels_digests": {"y": "1"}}, {"labels_digests": {"y": "2"}}, "COMPARE_LABELS"),
        ({}, {"main": "z", "targets": BOTH}, "COMPARE_TARGET"),
        ({}, {"targets": {"y": TargetSpec(kind="class", labels=["a", "c", "b"])}}, "COMPARE_TARGET"),
        ({}, {"quick": True}, "COMPARE_QUICK"),
        ({"quick": True}, {}, "COMPARE_QUICK"),
        ({"images": {"000": "1", "001": "1"}}, {"images": {"000": "1", "001": "2"}}, "COMPARE_IMAGES"),
    ],
)
def test_runs_that_are_no_pairs_are_refused(
    two_runs: Callable[..., tuple[Run, Run]], before: dict[str, Any], changes: dict[str, Any], code: str
) -> None:
    baseline, idea = two_runs(before, **changes)
    with pytest.raises(InputError) as caught:
        check_comparable(baseline, idea)
    (fault,) = caught.value.faults
    assert (fault.code, fault.outcome) == (code, "refuse")
    for language in ("en", "ja"):
        assert idea.name in fault.text(language) and "{" not in fault.text(language)
    # It is the difference that is refused, from whichever side it is seen.
    with pytest.raises(InputError) as caught:
        check_comparable(idea, baseline)
    assert caught.value.codes == (code,)
    check_comparable(idea, idea)


def test_all_that_differs_is_said_at_once(two_runs: Callable[..., tuple[Run, Run]]) -> None:
    baseline, idea = two_runs(
        {"labels_digests": {"y": "1"}, "images": {"000": "1"}},
        table_of_idea=other_folds(),
        metric=Part(name="log_loss"),
        labels_digests={"y": "2"},
        quick=True,
        images={"000": "2"},
    )
    with pytest.raises(InputError) as caught:
        check_comparable(baseline, idea)
    assert set(caught.value.codes) == {f"COMPARE_{what}" for what in ("FOLDS", "LABELS", "METRIC", "QUICK", "IMAGES")}
    assert len(caught.value.codes) == 5


def test_rows_that_only_one_run_saw_and_runs_that_do_not_say_are_no_other_images(
    two_runs: Callable[..., tuple[Run, Run]],
) -> None:
    baseline, idea = two_runs({"images": {"000": "1", "old": "1"}}, images={"000": "1", "new": "2"})
    assert other_images(baseline, idea) == []
    check_comparable(baseline, idea)
    (idea.path / "data.json").unlink()
    assert other_images(baseline, idea) == other_images(idea, baseline) == []


def test_common_jobs_are_those_that_both_have_done(tmp_path: Path) -> None:
    train = make_train(TargetValues("class", LABELS, CODES))
    table = make_folds(train, 2, repeats=2)
    baseline = lay_run(tmp_path, train, table, say_classes(1.0), seeds=(0, 1, 5), skip=("r1-f0-s5",))
    idea = lay_run(
        tmp_path, train, table, say_classes(1.0), seeds=(1, 5, 9), skip=("r0-f1-s1",), diverged=("r1-f1-s5",), epochs=2
    )
    found = common_keys(ScoredRun(baseline, train), ScoredRun(idea, train))
    assert found == [(0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 0, 5), (0, 1, 5), (1, 1, 5)]


def test_nothing_trained_has_nothing_in_common(tmp_path: Path) -> None:
    train = make_train(TargetValues("class", LABELS, CODES))
    table = make_folds(train, 3)
    every = tuple(f"r0-f{fold}-s0" for fold in range(3))
    baseline = ScoredRun(lay_run(tmp_path, train, table, say_classes(1.0)), train)
    idea = ScoredRun(lay_run(tmp_path, train, table, say_classes(1.0), skip=every, epochs=2), train)
    assert common_keys(baseline, idea) == common_keys(idea, baseline) == []
    assert pair_up(baseline, idea, []) == ([], [])


def test_row_share_by_hand() -> None:
    def table(folds: list[int], n_splits: int, ordered: bool = False) -> FoldTable:
        return FoldTable(tuple(map(str, range(len(folds)))), np.array(folds)[:, None], n_splits, ordered)

    # Ten folds of three rows: 3 / 27.
    assert row_share(table([*range(10)] * 3, 10), [(0, fold, 0) for fold in range(10)]) == pytest.approx(1 / 9)
    # 3 of 6 validated in fold 0, 1 in fold 1, 1 in fold 2, one row only trained on.
    uneven = table([0, 0, 0, 1, 2, -1], 3)
    assert row_share(uneven, [(0, 0, 0), (0, 1, 0)]) == pytest.approx((3 / 3 + 1 / 5) / 2)
    # Seeds of one fold share it.
    assert row_share(uneven, [(0, 0, 0), (0, 1, 0), (0, 1, 1), (0, 1, 2)]) == pytest.approx((3 / 3 + 1 / 5) / 2)
    # In time: fold 0 is trained on the two first rows, fold 1 on four, fold 2 on five.
    ordered = table([-1, -1, 0, 0, 1, 2], 3, ordered=True)
    assert row_share(ordered, [(0, 0, 0), (0, 1, 0), (0, 2, 0)]) == pytest.approx((2 / 2 + 1 / 4 + 1 / 5) / 3)
    # Repeats have folds of their own.
    twice = FoldTable(tuple("abcd"), np.array([[0, 1], [0, 0], [1, 0], [1, 0]]), 2)
    assert row_share(twice, [(0, 0, 0), (1, 0, 0)]) == pytest.approx((2 / 2 + 3 / 1) / 2)

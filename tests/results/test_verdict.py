"""Verdicts on runs whose scores are known beforehand, against SciPy and NumPy."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests.results.runs import Key, Say, lay_run, make_folds, make_train

from tamesu.artifacts.competition import Part
from tamesu.artifacts.dataset import TargetValues
from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.run import Run
from tamesu.artifacts.verdict import Pair
from tamesu.errors import InputError
from tamesu.results.noise import Noise
from tamesu.results.pairs import ScoredRun, common_keys
from tamesu.results.race import Look, Plan, judge, last_look, look
from tamesu.results.verdict import (
    Circumstances,
    choose_rope,
    compare_pairs,
    make_identical,
    make_verdict,
    propose_pairs,
    read_circumstances,
)

IDEA = Idea("平滑化", {"epochs": 2}, "ラベルに誤りがある", "MAE -0.2")
WHEN = Circumstances("2026-08-01T09:00:00+00:00", "3c0ffee5", False)
TRUTH = np.random.default_rng(0).normal(100.0, 10.0, 50)
TRAIN = make_train(TargetValues("value", (), TRUTH))
FOLDS = make_folds(TRAIN, 5)
# The error of every row of a fold, by seed: what the MAE of the job will be.
BEFORE = np.array([[2.0, 2.3, 1.9, 2.6, 2.2], [2.1, 2.0, 2.2, 2.4, 2.5]])
AFTER = np.array([[1.7, 2.1, 1.6, 2.1, 2.0], [1.8, 1.9, 2.0, 2.0, 2.1]])
NOISE = Noise("mae", 0.16, 0.07, 5, [0, 1])


def say_off_by(errors: np.ndarray) -> Say:
    """Every row of a job too large by the same."""
    return lambda rows, key: (TRUTH[rows] + errors[key[2], key[1]])[:, None]


def lay(folder: Path, errors: np.ndarray, seeds: Sequence[int] = (0, 1), **options: Any) -> ScoredRun:
    run = lay_run(folder, TRAIN, FOLDS, say_off_by(errors), metric="mae", seeds=seeds, **options)
    return ScoredRun(run, TRAIN)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[ScoredRun, ScoredRun]:
    """Baseline and idea, every job done; nothing of it is changed by a test."""
    return two(tmp_path_factory.mktemp("whole"))


def two(folder: Path, **options: Any) -> tuple[ScoredRun, ScoredRun]:
    return lay(folder, BEFORE, seconds=(2.0, 3.0)), lay(folder, AFTER, epochs=2, seconds=(4.0, 6.5), **options)


def keys_of(*seeds: int) -> list[Key]:
    return [(0, fold, seed) for seed in seeds for fold in range(5)]


def test_a_verdict_is_what_the_pairs_say(whole: tuple[ScoredRun, ScoredRun]) -> None:
    baseline, idea = whole
    found = compare_pairs(IDEA, "base", baseline, idea, keys_of(0, 1), WHEN, level=0.95, rope=0.02, noise=NOISE)
    gains = (BEFORE - AFTER).mean(axis=0)  # smaller is better; the seeds of a fold are one observation
    # 10 rows validated, 40 trained on.
    scale = np.sqrt(gains.var(ddof=1) * (1 / 5 + 10 / 40))
    assert found.gain == pytest.approx(gains.mean(), abs=1e-5)
    assert (found.low, found.high) == pytest.approx(stats.t.interval(0.95, 4, gains.mean(), scale), abs=1e-4)
    better, worse = stats.t.sf(0.02, 4, gains.mean(), scale), stats.t.cdf(-0.02, 4, gains.mean(), scale)
    assert (found.better, found.same, found.worse) == pytest.approx((better, 1 - better - worse, worse), abs=1e-4)
    assert better > 0.95
    assert (found.word, found.because, found.more_pairs, found.chance) == ("keep", "decided", None, None)
    assert (found.cv_baseline, found.cv_idea) == pytest.approx((BEFORE.mean(), AFTER.mean()), abs=1e-5)
    assert [(pair.repeat, pair.fold, pair.seed) for pair in found.pairs] == keys_of(0, 1)
    assert [pair.gain for pair in found.pairs] == pytest.approx((BEFORE - AFTER).ravel(), abs=1e-5)
    # Time as the journals have it.
    assert (found.seconds, found.baseline_seconds, found.cost) == (10.5, 5.0, 2.1)
    assert (found.level, found.rope, found.noise, found.drowned) == (0.95, 0.02, 0.07, False)
    assert found.failed == [] and found.per_class == {} and found.twin == "" and found.note == ""
    # Where it comes from.
    assert (found.idea, found.recipe, found.changes, found.why, found.expected) == (
        IDEA.name,
        "base",
        IDEA.changes,
        IDEA.why,
        IDEA.expected,
    )
    assert (found.baseline_run, found.idea_run) == (baseline.run.name, idea.run.name)
    assert (found.baseline_digest, found.idea_digest) == (baseline.run.spec.digest(), idea.run.spec.digest())
    assert (found.folds, found.rows) == (FOLDS.digest(), 50)
    assert (found.metric, found.greater_is_better) == (Part(name="mae"), False)
    assert (found.time, found.commit, found.clean) == (WHEN.time, WHEN.commit, WHEN.clean)


def test_the_second_opinion_stands_beside_it(whole: tuple[ScoredRun, ScoredRun]) -> None:
    baseline, idea = whole
    found = compare_pairs(IDEA, "base", baseline, idea, keys_of(0, 1), WHEN, level=0.95, rope=0.02, noise=NOISE)
    # Every row gains what its fold gains; two cross-validations are averaged.
    gains = (BEFORE - AFTER).mean(axis=0)[FOLDS.folds[:, 0]]
    means = gains[np.random.default_rng(1).integers(0, 50, (300, 50))].mean(axis=1)
    assert found.bootstrap is not None
    assert (found.bootstrap.draws, found.bootstrap.units, found.bootstrap.better) == (300, 50, 1.0)
    assert (found.bootstrap.low, found.bootstrap.high) == pytest.approx(np.quantile(means, [0.025, 0.975]), abs=0.01)
    # Without a whole cross-validation there is nothing to draw from, and the verdict stands all the same.
    part = compare_pairs(IDEA, "base", baseline, idea, keys_of(0)[:3], WHEN, level=0.95, rope=0.02, noise=NOISE)
    assert part.bootstrap is None and len(part.pairs) == 3


def test_groups_are_drawn_whole_and_classes_are_listed(tmp_path: Path) -> None:
    codes = np.random.default_rng(3).integers(0, 2, 60)
    train = make_train(TargetValues("class", ("猫", "犬"), codes), np.array([f"g{row // 4}" for row in range(60)]))
    table = make_folds(train, 3)
    # The baseline says 猫 always, the idea what is right: recall 1, 0 → 1, 1.
    wrong, right = np.tile([0.9, 0.1], (60, 1)), np.eye(2)[codes] * 0.8 + 0.1
    baseline = ScoredRun(lay_run(tmp_path, train, table, lambda rows, key: wrong[rows]), train)
    idea = ScoredRun(lay_run(tmp_path, train, table, lambda rows, key: right[rows], epochs=2), train)
    found = compare_pairs(IDEA, "base", baseline, idea, keys_of(0)[:3], WHEN, level=0.95, rope=None, noise=None)
    assert found.per_class == {"猫": 0.0, "犬": 1.0}
    assert found.bootstrap is not None and found.bootstrap.units == 15
    assert (found.cv_idea, found.greater_is_better) == (1.0, True)


def test_a_job_that_diverged_drops_the_idea(tmp_path: Path) -> None:
    baseline, idea = two(tmp_path, diverged=("r0-f3-s0", "r0-f1-s0"))
    found = compare_pairs(IDEA, "base", baseline, idea, keys_of(0, 1), WHEN, level=0.95, rope=0.02, noise=NOISE)
    assert (found.word, found.because, found.more_pairs) == ("drop", "failed", None)
    assert found.failed == ["r0-f1-s0", "r0-f3-s0"]
    # Seed 1 is whole, and yet there is no second opinion on an idea that fails.
    assert found.bootstrap is None and found.per_class == {}
    # What the other jobs say is told; the gain stays theirs.
    assert len(found.pairs) == 8
    gains = BEFORE - AFTER
    means = [gains[:, 0].mean(), gains[1, 1], gains[:, 2].mean(), gains[1, 3], gains[:, 4].mean()]
    assert found.gain == pytest.approx(np.mean(means), abs=1e-5)
    assert found.cv_baseline == pytest.approx((BEFORE.sum() - BEFORE[0, 3] - BEFORE[0, 1]) / 8, abs=1e-5)


def test_an_idea_whose_every_job_diverged_has_no_gain_at_all(tmp_path: Path) -> None:
    baseline, idea = two(tmp_path, diverged=tuple(f"r0-f{fold}-s0" for fold in range(5)))
    found = compare_pairs(IDEA, "base", baseline, idea, keys_of(0), WHEN, level=0.95, rope=0.02, noise=NOISE)
    assert (found.word, found.because, len(found.failed), found.pairs) == ("drop", "failed", 5, [])
    assert (found.gain, found.low, found.high, found.cv_baseline, found.cv_idea) == (0.0, 0.0, 0.0, None, None)


def test_a_baseline_that_diverged_is_no_failure_of_the_idea(tmp_path: Path) -> None:
    baseline = lay(tmp_path, BEFORE, diverged=("r0-f3-s0",))
    idea = lay(tmp_path, AFTER, epochs=2)
    found = compare_pairs(IDEA, "base", baseline, idea, keys_of(0), WHEN, level=0.95, rope=0.02, noise=NOISE)
    assert found.failed == [] and found.because != "failed" and len(found.pairs) == 4


def test_a_fold_on_which_the_metric_is_undefined_is_no_failure(tmp_path: Path) -> None:
    codes = np.array([0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0])
    train = make_train(TargetValues("class", ("no", "yes"), codes))
    table = make_folds(train, 3)
    table.folds[:, 0] = np.repeat([0, 1, 2], 4)

    def say(sure: float) -> Say:
        chance = 1 / (1 + np.exp(-np.random.default_rng(7).normal(size=12) - sure * (codes - 0.5)))
        return lambda rows, key: np.stack([1 - chance, chance], axis=1)[rows]

    runs = [lay_run(tmp_path, train, table, say(much), metric="roc_auc", epochs=much) for much in (1, 5)]
    found = compare_pairs(IDEA, "base", *scored(runs, train), keys_of(0)[:3], WHEN, level=0.95, rope=None, noise=None)
    assert found.failed == [] and [pair.fold for pair in found.pairs] == [0, 2]
    assert found.bootstrap is None


def scored(runs: Sequence[Run], train: Any) -> tuple[ScoredRun, ScoredRun]:
    one, other = (ScoredRun(run, train) for run in runs)
    return one, other


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_folds_are_refused(whole: tuple[ScoredRun, ScoredRun], count: int) -> None:
    baseline, idea = whole
    keys: list[Key] = [(0, 2, 0), (0, 2, 1)][: 2 * count]
    with pytest.raises(InputError) as caught:
        compare_pairs(IDEA, "base", baseline, idea, keys, WHEN, level=0.95, rope=0.02, noise=NOISE)
    (fault,) = caught.value.faults
    assert (fault.code, fault.outcome) == ("COMPARE_FEW", "refuse")
    assert f"{len(keys)} pair(s) with {baseline.run.name}" in fault.text("en")
    compare_pairs(IDEA, "base", baseline, idea, [(0, 2, 0), (0, 1, 0)], WHEN, level=0.95, rope=0.02, noise=NOISE)


def test_one_failed_job_alone_is_enough_to_drop(tmp_path: Path) -> None:
    baseline, idea = two(tmp_path, diverged=("r0-f2-s0",))
    found = compare_pairs(IDEA, "base", baseline, idea, [(0, 2, 0)], WHEN, level=0.95, rope=0.02, noise=NOISE)
    assert (found.word, found.because) == ("drop", "failed")


@pytest.mark.parametrize(
    ("rope", "noise", "expected"), [(0.3, NOISE, 0.3), (0.0, NOISE, 0.0), (None, NOISE, 0.07 / 4), (None, None, 0.0)]
)
def test_the_rope_is_the_users_or_a_quarter_of_the_noise(
    whole: tuple[ScoredRun, ScoredRun], rope: float | None, noise: Noise | None, expected: float
) -> None:
    assert choose_rope(rope, noise) == expected
    baseline, idea = whole
    found = compare_pairs(IDEA, "base", baseline, idea, keys_of(0), WHEN, level=0.9, rope=rope, noise=noise)
    assert (found.rope, found.level) == (expected, 0.9)
    assert found.noise == (None if noise is None else 0.07)


def test_lucky_ties_leave_the_doubt_that_the_noise_gives(tmp_path: Path) -> None:
    """The same gain in every fold has no spread of its own: a quarter of what two seeds differ by is taken instead."""
    baseline, idea = lay(tmp_path, BEFORE), lay(tmp_path, BEFORE - 0.05, epochs=2)
    found = compare_pairs(IDEA, "base", baseline, idea, keys_of(0), WHEN, level=0.95, rope=0.0, noise=NOISE)
    scale = np.sqrt(2 * 0.16**2 / 4 * (1 / 5 + 1 / 4))
    assert (found.low, found.high) == pytest.approx(stats.t.interval(0.95, 4, 0.05, scale), abs=1e-4)
    assert found.word == "undecided"


def test_an_undecided_idea_is_told_how_many_pairs_would_decide(tmp_path: Path) -> None:
    after = BEFORE - np.array([[0.30, -0.05, 0.25, 0.02, 0.28]] * 2)
    baseline, idea = lay(tmp_path, BEFORE), lay(tmp_path, after, epochs=2)
    noise = Noise("mae", 0.1, 0.045, 5, [0, 1])
    found = compare_pairs(IDEA, "base", baseline, idea, keys_of(0), WHEN, level=0.95, rope=0.0, noise=noise)
    assert (found.word, found.because) == ("undecided", "plan")
    gains = (BEFORE - after)[0]

    def better(seeds: int) -> float:
        # More seeds average out what two seeds differ by, and nothing of what is left of the spread.
        variance = gains.var(ddof=1) - 2 * 0.1**2 + 2 * 0.1**2 / seeds
        return float(stats.t.sf(0.0, 4, gains.mean(), np.sqrt(variance * (1 / 5 + 1 / 4))))

    assert found.more_pairs == 15
    assert better(1 + 15 // 5) >= 0.95 > better(15 // 5)


def pairs_of(gains: Sequence[float], folds: int = 5) -> list[Pair]:
    return [
        Pair(
            repeat=0, fold=place % folds, seed=place // folds, baseline=1.0 + place / 7, idea=1.0 + place / 7 + gain, gain=gain
        )
        for place, gain in enumerate(gains)
    ]


def test_no_number_of_pairs_is_proposed_where_none_would_decide() -> None:
    plan = Plan(5, 1, (0, 1, 2, 3), 0.95, 0.0, 0.25, None)
    # The folds disagree, and four seeds have shown that it is not the seeds.
    stubborn = np.tile([0.5, -0.4, 0.5, -0.4, 0.3], 4) + np.repeat([0.001, -0.001, 0.002, -0.002], 5)
    assert propose_pairs(pairs_of(stubborn.tolist()), plan) is None
    # One fold says nothing about the spread between folds; nothing says nothing.
    assert propose_pairs(pairs_of([0.1, 0.2], folds=1), plan) is None
    assert propose_pairs([], plan) is None
    # A gain of exactly the rope is a coin's toss, whatever the number of seeds.
    even = Plan(5, 1, (0,), 0.95, 0.1, 0.25, NOISE)
    assert propose_pairs(pairs_of([0.1, 0.3, -0.1, 0.2, 0.0]), even) is None


def test_pairs_are_proposed_for_whole_seeds_of_all_folds() -> None:
    # Two of five folds are done: the rest of them comes first.
    plan = Plan(5, 1, (0,), 0.95, 0.0, 0.25, Noise("mae", 0.5, 0.2, 5, [0, 1]))
    found = propose_pairs(pairs_of([0.2, 0.3]), plan)
    assert found is not None and (2 + found) % 5 == 0


def test_a_look_that_ended_nothing_is_an_end_of_the_budget(whole: tuple[ScoredRun, ScoredRun]) -> None:
    baseline, idea = whole
    keys = keys_of(0)[:2]
    plan = Plan(5, 1, (0, 1, 2), 0.95, 0.3, 0.25, None)
    pairs = [
        Pair(
            repeat=0,
            fold=fold,
            seed=0,
            baseline=BEFORE[0, fold],
            idea=AFTER[0, fold],
            gain=float(BEFORE[0, fold] - AFTER[0, fold]),
        )
        for fold in (0, 1)
    ]
    seen = look(pairs, plan)
    assert seen.word is None
    found = make_verdict(IDEA, "base", baseline, idea, keys, plan, seen, WHEN, because="budget")
    assert (found.word, found.because, len(found.pairs)) == ("undecided", "budget", 2)
    assert (found.better, found.same, found.worse, found.chance) == (seen.better, seen.same, seen.worse, seen.chance)
    # Before two folds have spoken nothing is believed.
    nothing = Look(None, 0.0, 0.0, 0.0, None, None, None)
    found = make_verdict(IDEA, "base", baseline, idea, keys[:1], plan, nothing, WHEN, because="budget")
    assert (found.gain, found.low, found.high, found.word, found.more_pairs) == (0.0, 0.0, 0.0, "undecided", None)
    # What the look says of its end comes before what the caller says.
    last = last_look(judge(pairs, plan), plan)
    assert (
        make_verdict(IDEA, "base", baseline, idea, keys, plan, last, WHEN, because="budget").because == last.because == "plan"
    )


def test_the_idea_that_is_the_baseline_is_the_same(tmp_path: Path) -> None:
    baseline = lay(tmp_path, BEFORE)
    plan = Plan(5, 1, (0, 1), 0.95, 0.01, 0.25, NOISE)
    found = make_identical(IDEA, "base", baseline, plan, WHEN)
    assert (found.word, found.because) == ("same", "identical")
    assert (found.better, found.same, found.worse) == (0.0, 1.0, 0.0)
    assert found.baseline_run == found.idea_run == baseline.run.name
    assert found.baseline_digest == found.idea_digest == baseline.run.spec.digest()
    assert (found.pairs, found.gain, found.cv_baseline, found.cv_idea, found.seconds) == ([], 0.0, None, None, None)
    assert (found.rope, found.noise, found.rows, found.greater_is_better) == (0.01, 0.07, 50, False)
    assert (found.idea, found.changes, found.why, found.time) == (IDEA.name, IDEA.changes, IDEA.why, WHEN.time)


def test_rows_are_those_of_the_folds_and_not_of_the_table(tmp_path: Path) -> None:
    """A quick look divides some of the rows only."""
    few = make_folds(make_train(TargetValues("value", (), TRUTH[:20])), 5)
    runs = [lay_run(tmp_path, TRAIN, few, say_off_by(BEFORE), metric="mae", epochs=epochs, quick=True) for epochs in (1, 2)]
    baseline, idea = scored(runs, TRAIN)
    found = compare_pairs(IDEA, "base", baseline, idea, common_keys(baseline, idea), WHEN, level=0.95, rope=None, noise=None)
    assert found.rows == make_identical(IDEA, "base", baseline, Plan(5, 1, (0,), 0.95, 0.0, 0.25, None), WHEN).rows == 20


def git(folder: Path, *words: str) -> str:
    options = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ["git", "-C", str(folder), *options, *words], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_circumstances_are_the_commit_and_the_time(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    (inside / "recipes").mkdir(parents=True)
    (inside / "recipes" / "base.yaml").write_text("epochs: 3\n")
    git(inside, "init", "--quiet")
    git(inside, "add", ".")
    git(inside, "commit", "--quiet", "--message", "one")
    began = datetime.now(UTC)
    found = read_circumstances(inside)
    assert (found.commit, found.clean) == (git(inside, "rev-parse", "HEAD"), True)
    told = datetime.fromisoformat(found.time)
    assert told.utcoffset() == timedelta(0)
    assert began - timedelta(seconds=1) <= told <= datetime.now(UTC)
    (inside / "recipes" / "base.yaml").write_text("epochs: 4\n")
    assert read_circumstances(inside).clean is False
    nowhere = read_circumstances(outside)
    assert (nowhere.commit, nowhere.clean) == ("", None)

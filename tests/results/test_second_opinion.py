"""The second opinion against a bootstrap of a few lines of NumPy, scikit-learn, and cases worked by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, recall_score
from tests.results.runs import Key, lay_run, make_folds, make_train, softmax

from tamesu.artifacts.dataset import TargetValues
from tamesu.metrics import METRICS
from tamesu.results import second_opinion
from tamesu.results.pairs import ScoredRun
from tamesu.results.second_opinion import Side, collect_sides, draw_bootstrap, gain_per_class, rate_labels

LABELS = ("猫", "犬", "鳥")


def class_side(codes: np.ndarray, sure: tuple[float, float], seed: int = 0) -> Side:
    """All rows, said by two networks of which the second is surer of what is right."""
    rng, truth = np.random.default_rng(seed), np.eye(3)[codes]
    before, after = (softmax(rng.normal(size=truth.shape) + much * truth) for much in sure)
    return Side(np.arange(len(codes)), before, after)


def bootstrap_by_numpy(gains: np.ndarray, draws: int, seed: int) -> tuple[float, float, float]:
    """The percentile bootstrap of the mean of one gain per row, all draws at once."""
    means = gains[np.random.default_rng(seed).integers(0, len(gains), (draws, len(gains)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high), float((means > 0).mean() + (means == 0).mean() / 2)


def test_accuracy_is_what_a_bootstrap_in_numpy_says() -> None:
    codes = np.random.default_rng(4).integers(0, 3, 300)
    target, side = TargetValues("class", LABELS, codes), class_side(codes, (1.0, 1.25))
    found = draw_bootstrap([side], target, METRICS.build("accuracy", {}), draws=1000)
    gains = (side.after.argmax(axis=1) == codes).astype(float) - (side.before.argmax(axis=1) == codes)
    low, high, better = bootstrap_by_numpy(gains, 1000, seed=1)
    assert found is not None
    assert (found.draws, found.units) == (1000, 300)
    assert (found.low, found.high) == pytest.approx((low, high), abs=(high - low) / 15)
    assert found.better == pytest.approx(better, abs=0.04)
    assert found.low < gains.mean() < found.high


def test_smaller_is_better_is_turned() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(size=200)
    errors = np.abs(rng.normal(size=(2, 200))) * np.array([[1.0], [0.8]])
    side = Side(np.arange(200), (truth + errors[0])[:, None], (truth + errors[1])[:, None])
    found = draw_bootstrap([side], TargetValues("value", (), truth), METRICS.build("mae", {}), draws=1000)
    low, high, better = bootstrap_by_numpy(errors[0] - errors[1], 1000, seed=1)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=(high - low) / 15)
    assert found.better == pytest.approx(better, abs=0.04)
    assert found.better > 0.9


def test_images_are_drawn_and_not_positions() -> None:
    """The rows of a set need not be in the table's order: labels and outputs stay together."""
    codes = np.random.default_rng(4).integers(0, 3, 60)
    target, whole = TargetValues("class", LABELS, codes), class_side(codes, (1.0, 2.0))
    rows = np.random.default_rng(5).permutation(60)[:40]
    part = Side(rows, whole.before[rows], whole.after[rows])
    found = draw_bootstrap([part], target, METRICS.build("accuracy", {}), draws=500)
    gains = (whole.after.argmax(axis=1) == codes).astype(float) - (whole.before.argmax(axis=1) == codes)
    low, high, _ = bootstrap_by_numpy(gains[rows], 500, seed=1)
    assert found is not None
    assert found.units == 40
    assert (found.low, found.high) == pytest.approx((low, high), abs=(high - low) / 8)


@pytest.mark.parametrize("name", [name for name, part in METRICS.items() if "value" not in part.kinds])
def test_no_difference_is_none_in_every_draw_of_every_metric_of_classes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # A class of one row is lacking in a third of the draws: no warning, and no difference out of nothing.
    monkeypatch.setattr(second_opinion, "LEAST_DRAWS", 2)
    codes = np.array([0] * 20 + [1] * 9 + [2])
    side = class_side(codes, (1.0, 1.0))
    part = METRICS[name]
    kind = next(kind for kind in ("class", "multilabel", "soft") if kind in part.kinds)  # type: ignore[attr-defined]
    values, said = codes if kind == "class" else np.eye(3, dtype=np.float32)[codes], side.before
    target = TargetValues(kind, LABELS, values)
    found = draw_bootstrap([Side(side.rows, said, said)], target, METRICS.build(name, {}), draws=12)
    assert found is not None
    assert (found.low, found.high, found.better, found.units) == (0.0, 0.0, 0.5, 30)


class SecondClassRecall:
    """A metric that is not defined where no row has the second class."""

    kinds = frozenset({"class"})
    greater_is_better = True

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:
        told = y_pred[y_true == 1].argmax(axis=1)
        return float((told == 1).mean()) if len(told) else float("nan")


def test_draws_in_which_the_metric_is_undefined_do_not_count() -> None:
    codes = np.array([1] + [0] * 19)
    # The one row of the second class is told only by the idea: a gain of 1 wherever it is drawn, and none elsewhere.
    before, after = np.tile([0.9, 0.1, 0.0], (20, 1)), np.tile([0.1, 0.9, 0.0], (20, 1))
    side = Side(np.arange(20), before, after)
    found = draw_bootstrap([side], TargetValues("class", LABELS, codes), SecondClassRecall(), draws=1000)
    assert found is not None
    assert (found.low, found.high, found.better) == (1.0, 1.0, 1.0)
    # It is in a draw with probability 1 - (19 / 20) ** 20; four standard errors of 1000 draws.
    assert found.draws / 1000 == pytest.approx(1 - (19 / 20) ** 20, abs=4 * np.sqrt(0.25 / 1000))
    never = TargetValues("class", LABELS, np.zeros(20, dtype=np.int64))
    assert draw_bootstrap([side], never, SecondClassRecall(), draws=200) is None


def test_copies_of_a_scene_count_once_when_the_groups_say_so() -> None:
    codes = np.random.default_rng(4).integers(0, 3, 60)
    metric, side = METRICS.build("accuracy", {}), class_side(codes, (1.0, 1.4))
    once = draw_bootstrap([side], TargetValues("class", LABELS, codes), metric, draws=400)
    # Every image five times, its copies far apart in the table, and its scene written beside it.
    copies = np.tile(np.arange(60), 5)
    copied = TargetValues("class", LABELS, codes[copies])
    groups = np.array([f"scene{row:03d}" for row in copies])
    wide = Side(np.arange(300), side.before[copies], side.after[copies])
    together = draw_bootstrap([wide], copied, metric, groups, draws=400)
    apart = draw_bootstrap([wide], copied, metric, draws=400)
    assert once is not None and together is not None and apart is not None
    assert (once.units, together.units, apart.units) == (60, 60, 300)
    # The same draws of the same scenes: copies change no accuracy.
    assert (together.low, together.high, together.better) == pytest.approx((once.low, once.high, once.better))
    # Taken for images of their own, copies make the interval narrower by the root of five.
    assert (apart.high - apart.low) / (together.high - together.low) == pytest.approx(5**-0.5, abs=0.1)


def test_groups_of_different_sizes_bring_all_of_their_rows() -> None:
    """Ten scenes, all or nothing right in each: the accuracy of a draw is a sum over scenes, worked out in NumPy."""
    sizes = np.arange(1, 11)
    scenes = np.repeat(np.arange(10), sizes)
    right = np.isin(scenes, [1, 4, 9])
    outputs = np.where(right[:, None], [[0.9, 0.1, 0.0]], [[0.1, 0.9, 0.0]])
    wrong = np.tile([0.1, 0.9, 0.0], (55, 1))
    target = TargetValues("class", LABELS, np.zeros(55, dtype=np.int64))
    found = draw_bootstrap(
        [Side(np.arange(55), wrong, outputs)], target, METRICS.build("accuracy", {}), scenes.astype(np.str_), draws=1000
    )
    drawn = np.random.default_rng(9).integers(0, 10, (1000, 10))
    gains = (np.isin(drawn, [1, 4, 9]) * sizes[drawn]).sum(axis=1) / sizes[drawn].sum(axis=1)
    assert found is not None
    assert (found.low, found.high) == pytest.approx(np.quantile(gains, [0.025, 0.975]), abs=0.05)


@pytest.mark.parametrize(("rows", "groups", "enough"), [(9, 9, False), (10, 10, True), (90, 9, False), (90, 10, True)])
def test_of_fewer_than_ten_units_there_is_no_second_opinion(rows: int, groups: int, enough: bool) -> None:
    codes = np.arange(rows) % 3
    target, metric = TargetValues("class", LABELS, codes), METRICS.build("accuracy", {})
    names = np.array([str(row % groups) for row in range(rows)])
    found = draw_bootstrap([class_side(codes, (1.0, 2.0))], target, metric, names, draws=100)
    assert (found is not None) is enough
    assert draw_bootstrap([], target, metric) is None


def test_units_are_those_of_the_sets_and_not_of_the_table() -> None:
    codes = np.arange(100) % 3
    whole = class_side(codes, (1.0, 2.0))
    few = Side(np.arange(9), whole.before[:9], whole.after[:9])
    target, metric = TargetValues("class", LABELS, codes), METRICS.build("accuracy", {})
    assert draw_bootstrap([few], target, metric) is None
    other = Side(np.arange(50, 55), whole.before[50:55], whole.after[50:55])
    found = draw_bootstrap([few, other], target, metric)
    assert found is not None and found.units == 14


def test_the_gain_is_averaged_over_the_sets() -> None:
    codes = np.random.default_rng(4).integers(0, 3, 60)
    target, metric, side = TargetValues("class", LABELS, codes), METRICS.build("accuracy", {}), class_side(codes, (1.0, 2.0))
    turned = Side(side.rows, side.after, side.before)
    # What one set gains the other loses, in each draw.
    found = draw_bootstrap([side, turned], target, metric, draws=100)
    assert found is not None
    assert (found.low, found.high, found.better) == pytest.approx((0.0, 0.0, 0.5))
    # A second set without a difference halves every gain.
    alone = draw_bootstrap([side], target, metric, draws=100)
    halved = draw_bootstrap([side, Side(side.rows, side.before, side.before)], target, metric, draws=100)
    assert alone is not None and halved is not None
    assert (halved.low, halved.high) == pytest.approx((alone.low / 2, alone.high / 2))


def test_the_same_evidence_has_the_same_opinion() -> None:
    codes = np.random.default_rng(4).integers(0, 3, 60)
    target, metric, side = TargetValues("class", LABELS, codes), METRICS.build("log_loss", {}), class_side(codes, (1.0, 2.0))
    first = draw_bootstrap([side], target, metric, draws=100)
    assert draw_bootstrap([side], target, metric, draws=100) == first
    assert draw_bootstrap([side], target, metric, draws=100, seed=1) != first


@pytest.mark.parametrize(("most", "draws"), [(10**9, 300), (360 * 150, 150), (360, 100)])
def test_large_data_are_drawn_less_often(monkeypatch: pytest.MonkeyPatch, most: int, draws: int) -> None:
    monkeypatch.setattr(second_opinion, "MOST_NUMBERS", most)
    codes = np.arange(60) % 3
    # 60 rows of three outputs, before and after: 360 numbers a draw.
    found = draw_bootstrap([class_side(codes, (1.0, 2.0))], TargetValues("class", LABELS, codes), METRICS.build("accuracy", {}))
    assert found is not None and found.draws == draws


def lay_two(folder: Path, codes: np.ndarray, n_splits: int, **options: object) -> tuple[ScoredRun, ScoredRun]:
    """Two runs whose output names its row, repeat and seed, so that each can be recognized."""
    train = make_train(TargetValues("class", LABELS, codes))
    table = make_folds(train, n_splits, repeats=int(str(options.pop("repeats", 1))))

    def say(sign: int):  # type: ignore[no-untyped-def]
        def outputs(rows: np.ndarray, key: Key) -> np.ndarray:
            return np.stack([sign * rows, np.full(len(rows), key[0]), np.full(len(rows), key[2])], axis=1)

        return outputs

    baseline = lay_run(folder, train, table, say(1), unreadable=("004",), **options)  # type: ignore[arg-type]
    idea = lay_run(folder, train, table, say(-1), unreadable=("007",), epochs=2, **options)  # type: ignore[arg-type]
    return ScoredRun(baseline, train), ScoredRun(idea, train)


def test_sets_hold_the_readable_labelled_rows_of_both_runs(tmp_path: Path) -> None:
    codes = np.arange(24) % 3
    codes[[0, 9]] = -1
    baseline, idea = lay_two(tmp_path, codes, 3)
    (side,) = collect_sides(baseline, idea, [(0, fold, 0) for fold in (2, 0, 1)])
    assert sorted(side.rows.tolist()) == sorted(set(range(24)) - {0, 9, 4, 7})
    np.testing.assert_array_equal(side.before[:, 0], side.rows)
    np.testing.assert_array_equal(side.after[:, 0], -side.rows)


def test_sets_that_lack_a_fold_are_left_out(tmp_path: Path) -> None:
    baseline, idea = lay_two(tmp_path, np.arange(24) % 3, 2, repeats=2, seeds=(0, 1))
    keys = [(repeat, fold, seed) for seed in (0, 1) for repeat in (0, 1) for fold in (0, 1)]
    keys.remove((1, 1, 0))
    sides = collect_sides(baseline, idea, keys)
    assert [(int(side.before[0, 1]), int(side.before[0, 2])) for side in sides] == [(0, 0), (0, 1), (1, 1)]
    for side in sides:
        # One repeat and seed a set.
        assert len({(tuple(row)) for row in side.before[:, 1:]}) == 1 and len(side.rows) == 22
    assert collect_sides(baseline, idea, [(0, 0, 0), (0, 1, 1), (1, 0, 0)]) == []
    assert collect_sides(baseline, idea, []) == []


def test_a_few_sets_are_enough(tmp_path: Path) -> None:
    baseline, idea = lay_two(tmp_path, np.arange(24) % 3, 2, seeds=(0, 1, 2, 3))
    keys = [(0, fold, seed) for seed in range(4) for fold in (0, 1)]
    assert [int(side.before[0, 2]) for side in collect_sides(baseline, idea, keys)] == [0, 1, 2]


def test_gain_by_class_is_the_difference_of_recalls() -> None:
    codes = np.random.default_rng(4).integers(0, 3, 90)
    side = class_side(codes, (1.0, 2.0))
    found = gain_per_class([side], TargetValues("class", LABELS, codes))
    before, after = (
        recall_score(codes, outputs.argmax(axis=1), labels=[0, 1, 2], average=None) for outputs in (side.before, side.after)
    )
    assert list(found) == list(LABELS)
    assert list(found.values()) == pytest.approx(after - before)


def test_gain_by_class_is_averaged_over_the_sets() -> None:
    codes = np.random.default_rng(4).integers(0, 3, 90)
    target, sides = TargetValues("class", LABELS, codes), [class_side(codes, (1.0, 2.0), seed) for seed in (0, 1, 2)]
    each = [list(gain_per_class([side], target).values()) for side in sides]
    assert list(gain_per_class(sides, target).values()) == pytest.approx(np.array(each, dtype=float).mean(axis=0))


def test_gain_by_label_is_the_difference_of_average_precisions() -> None:
    rng = np.random.default_rng(2)
    marks = (rng.random((80, 3)) < 0.3).astype(np.float32)
    before, after = (1 / (1 + np.exp(-(rng.normal(size=(80, 3)) + much * marks))) for much in (0.5, 2.0))
    found = gain_per_class([Side(np.arange(80), before, after)], TargetValues("multilabel", LABELS, marks))
    expected = [
        average_precision_score(marks[:, label], after[:, label]) - average_precision_score(marks[:, label], before[:, label])
        for label in range(3)
    ]
    assert list(found.values()) == pytest.approx(expected)


def test_what_no_row_has_cannot_gain() -> None:
    codes = np.arange(60) % 2
    found = gain_per_class([class_side(codes, (1.0, 2.0))], TargetValues("class", LABELS, codes))
    assert found["鳥"] is None and None not in (found["猫"], found["犬"])
    marks = np.eye(3, dtype=np.float32)[codes]
    found = gain_per_class([class_side(codes, (1.0, 2.0))], TargetValues("multilabel", LABELS, marks))
    assert found["鳥"] is None and None not in (found["猫"], found["犬"])


def test_values_have_no_classes_and_without_a_set_there_is_no_gain() -> None:
    side = Side(np.arange(12), np.zeros((12, 1)), np.zeros((12, 1)))
    assert gain_per_class([side], TargetValues("value", (), np.zeros(12))) == {}
    assert gain_per_class([], TargetValues("class", LABELS, np.zeros(12, dtype=np.int64))) == {}


def test_missing_classes_are_left_out() -> None:
    codes = np.random.default_rng(4).integers(0, 3, 60)
    side = class_side(codes, (1.0, 2.0))
    partly = np.where(np.arange(60) % 5 == 0, -1, codes)
    kept = np.flatnonzero(partly >= 0)
    found = list(gain_per_class([side], TargetValues("class", LABELS, partly)).values())
    before, after = (
        recall_score(codes[kept], outputs[kept].argmax(axis=1), labels=[0, 1, 2], average=None)
        for outputs in (side.before, side.after)
    )
    assert found == pytest.approx(after - before)
    drawn = draw_bootstrap([side], TargetValues("class", LABELS, partly), METRICS.build("accuracy", {}), draws=200)
    assert drawn is not None
    assert drawn.low <= float(
        np.mean(side.after[kept].argmax(1) == codes[kept]) - np.mean(side.before[kept].argmax(1) == codes[kept])
    )


@pytest.mark.parametrize("missing", [-1.0, np.nan])
def test_missing_labels_are_left_out(missing: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_opinion, "LEAST_DRAWS", 2)
    rng = np.random.default_rng(2)
    marks = (rng.random((80, 3)) < 0.3).astype(np.float32)
    said = 1 / (1 + np.exp(-(rng.normal(size=(80, 3)) + marks)))
    partly = marks.copy()
    # A row of which nothing is known, as our tables give it, and single cells, as a plugin might.
    partly[:5], partly[5:30, 0] = missing, missing
    expected = [
        average_precision_score(marks[start:, label], said[start:, label]) for label, start in ((0, 30), (1, 5), (2, 5))
    ]
    assert rate_labels("multilabel", partly, said).tolist() == pytest.approx(expected)
    side = Side(np.arange(80), said, said)
    drawn = draw_bootstrap([side], TargetValues("multilabel", LABELS, partly), METRICS.build("f1_macro", {}), draws=5)
    assert drawn is not None and (drawn.low, drawn.high) == (0.0, 0.0)


def test_outputs_that_are_no_numbers_rate_nothing() -> None:
    said = np.array([[0.9, 0.1, 0.0], [np.nan, 0.5, 0.5]])
    assert np.isnan(rate_labels("class", np.array([0, 1]), said)).all()
    assert np.isnan(rate_labels("multilabel", np.eye(3)[:2], said)).all()


@pytest.mark.parametrize("kind", ["ordinal", "identity"])
def test_labels_in_order_and_identities_gain_recall_as_classes_do(kind: Literal["ordinal", "identity"]) -> None:
    codes = np.random.default_rng(4).integers(0, 3, 60)
    codes[:5] = -1
    side = class_side(codes, (1.0, 2.0))
    as_classes = gain_per_class([side], TargetValues("class", LABELS, codes))
    assert gain_per_class([side], TargetValues(kind, LABELS, codes)) == as_classes


def test_shares_gain_recall_by_the_largest() -> None:
    rng = np.random.default_rng(0)
    shares = rng.dirichlet([1.0, 1.0, 1.0], 60).astype(np.float32)
    side = class_side(shares.argmax(axis=1), (1.0, 2.0))
    expected = [
        recall_score(shares[5:].argmax(axis=1), said[5:].argmax(axis=1), labels=[0, 1, 2], average=None)
        for said in (side.before, side.after)
    ]
    shares[:5] = np.nan
    found = gain_per_class([side], TargetValues("soft", LABELS, shares))
    assert list(found.values()) == pytest.approx(expected[1] - expected[0])


def test_several_values_are_drawn_together() -> None:
    rng = np.random.default_rng(0)
    truth, errors = rng.normal(size=(200, 2)), np.abs(rng.normal(size=(200, 2)))
    side = Side(np.arange(200), truth + errors, truth + 0.8 * errors)
    target = TargetValues("value", ("x", "y"), truth)
    found = draw_bootstrap([side], target, METRICS.build("mae", {}), draws=1000)
    low, high, _ = bootstrap_by_numpy(0.2 * errors.mean(axis=1), 1000, seed=1)
    assert found is not None and (found.low, found.high) == pytest.approx((low, high), abs=(high - low) / 15)
    assert gain_per_class([side], target) == {}

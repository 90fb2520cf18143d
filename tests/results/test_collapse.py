from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, r2_score, roc_auc_score
from tests.results.runs import lay_run, make_folds, make_train
from tests.results.test_rule_search import draw_classes

from tamesu.artifacts.dataset import TargetValues
from tamesu.artifacts.run import Run
from tamesu.results.collapse import (
    find_class_collapse,
    find_constant,
    find_silent_labels,
    judge_run,
    judge_target,
    rank_rows,
)

LABELS = ("犬", "猫", "鳥")


def lay(folder: Path, kind: str, values: np.ndarray, output: np.ndarray, labels: tuple[str, ...] = LABELS, **more) -> list:
    """What is said of a run of three folds whose predictions are made by hand."""
    train = make_train(TargetValues(kind, labels, values))
    run = lay_run(folder, train, make_folds(train, 3), lambda rows, _: output[rows], **more)
    return judge_run(run, train, run.complete_seeds())


def test_the_majority_class_is_named_with_its_shares() -> None:
    truth = np.array([0] * 70 + [1] * 20 + [2] * 10)
    probs = np.tile([0.7, 0.2, 0.1], (100, 1))
    # One row of the second class is told right.
    probs[70] = 0.1, 0.8, 0.1
    found = find_class_collapse(truth, probs)
    assert found is not None and found.majority and found.code == 0
    assert (found.share, found.true_share, found.silent, found.classes) == (0.99, 0.7, 1, 3)
    assert found.leaked == pytest.approx(29 / 30)
    assert found.balanced == pytest.approx(balanced_accuracy_score(truth, probs.argmax(axis=1)))
    assert found.auc == pytest.approx(np.mean([roc_auc_score(truth == c, probs[:, c]) for c in range(3)]))


def test_another_class_than_the_largest_is_not_called_the_majority() -> None:
    truth = np.array([0] * 70 + [1] * 30)
    found = find_class_collapse(truth, np.tile([0.4, 0.6], (100, 1)))
    assert found is not None and not found.majority and found.true_share == 0.3


def test_imbalance_that_is_told_and_few_rows_are_no_collapse() -> None:
    truth = np.array([0] * 990 + [1] * 10)
    assert find_class_collapse(truth, np.eye(2)[truth]) is None
    some = truth.copy()
    some[-6:] = 0
    # 99.6 % are called the majority, and 4 of 10 others are found.
    assert find_class_collapse(truth, np.eye(2)[some]) is None
    # 99 of 100 truly are it: nine others would prove nothing, and one does not.
    few = np.array([0] * 99 + [1])
    assert find_class_collapse(few, np.tile([0.9, 0.1], (100, 1))) is None
    assert find_class_collapse(np.zeros(0, np.int64), np.zeros((0, 2))) is None
    assert find_class_collapse(np.zeros(50, np.int64), np.tile([0.9, 0.1], (50, 1))) is None


def test_networks_that_only_know_the_shares_rank_nothing() -> None:
    """Where a fold has many rows of a class, the network that validates it saw few of them."""
    truth = np.concatenate([np.arange(100) < 20, np.arange(100) < 40]).astype(np.int64)
    jobs = np.repeat([0, 1], 100)
    probs = np.where(jobs == 0, 0.4, 0.2)[:, None]
    there = truth[:, None] > 0
    assert roc_auc_score(truth, probs[:, 0]) < 0.4
    assert rank_rows(there, probs, jobs) == 0.5
    assert np.isnan(rank_rows(there[:20], probs[:20]))


def test_thousands_of_classes_are_judged_by_the_largest() -> None:
    truth = np.concatenate([np.zeros(30, np.int64), np.arange(2000)])
    probs = np.zeros((len(truth), 2000), dtype=np.float32)
    probs[:, 0] = 0.1
    found = find_class_collapse(truth, probs)
    assert found is not None and (found.silent, found.classes, found.auc) == (1999, 2000, 0.5)


def test_the_area_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    there, probs = rng.random((80, 3)) < 0.3, np.round(rng.random((80, 3)), 1)
    expected = np.mean([roc_auc_score(there[:, label], probs[:, label]) for label in range(3)])
    assert rank_rows(there, probs) == pytest.approx(expected)


def test_labels_that_are_never_told() -> None:
    rng = np.random.default_rng(1)
    there = (rng.random((200, 4)) < (0.5, 0.2, 0.01, 0.2)).astype(np.float32)
    probs = 0.3 + 0.1 * rng.random((200, 4))
    probs[:, 0] = 0.2 + 0.6 * there[:, 0]
    probs[3, 3] = 0.55
    found = find_silent_labels(there, probs)
    # The third has too few rows to be missed, the fourth is told once.
    assert found is not None and found.codes == (1,)
    assert found.auc == pytest.approx(roc_auc_score(there[:, 1], probs[:, 1]))
    assert find_silent_labels(there, probs, threshold=0.35) is None


def test_a_constant_value() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(100, 20, 300)
    jobs = np.arange(300) % 3
    # Each network has settled at its own mean.
    prediction = 98.0 + jobs + rng.normal(0, 0.1, 300)
    found = find_constant(truth, prediction, jobs)
    assert found is not None
    assert found.r2 == pytest.approx(r2_score(truth, prediction))
    assert found.spread == pytest.approx(0.1 / 20, rel=0.2)
    # Timid, but it moves; certain, but wrong all the time is no constant either.
    assert find_constant(truth, 100 + 0.05 * (truth - 100)) is None
    assert find_constant(truth, -truth) is None
    assert find_constant(np.full(50, 3.0), np.full(50, 3.0)) is None
    assert find_constant(truth[:9], prediction[:9]) is None
    assert find_constant(truth, np.full(300, np.nan)) is None


def test_a_run_is_told_by_name_with_what_to_try_next(tmp_path: Path) -> None:
    truth = np.array([0] * 84 + [1] * 24 + [2] * 12)
    (advice,) = lay(tmp_path, "class", truth, np.tile([0.7, 0.2, 0.1], (120, 1)))
    assert advice.fault.code == "ADVICE_COLLAPSE_MAJORITY"
    said = advice.fault.text("en")
    assert "collapse to the majority class: 100.0 % of the out-of-fold rows are called '犬', which 70.0 % of them are" in said
    assert "2 of 3 classes are never predicted; balanced accuracy 0.333 (chance 0.333)" in said
    assert "多数派クラスへの崩壊" in advice.fault.text("ja")
    commands = [step.command for step in advice.steps]
    assert "tamesu try base sampler=balanced" in commands
    assert "tamesu try base 'heads.y.loss={cross_entropy: {class_weights: balanced}}'" in commands
    assert not any("decide" in command for command in commands)


def test_probabilities_that_rank_ask_for_another_decision_or_for_nothing(tmp_path: Path) -> None:
    truth, probs = draw_classes(3, 300, (0.9, 0.06, 0.04))
    shy = probs * (1.0, 0.02, 0.02)
    (advice,) = lay(tmp_path / "a", "class", truth, shy, metric="balanced_accuracy")
    assert "only the decision does not" in advice.fault.text("en")
    assert advice.steps[0].command.endswith("--decide oof")
    # A metric of probabilities does not mind.
    assert lay(tmp_path / "b", "class", truth, shy, metric="roc_auc") == []


def test_labels_and_values_of_a_run(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    there = (rng.random((120, 3)) < 0.3).astype(np.float32)
    there[5] = np.nan
    (labels,) = lay(tmp_path / "a", "multilabel", there, np.full((120, 3), 0.3), metric="f1_macro")
    assert "3 of 3 labels are never told" in labels.fault.text("en") and "'犬', '猫', '鳥'" in labels.fault.text("en")
    numbers = rng.normal(5, 1, 120)
    numbers[7] = np.nan
    (value,) = lay(tmp_path / "b", "value", numbers, np.full((120, 1), 5.0), (), metric="rmse")
    assert "every prediction is about 5" in value.fault.text("en") and "定数への崩壊" in value.fault.text("ja")
    two = np.stack([numbers, numbers], axis=1)
    run = Run(next((tmp_path / "b" / "runs").iterdir()))
    spec = run.spec.targets["y"].model_copy(update={"labels": ["幅", "高さ"]})
    run.spec = run.spec.model_copy(update={"targets": {"y": spec}})
    (second,) = judge_target(run, "y", two, np.stack([np.nan_to_num(numbers), np.full(120, 5.0)], axis=1))
    assert "every prediction '高さ' is about 5" in second.fault.text("en")


def test_a_run_that_learns_or_has_no_whole_seed_is_left_in_peace(tmp_path: Path) -> None:
    truth, probs = draw_classes(5, 120, (0.5, 0.3, 0.2))
    assert lay(tmp_path / "a", "class", truth, probs) == []
    assert lay(tmp_path / "b", "class", truth, probs, skip=("r0-f1-s0",)) == []


def test_shares_that_are_all_constant_are_told_once(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    shares = rng.dirichlet([4.0, 2.0, 1.0], 120).astype(np.float32)
    shares[3] = np.nan
    flat = np.tile(np.array([0.6, 0.3, 0.1]), (120, 1))
    (found,) = lay(tmp_path / "a", "soft", shares, flat, metric="kl_divergence")
    assert found.fault.code == "ADVICE_COLLAPSE_VALUE" and f"every prediction {LABELS[0]!r} is about 0.6" in found.fault.text(
        "en"
    )
    # One share that follows its truth is enough, and so is a first label that is the largest of every row.
    told = np.nan_to_num(np.stack([np.full(120, 0.6), 0.4 * shares[:, 1], 0.4 - 0.4 * shares[:, 1]], axis=1))
    assert lay(tmp_path / "b", "soft", shares, told, metric="kl_divergence") == []
    # A label that never occurs has nothing to move for.
    two = np.concatenate(
        [shares[:, :2] / shares[:, :2].sum(axis=1, keepdims=True), np.where(shares[:, :1] > 0, 0, np.nan)], axis=1
    )
    assert len(lay(tmp_path / "c", "soft", two, flat, metric="kl_divergence")) == 1

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score
from tests.results.runs import lay_run, make_folds, make_train
from tests.results.test_rule_search import draw_classes

from tamesu.artifacts.dataset import TargetValues
from tamesu.metrics.accuracy import Accuracy
from tamesu.metrics.balanced_accuracy import BalancedAccuracy
from tamesu.metrics.f1_macro import F1Macro
from tamesu.metrics.log_loss import LogLoss
from tamesu.metrics.quadratic_kappa import QuadraticKappa
from tamesu.metrics.rmse import Rmse
from tamesu.results import decision
from tamesu.results.decision import Rule, apply_rule, can_decide, choose_rule, decide_run, fit_rule

LABELS = ("多い", "少ない", "まれ")


def test_prior_correction_gains_on_balanced_accuracy_and_is_worth_it() -> None:
    truth, probs = draw_classes(0, 1500)
    folds = np.arange(1500) % 5
    found = fit_rule(BalancedAccuracy(), "class", truth, probs, LABELS, folds)
    assert found.plain == pytest.approx(balanced_accuracy_score(truth, probs.argmax(axis=1)))
    assert found.nested == pytest.approx(balanced_accuracy_score(truth, found.decided.argmax(axis=1)))
    assert found.is_worth_it and found.gain > 0.05
    # Exact probs: the best factors are those of the closed form, and what is told is much the same.
    closed = (probs / (np.bincount(truth) / len(truth))).argmax(axis=1)
    assert (apply_rule(found.rule, probs).argmax(axis=1) == closed).mean() > 0.85
    assert np.prod(found.rule.values) == pytest.approx(1)
    told = apply_rule(found.rule, probs).argmax(axis=1)
    assert found.fitted == pytest.approx(balanced_accuracy_score(truth, told))


def is_one_number(rule: Rule, truth: np.ndarray) -> bool:
    """Whether the factors are one power of the prior."""
    prior = np.log(np.bincount(truth) / len(truth))
    strength = np.log(rule.values) / (prior - prior.mean())
    return bool(np.allclose(strength, strength[0]))


def test_a_class_has_its_own_number_only_where_that_holds_on_other_rows() -> None:
    """Of exact probs the prior is all there is to divide out; where each class is off by a factor of its own, that is."""
    folds, own = np.arange(400) % 5, 0
    for seed in range(6):
        truth, probs = draw_classes(seed, 400, (0.8, 0.12, 0.08))
        own += not is_one_number(choose_rule(BalancedAccuracy(), "class", truth, probs, LABELS, folds), truth)
        bent = probs * (0.05, 1.0, 0.02)
        assert not is_one_number(choose_rule(F1Macro(), "class", truth, bent, LABELS, folds), truth)
    assert own <= 3


def test_a_fold_is_decided_by_the_other_folds_alone() -> None:
    truth, probs = draw_classes(1, 300)
    folds = np.arange(300) % 3
    found = fit_rule(BalancedAccuracy(), "class", truth, probs, LABELS, folds)
    inside = folds == 1
    lied = truth.copy()
    lied[inside] = (truth[inside] + 1) % 3
    other = fit_rule(BalancedAccuracy(), "class", lied, probs, LABELS, folds)
    assert other.decided[inside].tolist() == found.decided[inside].tolist()
    plain, nested = (balanced_accuracy_score(truth[inside], rows[inside].argmax(axis=1)) for rows in (probs, found.decided))
    assert (found.folds[1].plain, found.folds[1].nested) == pytest.approx((plain, nested))
    assert found.gain == pytest.approx(np.mean([one.nested - one.plain for one in found.folds]))
    assert found.spread == pytest.approx(np.std([one.nested - one.plain for one in found.folds], ddof=1))


def test_noise_is_not_worth_a_rule() -> None:
    worth = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        truth, probs = rng.integers(0, 3, 90), rng.dirichlet(np.ones(3), 90)
        found = fit_rule(Accuracy(), "class", truth, probs, LABELS, np.arange(90) % 5)
        assert found.fitted >= found.plain
        worth.append(found.is_worth_it)
    assert sum(worth) <= 2


def test_equal_inputs_give_equal_rules_and_unknown_labels_are_left_out() -> None:
    truth, probs = draw_classes(2, 200)
    folds = np.arange(200) % 4
    first, again = (fit_rule(F1Macro(), "class", truth, probs, LABELS, folds) for _ in range(2))
    assert first.rule == again.rule and first.folds == again.folds
    more = np.concatenate([truth, [-1] * 5]), np.concatenate([probs, np.eye(3)[[2] * 5]]), np.concatenate([folds, [0] * 5])
    wider = fit_rule(F1Macro(), "class", more[0], more[1], LABELS, more[2])
    assert wider.rule == first.rule and np.isnan(wider.decided[-5:]).all()


def test_thresholds_for_labels() -> None:
    rng = np.random.default_rng(3)
    there = (rng.random((400, 3)) < (0.4, 0.1, 0.05)).astype(np.float32)
    # A network that is never sure.
    probs = np.clip(0.25 * there + 0.2 * rng.random((400, 3)), 0, 1)
    metric = F1Macro(threshold=0.6)
    found = fit_rule(metric, "multilabel", there, probs, LABELS, np.arange(400) % 5)
    assert found.rule.form == "thresholds" and found.plain == 0
    told = probs >= np.array(found.rule.values)
    assert found.fitted == pytest.approx(f1_score(there, told, average="macro"))
    assert found.is_worth_it and found.nested > 0.8
    # Another reader's threshold tells the same.
    assert ((apply_rule(found.rule, probs, 0.3) >= 0.3) == told).all()
    exact = fit_rule(Accuracy(), "multilabel", there, probs, LABELS, np.arange(400) % 5)
    assert len(set(exact.rule.values)) == 1 and exact.nested > exact.plain


@pytest.mark.parametrize("threshold", [0.0, 0.3, 1.0])
def test_bent_probs_keep_their_order_and_their_limits(threshold: float) -> None:
    probs = np.linspace(0, 1, 1001, dtype=np.float32)[:, None].repeat(3, axis=1)
    rule = Rule("thresholds", (0.1, float(probs[500, 0]), 1.0))
    bent = apply_rule(rule, probs, threshold)
    assert ((bent >= threshold) == (probs.astype(np.float64) >= np.array(rule.values))).all()
    assert (np.diff(bent, axis=0) >= 0).all() and bent.max() <= 1


def test_cuts_for_quadratic_kappa_of_ordered_labels() -> None:
    rng = np.random.default_rng(4)
    truth = rng.choice(4, 600, p=(0.55, 0.25, 0.15, 0.05))
    # All predictions are drawn towards the middle.
    place = 1.2 + 0.35 * (truth - 1.2) + rng.normal(0, 0.15, 600)
    probs = np.exp(-2 * (np.arange(4) - place[:, None]) ** 2)
    probs /= probs.sum(axis=1, keepdims=True)
    found = fit_rule(QuadraticKappa(), "ordinal", truth, probs, tuple("0123"), np.arange(600) % 5)
    assert found.rule.form == "cuts" and list(found.rule.values) == sorted(found.rule.values)
    assert found.is_worth_it
    assert set(np.unique(found.decided)) == {0.0, 1.0}
    assert fit_rule(QuadraticKappa(), "class", truth, probs, tuple("0123"), np.arange(600) % 5).rule.form == "factors"


class Cost:
    """A plugin's metric: smaller is better; to miss the rare class costs 20."""

    kinds = frozenset({"class"})
    greater_is_better = False
    reads = "preds"
    best = 0.0

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: tuple[str, ...]) -> float:
        told = y_pred.argmax(axis=1)
        return float(np.where(told == y_true, 0, np.where(y_true == len(labels) - 1, 20, 1)).mean())


def test_a_metric_without_a_tally_that_is_better_when_smaller() -> None:
    truth, probs = draw_classes(5, 1000)
    found = fit_rule(Cost(), "class", truth, probs, LABELS, np.arange(1000) % 5)
    assert found.nested < found.plain and found.gain > 0


def test_what_cannot_be_decided_is_refused() -> None:
    assert not can_decide(LogLoss(), "class", LABELS) and not can_decide(Rmse(), "value", ())
    assert can_decide(QuadraticKappa(), "ordinal", LABELS) and not can_decide(BalancedAccuracy(), "multilabel", LABELS)
    truth, probs = draw_classes(6, 20)
    with pytest.raises(ValueError, match="nothing to decide"):
        fit_rule(LogLoss(), "class", truth, probs, LABELS, np.arange(20) % 2)
    with pytest.raises(ValueError, match="1 fold"):
        fit_rule(Accuracy(), "class", truth, probs, LABELS, np.zeros(20))


def test_a_runs_decision_is_that_of_its_mean_over_seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    truth, probs = draw_classes(7, 240)
    train = make_train(TargetValues("class", LABELS, truth))
    table = make_folds(train, 4, repeats=2)
    noise = {seed: np.random.default_rng(seed).dirichlet(np.ones(3), 240) for seed in (0, 1)}

    def say(rows: np.ndarray, key: tuple[int, int, int]) -> np.ndarray:
        return 0.8 * probs[rows] + 0.2 * noise[key[2]][rows]

    run = lay_run(tmp_path, train, table, say, metric="balanced_accuracy", seeds=(0, 1), repeats=2, unreadable=("003", "004"))
    found = decide_run(run, train, [0, 1])
    assert found is not None
    kept = ~np.isin(np.arange(240), (3, 4))
    mean = np.mean([(0.8 * probs + 0.2 * noise[seed]).astype(np.float32) for seed in (0, 1)], axis=0, dtype=np.float64)
    expected = fit_rule(BalancedAccuracy(), "class", truth[kept], mean[kept], LABELS, table.folds[kept, 0])
    assert found.rule.values == pytest.approx(expected.rule.values) and found.nested == pytest.approx(expected.nested)
    assert decide_run(run, train, []) is None
    other = lay_run(tmp_path, train, table, say, metric="log_loss", epochs=2, repeats=2)
    assert decide_run(other, train, [0]) is None
    monkeypatch.setattr(decision, "MOST_PROBS", 240 * 3 - 1)
    assert decide_run(run, train, [0, 1]) is None

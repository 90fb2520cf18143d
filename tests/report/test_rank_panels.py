from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from tamesu.metrics import METRICS
from tamesu.report.outcomes import Outcome
from tamesu.report.rank_panels import SHOWN, choose_classes, judge_words, show_ranks
from tamesu.report.words import Words
from tamesu.results.calibration import Calibration

EN = Words("en")


def make_outcome(kind: str, truth: np.ndarray, probs: np.ndarray, labels: tuple[str, ...]) -> Outcome:
    ids = np.array([str(row) for row in range(len(truth))])
    return Outcome("y", kind, labels, ids, truth, probs, np.zeros(len(truth), np.int64), ("r0-f0-s0",), 0, 0)


def make_classes(classes: int, rows: int = 600) -> Outcome:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, classes, rows)
    probs = rng.dirichlet(np.ones(classes), rows) * 0.5 + 0.5 * np.eye(classes)[(truth + (rng.random(rows) < 0.3)) % classes]
    return make_outcome("class", truth, probs, tuple(f"<c{i}>" for i in range(classes)))


def test_each_class_has_its_pair_with_the_numbers_of_scikit_learn() -> None:
    outcome = make_classes(3)
    body = show_ranks(outcome, EN)
    for code in range(3):
        there, probs = outcome.truth == code, outcome.output[:, code]
        said = f"AP {average_precision_score(there, probs):.3f}, AUC {roc_auc_score(there, probs):.3f}; {there.sum()} rows"
        assert said in body
    assert "<c0>" not in body and body.count('class="pair"') == 3
    assert "Scores over the threshold" not in body


def test_of_many_classes_the_worst_are_shown() -> None:
    outcome = make_classes(30, 3000)
    body = show_ranks(outcome, EN)
    worst = sorted(average_precision_score(outcome.truth == code, outcome.output[:, code]) for code in range(30))[:SHOWN]
    assert [float(value) for value in re.findall(r"AP ([\d.]+), AUC", body)] == pytest.approx(worst, abs=6e-4)
    assert f"The {SHOWN} with the lowest average precision, of 30." in body


def test_of_very_many_classes_only_some_are_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tamesu.report.rank_panels.MOST_NUMBERS", 1000)
    monkeypatch.setattr("tamesu.report.rank_panels.MOST_LOOKED", 14)
    outcome = make_classes(30, 3000)
    scores = f1_score(outcome.truth, outcome.output.argmax(axis=1), average=None)
    assert choose_classes(outcome) == sorted(np.argsort(scores, kind="stable")[:14].tolist())
    assert "among the 14 of 30 with the lowest F1" in show_ranks(outcome, EN)


def test_two_classes_have_a_threshold_for_the_second_and_the_metric_beside() -> None:
    outcome = make_classes(2)
    body = show_ranks(outcome, EN, METRICS.build("mcc", {}), "mcc")
    assert "&lt;c1&gt; is told from the threshold on." in body
    found = re.search(r"Best mcc ([\d.]+) at ([\d.]+), ([\d.]+) at 0.5", body)
    assert found is not None
    from sklearn.metrics import matthews_corrcoef

    told = [matthews_corrcoef(outcome.truth, outcome.output[:, 1] >= step / 100) for step in range(101)]
    assert float(found[1]) == pytest.approx(max(told), abs=1e-4) and float(found[3]) == pytest.approx(told[50], abs=1e-4)
    assert "optimistic" in body
    # A metric that reads probabilities does not follow from a threshold.
    assert "Best F1" in show_ranks(outcome, EN, METRICS.build("log_loss", {}), "log_loss")


def test_labels_share_one_threshold() -> None:
    rng = np.random.default_rng(1)
    truth = (rng.random((400, 3)) < 0.3).astype(np.float32)
    outcome = make_outcome("multilabel", truth, np.clip(rng.normal(0.3 + 0.3 * truth, 0.2), 0, 1), ("a", "b", "c"))
    body = show_ranks(outcome, Words("ja"))
    assert "全ラベル共通のしきい値" in body and body.count('class="pair"') == 3


def test_rows_without_a_number_give_nothing() -> None:
    assert show_ranks(make_outcome("class", np.array([0, 1]), np.full((2, 2), np.nan), ("a", "b")), EN) == ""


def test_a_calibration_is_called_what_it_is() -> None:
    def made(said: float, direction: float, error: float) -> Calibration:
        return Calibration((), 100, said, 0.8, 0.1, 0.03, direction, error)

    judged = [
        judge_words(made(*values)) for values in ((0.9, 0.001, 0.5), (0.7, 0.001, 0.5), (0.9, 0.3, 0.001), (0.9, 0.3, 0.4))
    ]
    assert judged == ["calibration_sure", "calibration_unsure", "calibration_uneven", "calibration_fine"]

from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support
from tests.results.test_rule_search import draw_classes

from tamesu.metrics.balanced_accuracy import BalancedAccuracy
from tamesu.metrics.f1_macro import F1Macro
from tamesu.report import fonts
from tamesu.report.per_class import (
    count_both,
    count_codes,
    count_labels,
    say_change,
    say_numbers,
    show_classes_alone,
    show_decision,
    show_shares,
)
from tamesu.report.words import Words
from tamesu.results.decision import Rule, fit_rule

EN, JA = Words("en"), Words("ja")
LABELS = ("多い", "<b>少ない</b>", "まれ")


def cells_of(table: str) -> list[list[str]]:
    rows = table.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    return [[re.sub("<.*?>", "", cell) for cell in re.findall(r"<td.*?>.*?</td>", row)] for row in rows]


def test_counts_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    truth, told = rng.integers(0, 4, 100), rng.integers(0, 5, 100)
    precision, recall, f1, rows = precision_recall_fscore_support(truth, told, labels=range(5), zero_division=np.nan)
    counted = count_codes(truth, told, 5)
    for found, wanted in ((counted.scores.precision, precision), (counted.scores.recall, recall), (counted.rows, rows)):
        assert found == pytest.approx(wanted, nan_ok=True)
    marks = count_labels(np.eye(5)[truth] > 0, np.eye(5)[told] > 0)
    assert marks.scores.f1 == pytest.approx(f1, nan_ok=True)
    assert marks.hits.tolist() == counted.hits.tolist() and marks.total == 100


def test_the_table_has_shares_beside_recall_worst_first() -> None:
    truth = np.array([0] * 8 + [1] * 2)
    plain = count_codes(truth, np.zeros(10, np.int64), 3)
    rows = cells_of(show_classes_alone(LABELS, plain, EN))
    assert rows[0][:6] == ["&lt;b&gt;少ない&lt;/b&gt;", "2", "20.0 %", "0", "0.0 %", "0.000"]
    assert rows[1][:6] == ["多い", "8", "80.0 %", "10", "100.0 %", "1.000"]
    assert rows[2][5] == "undefined"
    assert "正解の割合" in show_classes_alone(LABELS, plain, JA)


def test_shares_are_drawn_unless_letters_are_missing_or_classes_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = count_codes(np.arange(3), np.zeros(3, np.int64), 3)
    shown = show_shares(("a", "b", "c"), plain, "t", EN)
    assert shown is not None and "true share" in shown and 'class="key train"' in shown
    if fonts.find_japanese_font() is not None:
        assert show_shares(("風景", "人物", "花"), plain, "t", JA) is not None
    monkeypatch.setattr(fonts, "find_japanese_font", lambda: None)
    assert show_shares(("風景", "人物", "花"), plain, "t", JA) is None
    many = count_codes(np.arange(60), np.arange(60), 60)
    assert show_shares(tuple(map(str, range(60))), many, "t", EN) is None


def test_a_rule_that_is_worth_it_with_its_folds_and_classes() -> None:
    truth, probs = draw_classes(0, 1500)
    decision = fit_rule(BalancedAccuracy(), "class", truth, probs, LABELS, np.arange(1500) % 5)
    shown = show_decision(LABELS, decision, BalancedAccuracy(), "balanced_accuracy", EN)
    assert "worth it." in shown and f"{decision.nested:.4f}" in shown and "<b>少ない" not in shown
    folds, effect = (cells_of("<tbody>" + part) for part in shown.split("<tbody>")[1:])
    assert [row[0] for row in folds] == list("01234")
    before, after = count_both(decision, 0.5)
    recall = {name: cells[2] for name, *cells in ((row[0], *row) for row in effect)}
    assert recall["まれ"] == f"{before.scores.recall[2]:.3f} → {after.scores.recall[2]:.3f}"
    assert after.scores.recall[2] > before.scores.recall[2]


def test_thresholds_of_labels_and_a_rule_that_changes_nothing() -> None:
    rng = np.random.default_rng(1)
    there = (rng.random((200, 3)) < 0.3).astype(np.float32)
    sure = 0.1 + 0.8 * there
    decision = fit_rule(F1Macro(), "multilabel", there, sure, LABELS, np.arange(200) % 4)
    shown = show_decision(LABELS, decision, F1Macro(), "f1_macro", JA)
    assert "採用する価値はありません" in shown and "<table" not in shown
    shy = fit_rule(F1Macro(), "multilabel", there, sure / 3, LABELS, np.arange(200) % 4)
    shown = show_decision(LABELS, shy, F1Macro(), "f1_macro", JA)
    assert "採用する価値があります" in shown and "しきい値" in shown and "0.000 → 1.000" in shown


def test_numbers_of_a_rule() -> None:
    assert say_numbers(Rule("factors", (0.002, 1.0, 500.0)), 3) == ["×0.0020", "×1.00", "×500.00"]
    assert say_numbers(Rule("thresholds", (0.25,)), 1) == ["0.250"]
    assert "undefined" in say_change(float("nan"), 0.5, EN)

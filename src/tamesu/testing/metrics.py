"""The contract of a metric, as a test class: subclass it, say which part, and pytest does the rest.

from tamesu.testing.metrics import MetricContract

class TestMine(MetricContract):
    part = MyMetric

    def reference(self, kind, y_true, y_pred, labels):
        return a_formula_of_somebody_else(y_true, y_pred)
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from tamesu.metrics import Metric, score_rows

LABELS = ("ant", "bee", "cat", "犬")


def make_truth(kind: str, rows: int = 200, seed: int = 0, labels: int = 4) -> np.ndarray:
    """Truth in which every class or label is there and none is everywhere.

    Args:
        kind: `class`, `multilabel`, `soft` or `value` (from 0.5 up, as counts and prices are).
        rows: how many.
        seed: of everything random.
        labels: how many classes or labels.

    Returns:
        As metrics take it: int codes (rows,), 0/1 (rows, labels), shares (rows, labels), or float (rows,).
    """
    rng = np.random.default_rng(seed)
    if kind == "class":
        return np.concatenate([np.arange(labels), rng.integers(0, labels, rows)])[:rows]
    if kind == "multilabel":
        marks: np.ndarray = rng.random((rows, labels)) < np.linspace(0.2, 0.6, labels)
        return np.asarray(marks, dtype=np.int64)
    if kind == "soft":
        return np.asarray(rng.dirichlet(np.ones(labels), rows))
    return np.asarray(rng.gamma(2.0, 3.0, rows) + 0.5)


def perfect(kind: str, y_true: np.ndarray, labels: int = 4) -> np.ndarray:
    """Predictions that leave nothing to be wished."""
    if kind == "class":
        return np.asarray(np.eye(labels)[y_true])
    return np.array(y_true if kind in ("multilabel", "soft") else y_true[:, None], dtype=np.float64)


def noisy(kind: str, y_true: np.ndarray, seed: int = 1, labels: int = 4) -> np.ndarray:
    """Predictions that know something; no two probabilities are equal.

    Returns:
        float64 probs (rows, classes), probs (rows, labels), or values (rows, 1).
    """
    rng = np.random.default_rng(seed)
    if kind == "class":
        logits = np.eye(labels)[y_true] + rng.normal(size=(len(y_true), labels))
        return np.asarray(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))
    if kind == "multilabel":
        return np.asarray(1 / (1 + np.exp(1.0 - 2.0 * y_true - rng.normal(size=y_true.shape))))
    if kind == "soft":
        shares = y_true * np.exp(rng.normal(scale=0.5, size=y_true.shape))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))
    return np.asarray(y_true * np.exp(rng.normal(scale=0.3, size=len(y_true))))[:, None]


class MetricContract:
    """What must be true of every metric. Subclass it in a test module.

    Attributes:
        part: the class under test.
        options: its options.
    """

    part: type
    options: Mapping[str, Any] = {}

    def build(self) -> Metric:
        """The part under test."""
        metric: Metric = self.part(**self.options)
        return metric

    def reference(self, kind: str, y_true: np.ndarray, y_pred: np.ndarray, labels: tuple[str, ...]) -> float | None:  # noqa: ARG002
        """The same score by somebody else's means; None where there is nothing to compare with."""
        return None

    def score(self, kind: str, y_true: np.ndarray, y_pred: np.ndarray, labels: tuple[str, ...] = LABELS) -> float:
        """The score, with warnings as errors."""
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            value = score_rows(self.build(), kind, y_true, y_pred, () if kind == "value" else labels)
        assert type(value) is float
        return value

    def kinds(self) -> list[str]:
        """The kinds of target it says it can score."""
        return sorted(self.build().kinds)

    def test_it_says_what_it_is(self) -> None:
        """Direction, kinds, what it reads, and the best score."""
        metric = self.build()
        assert self.kinds()
        assert set(metric.kinds) <= {"class", "multilabel", "soft", "value"}
        assert isinstance(metric.greater_is_better, bool)
        assert metric.reads in ("probs", "preds")
        assert math.isfinite(metric.best)

    def test_perfect_predictions_score_best(self) -> None:
        """Perfect predictions give `best`, and worse ones give less in the direction it states."""
        sign = 1 if self.build().greater_is_better else -1
        for kind in self.kinds():
            for seed in range(3):
                truth = make_truth(kind, seed=seed)
                assert math.isclose(self.score(kind, truth, perfect(kind, truth)), self.build().best, abs_tol=1e-9)
                assert sign * self.score(kind, truth, noisy(kind, truth)) < sign * self.build().best

    def test_it_agrees_with_the_reference(self) -> None:
        """On random data, for four labels and for two."""
        for kind in self.kinds():
            for seed in range(3):
                for labels in (4, 2):
                    truth = make_truth(kind, seed=seed, labels=labels)
                    pred = noisy(kind, truth, seed=seed + 10, labels=labels)
                    expected = self.reference(kind, truth, pred, LABELS[:labels])
                    if expected is not None:
                        assert math.isclose(self.score(kind, truth, pred, LABELS[:labels]), expected, rel_tol=1e-9)

    def test_row_order_is_irrelevant(self) -> None:
        """Rows are a set."""
        for kind in self.kinds():
            truth = make_truth(kind)
            pred, order = noisy(kind, truth), np.random.default_rng(2).permutation(len(truth))
            assert math.isclose(self.score(kind, truth, pred), self.score(kind, truth[order], pred[order]), rel_tol=1e-9)

    def test_rows_without_label_are_left_out(self) -> None:
        """A missing label takes its row out, whatever was predicted there."""
        for kind in self.kinds():
            truth = make_truth(kind)
            pred, holes = noisy(kind, truth), truth.astype(np.float64)
            holes[::3] = np.nan
            if kind == "class":
                holes = np.nan_to_num(holes, nan=-1).astype(np.int64)
            kept = np.arange(len(truth)) % 3 != 0
            spoiled = np.where(kept[:, None], pred, np.nan)
            assert math.isclose(self.score(kind, holes, spoiled), self.score(kind, truth[kept], pred[kept]), rel_tol=1e-9)

    def test_float32_gives_the_same(self) -> None:
        """Networks speak float32."""
        for kind in self.kinds():
            truth = make_truth(kind)
            pred = noisy(kind, truth).astype(np.float32)
            assert math.isclose(self.score(kind, truth, pred), self.score(kind, truth, pred.astype(float)), rel_tol=1e-9)

    def test_inputs_are_left_alone(self) -> None:
        """Nothing is changed in place."""
        for kind in self.kinds():
            truth = make_truth(kind)
            pred = noisy(kind, truth)
            before = truth.copy(), pred.copy()
            self.score(kind, truth, pred)
            assert np.array_equal(before[0], truth)
            assert np.array_equal(before[1], pred)

    def test_what_is_not_defined_is_nan(self) -> None:
        """No rows, no known label, a prediction that is not finite: NaN, never 0 and never an exception."""
        for kind in self.kinds():
            truth = make_truth(kind)
            pred = noisy(kind, truth)
            assert math.isnan(self.score(kind, truth[:0], pred[:0]))
            for bad in (np.nan, np.inf):
                spoiled = pred.copy()
                spoiled[3, 0] = bad
                assert math.isnan(self.score(kind, truth, spoiled))

    def test_an_absent_class_is_no_obstacle(self) -> None:
        """A class that no row has, one row alone, one class alone: a number or NaN; perfect is `best` or undefined."""
        for kind in self.kinds():
            whole = make_truth(kind)
            scarce = [whole[:1], whole[:2]]
            if kind == "class":
                scarce += [whole[whole < 2], whole[whole == 3]]
            elif kind == "multilabel":
                scarce += [whole * [1, 1, 0, 1], np.zeros_like(whole), np.ones_like(whole)]
            elif kind == "soft":
                scarce += [np.eye(4)[[1, 1, 2]]]
            else:
                scarce += [np.full(5, 2.0)]
            for truth in scarce:
                value = self.score(kind, truth, perfect(kind, truth))
                assert math.isnan(value) or math.isclose(value, self.build().best, abs_tol=1e-9)
                value = self.score(kind, truth, noisy(kind, truth))
                assert math.isnan(value) or math.isfinite(value)

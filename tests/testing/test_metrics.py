"""Every entry of METRICS keeps the contract, agrees with a reference, and the contract can fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
import pytest
from sklearn import metrics as sk

from tamesu.metrics import METRICS
from tamesu.metrics.accuracy import Accuracy
from tamesu.testing.metrics import MetricContract, make_truth, noisy

Arrays = tuple[np.ndarray, np.ndarray]


def told(pred: np.ndarray) -> np.ndarray:
    return pred.argmax(axis=1)


def f1(average: str) -> Callable[..., float]:
    def reference(kind: str, t: np.ndarray, p: np.ndarray) -> float:
        return sk.f1_score(t, told(p) if kind == "class" else (p >= 0.5).astype(int), average=average, zero_division=0)

    return reference


def log_loss(kind: str, t: np.ndarray, p: np.ndarray) -> float:
    if kind == "class":
        return sk.log_loss(t, p, labels=range(p.shape[1]))
    return float(np.mean([sk.log_loss(t[:, c], p[:, c], labels=[0, 1]) for c in range(p.shape[1])]))


def roc_auc(multi_class: str) -> Callable[..., float]:
    def reference(kind: str, t: np.ndarray, p: np.ndarray) -> float:
        if kind == "class" and p.shape[1] == 2:
            return sk.roc_auc_score(t, p[:, 1])
        return sk.roc_auc_score(t, p, average="macro", multi_class=multi_class if kind == "class" else "raise")

    return reference


def average_precision(kind: str, t: np.ndarray, p: np.ndarray) -> float:
    if kind == "class":
        if p.shape[1] == 2:
            return sk.average_precision_score(t, p[:, 1])
        t = np.eye(p.shape[1])[t]
    return sk.average_precision_score(t, p, average="macro")


def map_at_k(k: int) -> Callable[..., float]:
    def reference(kind: str, t: np.ndarray, p: np.ndarray) -> float:
        total, rows = 0.0, 0
        for row in range(len(t)):
            wanted = {int(t[row])} if kind == "class" else set(np.flatnonzero(t[row]).tolist())
            if not wanted:
                continue
            rows += 1
            ranked = sorted(range(p.shape[1]), key=lambda c: -p[row, c])[:k]
            precision, hits = 0.0, 0
            for place, label in enumerate(ranked, start=1):
                if label in wanted:
                    hits += 1
                    precision += hits / place
            total += precision / min(len(wanted), k)
        return total / rows

    return reference


def quadratic_kappa(kind: str, t: np.ndarray, p: np.ndarray) -> float:
    classes = p.shape[1]
    observed = np.zeros((classes, classes))
    for a, b in zip(t, told(p), strict=True):
        observed[a, b] += 1
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / len(t)
    weights = np.subtract.outer(np.arange(classes), np.arange(classes)) ** 2
    return float(1 - (weights * observed).sum() / (weights * expected).sum())


def retrieval_map(kind: str, t: np.ndarray, p: np.ndarray) -> float:
    unit = p / np.linalg.norm(p, axis=1, keepdims=True)
    found = []
    for query in range(len(t)):
        others = [row for row in range(len(t)) if row != query]
        depth = sum(t[row] == t[query] for row in others)
        if depth:
            near = sorted(others, key=lambda row: -float(unit[query] @ unit[row]))[:depth]
            hits = [t[row] == t[query] for row in near]
            found.append(sum(sum(hits[: k + 1]) / (k + 1) for k in range(depth) if hits[k]) / depth)
    return float(np.mean(found))


REFERENCES: dict[str, tuple[dict[str, Any], Callable[..., float | None]]] = {
    "accuracy": ({}, lambda kind, t, p: sk.accuracy_score(t, told(p) if kind == "class" else p >= 0.5)),
    "balanced_accuracy": ({}, lambda kind, t, p: sk.balanced_accuracy_score(t, told(p))),
    "top_k_accuracy": ({"k": 2}, lambda kind, t, p: sk.top_k_accuracy_score(t, p, k=2) if p.shape[1] > 2 else 1.0),
    "f1_macro": ({}, f1("macro")),
    "f1_micro": ({}, f1("micro")),
    "log_loss": ({}, log_loss),
    "roc_auc": ({}, roc_auc("ovr")),
    "roc_auc, ovo": ({"multi_class": "ovo"}, roc_auc("ovo")),
    "average_precision": ({}, average_precision),
    "quadratic_kappa": ({}, quadratic_kappa),
    "cohen_kappa": ({}, lambda kind, t, p: sk.cohen_kappa_score(t, told(p))),
    "mcc": ({}, lambda kind, t, p: sk.matthews_corrcoef(t, told(p))),
    "map_at_k": ({"k": 3}, map_at_k(3)),
    "map_at_k, 1": ({"k": 1}, map_at_k(1)),
    "retrieval_map": ({}, retrieval_map),
    "kl_divergence": ({}, lambda kind, t, p: float((t * np.log(t / p)).sum(axis=1).mean())),
    "rmse": ({}, lambda kind, t, p: sk.root_mean_squared_error(t, p[:, 0])),
    "mae": ({}, lambda kind, t, p: sk.mean_absolute_error(t, p[:, 0])),
    "r2": ({}, lambda kind, t, p: sk.r2_score(t, p[:, 0])),
    "rmsle": ({}, lambda kind, t, p: sk.root_mean_squared_log_error(t, p[:, 0])),
}


def test_every_metric_has_a_reference() -> None:
    assert {name.split(",")[0] for name in REFERENCES} == set(METRICS)


# top_k_accuracy with as many classes as k is always 1: the contract wants a k that can fail.
class TestMetrics(MetricContract):
    @pytest.fixture(autouse=True, params=list(REFERENCES))
    def choose(self, request: pytest.FixtureRequest) -> None:
        self.part = METRICS[request.param.split(",")[0]]
        self.options, self.compare = REFERENCES[request.param]

    def reference(self, kind: str, y_true: np.ndarray, y_pred: np.ndarray, labels: tuple[str, ...]) -> float | None:
        return self.compare(kind, y_true, y_pred)


class Broken(Accuracy):
    """Wrong direction, weighted by the order of rows, zero for undefined."""

    kinds: ClassVar[frozenset[str]] = frozenset({"class"})
    greater_is_better: ClassVar[bool] = False

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:
        if not len(y_true):
            return 0.0
        weights = np.arange(1, len(y_true) + 1)
        right = y_pred.argmax(axis=1) == y_true
        return float((right * weights).sum() / weights.sum())


@pytest.mark.parametrize(
    "test", ["test_perfect_predictions_score_best", "test_row_order_is_irrelevant", "test_what_is_not_defined_is_nan"]
)
def test_contract_finds_a_broken_part(test: str) -> None:
    contract = MetricContract()
    contract.part = Broken
    with pytest.raises(AssertionError):
        getattr(contract, test)()


def test_contract_finds_a_wrong_formula() -> None:
    contract = MetricContract()
    contract.part = Accuracy
    contract.reference = lambda kind, t, p, labels: 0.5  # type: ignore[method-assign]
    with pytest.raises(AssertionError):
        contract.test_it_agrees_with_the_reference()


def test_data_of_the_contract_are_as_described() -> None:
    truth = make_truth("class", rows=50)
    assert set(truth.tolist()) == {0, 1, 2, 3}
    probs = noisy("class", truth)
    assert np.allclose(probs.sum(axis=1), 1)
    assert 0.3 < (probs.argmax(axis=1) == truth).mean() < 0.9

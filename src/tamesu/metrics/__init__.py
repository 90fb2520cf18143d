"""Metrics: truth and predictions into one number, with its direction.

table                               METRICS
score, missing labels left out      score_rows(metric, kind, y_true, y_pred, labels)
in words                            format_score(value)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tamesu.errors import Fault, Where
from tamesu.metrics.accuracy import Accuracy
from tamesu.metrics.average_precision import AveragePrecision
from tamesu.metrics.balanced_accuracy import BalancedAccuracy
from tamesu.metrics.cohen_kappa import CohenKappa
from tamesu.metrics.f1_macro import F1Macro
from tamesu.metrics.f1_micro import F1Micro
from tamesu.metrics.kl_divergence import KlDivergence
from tamesu.metrics.log_loss import LogLoss
from tamesu.metrics.mae import Mae
from tamesu.metrics.map_at_k import MapAtK
from tamesu.metrics.mcc import Mcc
from tamesu.metrics.metric import Metric
from tamesu.metrics.quadratic_kappa import QuadraticKappa
from tamesu.metrics.r2 import R2
from tamesu.metrics.retrieval_map import RetrievalMap
from tamesu.metrics.rmse import Rmse
from tamesu.metrics.rmsle import Rmsle
from tamesu.metrics.roc_auc import RocAuc
from tamesu.metrics.top_k_accuracy import TopKAccuracy
from tamesu.registry import Registry

__all__ = ["METRICS", "Metric", "check_metric", "default_metric", "format_score", "known_rows", "score_rows"]

METRICS = Registry(
    "metric",
    {
        "accuracy": Accuracy,
        "balanced_accuracy": BalancedAccuracy,
        "top_k_accuracy": TopKAccuracy,
        "f1_macro": F1Macro,
        "f1_micro": F1Micro,
        "log_loss": LogLoss,
        "roc_auc": RocAuc,
        "average_precision": AveragePrecision,
        "quadratic_kappa": QuadraticKappa,
        "cohen_kappa": CohenKappa,
        "mcc": Mcc,
        "map_at_k": MapAtK,
        "retrieval_map": RetrievalMap,
        "kl_divergence": KlDivergence,
        "rmse": Rmse,
        "mae": Mae,
        "r2": R2,
        "rmsle": Rmsle,
    },
)


# What to score where nobody has said it.
DEFAULTS = {
    "class": "accuracy",
    "identity": "map_at_k",
    "ordinal": "quadratic_kappa",
    "multilabel": "f1_macro",
    "soft": "kl_divergence",
    "value": "rmse",
}


def check_metric(name: str, options: Mapping[str, Any], kind: str, where: Where | None = None) -> list[Fault]:
    """The faults of a metric for a target: those of the registry, and a kind it cannot score.

    Examples:
        >>> [fault.code for fault in check_metric("rmse", {}, "class")], check_metric("log_loss", {}, "class")
        (['METRIC_KIND'], [])
    """
    faults = METRICS.check(name, options, where)
    if name in METRICS and kind not in kinds_scored(METRICS[name]):
        known = ", ".join(other for other, part in METRICS.items() if kind in kinds_scored(part))
        kinds = ", ".join(sorted(kinds_scored(METRICS[name])))
        values = {"name": name, "kind": kind, "kinds": kinds, "known": known}
        faults.append(Fault("METRIC_KIND", "refuse", where or Where(), values))
    return faults


def score_rows(metric: Metric, kind: str, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:
    """The score of the rows whose label is known.

    Args:
        metric: built from `METRICS`, or a plugin's.
        kind: of the target.
        y_true: class codes (rows,) with -1, 0/1 (rows, labels) with -1 or NaN, shares (rows, labels) with NaN, values (rows,)
            or (rows, values) with NaN: missing.
        y_pred: probs (rows, classes), probs (rows, labels) or values (rows, values).
        labels: the fixed label list; of several values their columns.

    Returns:
        The score; NaN where it is not defined, and where a prediction is NaN or infinite.

    Raises:
        ValueError: shapes do not fit, or the metric is for another kind.

    Examples:
        >>> probs = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]])
        >>> score_rows(Accuracy(), "class", np.array([0, 0, -1]), probs, ("cat", "dog"))
        0.5
    """
    several = kind == "value" and len(labels) > 1
    width = 1 if kind == "value" and not several else len(labels)
    if not kinds_scored(metric) >= {kind}:
        raise ValueError(f"{type(metric).__name__} is for {sorted(metric.kinds)}, not for {kind}")
    if y_pred.shape != (len(y_true), width) or y_true.ndim != (2 if kind in ("multilabel", "soft") or several else 1):
        raise ValueError(f"{y_true.shape} labels and {y_pred.shape} predictions do not fit {len(labels)} labels of {kind}")
    known = known_rows(kind, y_true)
    truth, pred = y_true[known], y_pred[known]
    if not np.isfinite(pred).all():
        return float("nan")
    if several:
        # The mean over columns, each in its own unit, as hosts do.
        return float(np.mean([metric.score(truth[:, column], pred[:, column : column + 1], ()) for column in range(width)]))
    if kind == "soft" and "soft" not in metric.kinds:
        truth = truth.argmax(axis=1)
    return metric.score(
        truth if kind in ("value", "soft") and truth.dtype.kind == "f" else truth.astype(np.int64), pred, labels
    )


def kinds_scored(metric: Any) -> frozenset[str]:
    """The kinds a metric scores: with classes also identities, ordinal labels, and shares by the largest of each row."""
    kinds: frozenset[str] = metric.kinds
    return kinds | {"identity", "ordinal", "soft"} if "class" in kinds else kinds


def known_rows(kind: str, y_true: np.ndarray, *, partly: bool = False) -> np.ndarray:
    """Where the label is known, bool (rows,): all of it, or `partly` some of it.

    Of `points` one that is known is enough; a `mask` or `map` is known where it has a file.
    """
    if kind == "points":
        return np.asarray(np.isfinite(y_true).all(axis=2).any(axis=1))
    if kind in ("mask", "map"):
        return np.asarray(y_true != "")
    known: np.ndarray = np.isfinite(y_true) if kind in ("value", "soft") else y_true >= 0
    if known.ndim == 1:
        return known
    return np.asarray(known.any(axis=1) if partly and kind == "value" else known.all(axis=1))


def format_score(value: float) -> str:
    """Four decimals, or `undefined`.

    Examples:
        >>> format_score(0.90126), format_score(float("nan"))
        ('0.9013', 'undefined')
    """
    return "undefined" if math.isnan(value) else f"{value:.4f}"


def default_metric(kind: str, n_labels: int) -> str:
    """What to score when nobody has said it: the plainest metric that does not mislead.

    Two classes are mostly asked for as a probability and seldom equal in number, so there it is ROC AUC.

    Examples:
        >>> default_metric("class", 10), default_metric("class", 2), default_metric("multilabel", 5), default_metric("value", 0)
        ('accuracy', 'roc_auc', 'f1_macro', 'rmse')
    """
    if kind == "class" and n_labels == 2:
        return "roc_auc"
    return DEFAULTS[kind]

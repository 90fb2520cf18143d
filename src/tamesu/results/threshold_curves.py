"""Scores over the threshold from which on a label is told: precision, recall, F1, and the competition's own metric."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tamesu.metrics.metric import Metric
from tamesu.results.rank_curves import RankCurve

STEPS = 100
HALF = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class ThresholdCurves:
    """Means over labels at one threshold for all; arrays are float64 (101,), from 0 to 1.

    Attributes:
        thresholds: 0, 0.01, ..., 1.
        precision: mean over the labels that some row is told; NaN where none is.
        recall, f1: mean over the labels.
        metric: the competition's metric at each threshold; None where it does not follow from what is told.
        name: of the metric; empty without one.
        greater_is_better: its direction.
    """

    thresholds: Float[np.ndarray, " steps"]
    precision: Float[np.ndarray, " steps"]
    recall: Float[np.ndarray, " steps"]
    f1: Float[np.ndarray, " steps"]
    metric: Float[np.ndarray, " steps"] | None = None
    name: str = ""
    greater_is_better: bool = True

    @property
    def judged(self) -> Float[np.ndarray, " steps"]:
        """What the best threshold is looked for in: the metric, or F1 without one."""
        return self.f1 if self.metric is None else self.metric

    def find_best(self) -> int:
        """The place of the best threshold; of equals the one nearest to ½."""
        values = np.nan_to_num(self.judged if self.greater_is_better else -self.judged, nan=-np.inf)
        best = np.flatnonzero(values >= values.max() - 1e-12)
        return int(best[np.argmin(np.abs(self.thresholds[best] - HALF))])

    def at_half(self) -> float:
        """What the best is held against: the score at ½."""
        return float(self.judged[STEPS // 2])


def trace_thresholds(curves: Sequence[RankCurve]) -> ThresholdCurves:
    """Precision, recall and F1 at every threshold.

    Args:
        curves: of the labels, at least one.

    Examples:
        >>> from tamesu.results.rank_curves import trace_label
        >>> found = trace_thresholds([trace_label(np.array([True, False, True]), np.array([0.9, 0.6, 0.4]))])
        >>> float(found.recall[50]), round(float(found.f1[70]), 3), float(found.thresholds[found.find_best()])
        (0.5, 0.667, 0.4)
    """
    thresholds = np.arange(STEPS + 1) / STEPS
    scores = np.array([[curve.at(float(threshold)) for threshold in thresholds] for curve in curves])
    defined = np.isfinite(scores[:, :, 0])
    sums, counts = np.where(defined, scores[:, :, 0], 0.0).sum(axis=0), defined.sum(axis=0)
    precision = np.divide(sums, counts, out=np.full(len(thresholds), np.nan), where=counts > 0)
    return ThresholdCurves(thresholds, precision, scores[:, :, 1].mean(axis=0), scores[:, :, 2].mean(axis=0))


def score_thresholds(
    metric: Metric, truth: np.ndarray, probs: Float[np.ndarray, "rows labels"], labels: Sequence[str]
) -> Float[np.ndarray, " steps"]:
    """A metric at every threshold.

    Args:
        metric: that reads what is told.
        truth: codes of two classes (rows,), of which the second is told from the threshold on; or 0/1 (rows, labels).
        probs: finite.
        labels: of the target.
    """
    score: Callable[[np.ndarray], float] = lambda told: float(metric.score(truth, told, labels))  # noqa: E731
    found = []
    for threshold in (np.arange(STEPS + 1) / STEPS).tolist():
        told = (probs >= threshold).astype(np.float32)
        if truth.ndim == 1:
            told = np.stack([1 - told[:, 1], told[:, 1]], axis=1)
        found.append(score(told))
    return np.array(found)

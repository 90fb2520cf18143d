"""Rank curves: precision–recall and ROC of each label against the rest, average precision and area; and over the threshold.

All three are read off one sort by probability: each distinct probability is a threshold from which on a row is told the label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int


@dataclass(frozen=True, slots=True, eq=False)
class RankCurve:
    """One label against the rest; arrays are float64 (thresholds,), the highest threshold first.

    Attributes:
        label: its place in the label list.
        positives, rows: rows that have it, and all rows.
        thresholds: distinct probabilities; a row is told the label when its probability is at least as large.
        precision, recall: of the rows told the label those that have it; of those that have it those told.
        fall_out: of the rows without it those told it all the same; NaN where every row has it.
        ap: average precision: the mean precision, each step weighted by the recall it gains.
        auc: area under the ROC curve; NaN where every row has the label.
    """

    label: int
    positives: int
    rows: int
    thresholds: Float[np.ndarray, " thresholds"]
    precision: Float[np.ndarray, " thresholds"]
    recall: Float[np.ndarray, " thresholds"]
    fall_out: Float[np.ndarray, " thresholds"]
    ap: float
    auc: float

    @property
    def f1(self) -> Float[np.ndarray, " thresholds"]:
        """F1 at each threshold: 0 where precision and recall are."""
        above, below = 2 * self.precision * self.recall, self.precision + self.recall
        found: np.ndarray = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
        return found

    def find_best(self) -> int:
        """The place of the threshold with the largest F1; of equals the one nearest to ½."""
        best = np.flatnonzero(self.f1 >= self.f1.max() - 1e-12)
        return int(best[np.argmin(np.abs(self.thresholds[best] - 0.5))])

    def at(self, threshold: float) -> tuple[float, float, float]:
        """Precision (NaN where nothing is told), recall and F1 at a threshold.

        Examples:
            >>> curve = trace_label(np.array([True, False, True]), np.array([0.9, 0.6, 0.4]))
            >>> [round(x, 3) for x in curve.at(0.5)], curve.at(0.95)
            ([0.5, 0.5, 0.5], (nan, 0.0, 0.0))
        """
        told = int((self.thresholds >= threshold).sum())
        if not told:
            return float("nan"), 0.0, 0.0
        return float(self.precision[told - 1]), float(self.recall[told - 1]), float(self.f1[told - 1])


def trace_label(there: Bool[np.ndarray, " rows"], probs: Float[np.ndarray, " rows"], label: int = 0) -> RankCurve | None:
    """The curves of one label.

    Args:
        there: whether a row has the label.
        probs: finite.
        label: its place in the label list.

    Returns:
        The curves; None where no row has the label.

    Examples:
        >>> curve = trace_label(np.array([True, False, True]), np.array([0.9, 0.6, 0.4]))
        >>> curve.recall.tolist(), round(curve.ap, 4), curve.auc
        ([0.5, 0.5, 1.0], 0.8333, 0.5)
    """
    positives, rows = int(there.sum()), len(there)
    if not positives:
        return None
    order = np.argsort(-probs, kind="stable")
    ranked = probs[order].astype(np.float64)
    last = np.append(np.flatnonzero(np.diff(ranked)), rows - 1)
    hits = np.cumsum(there[order])[last].astype(np.float64)
    told = (last + 1).astype(np.float64)
    precision, recall = hits / told, hits / positives
    others = rows - positives
    fall_out = (told - hits) / others if others else np.full(len(last), np.nan)
    ap = float((np.diff(recall, prepend=0.0) * precision).sum())
    across, up = np.append(0.0, fall_out), np.append(0.0, recall)
    auc = float((np.diff(across) * (up[1:] + up[:-1]) / 2).sum())
    return RankCurve(label, positives, rows, ranked[last], precision, recall, fall_out, ap, auc)


def trace_labels(there: Bool[np.ndarray, "rows labels"], probs: Float[np.ndarray, "rows labels"]) -> list[RankCurve]:
    """The curves of every label that some row has, in the order of the labels; rows without finite probabilities left out.

    Args:
        there: whether a row has a label.
        probs: of each label.
    """
    known = np.isfinite(probs).all(axis=1)
    if not known.all():
        there, probs = there[known], probs[known]
    traced = (trace_label(there[:, label], probs[:, label], label) for label in range(probs.shape[1]))
    return [curve for curve in traced if curve is not None]


def trace_classes(
    truth: Int[np.ndarray, " rows"], probs: Float[np.ndarray, "rows classes"], classes: list[int] | None = None
) -> list[RankCurve]:
    """The curves of every class against the rest, as `trace_labels`.

    Args:
        truth: the code of the class of each row.
        probs: of each class.
        classes: only these codes; all when None.
    """
    known = np.isfinite(probs).all(axis=1)
    truth, probs = truth[known], probs[known]
    traced = (trace_label(truth == code, probs[:, code], code) for code in (classes or range(probs.shape[1])))
    return [curve for curve in traced if curve is not None]


def thin_out(x: Float[np.ndarray, " points"], y: Float[np.ndarray, " points"], most: int = 120) -> Int[np.ndarray, " kept"]:
    """Places of the points that a figure needs: first, last, and those between that are a step apart in either direction.

    Examples:
        >>> thin_out(np.linspace(0, 1, 1001), np.linspace(0, 1, 1001), most=5).tolist()
        [0, 200, 400, 600, 800, 1000]
    """
    if len(x) <= most:
        return np.arange(len(x))
    way = np.append(0.0, np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y))))
    step = np.floor(way / (way[-1] / most) + 1e-9) if way[-1] > 0 else np.zeros(len(x))
    kept: np.ndarray = np.flatnonzero(np.append(True, np.diff(step) > 0))
    return np.unique(np.append(kept, len(x) - 1))

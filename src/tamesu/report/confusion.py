"""Which class was called which: counts, per-class scores, the most confused pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """Counts of (truth, prediction), kept as the pairs that occur: thousands of classes stay small.

    Attributes:
        classes: how many classes there are.
        truth, predicted, count: int64 (pairs,), each pair once, ascending.
    """

    classes: int
    truth: Int[np.ndarray, " pairs"]
    predicted: Int[np.ndarray, " pairs"]
    count: Int[np.ndarray, " pairs"]

    @property
    def rows(self) -> Int[np.ndarray, " classes"]:
        """Rows of each class."""
        return np.bincount(self.truth, weights=self.count, minlength=self.classes).astype(np.int64)

    @property
    def calls(self) -> Int[np.ndarray, " classes"]:
        """Rows predicted to be of each class."""
        return np.bincount(self.predicted, weights=self.count, minlength=self.classes).astype(np.int64)

    @property
    def hits(self) -> Int[np.ndarray, " classes"]:
        """Rows of each class that were predicted right."""
        right = self.truth == self.predicted
        return np.bincount(self.truth[right], weights=self.count[right], minlength=self.classes).astype(np.int64)

    def matrix(self, codes: Sequence[int]) -> Int[np.ndarray, "shown shown"]:
        """The counts among some classes: one line per truth, one column per prediction."""
        place = np.full(self.classes, -1, dtype=np.int64)
        place[np.array(codes, dtype=np.int64)] = np.arange(len(codes))
        inside = (place[self.truth] >= 0) & (place[self.predicted] >= 0)
        counts = np.zeros((len(codes), len(codes)), dtype=np.int64)
        counts[place[self.truth[inside]], place[self.predicted[inside]]] = self.count[inside]
        return counts


def count_pairs(truth: Int[np.ndarray, " rows"], probs: Float[np.ndarray, "rows classes"]) -> Confusion:
    """Count the rows by truth and most probable class.

    Examples:
        >>> pairs = count_pairs(np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]]))
        >>> pairs.matrix([0, 1]).tolist()
        [[1, 0], [1, 1]]
    """
    classes = probs.shape[1]
    codes, counts = np.unique(truth.astype(np.int64) * classes + probs.argmax(axis=1), return_counts=True)
    return Confusion(classes, codes // classes, codes % classes, counts.astype(np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class ClassScores:
    """Precision, recall and F1 of each class, float64 (classes,); NaN where it is undefined.

    Precision is undefined for a class that was never predicted, recall for one without rows, F1 where both hold.
    """

    precision: Float[np.ndarray, " classes"]
    recall: Float[np.ndarray, " classes"]
    f1: Float[np.ndarray, " classes"]


def score_classes(
    hits: Int[np.ndarray, " classes"], rows: Int[np.ndarray, " classes"], calls: Int[np.ndarray, " classes"]
) -> ClassScores:
    """Per-class scores from counts.

    Args:
        hits: rows of the class predicted as it.
        rows: rows of the class.
        calls: rows predicted as the class.

    Examples:
        >>> scores = score_classes(np.array([3, 0]), np.array([4, 2]), np.array([6, 0]))
        >>> scores.precision.tolist(), scores.recall.tolist(), scores.f1.tolist()
        ([0.5, nan], [0.75, 0.0], [0.6, 0.0])
    """
    return ClassScores(divide(hits, calls), divide(hits, rows), divide(2 * hits, rows + calls))


def divide(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """A quotient, NaN where the divisor is 0."""
    quotient: np.ndarray = np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0)
    return quotient


@dataclass(frozen=True, slots=True)
class ConfusedPair:
    """Rows of one class that were called another; `share` is of all rows of the true class."""

    truth: int
    predicted: int
    rows: int
    share: float


def find_confused_pairs(confusion: Confusion, limit: int = 10) -> list[ConfusedPair]:
    """The pairs with the most wrong rows, most first; equals in the order of the classes."""
    wrong = np.flatnonzero(confusion.truth != confusion.predicted)
    order = wrong[np.argsort(-confusion.count[wrong], kind="stable")][:limit]
    rows = confusion.rows
    return [
        ConfusedPair(truth, predicted, count, count / int(rows[truth]))
        for truth, predicted, count in zip(
            confusion.truth[order].tolist(), confusion.predicted[order].tolist(), confusion.count[order].tolist(), strict=True
        )
    ]


def find_confused_classes(confusion: Confusion, limit: int = 25) -> list[int]:
    """The classes with the most wrong rows, as truth or as prediction, in the order of the label list."""
    wrong = confusion.truth != confusion.predicted
    errors = np.bincount(confusion.truth[wrong], weights=confusion.count[wrong], minlength=confusion.classes)
    errors += np.bincount(confusion.predicted[wrong], weights=confusion.count[wrong], minlength=confusion.classes)
    return sorted(np.argsort(-errors, kind="stable")[:limit].tolist())

"""What a metric must be, and how it looks at predictions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal, Protocol

import numpy as np

Reads = Literal["probs", "preds"]


class Metric(Protocol):
    """One way to score. Options are the keyword arguments of the constructor.

    Attributes:
        kinds: the kinds of target it can score.
        greater_is_better: its direction.
        reads: `probs` when it looks at all probabilities, `preds` when only at what is told in the end.
        best: the score of perfect predictions.
    """

    kinds: ClassVar[frozenset[str]]
    greater_is_better: ClassVar[bool]
    reads: ClassVar[Reads]
    best: ClassVar[float]

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:
        """One number for all rows.

        Args:
            y_true: `class`: int codes (rows,); `multilabel`: 0/1 (rows, labels); `value`: float (rows,). None is missing.
            y_pred: probs (rows, classes), probs (rows, labels), or values (rows, 1); finite.
            labels: the fixed label list.

        Returns:
            The score, or NaN where it is not defined, such as an AUC over rows of one class. Never raises for that.
        """
        ...


def told_class(probs: np.ndarray) -> np.ndarray:
    """The most probable class of each row, int64 (rows,); the first of equals."""
    told: np.ndarray = np.argmax(probs, axis=1)
    return told


def told_labels(probs: np.ndarray, threshold: float) -> np.ndarray:
    """The labels told of each row: 0/1 (rows, labels), 1 from `threshold` on."""
    return (probs >= threshold).astype(np.int8)


def ranked_classes(probs: np.ndarray, k: int) -> np.ndarray:
    """The k most probable classes of each row, int64 (rows, k or all), most probable first; the first of equals first.

    Examples:
        >>> ranked_classes(np.array([[0.2, 0.4, 0.4]]), 2).tolist()
        [[1, 2]]
    """
    return np.argsort(-probs, axis=1, kind="stable")[:, :k]


def against_rest(y_true: np.ndarray, y_pred: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """One yes-or-no question per column: the second class of two, else each class or label.

    Args:
        y_true: int codes (rows,), or 0/1 (rows, labels).
        y_pred: (rows, classes).
        classes: length of the label list.

    Returns:
        The truth, 0/1 int8 (rows, questions), and the probabilities, float64 (rows, questions).
    """
    probs = y_pred.astype(np.float64)
    if y_true.ndim == 2:
        return y_true.astype(np.int8), probs
    if classes == 2:
        return (y_true == 1).astype(np.int8)[:, None], probs[:, 1:]
    return (y_true[:, None] == np.arange(classes)).astype(np.int8), probs

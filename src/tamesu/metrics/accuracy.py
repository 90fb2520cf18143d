"""accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from tamesu.metrics.metric import Reads, told_class, told_labels
from tamesu.registry import Probability


class Accuracy:
    """Share of rows that are right: the most probable class; for `multilabel`, all labels of the row at once.

    Args:
        threshold: a label of a `multilabel` row counts as told from this probability on.

    Source: scikit-learn `accuracy_score`.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "multilabel"})
    greater_is_better: ClassVar[bool] = True
    reads: ClassVar[Reads] = "preds"
    best: ClassVar[float] = 1.0

    def __init__(self, *, threshold: Probability = 0.5) -> None:
        self.threshold = threshold

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:  # noqa: ARG002
        """The score, from 0 to 1; NaN without rows."""
        if not len(y_true):
            return float("nan")
        if y_true.ndim == 2:
            return float((told_labels(y_pred, self.threshold) == y_true).all(axis=1).mean())
        return float((told_class(y_pred) == y_true).mean())

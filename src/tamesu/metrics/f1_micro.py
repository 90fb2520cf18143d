"""f1_micro."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from tamesu.metrics.metric import Reads, told_class, told_labels
from tamesu.registry import Probability


class F1Micro:
    """F1 over all rows and labels together; for `class` it equals accuracy.

    Args:
        threshold: a label of a `multilabel` row counts as told from this probability on.

    Source: scikit-learn `f1_score(average="micro")`.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "multilabel"})
    greater_is_better: ClassVar[bool] = True
    reads: ClassVar[Reads] = "preds"
    best: ClassVar[float] = 1.0

    def __init__(self, *, threshold: Probability = 0.5) -> None:
        self.threshold = threshold

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:
        """The score, from 0 to 1; NaN without rows, or when nothing is there and nothing is told."""
        from sklearn.metrics import f1_score

        if not len(y_true):
            return float("nan")
        if y_true.ndim == 2:
            told = told_labels(y_pred, self.threshold)
            return float(f1_score(y_true, told, average="micro", zero_division=np.nan))
        codes = np.arange(len(labels))
        return float(f1_score(y_true, told_class(y_pred), labels=codes, average="micro", zero_division=np.nan))

"""balanced_accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from tamesu.metrics.metric import Reads, told_class


class BalancedAccuracy:
    """Mean over classes of the share of their rows that is right; a class without rows is left out.

    Source: scikit-learn `balanced_accuracy_score`.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class"})
    greater_is_better: ClassVar[bool] = True
    reads: ClassVar[Reads] = "preds"
    best: ClassVar[float] = 1.0

    def __init__(self) -> None:
        pass

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:
        """The score, from 0 to 1; NaN without rows."""
        counts = np.bincount(y_true, minlength=len(labels))
        right = np.bincount(y_true[told_class(y_pred) == y_true], minlength=len(labels))
        there = counts > 0
        return float((right[there] / counts[there]).mean()) if there.any() else float("nan")

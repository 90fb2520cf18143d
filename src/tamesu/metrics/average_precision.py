"""average_precision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from tamesu.metrics.metric import Reads, against_rest


class AveragePrecision:
    """Area under the precision-recall steps. Two classes: of the second label; else averaged over classes or labels.

    Source: scikit-learn `average_precision_score`.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "multilabel"})
    greater_is_better: ClassVar[bool] = True
    reads: ClassVar[Reads] = "probs"
    best: ClassVar[float] = 1.0

    def __init__(self) -> None:
        pass

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:
        """The score, from 0 to 1; NaN when a class or label of the fixed list is in no row."""
        from sklearn.metrics import average_precision_score

        truth, probs = against_rest(y_true, y_pred, len(labels))
        if not len(truth) or not truth.any(axis=0).all():
            return float("nan")
        return float(average_precision_score(truth, probs, average="macro"))

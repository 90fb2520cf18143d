"""quadratic_kappa."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from tamesu.metrics.metric import Reads, told_class


class QuadraticKappa:
    """Cohen's kappa with the square of the distance as weight: for classes whose labels stand in order of degree.

    The order is that of the competition's `labels`; write it down there, since sorted names are seldom in order.

    Source: scikit-learn `cohen_kappa_score(weights="quadratic")`.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class"})
    greater_is_better: ClassVar[bool] = True
    reads: ClassVar[Reads] = "preds"
    best: ClassVar[float] = 1.0

    def __init__(self) -> None:
        pass

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:
        """The score, from -1 to 1; 0 is chance. NaN without rows, or when truth and told are one and the same class."""
        from sklearn.metrics import cohen_kappa_score

        told = told_class(y_pred)
        if len(np.union1d(y_true, told)) < 2:
            return float("nan")
        return float(cohen_kappa_score(y_true, told, labels=np.arange(len(labels)), weights="quadratic"))

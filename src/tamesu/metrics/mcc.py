"""mcc."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from tamesu.metrics.metric import Reads, told_class


class Mcc:
    """Matthews correlation coefficient, for any number of classes; 0 when only one class is ever told.

    Source: scikit-learn `matthews_corrcoef`.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class"})
    greater_is_better: ClassVar[bool] = True
    reads: ClassVar[Reads] = "preds"
    best: ClassVar[float] = 1.0

    def __init__(self) -> None:
        pass

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:  # noqa: ARG002
        """The score, from -1 to 1; NaN when the truth is one class only."""
        from sklearn.metrics import matthews_corrcoef

        if len(np.unique(y_true)) < 2:
            return float("nan")
        return float(matthews_corrcoef(y_true, told_class(y_pred)))

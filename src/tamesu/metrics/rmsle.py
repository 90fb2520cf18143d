"""rmsle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from tamesu.metrics.metric import Reads


class Rmsle:
    """Root of the mean squared difference of ln(1 + value): relative error, for counts and prices.

    Predictions are not clipped: what is scored is what would be submitted.

    Source: scikit-learn `root_mean_squared_log_error`.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value"})
    greater_is_better: ClassVar[bool] = False
    reads: ClassVar[Reads] = "preds"
    best: ClassVar[float] = 0.0

    def __init__(self) -> None:
        pass

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:  # noqa: ARG002
        """The error, from 0; NaN without rows, or when a value or a prediction is -1 or less."""
        told = y_pred[:, 0].astype(np.float64)
        if not len(y_true) or min(told.min(), y_true.min()) <= -1.0:
            return float("nan")
        return float(np.sqrt(np.mean((np.log1p(told) - np.log1p(y_true)) ** 2)))

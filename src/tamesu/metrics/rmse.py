"""rmse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from tamesu.metrics.metric import Reads


class Rmse:
    """Root of the mean squared error.

    Source: scikit-learn `root_mean_squared_error`.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value"})
    greater_is_better: ClassVar[bool] = False
    reads: ClassVar[Reads] = "preds"
    best: ClassVar[float] = 0.0

    def __init__(self) -> None:
        pass

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:  # noqa: ARG002
        """The error, from 0, in the target's unit; NaN without rows."""
        if not len(y_true):
            return float("nan")
        return float(np.sqrt(np.mean((y_pred[:, 0].astype(np.float64) - y_true) ** 2)))

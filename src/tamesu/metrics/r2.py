"""r2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from tamesu.metrics.metric import Reads


class R2:
    """Share of the variance that is explained; 0 is the mean of the truth, below 0 is worse than it.

    Source: scikit-learn `r2_score`.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value"})
    greater_is_better: ClassVar[bool] = True
    reads: ClassVar[Reads] = "preds"
    best: ClassVar[float] = 1.0

    def __init__(self) -> None:
        pass

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:  # noqa: ARG002
        """The score, 1 at most; NaN when the truth does not vary."""
        if not len(y_true) or y_true.min() == y_true.max():
            return float("nan")
        left = np.sum((y_pred[:, 0].astype(np.float64) - y_true) ** 2)
        return float(1.0 - left / np.sum((y_true - y_true.mean()) ** 2))

"""top_k_accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from tamesu.metrics.metric import Reads, ranked_classes
from tamesu.registry import Count


class TopKAccuracy:
    """Share of rows whose class is among the k most probable; of equal probabilities the earlier class goes first.

    Args:
        k: how many classes are told; 1 gives `accuracy`.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class"})
    greater_is_better: ClassVar[bool] = True
    reads: ClassVar[Reads] = "probs"
    best: ClassVar[float] = 1.0

    def __init__(self, *, k: Count = 5) -> None:
        self.k = k

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:  # noqa: ARG002
        """The score, from 0 to 1; NaN without rows."""
        if not len(y_true):
            return float("nan")
        return float((ranked_classes(y_pred, self.k) == y_true[:, None]).any(axis=1).mean())

"""kl_divergence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from tamesu.metrics.metric import Reads

# A prob below this counts as this, so that one row cannot make the score infinite.
LEAST_PROB = 1e-7


class KlDivergence:
    """Mean over rows of the Kullback-Leibler divergence of the told shares from the true ones, in nats.

    Source: scipy.special.rel_entr; told shares below 1e-7 count as 1e-7.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"soft"})
    greater_is_better: ClassVar[bool] = False
    reads: ClassVar[Reads] = "probs"
    best: ClassVar[float] = 0.0

    def __init__(self) -> None:
        pass

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:  # noqa: ARG002
        """The divergence, from 0; NaN without rows."""
        if not len(y_true):
            return float("nan")
        from scipy.special import rel_entr

        shares = np.maximum(y_pred.astype(np.float64), 0.0)
        # Cut off after the division, so that being right and sure costs nothing.
        told = np.maximum(shares / np.maximum(shares.sum(axis=1, keepdims=True), LEAST_PROB), LEAST_PROB)
        return float(rel_entr(y_true.astype(np.float64), told).sum(axis=1).mean())

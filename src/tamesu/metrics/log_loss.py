"""log_loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt, Le

from tamesu.metrics.metric import Reads


class LogLoss:
    """Mean of -ln(probability given to the truth); for `multilabel`, over all rows and labels.

    Args:
        eps: probabilities are kept this far from 0 and 1; one confident error costs -ln(eps) at most.

    Source: scikit-learn `log_loss`; the rows of a `class` are first divided by their sum, as hosts do.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "multilabel"})
    greater_is_better: ClassVar[bool] = False
    reads: ClassVar[Reads] = "probs"
    best: ClassVar[float] = 0.0

    def __init__(self, *, eps: Annotated[float, Gt(0.0), Le(0.1)] = 1e-15) -> None:
        self.eps = eps

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:  # noqa: ARG002
        """The loss, from 0; NaN without rows, or when the probabilities of a row add to nothing."""
        if not len(y_true):
            return float("nan")
        probs = y_pred.astype(np.float64)
        if y_true.ndim == 2:
            probs = probs.clip(self.eps, 1.0 - self.eps)
            return float(-np.where(y_true > 0, np.log(probs), np.log1p(-probs)).mean())
        total = probs.sum(axis=1)
        if not (total > 0).all():
            return float("nan")
        told = probs[np.arange(len(y_true)), y_true] / total
        return float(-np.log(told.clip(self.eps, 1.0 - self.eps)).mean())

"""map_at_k."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from tamesu.metrics.metric import Reads, ranked_classes
from tamesu.registry import Count


class MapAtK:
    """Mean over rows of the average precision of the k most probable labels, in order of probability.

    For `class`: 1/rank of the true class, 0 beyond k. For `multilabel`: precision at each hit, summed, divided by the
    smaller of k and the row's labels; rows without any label are left out.

    Args:
        k: how many labels are told.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "multilabel"})
    greater_is_better: ClassVar[bool] = True
    reads: ClassVar[Reads] = "probs"
    best: ClassVar[float] = 1.0

    def __init__(self, *, k: Count = 5) -> None:
        self.k = k

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:
        """The score, from 0 to 1; NaN when no row has a label."""
        truth = y_true if y_true.ndim == 2 else np.eye(len(labels), dtype=np.int8)[y_true]
        rows = truth.sum(axis=1) > 0
        if not rows.any():
            return float("nan")
        ranked = ranked_classes(y_pred[rows], self.k)
        hits = np.take_along_axis(truth[rows], ranked, axis=1) > 0
        places = np.arange(1, ranked.shape[1] + 1)
        precision = hits.cumsum(axis=1) / places
        wanted = np.minimum(truth[rows].sum(axis=1), self.k)
        return float(((precision * hits).sum(axis=1) / wanted).mean())

"""retrieval_map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from tamesu.metrics.metric import Reads

# Rows of similarities at once: 128 MiB for 16,000 rows.
BLOCK = 1024


class RetrievalMap:
    """Each row as a query among the others: the mean average precision at R, R being how many others have its label.

    Rows are compared by the cosine between what is told of them over all labels, so that rows of different folds, whose
    networks share no features, can be compared. Rows whose label no other has are left out.

    Source: Musgrave, Belongie and Lim, A Metric Learning Reality Check, ECCV 2020, section 3.2 (MAP@R).
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class"})
    greater_is_better: ClassVar[bool] = True
    reads: ClassVar[Reads] = "probs"
    best: ClassVar[float] = 1.0

    def __init__(self) -> None:
        pass

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:
        """The score, from 0 to 1; NaN when no two rows share a label."""
        counts = np.bincount(y_true, minlength=len(labels))[y_true] - 1 if len(y_true) else np.zeros(0, np.int64)
        queries = np.flatnonzero(counts > 0)
        if not len(queries):
            return float("nan")
        unit = y_pred.astype(np.float64)
        unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-12)
        total = 0.0
        deepest = int(counts.max())
        for start in range(0, len(queries), BLOCK):
            rows = queries[start : start + BLOCK]
            near = unit[rows] @ unit.T
            near[np.arange(len(rows)), rows] = -np.inf
            # Equal ones in the order of the rows.
            ranked = np.argsort(-near, axis=1, kind="stable")[:, :deepest]
            hits = y_true[ranked] == y_true[rows][:, None]
            places = np.arange(1, deepest + 1)
            within = places <= counts[rows][:, None]
            precision = hits.cumsum(axis=1) / places
            total += float(((precision * hits * within).sum(axis=1) / counts[rows]).sum())
        return total / len(queries)

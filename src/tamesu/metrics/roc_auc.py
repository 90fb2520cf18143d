"""roc_auc."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np

from tamesu.metrics.metric import Reads, against_rest


class RocAuc:
    """Area under the ROC curve. Two classes: of the second label. More: averaged over classes; `multilabel`: over labels.

    Args:
        multi_class: for three classes or more: `ovr` each class against the rest, `ovo` each pair of classes.

    Source: scikit-learn `roc_auc_score`; `ovo` after Hand and Till, Machine Learning 45, 2001.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "multilabel"})
    greater_is_better: ClassVar[bool] = True
    reads: ClassVar[Reads] = "probs"
    best: ClassVar[float] = 1.0

    def __init__(self, *, multi_class: Literal["ovr", "ovo"] = "ovr") -> None:
        self.multi_class = multi_class

    def score(self, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str]) -> float:
        """The score, from 0 to 1; NaN when a class or label of the fixed list is in no row, or in all of them."""
        from sklearn.metrics import roc_auc_score

        truth, probs = against_rest(y_true, y_pred, len(labels))
        if not len(truth) or (truth.min(axis=0) == truth.max(axis=0)).any():
            return float("nan")
        if self.multi_class == "ovo" and y_true.ndim == 1 and len(labels) > 2:
            pairs = itertools.combinations(range(len(labels)), 2)
            return float(np.mean([pair_auc(y_true, probs, a, b) for a, b in pairs]))
        return float(roc_auc_score(truth, probs, average="macro"))


def pair_auc(y_true: np.ndarray, probs: np.ndarray, a: int, b: int) -> float:
    """AUC within the rows of two classes, averaged over which of the two is sought."""
    from sklearn.metrics import roc_auc_score

    rows = (y_true == a) | (y_true == b)
    truth = y_true[rows] == a
    return float(roc_auc_score(truth, probs[rows, a]) + roc_auc_score(~truth, probs[rows, b])) / 2

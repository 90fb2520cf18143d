"""Tallies: metrics from counts alone, many at once, so that a search can ask for thousands of scores.

Each agrees with the metric of `tamesu.metrics` that it stands for; a metric without one is searched by fewer questions.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from tamesu.metrics.accuracy import Accuracy
from tamesu.metrics.balanced_accuracy import BalancedAccuracy
from tamesu.metrics.cohen_kappa import CohenKappa
from tamesu.metrics.f1_macro import F1Macro
from tamesu.metrics.f1_micro import F1Micro
from tamesu.metrics.mcc import Mcc
from tamesu.metrics.metric import Metric
from tamesu.metrics.quadratic_kappa import QuadraticKappa

# Counts of (truth, told) → score, one for each of several tables.
ClassTally = Callable[[Float[np.ndarray, "many classes classes"]], Float[np.ndarray, " many"]]
# Rows told right, rows told, rows that have the label → score, one for each of several lines.
LabelTally = Callable[
    [Float[np.ndarray, "many labels"], Float[np.ndarray, "many labels"], Float[np.ndarray, "many labels"]],
    Float[np.ndarray, " many"],
]


def divide(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """A quotient, NaN where the divisor is 0."""
    above, below = np.broadcast_arrays(np.asarray(above, np.float64), np.asarray(below, np.float64))
    quotient: np.ndarray = np.divide(above, below, out=np.full(below.shape, np.nan), where=below != 0)
    return quotient


def mean_defined(values: Float[np.ndarray, "many parts"]) -> Float[np.ndarray, " many"]:
    """The mean of what is defined in each line; NaN where nothing is.

    Examples:
        >>> mean_defined(np.array([[0.5, np.nan, 1.0]])).tolist()
        [0.75]
    """
    defined = np.isfinite(values)
    return divide(np.where(defined, values, 0.0).sum(axis=-1), defined.sum(axis=-1))


def tally_accuracy(counts: Float[np.ndarray, "many classes classes"]) -> Float[np.ndarray, " many"]:
    """Share of rows that are right.

    Examples:
        >>> tally_accuracy(np.array([[[3.0, 1.0], [0.0, 4.0]]])).tolist()
        [0.875]
    """
    return divide(np.trace(counts, axis1=1, axis2=2), counts.sum(axis=(1, 2)))


def tally_balanced(counts: Float[np.ndarray, "many classes classes"]) -> Float[np.ndarray, " many"]:
    """Mean recall of the classes that have rows."""
    return mean_defined(divide(np.diagonal(counts, axis1=1, axis2=2), counts.sum(axis=2)))


def tally_f1(counts: Float[np.ndarray, "many classes classes"]) -> Float[np.ndarray, " many"]:
    """Mean F1 of the classes that have rows or are told."""
    return mean_defined(divide(2 * np.diagonal(counts, axis1=1, axis2=2), counts.sum(axis=2) + counts.sum(axis=1)))


def tally_mcc(counts: Float[np.ndarray, "many classes classes"]) -> Float[np.ndarray, " many"]:
    """Matthews correlation coefficient; 0 where one class alone is told.

    Source: Gorodkin, Computational Biology and Chemistry 28, 2004, the K-category correlation.
    """
    rows, told, total = counts.sum(axis=2), counts.sum(axis=1), counts.sum(axis=(1, 2))
    together = np.trace(counts, axis1=1, axis2=2) * total - (rows * told).sum(axis=1)
    spread = (total**2 - (rows**2).sum(axis=1)) * (total**2 - (told**2).sum(axis=1))
    scores = divide(together, np.sqrt(spread))
    return np.where((spread == 0) & ((rows > 0).sum(axis=1) > 1), 0.0, scores)


def tally_kappa(counts: Float[np.ndarray, "many classes classes"], *, quadratic: bool = False) -> Float[np.ndarray, " many"]:
    """Agreement beyond chance; with `quadratic` a disagreement counts by the square of its distance."""
    rows, told, total = counts.sum(axis=2), counts.sum(axis=1), counts.sum(axis=(1, 2))
    place = np.arange(counts.shape[1], dtype=np.float64)
    weight = (place[:, None] - place) ** 2 if quadratic else (place[:, None] != place).astype(np.float64)
    seen = np.einsum("qtp,tp->q", counts, weight)
    by_chance = divide(np.einsum("qt,qp,tp->q", rows, told, weight, optimize=True), total)
    return 1.0 - divide(seen, by_chance)


def tally_quadratic(counts: Float[np.ndarray, "many classes classes"]) -> Float[np.ndarray, " many"]:
    """Cohen's kappa with the square of the distance as weight."""
    return tally_kappa(counts, quadratic=True)


def tally_labels_macro(right: np.ndarray, told: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Mean F1 of the labels that stand in the truth or are told; (many,) from three (many, labels)."""
    return mean_defined(divide(2 * right, told + there))


def tally_labels_micro(right: np.ndarray, told: np.ndarray, there: np.ndarray) -> np.ndarray:
    """F1 over all labels together; (many,) from three (many, labels)."""
    return divide(2 * right.sum(axis=1), told.sum(axis=1) + there.sum(axis=1))


CLASS_TALLIES: dict[type, ClassTally] = {
    Accuracy: tally_accuracy,
    F1Micro: tally_accuracy,
    BalancedAccuracy: tally_balanced,
    F1Macro: tally_f1,
    Mcc: tally_mcc,
    CohenKappa: tally_kappa,
    QuadraticKappa: tally_quadratic,
}
LABEL_TALLIES: dict[type, LabelTally] = {F1Macro: tally_labels_macro, F1Micro: tally_labels_micro}


def find_class_tally(metric: Metric) -> ClassTally | None:
    """The tally of a metric over classes; None where there is none. None of those here is better when smaller."""
    return CLASS_TALLIES.get(type(metric))


def find_label_tally(metric: Metric) -> LabelTally | None:
    """The tally of a metric over labels; None where there is none. None of those here is better when smaller."""
    return LABEL_TALLIES.get(type(metric))

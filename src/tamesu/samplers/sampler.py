"""What every sampler is, and the counting they share."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Shaped


@runtime_checkable
class Sampler(Protocol):
    """How often each training row is used in an epoch. It keeps nothing; chance comes in with `draw_copies`."""

    def rates(self, marks: Shaped[np.ndarray, "rows labels"]) -> Float[np.ndarray, " rows"]:
        """How often each row is expected in an epoch.

        Args:
            marks: which labels a row has, bool or 0 to 1, (rows, labels): one 1 per row for classes, any number for several
                labels, shares for soft labels. NaN, a label that is not known, counts as not there. Kinds of target without
                labels give (rows, 0).

        Returns:
            float64 (rows,), above 0. A row without any label has rate 1: nothing is known that speaks for or against it.
        """
        ...


def read_marks(marks: Shaped[np.ndarray, "rows labels"]) -> Float[np.ndarray, "rows labels"]:
    """Marks in float64, with 0 where a label is not known.

    Examples:
        >>> read_marks(np.array([[True, False]])), read_marks(np.array([[np.nan, 0.5]]))
        (array([[1., 0.]]), array([[0. , 0.5]]))
    """
    wide = np.array(marks, dtype=np.float64)
    wide[np.isnan(wide)] = 0.0
    assert ((wide >= 0.0) & (wide <= 1.0)).all(), "marks lie between 0 and 1"
    return wide


def share_out(marks: Shaped[np.ndarray, "rows labels"], power: float) -> Float[np.ndarray, " rows"]:
    """Rates under which a label's share of the epoch goes with its count to a power.

    It is as if each row of the epoch were drawn in two steps: a label with chance ~ count^power, then a row that has it.

    Args:
        marks: as in `Sampler.rates`.
        power: 1 leaves classes as they are, 0 makes all labels equal.

    Returns:
        float64 (rows,): mean 1 over the rows with a label, and 1 for every row without.

    Source: Kang et al., Decoupling Representation and Classifier for Long-Tailed Recognition, ICLR 2020, equation 1.

    Examples:
        >>> share_out(np.array([[1, 0], [1, 0], [1, 0], [0, 1]]), 0.0).round(3)
        array([0.667, 0.667, 0.667, 2.   ])
    """
    wide = read_marks(marks)
    counts = wide.sum(axis=0)
    labelled = wide.any(axis=1)
    rates = np.ones(len(wide))
    if labelled.any():
        # Only labels that some row has: 0 to a power below 1 is not a number.
        there = counts > 0.0
        raw = wide[:, there] @ counts[there] ** (power - 1.0)
        rates[labelled] = raw[labelled] / raw[labelled].mean()
    return rates

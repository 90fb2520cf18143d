"""Rows of rare labels more than once."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Gt, Le
from jaxtyping import Float, Shaped

from tamesu.samplers.sampler import read_marks

# From this mark on a row counts as having a label, where labels are soft.
HAS = 0.5


class RepeatFactor:
    """Rows of labels rarer than `threshold` are repeated; the others come once. The epoch gets longer by the repeats.

    A label that a share f of all rows has is repeated max(1, sqrt(threshold / f)) times, and a row as often as its rarest label
    asks. No row is ever left out.

    Args:
        threshold: the share of rows below which a label is repeated, above 0 to 1.

    Source: Gupta, Dollár and Girshick, LVIS, CVPR 2019, section 5 (repeat factor sampling, with 0.001 over 1,230 labels).

    Examples:
        >>> RepeatFactor(threshold=0.8).rates(np.array([[1, 0], [1, 0], [1, 0], [1, 0], [1, 1]]))
        array([1., 1., 1., 1., 2.])
    """

    def __init__(self, *, threshold: Annotated[float, Gt(0.0), Le(1.0)] = 0.1) -> None:
        self.threshold = threshold

    def rates(self, marks: Shaped[np.ndarray, "rows labels"]) -> Float[np.ndarray, " rows"]:
        """How often each row is expected, 1 or more; see `Sampler.rates`."""
        has = read_marks(marks) >= HAS
        # A label that no row has is asked for by no row; 1 row stands in for it so that nothing is divided by 0.
        share = np.maximum(has.sum(axis=0), 1) / max(len(has), 1)
        repeats = np.maximum(1.0, np.sqrt(self.threshold / share))
        rates: np.ndarray = np.where(has, repeats, 1.0).max(axis=1, initial=1.0)
        return rates

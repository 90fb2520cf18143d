"""From rates to whole numbers: how many times each row is used in one epoch."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int


def draw_copies(rates: Float[np.ndarray, " rows"], draws: Float[np.ndarray, " rows"]) -> Int[np.ndarray, " rows"]:
    """How many times each row is used this epoch: floor(rate + draw), which is `rate` in the mean over draws.

    Args:
        rates: how often each row is expected, (rows,), 0 or more.
        draws: one uniform number per row, 0 to below 1, (rows,). They come from the seed and the epoch, so that nothing has to
            be remembered.

    Returns:
        int64 (rows,). At least one row is used: where all are 0, the one that came nearest.

    Source: stochastic rounding; the same as in detectron2's repeat factor sampler.

    Examples:
        >>> draw_copies(np.array([0.25, 1.0, 2.5]), np.array([0.9, 0.9, 0.1])), draw_copies(np.array([0.1]), np.array([0.0]))
        (array([1, 1, 2]), array([1]))
    """
    whole = np.floor(rates)
    # Not floor(rates + draws): 1 + 0.9999999999999999 is rounded up to 2.
    copies: np.ndarray = (whole + (draws >= 1.0 - (rates - whole))).astype(np.int64)
    if len(copies) and not copies.any():
        copies[np.argmax(rates + draws)] = 1
    return copies

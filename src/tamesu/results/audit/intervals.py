"""Intervals at 95 %."""

from __future__ import annotations

import math

# Of the normal distribution: 95 % lie within so many standard deviations.
NORMAL_95 = 1.959964


def bound_share(successes: float, rows: float) -> tuple[float, float]:
    """The interval of a share, 95 %; 0 to 1 without rows.

    Source: Wilson, JASA 22, 1927.

    Examples:
        >>> [round(x, 3) for x in bound_share(5, 10)]
        [0.237, 0.763]
    """
    if rows <= 0:
        return 0.0, 1.0
    share, square = successes / rows, NORMAL_95**2
    middle = (share + square / (2 * rows)) / (1 + square / rows)
    half = NORMAL_95 / (1 + square / rows) * math.sqrt(share * (1 - share) / rows + square / (4 * rows * rows))
    return middle - half, middle + half

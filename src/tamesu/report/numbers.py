"""Numbers as text: one way for the whole report."""

from __future__ import annotations

import math


def format_number(value: float | None, digits: int = 4) -> str:
    """A measured number with about `digits` digits that mean something; empty when it is None or not finite.

    Examples:
        >>> [format_number(v) for v in (0.91254, 0.0, 12.5, 0.000041234, 1234567.0, None)]
        ['0.9125', '0.0000', '12.5000', '4.123e-05', '1.235e+06', '']
    """
    if value is None or not math.isfinite(value):
        return ""
    if value == 0 or 0.001 <= abs(value) < 100_000:
        return f"{value:.{digits}f}"
    return f"{value:.{digits}g}"


def format_count(value: int) -> str:
    """A count with thousands apart.

    Examples:
        >>> format_count(1797)
        '1,797'
    """
    return f"{value:,}"


def format_share(value: float | None) -> str:
    """A share as per cent; empty when it is None or not finite.

    Examples:
        >>> format_share(0.0825), format_share(1.0)
        ('8.2 %', '100.0 %')
    """
    return "" if value is None or not math.isfinite(value) else f"{100 * value:.1f} %"

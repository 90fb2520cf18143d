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


def format_chance(value: float | None) -> str:
    """A probability as per cent; never 0 or 100 unless it is exactly that; empty when it is None or not finite.

    Examples:
        >>> [format_chance(p) for p in (0.9812, 0.99999, 0.0001, 1.0, None)]
        ['98.1 %', '>99.9 %', '<0.1 %', '100.0 %', '']
    """
    if value is None or not math.isfinite(value):
        return ""
    if 0 < value < 0.0005:
        return "<0.1 %"
    return ">99.9 %" if 0.9995 <= value < 1 else format_share(value)


def count_decimals(scale: float | None) -> int:
    """How many decimals show a difference of this size with two figures: 4 where a metric from 0 to 1 has them anyway.

    Examples:
        >>> [count_decimals(scale) for scale in (0.02, 0.0004, 3.0, 250.0, None)]
        [4, 5, 2, 0, 4]
    """
    if scale is None or not math.isfinite(scale) or scale <= 0:
        return 4
    place = math.floor(math.log10(scale))
    return max(4, 1 - place) if scale < 1 else max(0, 2 - place)


def format_gain(value: float | None, decimals: int = 4) -> str:
    """A difference with its sign; in powers of ten where decimals would not do; empty when it is None or not finite.

    Examples:
        >>> [format_gain(v) for v in (0.01234, -0.5, 0.0, -0.00001, 1234567.0)], format_gain(1.5e-7, 8)
        (['+0.0123', '-0.5000', '0.0000', '0.0000', '+1.235e+06'], '+1.50e-07')
    """
    if value is None or not math.isfinite(value):
        return ""
    if abs(value) >= 100_000:
        return f"{value:+.3e}"
    if decimals > 6:
        return f"{value:+.2e}" if value else "0"
    # A large difference needs fewer decimals; so no text is longer than ten letters.
    whole = len(str(int(abs(value))))
    text = f"{value:+.{max(0, min(decimals, 8 - whole))}f}"
    return text if float(text) else text[1:]


def format_cost(value: float | None) -> str:
    """A factor of time or money; empty when it is None or not finite.

    Examples:
        >>> [format_cost(v) for v in (1.237, 12.0, 250.0, None)]
        ['×1.24', '×12.0', '×250', '']
    """
    if value is None or not math.isfinite(value):
        return ""
    return f"×{value:.{2 if value < 9.995 else 1 if value < 99.95 else 0}f}" if value < 99_999 else f"×{value:.0e}"

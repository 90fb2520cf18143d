"""Intervals of a value: where they end, and how they are called."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

# More digits than this no float has.
MOST_DIGITS = 17
# Beyond this not every integer is a float.
LARGEST_INTEGER = 2.0**53


def spread_edges(values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Edges of intervals with equally many values each; where many are equal there are fewer, and none is empty.

    Args:
        values: known ones, (n,).
        count: how many intervals are wanted.

    Returns:
        The edges, rising; none where fewer than two values differ.

    Examples:
        >>> spread_edges(np.array([1.0, 2.0, 3.0, 4.0]), 2), spread_edges(np.array([5.0, 5.0]), 2)
        (array([2.5]), array([], dtype=float64))
    """
    if not len(values):
        return np.empty(0)
    # An edge at the least value, or a second one between two neighbours, would have nothing below it.
    found = np.unique(np.quantile(values, np.linspace(0.0, 1.0, count + 1)[1:-1]))
    used = np.unique(np.searchsorted(found, values, side="right"))
    edges: NDArray[np.float64] = found[used[1:] - 1]
    # Where nearly all have one value every quantile is that value.
    return edges if len(edges) else np.unique(values)[1:2]


def name_intervals(edges: NDArray[np.float64]) -> tuple[str, ...]:
    """The names of the intervals between edges, with as many digits as it takes to tell them apart.

    Args:
        edges: rising, at least one.

    Examples:
        >>> name_intervals(np.array([0.5, 2.0]))
        ('< 0.5', '0.5 ... 2', '>= 2')
    """
    texts = [write_edge(edge, MOST_DIGITS) for edge in edges.tolist()]
    for digits in range(6, MOST_DIGITS):
        shorter = [write_edge(edge, digits) for edge in edges.tolist()]
        if len(set(shorter)) == len(shorter):
            texts = shorter
            break
    between = [f"{low} ... {high}" for low, high in itertools.pairwise(texts)]
    return (f"< {texts[0]}", *between, f">= {texts[-1]}")


def write_edge(edge: float, digits: int) -> str:
    """An edge as text: an integer in full, others with so many digits.

    Examples:
        >>> write_edge(1234567.0, 6), write_edge(1 / 3, 6)
        ('1234567', '0.333333')
    """
    return f"{edge:.0f}" if edge.is_integer() and abs(edge) < LARGEST_INTEGER else f"{edge:.{digits}g}"

"""Score against time as a plain table for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from tamesu.messages import choose_language
from tamesu.messages.speed import tell
from tamesu.report.batch_table import pad
from tamesu.report.columns import plain
from tamesu.report.numbers import format_number
from tamesu.report.plots import measure, shorten
from tamesu.results.pareto import SpeedPoint, find_front


def format_speed(points: Sequence[SpeedPoint], price: float | None = None, language: str | None = None) -> str:
    """A line for each run of one machine and metric, the fastest first; `*` marks those that no other beats in both.

    Args:
        points: of one machine and metric, at least one.
        price: of an hour; no cost is told without one.
        language: `"en"` or `"ja"`; the user's when None.
    """
    language = language or choose_language()
    front = set(find_front(points))
    keys = ["score", "ms", "parameters", "weights", *(["cost", "whole"] if price is not None else [])]
    lines = [["", tell("column_run", language), *(tell(f"column_{key}", language, metric=points[0].metric) for key in keys)]]
    for place in sorted(range(len(points)), key=lambda place: (points[place].latency.image_ms, points[place].run)):
        point = points[place]
        cells = ["*" if place in front else "", shorten(plain(point.run), 40), format_number(point.score)]
        cells += [f"{point.latency.image_ms:.2f}", f"{point.latency.parameters:,}", f"{point.latency.weights_mib:.1f}"]
        if price is not None:
            cells += [f"{point.cost(price):.2f}", f"{point.cost(price, whole=True):.2f}"]
        lines.append(cells)
    widths = [max(measure(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(format_line(cells, widths) for cells in lines)


def format_line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Cells beside each other: mark and name to the left, numbers to the right.

    Examples:
        >>> format_line(["*", "base", "0.9"], [1, 6, 5])
        '* base      0.9'
    """
    mark, name, *numbers = cells
    left = [mark + " " * (widths[0] - measure(mark)), name + " " * (widths[1] - measure(name))]
    return " ".join([*left, "  ".join(pad(cell, width) for cell, width in zip(numbers, widths[2:], strict=True))]).rstrip()

"""A matrix of a finding as a table whose cells are shaded: names of any length and script, and a phone, can be coped with."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from tamesu.messages import Language
from tamesu.messages.audit_page import name_bars, say
from tamesu.report.html import Html, element, named
from tamesu.report.numbers import format_count
from tamesu.report.plots import DARK, measure, shade
from tamesu.results.finding import Chart

MOST_CELLS = 30
# Longer names of columns, in half-width letters, stand upright.
LONG_NAME = 6


def draw_matrix(chart: Chart, language: Language) -> tuple[Html, list[str]]:
    """A table whose cells are shaded by their share of the largest number; it scrolls inside itself."""
    rows, columns = pick_cells(chart)
    cells = {name: [chart.series[name][place] for place in columns] for name in rows}
    finite = [value for values in cells.values() for value in values if math.isfinite(value)]
    if not finite:
        return element("p", say("no_numbers", language), class_="muted"), []
    largest = max(map(abs, finite)) or 1.0
    whole = all(value == round(value) for value in finite)
    names = [chart.names[place] for place in columns]
    heads = [named(name) for name in names]
    if any(measure(name) > LONG_NAME for name in names):
        heads = [element("div", head, class_="upright", title=name) for head, name in zip(heads, names, strict=True)]
    lines = [
        element(
            "tr",
            element("th", named(name), scope="row"),
            [draw_cell(value, largest, whole=whole) for value in values],
        )
        for name, values in zip(name_bars(rows, language), cells.values(), strict=True)
    ]
    notes = [say("matrix_note", language)]
    if len(columns) < len(chart.names) or len(rows) < len(chart.series):
        total = format_count(max(len(chart.names), len(chart.series)))
        notes.append(say("largest_names", language, shown=max(len(rows), len(columns)), total=total))
    head = element("tr", element("th"), [element("th", one, scope="col") for one in heads])
    table = element("table", element("thead", head), element("tbody", lines), class_="matrix shades")
    return element("div", table, class_="scroll"), notes


def pick_cells(chart: Chart) -> tuple[list[str], list[int]]:
    """Rows by name and columns by place that are drawn: all where they fit, else those with the largest numbers.

    Where rows and columns have the same names, the same ones are taken of both, and the diagonal does not count.
    """
    width = min([len(chart.names), *map(len, chart.series.values())])
    values = np.array([list(row)[:width] for row in chart.series.values()], dtype=np.float64).reshape(len(chart.series), width)
    values = np.nan_to_num(np.abs(values), posinf=0.0, neginf=0.0)
    rows, names = list(chart.series), list(chart.names)[:width]
    if rows == names:
        np.fill_diagonal(values, 0.0)
        both = np.maximum(values.max(axis=0, initial=0.0), values.max(axis=1, initial=0.0))
        kept = keep_largest(both)
        return [rows[place] for place in kept], kept
    return [rows[place] for place in keep_largest(values.max(axis=1, initial=0.0))], keep_largest(
        values.max(axis=0, initial=0.0)
    )


def keep_largest(values: Float[np.ndarray, " names"]) -> list[int]:
    """The places of the largest values, as many as a matrix has room for, in their order."""
    return sorted(np.argsort(-values, kind="stable")[:MOST_CELLS].tolist())


def draw_cell(value: float, largest: float, *, whole: bool) -> Html:
    """One cell of a matrix; empty where there is nothing."""
    if not math.isfinite(value) or value == 0:
        return element("td")
    depth = shade(abs(value) / largest)
    return element(
        "td",
        f"{value:.2f}" if largest <= 1 and not whole and abs(value) >= 0.01 else say_value(value, whole=whole),
        class_="right strong" if depth > DARK else "right",
        style=f"--share:{depth:.3f}",
    )


def say_value(value: float, *, whole: bool) -> str:
    """A number of a bar or cell, short.

    Examples:
        >>> say_value(1797.0, whole=True), say_value(0.12345, whole=False), say_value(1234567.8, whole=False)
        ('1,797', '0.123', '1,234,568')
    """
    if whole or abs(value) >= 1000:
        return format_count(round(value))
    return f"{value:.3g}" if abs(value) >= 0.01 else f"{value:.1g}"

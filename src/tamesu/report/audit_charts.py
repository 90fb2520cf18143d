"""The numbers of a finding as figures that stretch with the page; names are text of the page, so that every script is right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tamesu.messages import Language
from tamesu.messages.audit_page import name_bars, name_fact, say
from tamesu.report.audit_matrix import draw_matrix, say_value
from tamesu.report.canvas import Scale, canvas, find_ticks, label, line, percent, say_ticks
from tamesu.report.html import Html, element, named
from tamesu.report.numbers import format_count
from tamesu.results.finding import Chart

BINS = 40
MOST_SERIES, MOST_NAMES = 12, 40
# More names than this want the page's whole width.
WIDE_NAMES = 12
# More series than this hide each other in one figure.
MOST_TOGETHER = 2

# The narrowest figure, how wide a digit of its axis is at most, and the room between two numbers in per cent.
NARROWEST, LETTER_PX, GAP = 250, 7.7, 3.0

# An axis ends where this share of the values lies beyond, when the rest would press all others into one bar.
TAIL = 0.005
STRETCH = 3.0

# Colours by the order of the series; train and test keep theirs in every figure.
COLORS = ("train", "val", "undecided", "same")
FIXED = {"train": "train", "test": "val", "database": "train", "query": "val"}


def show_chart(chart: Chart, language: Language) -> Html:
    """A chart as a figure with its title, legend and notes.

    Args:
        chart: of a finding; numbers that are not finite are left out.
        language: of the page.
    """
    shown = chart.series if chart.kind == "matrix" else dict(list(chart.series.items())[:MOST_SERIES])
    draw = {"histogram": draw_histogram, "bars": draw_bars, "matrix": draw_matrix}[chart.kind]
    body, notes = draw(Chart(chart.kind, chart.title, shown, chart.names), language)
    if len(shown) < len(chart.series):
        notes.append(say("more_series", language, count=format_count(len(chart.series) - len(shown))))
    below = element("p", [element("span", note) for note in notes], class_="legend") if notes else None
    return element(
        "figure", element("figcaption", named(name_fact(chart.title, language))), body, below, class_=find_class(chart)
    )


def find_class(chart: Chart) -> str:
    """The figure's class: what has many names takes the whole width of the page, a matrix as much of it as it needs."""
    if chart.kind == "matrix":
        return "panel wide fit"
    return "panel wide" if chart.kind == "bars" and len(chart.names) > WIDE_NAMES else "panel"


def pick_colors(names: Sequence[str]) -> dict[str, str]:
    """The colour class of each series.

    Examples:
        >>> pick_colors(["test", "train"]), pick_colors(["red"])
        ({'test': 'val', 'train': 'train'}, {'red': 'train'})
    """
    if all(name in FIXED for name in names):
        return {name: FIXED[name] for name in names}
    return {name: COLORS[place % len(COLORS)] for place, name in enumerate(names)}


def make_legend(names: Sequence[str], language: Language, counts: Sequence[int] | None = None) -> Html:
    """The series with their colours, and how many values each has."""
    colors = pick_colors(names)
    keys = [
        element(
            "span",
            element("i", class_=f"key tone-{colors[name]}"),
            named(said),
            None if counts is None else f" ({format_count(counts[place])})",
        )
        for place, (name, said) in enumerate(zip(names, name_bars(names, language), strict=True))
    ]
    return element("p", keys, class_="legend")


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Edges float64 (bins + 1,), and how many of all values lie beyond them."""

    edges: Float[np.ndarray, " edges"]
    beyond: int


def find_bins(values: Float[np.ndarray, " values"]) -> Bins:
    """Bins for all series together: one a number where there are few whole ones, else equal ones over most of the values.

    Args:
        values: finite, at least one.

    Examples:
        >>> find_bins(np.array([1.0, 2.0, 2.0])).edges.tolist()
        [0.5, 1.5, 2.5]
    """
    low, high = float(values.min()), float(values.max())
    if high - low < BINS and bool((values == np.round(values)).all()):
        return Bins(np.arange(low - 0.5, high + 1.0), 0)
    if low == high:
        return Bins(np.array([low - 0.5, low + 0.5]), 0)
    inner_low, inner_high = (float(edge) for edge in np.quantile(values, [TAIL, 1 - TAIL]))
    if inner_high > inner_low and high - low > STRETCH * (inner_high - inner_low):
        beyond = int(((values < inner_low) | (values > inner_high)).sum())
        return Bins(np.linspace(inner_low, inner_high, BINS + 1), beyond)
    return Bins(np.linspace(low, high, BINS + 1), 0)


def draw_histogram(chart: Chart, language: Language) -> tuple[Html, list[str]]:
    """The shares of each series over one axis: two lie over each other, more stand one below the other."""
    found = {name: np.asarray(values, dtype=np.float64).ravel() for name, values in chart.series.items()}
    found = {name: values[np.isfinite(values)] for name, values in found.items()}
    found = {name: values for name, values in found.items() if values.size}
    if not found:
        return element("p", say("no_numbers", language), class_="muted"), []
    bins = find_bins(np.concatenate(list(found.values())))
    edges = bins.edges
    shares = {
        name: np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0] / values.size for name, values in found.items()
    }
    tallest = max(float(share.max()) for share in shares.values())
    scale = Scale(float(edges[0]), float(edges[-1]))
    few = len(shares) <= MOST_TOGETHER
    colors = pick_colors(list(shares)) if few else dict.fromkeys(shares, "train")
    bars = {name: draw_columns(share, edges, scale, tallest, colors[name]) for name, share in shares.items()}
    title = name_fact(chart.title, language)
    names, told = list(shares), dict(zip(shares, name_bars(list(shares), language), strict=True))
    groups = [names] if few else [[name] for name in names]
    strips = [
        canvas(
            [bars[name] for name in group],
            title=f"{title}: {', '.join(told[name] for name in group)}",
            class_="histogram" if few else "histogram low",
        )
        for group in groups
    ]
    counts = {name: values.size for name, values in found.items()}
    if few:
        body, legend = strips, make_legend(names, language, list(counts.values()))
    else:
        heads = [element("small", named(told[name]), f" ({format_count(counts[name])})") for name in names]
        body, legend = [element("div", head, strip) for head, strip in zip(heads, strips, strict=True)], None
    notes = [say("histogram_note", language)]
    if bins.beyond:
        notes.append(say("histogram_beyond", language, count=format_count(bins.beyond)))
    return element("div", body, draw_scale(scale), legend), notes


def draw_columns(
    shares: Float[np.ndarray, " bins"], edges: Float[np.ndarray, " edges"], scale: Scale, tallest: float, color: str
) -> list[Html]:
    """One column for each bin that is not empty; `tallest` fills the height."""
    return [
        element(
            "rect",
            x=percent(scale.place(left)),
            y=percent(100 - 100 * share / tallest),
            width=percent(scale.place(right) - scale.place(left)),
            height=percent(100 * share / tallest),
            class_=f"tone-{color}",
        )
        for share, left, right in zip(shares.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True)
        if share > 0
    ]


def draw_scale(scale: Scale) -> Html:
    """The axis below, with round numbers; those at its ends stay inside, and one that would touch the last is left out."""
    ticks = find_ticks(scale.low, scale.high, 4)
    marks, end = [], -math.inf
    for tick, text in zip(ticks, say_ticks(ticks), strict=True):
        place, wide = scale.place(tick), 100 * LETTER_PX * len(text) / NARROWEST
        start = min(max(place - wide / 2, 0.0), 100 - wide)
        marks.append(line(percent(place), "0", percent(place), "5", "axis"))
        if start < end + GAP:
            continue
        end = start + wide
        marks.append(label(text, percent(start + wide / 2), "18"))
    return canvas(line("0", "0", "100%", "0", "axis"), marks, title="", class_="scale")


def draw_bars(chart: Chart, language: Language) -> tuple[Html, list[str]]:
    """One line a name, with a bar of each series below each other and its number beside it."""
    names = list(chart.names)
    shown = names[:MOST_NAMES]
    series = {name: list(values)[: len(shown)] for name, values in chart.series.items()}
    finite = [value for values in series.values() for value in values if math.isfinite(value)]
    if not finite:
        return element("p", say("no_numbers", language), class_="muted"), []
    low, high = min(0.0, *finite), max(0.0, *finite)
    scale = Scale(low, high if high > low else low + 1.0)
    colors = pick_colors(list(series))
    whole = all(value == round(value) for value in finite)
    lines = []
    for place, name in enumerate(name_bars(shown, language)):
        bars = [
            draw_bar(values[place] if place < len(values) else math.nan, scale, colors[one], whole=whole)
            for one, values in series.items()
        ]
        who = element("span", named(name), class_="who")
        lines.append(element("div", who, element("div", bars), class_="line"))
    legend = make_legend(list(series), language) if len(series) > 1 or next(iter(series)) != chart.title else None
    notes = []
    if len(shown) < len(names):
        notes.append(say("more_names", language, shown=len(shown), total=format_count(len(names))))
    return element("div", element("div", lines, class_="bars"), legend), notes


def draw_bar(value: float, scale: Scale, color: str, *, whole: bool) -> Html:
    """One bar from zero, and its number."""
    if not math.isfinite(value):
        return element("span", element("svg", class_="one-bar", aria_hidden="true"), element("span", "–"), class_="bar-line")
    left, right = sorted((scale.place(0.0), scale.place(value)))
    rect = element("rect", x=percent(left), y=0, width=percent(max(right - left, 0.4)), height="100%", class_=f"tone-{color}")
    number = say_value(value, whole=whole)
    return element(
        "span", element("svg", rect, class_="one-bar", aria_hidden="true"), element("span", number), class_="bar-line"
    )

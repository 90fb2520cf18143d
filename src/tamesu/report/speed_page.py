"""The page of speed: CV score against time of one image, a chart and a table for each machine and metric."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from tamesu.artifacts.environment import find_version
from tamesu.artifacts.files import write_text
from tamesu.artifacts.latency import Place
from tamesu.messages import Language
from tamesu.messages.speed import tell
from tamesu.report.canvas import Scale, canvas, dot, find_ticks, label, line, percent, say_ticks, sign, symbol
from tamesu.report.document import make_document
from tamesu.report.html import Html, element, named
from tamesu.report.numbers import format_count, format_number
from tamesu.report.section import table
from tamesu.report.words import Words
from tamesu.results.pareto import SpeedPoint, find_front, group_points

# Times that span this factor are squeezed on a linear axis.
LOG_FACTOR = 8.0


def write_speed_page(
    points: Sequence[SpeedPoint],
    path: Path,
    language: Language = "en",
    *,
    here: Place | None = None,
    price: float | None = None,
) -> Path:
    """Write the page; equal points give equal bytes.

    Args:
        points: of any machines and metrics; those of one group are held against each other.
        path: the HTML file; its folder is made when it is not there.
        language: `"en"` or `"ja"`.
        here: this machine, whose groups come first.
        price: of an hour of this machine; without one no cost is told, nor that of other machines.

    Returns:
        `path`.
    """
    groups = sorted(group_points(points), key=lambda group: group[0] != here)
    sections = [show_group(*group, language, here, price) for group in groups]
    if not sections:
        sections = [element("p", tell("nothing", language))]
    footer = element("footer", tell("made", language, version=find_version("tamesu") or "?"))
    title = tell("title", language)
    page = make_document(title, Words(language), element("header", element("h1", title)), sections, footer)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, page)
    return path


def show_group(
    place: Place, metric: str, points: Sequence[SpeedPoint], language: Language, here: Place | None, price: float | None
) -> Html:
    """One machine and metric: chart, table, and what to mind."""
    front = find_front(points)
    machine = tell("group", language, device=place.device, name=place.name, threads=place.threads, torch=place.torch)
    about = tell("here" if place == here else "elsewhere", language)
    notes = [tell("note", language)]
    if wandering := sum(point.latency.wanders for point in points):
        notes.append(tell("wanders", language, count=wandering, total=len(points)))
    if len({point.folds for point in points}) > 1:
        notes.append(tell("note_folds", language))
    paid = price if place == here else None
    if paid is not None:
        notes.append(tell("note_cost", language, price=f"{paid:g}"))
    keys = [element("span", sign("keep"), tell("front", language))]
    keys.append(element("span", element("i", class_="key round"), tell("others", language)))
    figure = element(
        "figure",
        element("figcaption", tell("chart", language, metric=metric)),
        element("div", draw_chart(points, front, metric, language), class_="axes"),
        element("p", keys, class_="legend"),
        class_="panel",
    )
    heading = element("h2", named(machine), " ", element("small", about))
    said = element("p", " ".join(notes), class_="muted")
    return element(
        "section", heading, element("div", figure, show_table(points, front, metric, language, paid), said, class_="stack")
    )


def draw_chart(points: Sequence[SpeedPoint], front: Sequence[int], metric: str, language: Language) -> Html:
    """Score (upwards) over time, each point with its number; those of the front joined by steps."""
    times = [point.latency.image_ms for point in points]
    log = max(times) / min(times) > LOG_FACTOR
    turn = math.log10 if log else float
    low, high = turn(min(times)), turn(max(times))
    room = 0.08 * (high - low) or 0.1 * abs(high) or 0.1
    across = Scale(low - room, high + room)
    errors = [point.error or 0.0 for point in points]
    bottom = min(point.score - error for point, error in zip(points, errors, strict=True))
    top = max(point.score + error for point, error in zip(points, errors, strict=True))
    margin = 0.08 * (top - bottom) or 0.05 * abs(top) or 0.1
    up = Scale(bottom - margin, top + margin, 100.0, 0.0)
    parts: list[Html] = []
    heights = find_ticks(up.low, up.high, 5)
    for tick, text in zip(heights, say_ticks(heights), strict=True):
        y = percent(up.place(tick))
        parts += [
            line("0%", y, "100%", y, "grid-line"),
            element("g", label(text, "0%", y, "end", "tick middle"), class_="left"),
        ]
    for tick, text in mark_times(across, log):
        x = percent(across.place(turn(tick)))
        parts += [line(x, "0%", x, "100%", "grid-line"), element("g", label(text, x, "100%"), class_="below")]
    places = [(across.place(turn(time)), up.place(point.score)) for time, point in zip(times, points, strict=True)]
    for before, after in pairwise(front):
        (left, low_y), (right, high_y) = ((percent(x), percent(y)) for x, y in (places[before], places[after]))
        parts += [line(left, low_y, right, low_y, "best"), line(right, low_y, right, high_y, "best")]
    for number, point in enumerate(points):
        x, y = (percent(one) for one in places[number])
        if point.error:
            ends = [percent(up.place(point.score + sign * point.error)) for sign in (1, -1)]
            parts.append(line(x, ends[0], x, ends[1], "error"))
        shape = symbol("keep", x, y) if number in front else dot(x, y, 4, "other")
        parts += [shape, element("g", label(str(number + 1), x, y, class_="tick"), class_="above")]
    axis = element("p", tell("axis_log" if log else "axis", language), class_="legend end")
    title = tell("chart", language, metric=metric)
    return element("div", canvas(*parts, title=title, class_="unit large"), axis)


def mark_times(across: Scale, log: bool) -> list[tuple[float, str]]:
    """Ticks of the time's axis with their texts: 1, 2, 5 of each power of ten where it is logarithmic.

    Examples:
        >>> mark_times(Scale(0.0, 1.2), True)
        [(1, '1'), (2, '2'), (5, '5'), (10, '10')]
    """
    if not log:
        ticks = find_ticks(across.low, across.high, 6)
        return list(zip(ticks, say_ticks(ticks), strict=True))
    powers = range(math.floor(across.low), math.ceil(across.high) + 1)
    found = [factor * 10**power for power in powers for factor in (1, 2, 5)]
    return [(tick, f"{tick:g}") for tick in found if across.holds(math.log10(tick))]


def show_table(
    points: Sequence[SpeedPoint], front: Sequence[int], metric: str, language: Language, price: float | None
) -> Html:
    """The runs, numbered as in the chart."""
    keys = ["run", "score", "ms", "p90", "views", "size", "precision", "parameters", "weights", "networks"]
    keys += ["cost", "whole"] if price is not None else []
    rows: list[list[Html | str]] = []
    for number, point in enumerate(points):
        one = point.latency
        error = f" ± {format_number(point.error)}" if point.error is not None else ""
        shown: list[Html | str] = [
            str(number + 1),
            element("b", named(point.run)) if number in front else named(point.run),
            format_number(point.score) + error,
            f"{one.image_ms:.2f}",
            f"{one.p90_ms * one.views:.2f}",
            str(one.views),
            str(one.size_px),
            one.precision,
            format_count(one.parameters),
            f"{one.weights_mib:.1f}",
            str(one.networks),
        ]
        if price is not None:
            shown += [f"{point.cost(price):.2f}", f"{point.cost(price, whole=True):.2f}"]
        rows.append(shown)
    head = ["", *(tell(f"column_{key}", language, metric=metric) for key in keys)]
    return table(head, rows, numeric=(0, *range(2, len(head))))

"""Charts of many runs: all over time, some over epochs, CV beside the leaderboard; SVG that stretches with the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import quote

from tamesu.report.canvas import Scale, canvas, dot, draw_ruler, find_ticks, label, line, percent, say_ticks
from tamesu.report.html import Child, Html, element
from tamesu.report.numbers import format_number
from tamesu.web.listing import RunLine

TOP, BOTTOM = 8.0, 88.0
# Colours of lines that are told apart, as classes of the style; more runs than these are not laid over each other.
TONES = ("a", "b", "c", "d", "e", "f")


@dataclass(frozen=True, slots=True)
class Curve:
    """One run's line: a number per epoch, NaN where nothing is known."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Spot:
    """One run's place in a plane, on the scales of two metrics."""

    name: str
    across: float
    down: float


def frame(marks: Child, across: Scale, down: Scale, title: str, *, days: Sequence[tuple[float, str]] | None = None) -> Html:
    """A plot with its axes; numbers of the vertical one in a strip of their own.

    Args:
        marks: what is drawn.
        across: the horizontal scale.
        down: the vertical one, from BOTTOM to TOP.
        title: what it shows.
        days: ticks of the horizontal axis as (number, text); round numbers when None.
    """
    ticks = find_ticks(down.low, down.high, 6)
    texts, heights = say_ticks(ticks), [percent(down.place(tick)) for tick in ticks]
    ruler = draw_ruler(texts, heights)
    if days is None:
        numbers = find_ticks(across.low, across.high, 6)
        days = list(zip(numbers, say_ticks(numbers), strict=True))
    below = [
        [
            line(
                percent(across.place(place)), percent(BOTTOM + 4), percent(across.place(place)), percent(BOTTOM + 5.5), "axis"
            ),
            label(text, percent(across.place(place)), percent(BOTTOM + 11)),
        ]
        for place, text in days
    ]
    plot = canvas(
        [line("0", height, "100%", height, "grid-line") for height in heights],
        line("0", percent(BOTTOM + 4), "100%", percent(BOTTOM + 4), "axis"),
        below,
        marks,
        title=title,
        class_="plot",
    )
    return element("div", ruler, plot, class_="chart")


def make_scale(values: Sequence[float], start: float = BOTTOM, end: float = TOP) -> Scale:
    """A scale that holds all values with a margin.

    Examples:
        >>> scale = make_scale([1.0, 2.0])
        >>> scale.low < 1.0, scale.high > 2.0, make_scale([3.0]).low < 3.0
        (True, True, True)
    """
    low, high = min(values), max(values)
    margin = 0.06 * (high - low) or 0.06 * abs(high) or 1.0
    return Scale(low - margin, high + margin, start, end)


def best_over_time(scores: Sequence[float], greater_is_better: bool) -> list[float]:
    """The best score up to each.

    Examples:
        >>> best_over_time([0.5, 0.7, 0.6], True), best_over_time([0.5, 0.7, 0.4], False)
        ([0.5, 0.7, 0.7], [0.5, 0.5, 0.4])
    """
    found: list[float] = []
    for score in scores:
        before = found[-1] if found else score
        found.append(max(before, score) if greater_is_better else min(before, score))
    return found


def draw_runs(lines: Sequence[RunLine], greater_is_better: bool, title: str) -> Html | None:
    """Every run by the time of its score: a dot that leads to it, and the best so far as a staircase.

    Args:
        lines: any; those without a score are left out.
        greater_is_better: the metric's direction.
        title: what it shows.

    Returns:
        The chart; None without a score.
    """
    shown = sorted((one for one in lines if one.cv is not None), key=lambda one: (one.stamp, one.name))
    scores = [one.cv for one in shown if one.cv is not None]
    if not scores:
        return None
    across, down = Scale(0.4, len(shown) + 0.6), make_scale(clip(scores))
    best = best_over_time(scores, greater_is_better)
    stairs: list[Html] = []
    for place, level in enumerate(best, 1):
        y = percent(down.place(level))
        if place == 1 or level != best[place - 2]:
            if place > 1:
                x = percent(across.place(place))
                stairs.append(line(x, percent(down.place(best[place - 2])), x, y, "best"))
            following = [later for later in range(place, len(best)) if best[later] != level]
            last = following[0] + 1 if following else across.high
            stairs.append(line(percent(across.place(place)), y, percent(across.place(last)), y, "best"))
    radius = 4 if len(shown) <= 60 else 2.5
    dots = [
        element(
            "a",
            element("title", f"{one.name}: {format_number(one.cv)} ({one.time})"),
            dot(percent(across.place(place)), percent(down.place(score)), radius, "run-dot"),
            href=f"/runs/{quote(one.name)}",
        )
        for place, (one, score) in enumerate(zip(shown, scores, strict=True), 1)
    ]
    return frame([stairs, dots], across, down, title, days=mark_days(shown))


def clip(scores: Sequence[float]) -> list[float]:
    """The scores that decide the axis: one run that went to pieces must not press all others into a line.

    Examples:
        >>> clip([0.9, 0.91, 0.92, 0.93, 0.1])
        [0.9, 0.91, 0.92, 0.93]
    """
    ranked = sorted(scores)
    cut = len(ranked) // 4
    low, high = ranked[cut], ranked[len(ranked) - 1 - cut]
    room = 2 * (high - low) or math.inf
    return [score for score in ranked if low - room <= score <= high + room] or ranked


def mark_days(lines: Sequence[RunLine], most: int = 6) -> list[tuple[float, str]]:
    """The first run of a day with its date, as many as there is room for.

    Args:
        lines: in the order of their time.
        most: ticks.
    """
    found: list[tuple[float, str]] = []
    for place, one in enumerate(lines, 1):
        day = one.time[5:10]
        if (place == 1 or day != lines[place - 2].time[5:10]) and (not found or place - found[-1][0] >= len(lines) / most):
            found.append((float(place), day))
    return found


def draw_curves(curves: Sequence[Curve], title: str) -> Html | None:
    """Lines over epochs, each in its tone; None when none holds a number.

    Args:
        curves: at most as many as there are tones.
        title: what they show.
    """
    known = [value for curve in curves for value in curve.values if math.isfinite(value)]
    if not known:
        return None
    epochs = max(len(curve.values) for curve in curves)
    across, down = Scale(1 - 0.02 * epochs, epochs + 0.02 * epochs), make_scale(known)
    marks = [draw_curve(curve, tone, across, down) for curve, tone in zip(curves, TONES, strict=False)]
    whole = [tick for tick in find_ticks(1, max(epochs, 2), 6) if tick == int(tick) and 1 <= tick <= epochs]
    return frame(marks, across, down, title, days=[(tick, str(int(tick))) for tick in whole])


def draw_curve(curve: Curve, tone: str, across: Scale, down: Scale) -> list[Html]:
    """One line, in pieces between epochs that are known; a dot where there is only one."""
    known = [(place, value) for place, value in enumerate(curve.values, 1) if math.isfinite(value)]
    if len(known) == 1:
        [(place, value)] = known
        return [dot(percent(across.place(place)), percent(down.place(value)), 3, f"fill-{tone}")]
    places = [(percent(across.place(place)), percent(down.place(value))) for place, value in known]
    return [line(*one, *other, f"curve tone-{tone}") for one, other in pairwise(places)]


def draw_scatter(spots: Sequence[Spot], title: str, across_label: str) -> Html | None:
    """Runs in a plane, each a dot that leads to it; None without any.

    Args:
        spots: the runs.
        title: what it shows.
        across_label: what the horizontal axis is.
    """
    if not spots:
        return None
    across = make_scale([spot.across for spot in spots], 0.0, 100.0)
    down = make_scale([spot.down for spot in spots])
    dots = [
        element(
            "a",
            element("title", f"{spot.name}: {format_number(spot.across)}, {format_number(spot.down)}"),
            dot(percent(across.place(spot.across)), percent(down.place(spot.down)), 4.5, "run-dot"),
            href=f"/runs/{quote(spot.name)}",
        )
        for spot in spots
    ]
    return element("div", frame(dots, across, down, title), element("p", across_label, class_="across"))


def legend(names: Sequence[str]) -> Html:
    """Which tone is whose."""
    keys = [
        element("span", element("i", class_=f"key line-{tone}"), element("bdi", name, class_="name"))
        for name, tone in zip(names, TONES, strict=False)
    ]
    return element("p", keys, class_="legend")

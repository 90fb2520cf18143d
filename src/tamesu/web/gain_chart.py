"""Gains with their intervals on one axis, a line each, as the forest plot of verdicts has them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tamesu.report.canvas import Scale, canvas, dot, find_ticks, label, line, percent, say_ticks
from tamesu.report.html import Html, element, named
from tamesu.report.numbers import format_gain

# In pixels from the top of a strip.
MIDDLE, STOP = 15, 4


@dataclass(frozen=True, slots=True)
class GainLine:
    """One line: its name, the mean gain, and the ends of its interval; larger is better."""

    name: str
    mean: float
    low: float
    high: float


def draw_gains(lines: Sequence[GainLine], title: str) -> Html | None:
    """The lines below each other with the line of no gain, and their axis; None without any.

    Args:
        lines: finite numbers.
        title: what is shown.
    """
    if not lines:
        return None
    scale = find_scale(lines)
    rows = [
        element(
            "div",
            element("span", named(one.name), class_="who"),
            draw_line(one, scale),
            element("span", format_gain(one.mean), class_="figure"),
            class_="line",
        )
        for one in lines
    ]
    foot = element("div", element("span"), draw_axis(scale, title), element("span"), class_="line foot")
    return element("figure", element("div", rows, foot, class_="forest"), class_="panel")


def find_scale(lines: Sequence[GainLine]) -> Scale:
    """An axis that holds 0 and every mean, and of the intervals what is not far beyond the median one.

    Examples:
        >>> scale = find_scale(
        ...     [GainLine("a", 0.01, -0.01, 0.03), GainLine("b", 0.0, -5.0, 5.0), GainLine("c", 0.0, -0.01, 0.01)]
        ... )
        >>> scale.low > -0.2, scale.high < 0.2, scale.holds(0.0)
        (True, True, True)
    """
    reaches = sorted(one.high - one.low for one in lines)
    most = 2 * reaches[(len(reaches) - 1) // 2]
    low = min(0.0, *(min(one.mean, max(one.low, one.mean - most)) for one in lines))
    high = max(0.0, *(max(one.mean, min(one.high, one.mean + most)) for one in lines))
    margin = 0.04 * (high - low) or 0.01
    return Scale(low - margin, high + margin)


def draw_line(one: GainLine, scale: Scale) -> Html:
    """A strip with the interval and the mean; an end that is not on the axis has no stop."""
    zero = percent(scale.place(0.0))
    tone = "keep" if one.low > 0 else "drop" if one.high < 0 else "undecided"
    marks = [line(zero, "0", zero, "100%", "zero")]
    if math.isfinite(one.high - one.low) and one.high > one.low:
        ends = percent(scale.place(one.low)), percent(scale.place(one.high))
        marks.append(line(ends[0], str(MIDDLE), ends[1], str(MIDDLE), f"reach {tone}"))
        marks += [
            line(place, str(MIDDLE - STOP), place, str(MIDDLE + STOP), f"reach {tone}")
            for place, end in zip(ends, (one.low, one.high), strict=True)
            if scale.holds(end)
        ]
    said = f"{one.name} {format_gain(one.mean)} [{format_gain(one.low)}, {format_gain(one.high)}]"
    return canvas(marks, dot(percent(scale.place(one.mean)), str(MIDDLE), 4.5, "gain-dot"), title=said, class_="strip low")


def draw_axis(scale: Scale, title: str) -> Html:
    """Round gains below the strips."""
    ticks = find_ticks(scale.low, scale.high, 5)
    marks = [
        [line(place, "0", place, "5", "axis"), label(text, place, "18")]
        for place, text in zip((percent(scale.place(tick)) for tick in ticks), say_ticks(ticks, signed=True), strict=True)
    ]
    return canvas(line("0", "0", "100%", "0", "axis"), marks, title=title, class_="strip low")

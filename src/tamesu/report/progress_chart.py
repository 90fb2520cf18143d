"""Score over time: every verdict a symbol in the order reached, adopted ideas the steps of a staircase."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tamesu.artifacts.verdict import Word
from tamesu.report.canvas import Scale, canvas, draw_ruler, find_ticks, label, line, percent, say_ticks, sign, symbol
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import count_decimals, format_gain, format_number
from tamesu.report.section import Section, table
from tamesu.report.verdict_notes import ORDER
from tamesu.report.words import Words

# The plot's height in pixels as the style has it, and the part of it between the highest score and the lowest.
HEIGHT = 300
TOP, BOTTOM = 8.0, 87.0

# More verdicts than this need smaller symbols.
MANY = 60

# The narrowest plot there is; numbers that do not touch here never do.
NARROWEST = 260


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """One verdict on the way.

    Attributes:
        time: when it was reached, ISO 8601.
        score: CV of the idea on the metric's own scale; None when undefined.
        baseline: CV of the baseline on the same pairs.
        word: the verdict.
        name: of the idea.
        is_step: whether it was kept and adopted, so that the next ideas start from it.
    """

    time: str
    score: float | None
    baseline: float | None
    word: Word
    name: str
    is_step: bool = False


def is_number(value: float | None) -> bool:
    """Whether there is a finite number."""
    return value is not None and math.isfinite(value)


def with_score(points: Sequence[HistoryPoint]) -> list[tuple[HistoryPoint, float]]:
    """The points that have a score, with it, in their order."""
    return [(point, point.score) for point in points if point.score is not None and math.isfinite(point.score)]


def best_so_far(points: Sequence[HistoryPoint], greater_is_better: bool) -> list[float | None]:
    """The best score after each point: the first baseline's, then that of the best idea adopted.

    Args:
        points: in the order reached.
        greater_is_better: the metric's direction.

    Returns:
        One level more than there are points, the first before all of them; None where nothing is known yet.

    Examples:
        >>> steps = [HistoryPoint("", 0.9, 0.8, "keep", "a", True), HistoryPoint("", 0.95, 0.9, "keep", "b")]
        >>> best_so_far(steps, True)
        [0.8, 0.9, 0.9]
    """
    level = next((point.baseline for point in points if is_number(point.baseline)), None)
    levels = [level]
    for point in points:
        if point.is_step and point.score is not None and math.isfinite(point.score):
            choose = max if greater_is_better else min
            level = point.score if level is None else choose(level, point.score)
        levels.append(level)
    return levels


def find_range(points: Sequence[HistoryPoint], greater_is_better: bool) -> tuple[float, float]:
    """Lowest and highest score shown: all of the staircase, and the others as far as they do not squeeze it.

    One idea that went to pieces must not press all others into one line: what lies beyond the staircase and the middle
    half of the scores by more than their height stands at the edge.

    Args:
        points: at least one, each with a score.
        greater_is_better: the metric's direction.
    """
    scores = sorted(score for _, score in with_score(points))
    levels = [level for level in best_so_far(points, greater_is_better) if level is not None]
    steps = [score for point, score in with_score(points) if point.is_step]
    cut = len(scores) // 4
    core = [*scores[cut : len(scores) - cut], *levels, *steps]
    low, high = min(core), max(core)
    room = high - low
    near = [score for score in scores if low - room <= score <= high + room]
    low, high = min([low, *near]), max([high, *near])
    margin = 0.06 * (high - low) or 0.06 * abs(high) or 1.0
    return low - margin, high + margin


def read_dates(points: Sequence[HistoryPoint]) -> list[date] | None:
    """The day of each point when they span more than one and all are readable; else None."""
    try:
        days = [datetime.fromisoformat(point.time).date() for point in points]
    except ValueError:
        return None
    return days if len(set(days)) > 1 else None


def mark_days(points: Sequence[HistoryPoint], apart: float) -> list[tuple[int, str]]:
    """Ticks of the horizontal axis: the first verdict of a day with its date, or round numbers of verdicts.

    Args:
        points: in the order reached.
        apart: how many verdicts two ticks must lie apart.

    Returns:
        Places (from 1) and texts; with the year where the years differ.
    """
    days = read_dates(points)
    if days is None:
        ticks = find_ticks(0.5, len(points) + 0.5, 6)
        return [(int(tick), str(int(tick))) for tick in ticks if tick == int(tick) and 1 <= tick <= len(points)]
    form = "%m-%d" if days[0].year == days[-1].year else "%Y-%m-%d"
    found: list[tuple[int, str]] = []
    for place, day in enumerate(days, 1):
        new = place == 1 or day != days[place - 2]
        if new and (not found or place - found[-1][0] >= apart * (1 if form == "%m-%d" else 1.7)):
            found.append((place, day.strftime(form)))
    return found


def make_history_section(points: Sequence[HistoryPoint], metric: str, greater_is_better: bool, words: Words) -> Section:
    """The section: the chart, and the adopted ideas by their number.

    Args:
        points: in the order reached.
        metric: its name.
        greater_is_better: its direction.
        words: the page's language.
    """
    title = join(words("section_history"))
    shown = [point for point, _ in with_score(points)]
    if not shown:
        return Section("history", title, element("p", words("history_empty"), class_="muted"))
    keys = [
        element("span", sign(word), words(f"verdict_{word}")) for word in ORDER if any(point.word == word for point in shown)
    ]
    keys.append(element("span", element("i", class_="key best"), words("best_so_far")))
    direction = words("higher" if greater_is_better else "lower")
    notes = [element("span", words("history_note")), element("span", f"{metric}: {direction}")]
    low, high = find_range(shown, greater_is_better)
    if beyond := sum(not low <= score <= high for _, score in with_score(shown)):
        notes.append(element("span", words("history_beyond", count=beyond)))
    if len(shown) < len(points):
        notes.append(element("span", words("history_left_out", count=len(points) - len(shown))))
    figure = element(
        "figure",
        element("figcaption", words("history_title", metric=metric)),
        draw_chart(shown, metric, greater_is_better, words),
        element("p", keys, notes, class_="legend"),
        class_="panel",
    )
    return Section("history", title, join(figure, list_steps(shown, greater_is_better, words)))


def draw_chart(points: Sequence[HistoryPoint], metric: str, greater_is_better: bool, words: Words) -> Html:
    """The chart; its vertical axis in a strip of its own, as wide as its numbers.

    Args:
        points: at least one, each with a score.
        metric: its name.
        greater_is_better: its direction.
        words: the page's language.
    """
    low, high = find_range(points, greater_is_better)
    down, across = Scale(low, high, BOTTOM, TOP), Scale(0.4, len(points) + 0.6)
    ticks = find_ticks(low, high, 6)
    heights = [percent(down.place(tick)) for tick in ticks]
    texts = say_ticks(ticks)
    ruler = draw_ruler(texts, heights)
    days = [
        join(line(place, percent(BOTTOM + 4), place, percent(BOTTOM + 5.5), "axis"), label(text, place, percent(BOTTOM + 11)))
        for place, text in (
            (percent(across.place(number)), text) for number, text in mark_days(points, 0.17 * (len(points) + 1))
        )
    ]
    placed = list(enumerate(with_score(points), 1))
    # The adopted ideas last, so that they are never hidden.
    placed.sort(key=lambda item: item[1][0].is_step)
    marks = [symbol(point.word, percent(across.place(place)), percent(down.place(score))) for place, (point, score) in placed]
    chart = canvas(
        [line("0", height, "100%", height, "grid-line") for height in heights],
        line("0", percent(BOTTOM + 4), "100%", percent(BOTTOM + 4), "axis"),
        days,
        draw_stairs(points, greater_is_better, across, down),
        marks,
        number_steps(points, across, down),
        title=words("history_title", metric=metric),
        class_="plot many" if len(points) > MANY else "plot",
    )
    return element("div", ruler, chart, class_="chart")


def draw_stairs(points: Sequence[HistoryPoint], greater_is_better: bool, across: Scale, down: Scale) -> list[Html]:
    """The best so far as a staircase: level until an adopted idea is better, then up (or down) to it."""
    marks: list[Html] = []
    start, level = across.low, None
    for place, new in enumerate(best_so_far(points, greater_is_better)):
        if new == level:
            continue
        here = float(place) if place else across.low
        if level is not None and new is not None:
            x, y = percent(across.place(here)), percent(down.place(level))
            marks.append(line(percent(across.place(start)), y, x, y, "best"))
            marks.append(line(x, y, x, percent(down.place(new)), "best"))
        start, level = here, new
    if level is not None:
        y = percent(down.place(level))
        marks.append(line(percent(across.place(start)), y, "100%", y, "best"))
    return marks


def number_steps(points: Sequence[HistoryPoint], across: Scale, down: Scale) -> list[Html]:
    """The number of each adopted idea beside its symbol, unless it would touch another; the list below has all."""
    taken: list[tuple[float, float]] = []
    marks, number = [], 0
    for place, (point, score) in enumerate(with_score(points), 1):
        if not point.is_step:
            continue
        number += 1
        x, y = across.place(place), down.place(score)
        for shift in (-11, 21, -25, 35):
            here = x / 100 * NARROWEST, y / 100 * HEIGHT + shift
            inside = 8 < here[1] < BOTTOM / 100 * HEIGHT + 8
            if inside and all(
                abs(here[0] - other[0]) > 9 * len(str(number)) or abs(here[1] - other[1]) > 13 for other in taken
            ):
                taken.append(here)
                marks.append(
                    element("text", str(number), x=percent(x), y=percent(y), dy=shift, text_anchor="middle", class_="step")
                )
                break
    return marks


def list_steps(points: Sequence[HistoryPoint], greater_is_better: bool, words: Words) -> Html | None:
    """The adopted ideas: number, name, day, score, and how much better the best so far became."""
    levels = best_so_far(points, greater_is_better)
    rows: list[list[Html | str]] = []
    for place, (point, score) in enumerate(with_score(points)):
        if not point.is_step:
            continue
        before = levels[place]
        gain = None if before is None else (score - before if greater_is_better else before - score)
        decimals = count_decimals(None if gain is None else abs(gain))
        shown = format_number(score, max(1, min(8, decimals)))
        rows.append([str(len(rows) + 1), named(point.name), point.time[:10], shown, format_gain(gain, decimals) or "–"])
    if not rows:
        return None
    head = ["#", words("idea"), words("reached"), words("score"), words("gain")]
    return element("div", element("h3", words("steps")), table(head, rows, numeric=(0, 3, 4)), class_="steps")

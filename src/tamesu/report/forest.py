"""The forest plot: one line per idea with its interval, its mean gain and every single pair, all on one axis."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from tamesu.artifacts.verdict import Verdict
from tamesu.report.canvas import Scale, canvas, dot, find_ticks, label, line, percent, say_ticks, sign, symbol
from tamesu.report.html import Html, element, join, named
from tamesu.report.verdict_notes import ORDER, has_interval, is_measured, say_gain, say_own_interval, share_decimals
from tamesu.report.words import Words

# Heights inside a strip, in pixels: the bar and its symbol above, the pairs below, stacked upwards.
BAR, FLOOR, CEILING = 13, 39, 25
DOT = 2.3

# Pairs whose places are nearer than this, in per cent of the axis, are stacked.
NEAR = 0.9


def show_forest(verdicts: Sequence[Verdict], words: Words) -> Html:
    """The plot, with its axis below; names are text of the page, so that every script is right.

    Args:
        verdicts: at least one, all on one metric, in the order shown.
        words: the page's language.
    """
    scale = find_scale(verdicts)
    decimals = share_decimals(verdicts)
    rows = [show_line(verdict, scale, decimals[place], words) for place, verdict in enumerate(verdicts)]
    foot = element("div", element("span"), draw_axis(scale, words), element("span"), class_="line foot")
    metric = verdicts[0].metric.name
    beyond = sum(count_beyond(verdict, scale) for verdict in verdicts)
    notes = [words("forest_note"), *([words("forest_beyond", count=beyond)] if beyond else [])]
    found = [word for word in ORDER if any(verdict.word == word for verdict in verdicts)]
    keys = [element("span", sign(word), words(f"verdict_{word}")) for word in found]
    return element(
        "figure",
        element("figcaption", words("forest_title", metric=metric)),
        element("div", rows, foot, class_="forest"),
        element("p", keys, [element("span", note) for note in notes], class_="legend"),
        class_="panel",
    )


def find_scale(verdicts: Sequence[Verdict]) -> Scale:
    """An axis on which most is seen well: one hopeless idea or one wide interval must not squeeze all others into a line.

    It holds 0, the region of practical equivalence, every kept idea's interval, and the others up to twice their
    median reach; single pairs within three quarters more on each side widen it.
    """
    ends = [(verdict, find_ends(verdict)) for verdict in verdicts if is_measured(verdict)]
    rope = max((verdict.rope for verdict in verdicts), default=0.0)
    reaches = [max(map(abs, pair)) for _, pair in ends]
    kept = [max(map(abs, pair)) for verdict, pair in ends if verdict.word == "keep"]
    cap = max([2 * statistics.median(reaches), *kept]) if reaches else 0.0
    low = min([-rope, *(max(pair[0], -cap) for _, pair in ends)])
    high = max([rope, *(min(pair[1], cap) for _, pair in ends)])
    pairs = [pair.gain for verdict in verdicts for pair in verdict.pairs if math.isfinite(pair.gain)]
    room = 0.75 * (high - low)
    near = [gain for gain in pairs if low - room <= gain <= high + room]
    low, high = min([low, *near]), max([high, *near])
    if high <= low:
        low, high = -1.0, 1.0
    margin = 0.03 * (high - low)
    return Scale(low - margin, high + margin)


def find_ends(verdict: Verdict) -> tuple[float, float]:
    """What is drawn of a measured verdict, from left to right: its interval, or its mean where it has none."""
    return (verdict.low, verdict.high) if has_interval(verdict) else (verdict.gain, verdict.gain)


def count_beyond(verdict: Verdict, scale: Scale) -> int:
    """How many of its pairs are not on the axis."""
    return sum(math.isfinite(pair.gain) and not scale.holds(pair.gain) for pair in verdict.pairs)


def show_line(verdict: Verdict, scale: Scale, decimals: int, words: Words) -> Html:
    """One idea: its name, its strip, its gain."""
    gain = say_gain(verdict, decimals) or words("no_pairs")
    return element(
        "div",
        element("span", sign(verdict.word), named(verdict.idea), class_="who"),
        draw_strip(verdict, scale, decimals, words),
        element("span", gain, class_="figure" if is_measured(verdict) else "figure muted"),
        class_="line",
    )


def draw_strip(verdict: Verdict, scale: Scale, decimals: int, words: Words) -> Html:
    """The band of what counts as the same, the line of no gain, the seed noise, and on them the verdict and its pairs."""
    said = [verdict.idea, words(f"verdict_{verdict.word}"), say_gain(verdict, decimals), say_own_interval(verdict, decimals)]
    title = " ".join(filter(None, said))
    return canvas(
        draw_ground(verdict, scale), draw_pairs(verdict, scale), draw_mean(verdict, scale), title=title, class_="strip"
    )


def draw_ground(verdict: Verdict, scale: Scale) -> list[Html]:
    """What the gains are held against."""
    left, right = scale.place(-verdict.rope), scale.place(verdict.rope)
    marks = [element("rect", x=percent(left), y=0, width=percent(right - left), height="100%", class_="rope")]
    marks += [
        line(percent(scale.place(edge)), "0", percent(scale.place(edge)), "100%", "noise")
        for edge in ([] if verdict.noise is None else [-verdict.noise, verdict.noise])
        if scale.holds(edge)
    ]
    return [*marks, line(percent(scale.place(0)), "0", percent(scale.place(0)), "100%", "zero")]


def draw_pairs(verdict: Verdict, scale: Scale) -> list[Html]:
    """Every single pair as a dot, those near each other stacked; what is beyond the axis stands at its edge."""
    gains = [pair.gain for pair in verdict.pairs if math.isfinite(pair.gain)]
    heights = stack([scale.place(gain) for gain in gains])
    step = min(4.6, (FLOOR - CEILING) / max([1, *heights]))
    return [
        dot(percent(scale.place(gain)), f"{FLOOR - step * height:g}", DOT, "pair" if scale.holds(gain) else "pair beyond")
        for gain, height in zip(gains, heights, strict=True)
    ]


def stack(places: Sequence[float], near: float = NEAR) -> list[int]:
    """How many earlier places share the cell of each.

    Examples:
        >>> stack([10.1, 50.0, 10.2])
        [0, 0, 1]
    """
    filled: dict[int, int] = {}
    heights = []
    for place in places:
        cell = int(place / near)
        heights.append(filled.get(cell, 0))
        filled[cell] = heights[-1] + 1
    return heights


def draw_mean(verdict: Verdict, scale: Scale) -> list[Html]:
    """The interval and the symbol of the verdict at the mean gain."""
    if not is_measured(verdict):
        return []
    low, high = find_ends(verdict)
    marks = []
    if high > low:
        marks.append(line(percent(scale.place(low)), str(BAR), percent(scale.place(high)), str(BAR), f"reach {verdict.word}"))
        # An end that is on the axis has a stop; one that goes on beyond it has none.
        marks += [
            line(percent(scale.place(end)), str(BAR - 4), percent(scale.place(end)), str(BAR + 4), f"reach {verdict.word}")
            for end in (low, high)
            if scale.holds(end)
        ]
    return [*marks, symbol(verdict.word, percent(scale.place(verdict.gain)), str(BAR))]


def draw_axis(scale: Scale, words: Words) -> Html:
    """Round gains, and which side is which."""
    ticks = find_ticks(scale.low, scale.high, 5)
    marks = [
        join(line(place, "0", place, "5", "axis"), label(text, place, "18"))
        for place, text in zip((percent(scale.place(tick)) for tick in ticks), say_ticks(ticks, signed=True), strict=True)
    ]
    sides = label(f"← {words('worse_side')}", "0%", "36", "start"), label(f"{words('better_side')} →", "100%", "36", "end")
    title = words("gain")
    return canvas(line("0", "0", "100%", "0", "axis"), marks, sides, title=title, class_="strip axis")

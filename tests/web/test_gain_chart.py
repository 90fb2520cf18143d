"""The chart of gains: each mark stands where its number is, and one wide interval squeezes no other."""

from __future__ import annotations

import re

import pytest

from tamesu.web.gain_chart import GainLine, draw_gains, find_scale

LINES = [GainLine("<b>all", 0.02, 0.01, 0.03), GainLine("1 + 2", -0.01, -0.03, 0.01), GainLine("3 + 4", -0.02, -0.03, -0.01)]


def test_marks_stand_where_their_numbers_are() -> None:
    chart = draw_gains(LINES, "gains")
    assert chart is not None
    scale = find_scale(LINES)
    places = [float(place) for place in re.findall(r'<circle cx="([\d.]+)%"', chart)]
    assert places == pytest.approx([100 * (one.mean - scale.low) / (scale.high - scale.low) for one in LINES], abs=0.01)
    # A gain above zero as a whole, one that may be either, one below.
    assert [len(re.findall(f'class="reach {tone}"', chart)) for tone in ("keep", "undecided", "drop")] == [3, 3, 3]
    assert "&lt;b&gt;all" in chart and "<b>" not in chart
    assert "+0.0200" in chart


def test_what_is_far_beyond_goes_off_the_axis_without_a_stop() -> None:
    wide = GainLine("wide", 0.0, -9.0, 9.0)
    scale = find_scale([*LINES, wide])
    assert scale.high - scale.low < 1
    chart = draw_gains([*LINES, wide], "gains")
    assert chart is not None
    # The undecided line of before has a bar and two stops; the wide one has its bar alone.
    assert len(re.findall('class="reach undecided"', chart)) == 4


def test_no_lines_no_chart_and_a_certain_gain_is_a_dot() -> None:
    assert draw_gains([], "gains") is None
    chart = draw_gains([GainLine("same", 0.0, 0.0, 0.0)], "gains")
    assert chart is not None
    assert "reach" not in chart and chart.count("<circle") == 1

"""Charts of many runs: marks stand where the numbers say, and names are text."""

from __future__ import annotations

import math
import re

import pytest

from tamesu.web.charts import (
    BOTTOM,
    TOP,
    Curve,
    Spot,
    best_over_time,
    clip,
    draw_curves,
    draw_runs,
    draw_scatter,
    legend,
    mark_days,
)
from tamesu.web.listing import RunLine


def run(name: str, cv: float | None, place: int, time: str = "2026-11-01 10:00") -> RunLine:
    return RunLine(name, "scored", time=time, cv=cv, stamp=place, metric="accuracy", greater_is_better=True)


def dots(text: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)%" cy="([\d.]+)%"', text)]


def test_runs_stand_in_the_order_scored_higher_scores_higher() -> None:
    lines = [run("b", 0.9, 2), run("a", 0.8, 1), run("c", 0.85, 3), run("none", None, 4)]
    text = draw_runs(lines, True, "t")
    assert text is not None
    assert re.findall(r'href="/runs/(\w+)"', text) == ["a", "b", "c"]
    (x1, y1), (x2, y2), (x3, y3) = dots(text)
    assert x1 < x2 < x3
    assert y2 < y3 < y1
    # c lies in the middle of the two others, on an axis that is linear.
    assert y3 == pytest.approx((y1 + y2) / 2, abs=0.02)
    assert all(TOP <= y <= BOTTOM for y in (y1, y2, y3))
    assert text.count('class="best"') == 3, "two levels and the step between them"


def test_without_a_score_there_is_no_chart() -> None:
    assert draw_runs([run("a", None, 1)], True, "t") is None
    assert draw_scatter([], "t", "CV") is None
    assert draw_curves([Curve("a", [math.nan])], "t") is None


def test_a_hostile_name_is_text_in_every_chart() -> None:
    hostile = '"><script>alert(1)</script>\u202e'
    texts = [
        draw_runs([run(hostile, 0.5, 1)], True, hostile),
        legend([hostile]),
        draw_scatter([Spot(hostile, 1, 2)], "t", hostile),
    ]
    assert all(text is not None and "<script>" not in text for text in texts)


def test_the_best_so_far_follows_the_metrics_direction() -> None:
    scores = [3.0, 1.0, 2.0, 5.0]
    assert best_over_time(scores, True) == [3.0, 3.0, 3.0, 5.0]
    assert best_over_time(scores, False) == [3.0, 1.0, 1.0, 1.0]


def test_one_run_that_went_to_pieces_does_not_decide_the_axis() -> None:
    assert clip([0.9, 0.91, 0.92, 0.93, -50.0, 0.905]) == [0.9, 0.905, 0.91, 0.92, 0.93]
    assert clip([0.5, 0.5, 0.5, 0.1]) == [0.1, 0.5, 0.5, 0.5]


def test_days_are_marked_once_and_with_room() -> None:
    lines = [run(str(n), 0.5, n, f"2026-11-{1 + n // 3:02d} 10:00") for n in range(9)]
    assert mark_days(lines) == [(1.0, "11-01"), (4.0, "11-02"), (7.0, "11-03")]
    assert len(mark_days([run(str(n), 0.5, n, f"2026-{1 + n // 28:02d}-{1 + n % 28:02d} 1") for n in range(300)])) <= 7


def test_curves_bridge_nothing_that_is_unknown_and_one_epoch_is_a_dot() -> None:
    text = draw_curves([Curve("a", [1.0, math.nan, 3.0, 2.0]), Curve("b", [2.0])], "t")
    assert text is not None
    assert text.count("curve tone-a") == 2
    assert text.count("fill-b") == 1


def test_a_scatter_has_both_axes_the_usual_way_round() -> None:
    text = draw_scatter([Spot("low", 0.1, 0.2), Spot("high", 0.9, 0.8)], "t", "CV")
    assert text is not None
    (x1, y1), (x2, y2) = dots(text)
    assert x1 < x2
    assert y1 > y2

from __future__ import annotations

import itertools
import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from tamesu.report.progress_chart import (
    HEIGHT,
    NARROWEST,
    HistoryPoint,
    best_so_far,
    draw_chart,
    find_range,
    make_history_section,
    mark_days,
)
from tamesu.report.words import Words

EN = Words("en")


def make_points(count: int = 12, greater: bool = True, seed: int = 0) -> list[HistoryPoint]:
    """Ideas around a level that grows (or falls) with every third."""
    rng, level, points = np.random.default_rng(seed), 0.8, []
    for i in range(count):
        gain = abs(rng.normal(0.0, 0.004)) if i % 3 == 0 else -abs(rng.normal(0.0, 0.004))
        score = level + (gain if greater else -gain)
        word = "keep" if i % 3 == 0 else ("drop", "same", "undecided")[i % 3]
        points.append(
            HistoryPoint(f"2026-10-{1 + i // 4:02d}T08:{i % 60:02d}:00Z", score, level, word, f"アイデア{i}", i % 3 == 0)
        )
        level = score if i % 3 == 0 else level
    return points


def read_plot(points, greater: bool = True) -> ET.Element:
    text = draw_chart(points, "accuracy", greater, EN)
    return ET.fromstring(text)[1]


def share(mark: ET.Element, key: str) -> float:
    return float((mark.get(key) or "").rstrip("%"))


@pytest.mark.parametrize("greater", [True, False])
def test_the_best_so_far_never_becomes_worse(greater: bool) -> None:
    points = make_points(40, greater)
    levels = best_so_far(points, greater)
    assert levels[0] == points[0].baseline and len(levels) == 41
    scores = [0.8, *(point.score for point in points if point.is_step)]
    assert levels[-1] == (max(scores) if greater else min(scores))
    assert levels == sorted(levels, reverse=not greater)


def test_without_a_baseline_the_stairs_begin_with_the_first_step() -> None:
    points = [HistoryPoint("", 0.5, None, "drop", "a"), HistoryPoint("", 0.6, None, "keep", "b", True)]
    assert best_so_far(points, True) == [None, None, 0.6]
    assert best_so_far([HistoryPoint("", math.nan, math.nan, "keep", "a", True)], True) == [None, None]


@pytest.mark.parametrize("greater", [True, False])
def test_every_verdict_stands_in_order_at_its_score(greater: bool) -> None:
    points = make_points(14, greater)
    symbols = [mark for mark in read_plot(points, greater) if (mark.get("class") or "").startswith("symbol")]
    symbols.sort(key=lambda mark: share(mark, "x"))
    assert [(mark.get("class") or "").split()[1] for mark in symbols] == [point.word for point in points]
    # Height is linear in the score, and higher scores stand higher (smaller y).
    heights = [share(mark, "y") for mark in symbols]
    slope, start = np.polyfit([point.score for point in points], heights, 1)
    assert slope < 0
    np.testing.assert_allclose(heights, [start + slope * point.score for point in points], atol=0.02)
    gaps = np.diff([share(mark, "x") for mark in symbols])
    np.testing.assert_allclose(gaps, gaps[0], atol=0.02)


def test_the_stairs_are_joined_and_pass_through_every_step() -> None:
    points = make_points(15)
    plot = read_plot(points)
    stairs = [tuple(share(mark, key) for key in ("x1", "y1", "x2", "y2")) for mark in plot if mark.get("class") == "best"]
    for before, after in itertools.pairwise(stairs):
        assert before[2:] == after[:2]
    corners = {corner[2:] for corner in stairs}
    steps = [mark for mark in plot if mark.get("class") == "symbol keep"]
    assert len(steps) == 5 and all((share(mark, "x"), share(mark, "y")) in corners for mark in steps)
    assert stairs[-1][2] == 100.0


@pytest.mark.parametrize("count", [12, 60, 300])
def test_numbers_of_steps_never_touch_even_on_a_phone(count: int) -> None:
    plot = read_plot(make_points(count, seed=count))
    numbers = [mark for mark in plot if mark.get("class") == "step"]
    boxes = [
        (share(m, "x") / 100 * NARROWEST, share(m, "y") / 100 * HEIGHT + float(m.get("dy") or 0), 4 * len(m.text or ""))
        for m in numbers
    ]
    for place, (x, y, half) in enumerate(boxes):
        for other_x, other_y, other_half in boxes[:place]:
            assert abs(x - other_x) >= half + other_half or abs(y - other_y) >= 12
    assert len({m.text for m in numbers}) == len(numbers) >= min(4, count // 3)


def test_one_idea_gone_to_pieces_stands_at_the_edge_and_it_is_said() -> None:
    points = make_points(20)
    points[7] = HistoryPoint(points[7].time, 0.1, 0.8, "drop", "lr=10")
    low, high = find_range(points, True)
    assert low > 0.75 and high < 0.9
    assert "beyond the axis: 1." in make_history_section(points, "accuracy", True, EN).body
    assert "beyond" not in make_history_section(make_points(), "accuracy", True, EN).body


@pytest.mark.parametrize("scores", [[0.5], [0.5, 0.5], [0.0], [1e6, 2e6], [1e-9, 2e-9]])
def test_any_scores_can_be_drawn(scores: list[float]) -> None:
    points = [HistoryPoint("", score, None, "keep", "a", True) for score in scores]
    plot = read_plot(points)
    symbols = [mark for mark in plot if mark.get("class") == "symbol keep"]
    assert len(symbols) == len(scores) and all(0 < share(mark, "y") < 90 for mark in symbols)


def test_days_are_ticks_when_there_are_several_else_numbers() -> None:
    assert mark_days(make_points(12), 1) == [(1, "10-01"), (5, "10-02"), (9, "10-03")]
    assert [place for place, _ in mark_days(make_points(12), 5)] == [1, 9]
    assert [text for _, text in mark_days(make_points(4), 1)] == ["1", "2", "3", "4"]
    odd = [HistoryPoint(time, 0.5, None, "keep", "a") for time in ("2025-12-31T23:00:00", "2026-01-02T01:00:00+00:00")]
    assert [text for _, text in mark_days(odd, 0.1)] == ["2025-12-31", "2026-01-02"]
    assert mark_days([HistoryPoint("yesterday", 0.5, None, "keep", "a")] * 2, 1) == [(1, "1"), (2, "2")]


@pytest.mark.parametrize("greater", [True, False])
def test_the_adopted_are_listed_with_what_they_added(greater: bool) -> None:
    points = make_points(12, greater)
    body = make_history_section(points, "log_loss", greater, EN).body
    rows = [
        [re.sub("<.*?>", "", c) for c in re.findall(r"<td.*?>(.*?)</td>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", body.split("<tbody>")[1])
    ]
    steps = [point for point in points if point.is_step]
    assert [row[:2] for row in rows] == [[str(n), point.name] for n, point in enumerate(steps, 1)]
    levels = [0.8, *(point.score for point in steps)]
    gains = [abs(after - before) for before, after in itertools.pairwise(levels)]
    assert [float(row[4]) for row in rows] == pytest.approx(gains, abs=5e-5)
    assert ("higher is better" if greater else "lower is better") in body


def test_what_has_no_score_is_left_out_and_it_is_said() -> None:
    points = [*make_points(), HistoryPoint("", None, 0.8, "drop", "a"), HistoryPoint("", math.nan, 0.8, "drop", "b")]
    body = make_history_section(points, "accuracy", True, EN).body
    assert "2 verdicts without a score" in body and "nan" not in body
    assert "No verdict with a score yet" in make_history_section(points[-2:], "accuracy", True, EN).body


def test_hostile_names_stay_text() -> None:
    bad = "<img src=x>"
    body = make_history_section([HistoryPoint(bad, 0.5, 0.4, "keep", bad, True)], bad, True, EN).body
    assert "<img" not in body and "&lt;img" in body

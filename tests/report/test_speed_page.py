from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.report.checker import check
from tests.results.test_pareto import HERE, make_point

from tamesu.report.canvas import Scale
from tamesu.report.speed_page import draw_chart, mark_times, write_speed_page

NAMES = ("<script>alert(1)</script>", "基準-1a2b3c4d", "ق" * 80)


def make_points() -> list:
    return [make_point(name, 0.8 + place / 50, 5.0 + 40 * place, error=0.01) for place, name in enumerate(NAMES)]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_whole_page_with_names_that_would_be_markup(tmp_path: Path, language) -> None:
    checker = check(write_speed_page(make_points(), tmp_path / "speed.html", language, here=HERE, price=0.526))
    assert all(name in checker.text for name in NAMES)
    assert "0.526" in checker.text and ("lang", language) in checker.attributes


def test_other_machines_stand_apart_and_have_no_price(tmp_path: Path) -> None:
    points = make_points()
    far = [replace(p, latency=replace(p.latency, place=replace(HERE, name="other", threads=64))) for p in points] * 2
    text = write_speed_page([*far, *points], tmp_path / "s.html", here=HERE, price=2.0).read_text(encoding="utf-8")
    here, other = text.split("<section>")[1:]
    assert "this machine" in here and "cost per million" in here
    assert "do not compare" in other and "cost per million" not in other and "64 thread(s)" in other


def test_without_a_price_no_cost_is_told_and_other_folds_are_noted(tmp_path: Path) -> None:
    points = make_points()
    text = write_speed_page(points, tmp_path / "s.html", here=HERE).read_text(encoding="utf-8")
    assert "million" not in text and "same folds" not in text
    points[0] = replace(points[0], folds="other")
    assert "same folds" in write_speed_page(points, tmp_path / "s.html", here=HERE).read_text(encoding="utf-8")
    assert "No run is complete" in write_speed_page([], tmp_path / "s.html").read_text(encoding="utf-8")


def test_the_chart_marks_the_front_and_joins_it(tmp_path: Path) -> None:
    points = [*make_points(), make_point("beaten", 0.5, 60.0)]
    svg = draw_chart(points, [0, 1, 2], "accuracy", "en")
    assert svg.count('class="symbol keep"') == 3 and svg.count('class="other"') == 1
    assert svg.count('class="best"') == 4 and svg.count('class="error"') == 3
    assert "log scale" in svg and "log scale" not in draw_chart(points[1:], [0], "accuracy", "en")
    # One run alone, too, has a place.
    assert draw_chart(points[:1], [0], "accuracy", "en").count("50.00%") >= 2


def test_ticks_of_a_log_axis_are_round() -> None:
    assert [tick for tick, _ in mark_times(Scale(-1.1, 0.4), True)] == pytest.approx([0.1, 0.2, 0.5, 1, 2])
    assert [text for _, text in mark_times(Scale(0.0, 10.0), False)] == ["0", "2", "4", "6", "8", "10"]

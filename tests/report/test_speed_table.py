from __future__ import annotations

from tests.results.test_pareto import make_point

from tamesu.report.plots import measure
from tamesu.report.speed_table import format_speed


def test_the_fastest_stands_first_and_the_front_is_marked() -> None:
    points = [make_point("slow", 0.9, 20.0), make_point("beaten", 0.7, 9.0), make_point("fast", 0.8, 5.0)]
    lines = format_speed(points, language="en").splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [["*", "fast"], ["beaten", "0.7000"], ["*", "slow"]]
    assert "cost" not in lines[0]
    priced = format_speed(points, 0.36, "en").splitlines()
    # 5 ms a million times are 1.389 hours; five networks.
    assert priced[1].split()[-2:] == ["0.50", "2.50"]


def test_columns_stand_below_each_other_in_japanese_too() -> None:
    points = [make_point("基準-1", 0.9, 20.0), make_point("b\x1b[31m", 0.8, 5.0)]
    text = format_speed(points, 1.0, "ja")
    assert len({measure(line) for line in text.splitlines()}) == 1 and "\x1b" not in text

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import pytest

from tamesu.report.audit_charts import MOST_NAMES, MOST_SERIES, find_bins, show_chart
from tamesu.results.finding import Chart


def heights(html: str, tone: str) -> list[float]:
    """Heights of the columns in a tone, in per cent."""
    return [float(height) for height in re.findall(rf'height="([\d.]+)%" class="tone-{tone}"', html)]


def test_columns_are_the_shares_of_each_series() -> None:
    # Three quarters of train are 1, a quarter 2; all of test are 2: the tallest is test's.
    html = show_chart(Chart("histogram", "brightness", {"train": [1, 1, 1, 2], "test": [2, 2, math.nan]}), "en")
    assert heights(html, "train") == [75.0, 25.0] and heights(html, "val") == [100.0]
    assert "train</bdi> (4)" in html and "test</bdi> (2)" in html


def test_a_long_tail_does_not_press_the_rest_into_one_bar() -> None:
    rng = np.random.default_rng(0)
    bulk = rng.normal(0, 1, 2000)
    bins = find_bins(np.append(bulk, [1e6, -1e6]))
    assert bins.edges[-1] < 4 and bins.edges[0] > -4
    assert bins.beyond == int(((bulk < bins.edges[0]) | (bulk > bins.edges[-1])).sum()) + 2
    html = show_chart(Chart("histogram", "x", {"a": [*bulk.tolist(), 1e6, -1e6]}), "en")
    assert f"{bins.beyond} values beyond" in html


@pytest.mark.parametrize("values", [[0.53] * 9, [224.0] * 9, [0.0], [1e-9, 2e-9], [1e12, 1e12 + 0.5], [-5, 5]])
def test_any_values_have_bins_that_hold_them(values: list[float]) -> None:
    edges = find_bins(np.array(values, dtype=np.float64)).edges
    assert np.histogram(values, edges)[0].sum() == len(values) and (np.diff(edges) > 0).all()
    assert "<rect" in show_chart(Chart("histogram", "x", {"a": values}), "ja")


def test_more_than_two_series_stand_below_each_other() -> None:
    rng = np.random.default_rng(0)
    series = {f"クラス {n}": rng.normal(n, 1, 50).tolist() for n in range(MOST_SERIES + 4)}
    html = show_chart(Chart("histogram", "saturation", series), "ja")
    assert html.count('class="histogram low"') == MOST_SERIES and "他 4 件" in html
    two = show_chart(Chart("histogram", "saturation", dict(list(series.items())[:2])), "ja")
    assert two.count('class="histogram"') == 1


def test_bars_begin_at_zero_and_have_their_numbers() -> None:
    html = show_chart(Chart("bars", "score", {"random": [0.5, -0.5], "grouped": [0.25, math.nan]}, ["甲", "乙"]), "en")
    bars = [(float(x), float(width)) for x, width in re.findall(r'x="([\d.]+)%" y="0" width="([\d.]+)%"', html)]
    assert bars == [(50.0, 50.0), (50.0, 25.0), (0.0, 50.0)]
    assert re.findall(r"<span>([^<]+)</span></span>", html) == ["0.5", "0.25", "-0.5", "–"]


def test_many_names_stay_readable() -> None:
    names = [f"とても長い名前のクラス{n}" for n in range(1000)]
    html = show_chart(Chart("bars", "counts", {"rows": [float(n) for n in range(1000)]}, names), "ja")
    assert html.count('class="who"') == MOST_NAMES and "1,000 件のうち最初の 40 件" in html
    assert 'class="panel wide"' in html and len(html) < 30_000


def test_names_are_data_and_titles_are_words() -> None:
    html = show_chart(Chart("bars", "<b>", {"<i>": [1.0]}, ["<script>"]), "en")
    assert not re.search("<b>|<script>|<i>", html) and "&lt;script&gt;" in html
    assert "明るさ" in show_chart(Chart("histogram", "brightness", {"train": [1.0]}), "ja")


@pytest.mark.parametrize("kind", ["histogram", "bars"])
def test_no_numbers_are_said_so(kind) -> None:
    for series in ({}, {"a": []}, {"a": [math.nan, math.inf]}):
        assert "no numbers" in show_chart(Chart(kind, "x", series, ["n", "m"]), "en")


def test_numbers_of_an_axis_never_touch() -> None:
    rng = np.random.default_rng(1)
    for scale in (1e-7, 1.0, 1e5, 1e9):
        html = show_chart(Chart("histogram", "x", {"a": (rng.lognormal(0, 1, 500) * scale).tolist()}), "en")
        labels = [(float(x), len(text)) for x, text in re.findall(r'<text x="([\d.]+)%"[^>]*>([^<]+)</text>', html)]
        # At the narrowest, 250 px, a digit is at most 7.7 px wide.
        edges = [(x * 2.5 - 3.85 * n, x * 2.5 + 3.85 * n) for x, n in labels]
        assert labels and all(left[1] < right[0] for left, right in itertools.pairwise(edges))
        assert edges[0][0] > -0.1 and edges[-1][1] < 250.1

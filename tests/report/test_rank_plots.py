from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from tamesu.report.rank_plots import draw_curve, place, plot_precision, plot_reliability, plot_roc, plot_thresholds
from tamesu.results.calibration import Bin
from tamesu.results.rank_curves import trace_label, trace_labels
from tamesu.results.threshold_curves import trace_thresholds

THERE, PROBS = np.array([True, False, True]), np.array([0.9, 0.6, 0.4])


def points(svg: str, class_: str) -> list[tuple[float, float]]:
    """The points of a curve, in the unit square, upwards."""
    path = re.search(rf'<path d="([^"]*)" class="{class_}"', svg)
    assert path is not None
    return [(float(x) / 100, 1 - float(y) / 100) for x, y in re.findall(r"([\d.]+),([\d.]+)", path[1])]


def test_curves_go_through_their_points() -> None:
    curve = trace_label(THERE, PROBS)
    assert curve is not None
    expected = [(0, 1), (0.5, 1), (0.5, 0.5), (1, 2 / 3)]
    np.testing.assert_allclose(points(plot_precision(curve, "t"), "trace train"), expected, atol=1e-3)
    np.testing.assert_allclose(points(plot_roc(curve, "t"), "trace val"), [(0, 0), (0, 0.5), (1, 0.5), (1, 1)], atol=1e-9)
    # The share of rows with the label is what chance would reach.
    assert f'y1="{place(0, 2 / 3)[1]}"' in plot_precision(curve, "t")


def test_what_has_no_curve_has_an_empty_square() -> None:
    curve = trace_label(np.array([True, True]), np.array([0.4, 0.6]))
    assert curve is not None and "<path" not in plot_roc(curve, "t")


def test_a_line_is_broken_where_a_value_is_no_number() -> None:
    svg = draw_curve(np.array([0.0, 0.2, 0.4, 0.6]), np.array([1.0, np.nan, 0.5, 0.5]), "x")
    assert 'd="M0.0,0.0M40.0,50.0L60.0,50.0"' in svg


def test_every_bin_has_a_dot_and_its_interval() -> None:
    svg = plot_reliability((Bin(20, 0.3, 0.5, 0.3, 0.7), Bin(20, 0.9, 0.8, 0.6, 0.9)), "<t>")
    assert svg.count("<circle") == 2 and svg.count('class="reach train"') == 2
    assert 'cx="30.00%" cy="50.00%"' in svg and 'x1="90.00%" y1="40.00%" x2="90.00%" y2="10.00%"' in svg
    assert 'aria-label="&lt;t&gt;"' in svg
    ET.fromstring(svg)


def test_half_and_the_best_threshold_are_marked() -> None:
    curves = trace_thresholds(trace_labels(THERE[:, None], PROBS[:, None]))
    svg = plot_thresholds(curves, "t")
    assert 'x1="40.00%"' in svg.split('class="best"')[0].rsplit("<line", 1)[1]
    assert svg.count("<path") == 3 and 'class="spot best"' in svg
    own = replace(curves, metric=np.linspace(-1, 1, 101), name="mcc")
    drawn = plot_thresholds(own, "t")
    # A metric below 0 leaves the square and is not drawn there.
    assert drawn.count("<path") == 4 and points(drawn, "trace undecided")[0] == pytest.approx((0.5, 0.0), abs=1e-9)

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from tamesu.report.drawing import TRAIN, VAL
from tamesu.report.html import Html
from tamesu.report.plots import (
    Line,
    measure,
    needs_log,
    plot_epochs,
    plot_folds,
    plot_residuals,
    plot_values,
    shorten,
    stack_dots,
)


def strokes(svg: Html, color: str) -> int:
    """How many shapes are stroked in a colour of the page."""
    return sum(f"stroke: var(--{color})" in (node.get("style") or "") for node in ET.fromstring(svg).iter())


@pytest.mark.parametrize(("jobs", "lines"), [(1, 1), (5, 6), (40, 1)])
def test_each_job_is_thin_the_mean_is_thick_and_many_jobs_are_a_band(jobs: int, lines: int) -> None:
    values = np.random.default_rng(0).random((jobs, 6))
    svg = plot_epochs([Line(values, TRAIN)], "epoch", "x", "title")
    assert strokes(svg, "train") == lines
    assert ("fill-opacity: 0.18" in svg or "opacity: 0.18" in svg) == (jobs > 30)


def test_gaps_and_empty_curves_draw_without_a_warning() -> None:
    values = np.array([[1.0, np.nan, 0.5], [np.nan, np.nan, np.nan]])
    plot_epochs([Line(values, TRAIN), Line(np.full((2, 3), np.nan), VAL)], "epoch", "x", "title")
    plot_epochs([Line(np.array([[2.0]]), TRAIN)], "epoch", "x", "title", from_zero=True)
    many = np.random.default_rng(0).random((40, 3))
    many[:, 1] = np.nan
    plot_epochs([Line(many, TRAIN)], "epoch", "x", "title")


def test_a_log_axis_only_where_it_is_needed_and_possible() -> None:
    assert needs_log([Line(np.array([[100.0, 1.0]]), TRAIN)])
    assert not needs_log([Line(np.array([[100.0, 0.0]]), TRAIN)])
    assert not needs_log([Line(np.array([[3.0, 1.0]]), TRAIN)])
    assert not needs_log([Line(np.full((1, 2), np.nan), TRAIN)])
    plot_epochs([Line(np.array([[100.0, 1.0]]), TRAIN)], "epoch", "x", "title")


@pytest.mark.parametrize(("folds", "mean"), [([0, 1, 2], 0.8), (list(range(40)), 0.8), ([0, 0], None), ([3], 0.5)])
def test_one_dot_a_score(folds: list[int], mean: float | None) -> None:
    scores = np.random.default_rng(0).uniform(0.7, 0.9, len(folds)).tolist()
    svg = plot_folds(folds, scores, mean, 0.01 if len(folds) > 1 else None, "fold", "x", "title")
    dots = [node for node in ET.fromstring(svg).iter() if node.tag.endswith("use") and "--train" in (node.get("style") or "")]
    assert len(dots) == len(folds)
    assert strokes(svg, "val") == (mean is not None)


def test_equal_scores_can_be_drawn() -> None:
    plot_folds([0, 1], [0.5, 0.5], 0.5, 0.0, "fold", "x", "title")
    assert stack_dots([0.5, 0.5, 0.5]) == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("rows", [1, 300, 4000])
def test_few_values_are_dots_and_many_are_cells(rows: int) -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(size=rows)
    prediction = truth + rng.normal(size=rows)
    for plot in (plot_values, plot_residuals):
        svg = plot(truth, prediction, ("truth", "prediction"), "x", "title")
        assert len(svg) < 900_000
        assert svg.count("<use") > rows if rows <= 1500 else svg.count("<path") < 48 * 48 + 400


def test_long_names_keep_both_ends() -> None:
    assert shorten("x" * 40) == "x" * 9 + "…" + "x" * 8
    assert shorten("ab\ncd") == "ab cd"
    assert shorten("   ") == "·"
    assert all(
        measure(shorten(name)) <= 18 for name in ("長い名前のクラスその一二三四五", "mixed長い名前mixed長い名前", "a" * 99)
    )

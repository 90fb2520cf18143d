"""Figures on the unit square: precision–recall and ROC in small, reliability with intervals, scores over the threshold.

SVG by hand: places are per cents and lines do not thicken, so a figure stretches with its place in the page; letters are the
page's own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from tamesu.report.canvas import canvas, dot, label, line, percent
from tamesu.report.html import Child, Html, element
from tamesu.results.calibration import Bin
from tamesu.results.rank_curves import RankCurve, thin_out
from tamesu.results.threshold_curves import HALF, ThresholdCurves

TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def place(x: float, y: float) -> tuple[str, str]:
    """Where a point of the unit square stands: to the right and upwards."""
    return percent(100 * x), percent(100 * (1 - y))


def draw_frame(ticks: Sequence[float] = (), *, words: bool = True) -> list[Html]:
    """The lines of the square, with numbers at its left and below where there is room for them."""
    parts = []
    for tick in ticks:
        x, y = place(tick, tick)
        parts += [line("0%", y, "100%", y, "grid-line"), line(x, "0%", x, "100%", "grid-line")]
        if words:
            parts.append(element("g", label(f"{tick:g}", x, "100%", class_="tick"), class_="below"))
            parts.append(element("g", label(f"{tick:g}", "0%", y, anchor="end", class_="tick middle"), class_="left"))
    return parts


def draw_curve(x: Float[np.ndarray, " points"], y: Float[np.ndarray, " points"], class_: str) -> Html:
    """A line through points of the unit square; broken where one is no number."""
    steps, pen = [], "M"
    for right, up in zip((100 * x).tolist(), (100 * (1 - y)).tolist(), strict=True):
        if right != right or up != up:
            pen = "M"
            continue
        steps.append(f"{pen}{right:.1f},{up:.1f}")
        pen = "L"
    path = element("path", d="".join(steps), class_=class_)
    return element("svg", path, viewBox="0 0 100 100", preserveAspectRatio="none", overflow="visible")


def plot_precision(curve: RankCurve, title: str) -> Html:
    """Precision (upwards) over recall, with the share of rows that have the label as the line of chance."""
    recall, precision = np.append(0.0, curve.recall), np.append(curve.precision[0], curve.precision)
    kept = thin_out(recall, precision)
    base = place(0, curve.positives / curve.rows)[1]
    chance = line("0%", base, "100%", base, "chance")
    return draw_square(chance, draw_curve(recall[kept], precision[kept], "trace train"), title=title)


def plot_roc(curve: RankCurve, title: str) -> Html:
    """Recall (upwards) over fall-out, with the diagonal as the line of chance."""
    across, up = np.append(0.0, curve.fall_out), np.append(0.0, curve.recall)
    if not np.isfinite(across).all():
        return draw_square(title=title)
    kept = thin_out(across, up)
    chance = line("0%", "100%", "100%", "0%", "chance")
    return draw_square(chance, draw_curve(across[kept], up[kept], "trace val"), title=title)


def draw_square(*children: Child, title: str) -> Html:
    """A small square with a frame and no numbers: both axes go from 0 to 1."""
    return canvas(draw_frame((0.0, 0.5, 1.0), words=False), *children, title=title, class_="unit small")


def plot_reliability(bins: Sequence[Bin], title: str) -> Html:
    """The share that is right (upwards, with its interval) over the probability that was said, one dot a bin."""
    parts: list[Html] = [*draw_frame(TICKS), line("0%", "100%", "100%", "0%", "chance")]
    for one in bins:
        x = place(one.said, 0)[0]
        parts.append(line(x, place(0, one.low)[1], x, place(0, one.high)[1], "reach train"))
    x_values, y_values = (np.array([getattr(one, key) for one in bins]) for key in ("said", "hit"))
    parts.append(draw_curve(x_values, y_values, "trace train thin"))
    for one in bins:
        parts.append(dot(*place(one.said, one.hit), 3.5, "spot train"))
    return canvas(*parts, title=title, class_="unit large")


def plot_thresholds(curves: ThresholdCurves, title: str) -> Html:
    """Precision, recall, F1 and the metric (where it is from 0 to 1) over the threshold; ½ and the best one marked."""
    best = curves.find_best()
    middle, found = place(HALF, 0)[0], place(float(curves.thresholds[best]), 0)[0]
    parts: list[Html] = [
        *draw_frame(TICKS),
        line(middle, "0%", middle, "100%", "chance"),
        line(found, "0%", found, "100%", "best"),
    ]
    for values, class_ in ((curves.precision, "train"), (curves.recall, "val"), (curves.f1, "ink")):
        parts.append(draw_curve(curves.thresholds, values, f"trace {class_}"))
    if curves.metric is not None:
        inside = np.where((curves.metric >= 0) & (curves.metric <= 1), curves.metric, np.nan)
        parts.append(draw_curve(curves.thresholds, inside, "trace undecided"))
    if 0 <= curves.judged[best] <= 1:
        parts.append(dot(*place(float(curves.thresholds[best]), float(curves.judged[best])), 4, "spot best"))
    return canvas(*parts, title=title, class_="unit large")

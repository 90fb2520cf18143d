"""The shares of classes as pairs of bars: how many rows each has, and how many are called it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from tamesu.report.drawing import INK, MUTED, TRAIN, drawing, make_axes, to_svg
from tamesu.report.html import Html
from tamesu.report.plots import measure, shorten

# Heights in inches: of a class, and of what stands around them.
LINE_HEIGHT, AROUND = 0.2, 0.5
BAR = 0.38


def plot_shares(
    classes: Sequence[str],
    true: Float[np.ndarray, " classes"],
    told: Float[np.ndarray, " classes"],
    label: str,
    name: str,
    title: str,
) -> Html:
    """Two bars for each class, the first class on top.

    Args:
        classes: names, drawable by our fonts.
        true: share of the rows that are of the class, 0 to 1.
        told: share of the rows that are called it, 0 to 1.
        label: of the axis.
        name: of the figure in the page.
        title: what it shows.
    """
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    short = [shorten(one) for one in classes]
    places = np.arange(len(classes), dtype=np.float64)
    with drawing():
        figure, axes = make_axes(2.6 + 0.06 * max(map(measure, short)), AROUND + LINE_HEIGHT * len(classes))
        axes.barh(places - BAR / 2, true, BAR, color=MUTED, linewidth=0)
        axes.barh(places + BAR / 2, told, BAR, color=TRAIN, linewidth=0)
        axes.grid(visible=False, axis="y")
        axes.grid(visible=True, axis="x")
        axes.set_yticks(places, short)
        axes.set_ylim(len(classes) - 0.4, -0.6)
        axes.set_xlim(0, max(0.01, 1.02 * float(max(true.max(), told.max()))))
        axes.xaxis.set_major_locator(MaxNLocator(nbins=4))
        axes.xaxis.set_major_formatter(PercentFormatter(xmax=1.0, decimals=None, symbol=" %"))
        axes.tick_params(axis="y", length=0, labelcolor=INK, labelsize=7.5)
        axes.set_xlabel(label)
        return to_svg(figure, name, title)

"""The report's plots of numbers over epochs, folds and values; titles, legends and names stand in the HTML around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tamesu.report.drawing import MUTED, RIGHT, TRAIN, VAL, drawing, make_axes, to_svg
from tamesu.report.history import mean_over_jobs
from tamesu.report.html import Html

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# More thin lines than this are one grey mass; a band says more.
MOST_LINES = 30

# More dots than this hide each other; shaded cells say more.
MOST_DOTS = 1500
CELLS = 48

# Cells deeper than this carry their number in the colour of the page.
DARK = 0.75

# A loss that spans this factor is flat for most of a linear axis.
LOG_FACTOR = 40.0


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One quantity of a panel: float64 (jobs, epochs), drawn in a stand-in colour."""

    values: Float[np.ndarray, "jobs epochs"]
    color: str


def needs_log(lines: Sequence[Line]) -> bool:
    """Whether the values are all positive and span more than a linear axis can show."""
    values = np.concatenate([line.values[np.isfinite(line.values)] for line in lines])
    return bool(values.size and values.min() > 0 and values.max() / values.min() > LOG_FACTOR)


def plot_epochs(lines: Sequence[Line], label: str, name: str, title: str, *, from_zero: bool = False) -> Html:
    """Curves over epochs: each job thin (a band when there are many), their mean thick.

    Args:
        lines: the quantities, drawn in this order.
        label: of the horizontal axis, like every label here drawable by our fonts (see `fonts.can_draw`).
        name: of the figure in the page.
        title: what it shows.
        from_zero: let the vertical axis begin at 0.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

    with drawing():
        figure, axes = make_axes()
        for line in lines:
            draw_line(axes, line)
        epochs = max(line.values.shape[1] for line in lines)
        axes.set_xlim(1 - 0.02 * epochs, epochs + 0.02 * epochs)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True, min_n_ticks=1))
        if needs_log(lines) and not from_zero:
            axes.set_yscale("log")
            axes.yaxis.set_minor_formatter(NullFormatter())
        else:
            axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
        # matplotlib's own log labels are mathematics, which our settings keep out.
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.6g}"))
        if from_zero:
            axes.set_ylim(bottom=0)
        axes.set_xlabel(label)
        return to_svg(figure, name, title)


def draw_line(axes: Axes, line: Line) -> None:
    """One quantity: its jobs and their mean."""
    jobs, epochs = line.values.shape
    x = np.arange(1, epochs + 1)
    # A curve of one or two points is hardly seen as a line.
    marker = "o" if epochs <= 2 else ""
    if jobs > MOST_LINES:
        seen = np.isfinite(line.values).any(axis=0)
        low, high = np.nanquantile(line.values[:, seen], [0.1, 0.9], axis=0)
        axes.fill_between(x[seen], low, high, color=line.color, alpha=0.18, linewidth=0)
    elif jobs > 1:
        for values in line.values:
            axes.plot(x, values, color=line.color, linewidth=0.7, alpha=0.4, marker=marker, markersize=2)
    axes.plot(x, mean_over_jobs(line.values), color=line.color, linewidth=1.8, marker=marker, markersize=4)


def plot_folds(
    folds: Sequence[int],
    scores: Sequence[float],
    mean: float | None,
    error: float | None,
    label: str,
    name: str,
    title: str,
) -> Html:
    """Fold scores as dots, one row per fold, with the CV score as a line and its standard error as a band.

    Args:
        folds: the fold of each defined score.
        scores: the scores.
        mean: the CV score.
        error: its standard error.
        label: of the vertical axis.
        name: of the figure in the page.
        title: what it shows.
    """
    from matplotlib.ticker import MaxNLocator

    rows = sorted(set(folds))
    many = len(rows) > 12
    with drawing():
        figure, axes = make_axes(height=1.6 if many else 0.55 + 0.2 * len(rows))
        if mean is not None:
            if error is not None:
                axes.axvspan(mean - error, mean + error, color=VAL, alpha=0.16, linewidth=0)
            axes.axvline(mean, color=VAL, linewidth=1.5)
        if many:
            heights = stack_dots(scores)
            axes.set_yticks([])
            axes.set_ylim(-0.8, max(heights) + 0.8)
        else:
            heights = [float(rows.index(fold)) for fold in folds]
            axes.set_yticks(range(len(rows)), [str(row) for row in rows])
            axes.set_ylim(len(rows) - 0.5, -0.5)
            axes.set_ylabel(label)
        axes.scatter(scores, heights, s=18, color=TRAIN, alpha=0.85, linewidth=0, zorder=3)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
        axes.margins(x=0.06)
        return to_svg(figure, name, title)


def stack_dots(scores: Sequence[float], bins: int = 60) -> list[float]:
    """Heights that put dots of nearly the same score on top of each other.

    Examples:
        >>> stack_dots([0.5, 0.5, 0.9])
        [0.0, 1.0, 0.0]
    """
    low, high = min(scores), max(scores)
    filled: dict[int, int] = {}
    heights = []
    for score in scores:
        cell = int((score - low) / (high - low) * bins) if high > low else 0
        heights.append(float(filled.get(cell, 0)))
        filled[cell] = filled.get(cell, 0) + 1
    return heights


def plot_values(
    truth: Float[np.ndarray, " rows"], prediction: Float[np.ndarray, " rows"], labels: tuple[str, str], name: str, title: str
) -> Html:
    """Prediction (vertical) against truth (horizontal), with the line on which they are equal."""
    with drawing():
        figure, axes = make_axes(height=3.0)
        low, high = float(min(truth.min(), prediction.min())), float(max(truth.max(), prediction.max()))
        axes.plot([low, high], [low, high], color=MUTED, linewidth=1)
        draw_points(axes, truth, prediction)
        axes.grid(axis="x")
        axes.set_xlabel(labels[0])
        axes.set_ylabel(labels[1])
        return to_svg(figure, name, title)


def plot_residuals(
    truth: Float[np.ndarray, " rows"], prediction: Float[np.ndarray, " rows"], labels: tuple[str, str], name: str, title: str
) -> Html:
    """Residual, prediction − truth (vertical), against truth (horizontal), with the line of no error."""
    with drawing():
        figure, axes = make_axes(height=3.0)
        axes.axhline(0, color=MUTED, linewidth=1)
        draw_points(axes, truth, prediction - truth)
        axes.grid(axis="x")
        axes.set_xlabel(labels[0])
        axes.set_ylabel(labels[1])
        return to_svg(figure, name, title)


def draw_points(axes: Axes, x: np.ndarray, y: np.ndarray) -> None:
    """Dots; cells shaded by the logarithm of their count when there are too many dots."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6))
    if len(x) <= MOST_DOTS:
        axes.scatter(x, y, s=9, color=RIGHT, alpha=0.45, linewidth=0, zorder=3)
        return
    counts, x_edges, y_edges = np.histogram2d(x, y, bins=CELLS)
    for i, j in np.argwhere(counts > 0).tolist():
        alpha = 0.15 + 0.85 * float(np.log1p(counts[i, j]) / np.log1p(counts.max()))
        box = (x_edges[i], x_edges[i + 1], x_edges[i + 1], x_edges[i]), (y_edges[j], y_edges[j], y_edges[j + 1], y_edges[j + 1])
        axes.fill(*box, color=RIGHT, alpha=alpha, linewidth=0, zorder=3)


def shade(share: float) -> float:
    """How deep a cell is coloured for its share of the row, 0 to 1; small shares are lifted, so that errors are seen.

    Examples:
        >>> [round(shade(share), 2) for share in (0.0, 0.1, 0.5, 1.0)]
        [0.05, 0.24, 0.63, 1.0]
    """
    return float(0.05 + 0.95 * share**0.7)


def measure(text: str) -> int:
    """How wide a text is, in half-width letters.

    Examples:
        >>> measure("cat"), measure("風景画")
        (3, 6)
    """
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def shorten(text: str, width: int = 18) -> str:
    """A name cut in its middle to at most `width` half-width letters, without line breaks.

    Examples:
        >>> shorten("a_very_long_name_of_a_class"), shorten("風景画")
        ('a_very_lo…_a_class', '風景画')
    """
    text = " ".join(text.split()) or "·"
    if measure(text) <= width:
        return text
    head, tail = text, ""
    while measure(head) > width // 2:
        head = head[:-1]
    for letter in reversed(text):
        if measure(head + tail + letter) + 1 > width:
            break
        tail = letter + tail
    return f"{head}…{tail}"

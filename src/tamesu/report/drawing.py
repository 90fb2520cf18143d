"""Figures as inline SVG whose colours are the page's own, so that they follow light, dark and print.

Letters are drawn as outlines: a page looks the same on a machine without Japanese fonts. Words the user chose appear in
no figure but as such outlines, so nothing in a figure can be markup.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tamesu.report.fonts import font_families
from tamesu.report.html import Html, escape

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Stand-ins that matplotlib writes and `to_svg` turns into the page's variables.
INK, MUTED, LINE, PAPER = "#010101", "#020202", "#030303", "#040404"
TRAIN, VAL, RIGHT, WRONG = "#050505", "#060606", "#070707", "#080808"
KEEP, DROP, SAME, UNDECIDED = "#090909", "#0a0a0a", "#0b0b0b", "#0c0c0c"
VARIABLES = {
    INK: "ink",
    MUTED: "muted",
    LINE: "line",
    PAPER: "card",
    TRAIN: "train",
    VAL: "val",
    RIGHT: "right",
    WRONG: "wrong",
    KEEP: "keep",
    DROP: "drop",
    SAME: "same",
    UNDECIDED: "undecided",
}

# The page's colours in daylight, for pictures that stand alone: the values of `style.css`, which a test compares.
LIGHT = {
    INK: "#1b1f24",
    MUTED: "#616a75",
    LINE: "#e1e3e6",
    PAPER: "#ffffff",
    TRAIN: "#2f6fc4",
    VAL: "#d4581f",
    RIGHT: "#1f5bb0",
    WRONG: "#d4581f",
    KEEP: "#1f5bb0",
    DROP: "#d4581f",
    SAME: "#7d8792",
    UNDECIDED: "#664c0f",
}

WIDTH, HEIGHT = 4.0, 2.15  # inches; drawn narrow, so that 8 pt is still readable on a phone

SETTINGS = {
    "axes.edgecolor": LINE,
    "axes.facecolor": "none",
    "axes.formatter.useoffset": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 8,
    "axes.linewidth": 0.8,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.xmargin": 0.02,
    "figure.facecolor": "none",
    "font.size": 8,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "lines.solid_capstyle": "round",
    "savefig.facecolor": "none",
    "svg.fonttype": "path",
    "svg.hashsalt": "tamesu",
    "text.color": INK,
    "text.parse_math": False,  # a class may be called $\\frac
    "text.usetex": False,
    "xtick.color": LINE,
    "xtick.labelcolor": MUTED,
    "xtick.labelsize": 8,
    "xtick.major.size": 3,
    "ytick.color": LINE,
    "ytick.labelcolor": MUTED,
    "ytick.labelsize": 8,
    "ytick.major.size": 0,
    "ytick.minor.size": 0,
}


@contextmanager
def drawing(colors: Mapping[str, str] | None = None) -> Iterator[None]:
    """Our look, whatever the user's own matplotlib settings are; these are back when the block ends.

    Args:
        colors: what to draw instead of the stand-ins, on a ground of that paper; None for figures inside a page.
    """
    import matplotlib.style

    settings = {**SETTINGS, "font.family": font_families()}
    if colors is not None:
        settings = {key: colors.get(str(value), value) for key, value in settings.items()}
        settings |= {"figure.facecolor": colors[PAPER], "savefig.facecolor": colors[PAPER]}
    with matplotlib.style.context(["default", settings], after_reset=True):
        yield


def make_axes(width: float = WIDTH, height: float = HEIGHT) -> tuple[Figure, Axes]:
    """A figure of this size in inches, with one pair of axes; without pyplot, so nothing is kept or shown."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def to_svg(figure: Figure, name: str, title: str) -> Html:
    """A figure as an inline `<svg>` element.

    Args:
        figure: drawn inside `drawing()`, in the stand-in colours.
        name: different for every figure of a page; it keeps their ids apart.
        title: what the figure shows, for those who cannot see it.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    for noise in (r"<!--.*?-->", r"<metadata>.*?</metadata>", r"<style.*?</style>"):
        text = re.sub(noise, "", text, flags=re.DOTALL)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    text = re.sub(r' id="([^"]*)"', lambda m: f' id="{name}-{m[1]}"' if m[1] in used else "", text)
    text = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", text)
    text = re.sub("|".join(VARIABLES), lambda m: f"var(--{VARIABLES[m[0]]})", text)
    text = re.sub(r"\s*\n\s*", " ", text).replace("xlink:href", "href").strip()
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text)
    box = "" if size is None else f' viewBox="0 0 {size[1]} {size[2]}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg"{box} role="img" aria-label="{escape(title)}">'
    return Html(head + text[text.index(">") + 1 :])


def svg_width(svg: Html) -> float:
    """The natural width of a figure made by `to_svg`, in points."""
    found = re.search(r'viewBox="0 0 ([\d.]+)', svg)
    return float(found[1]) if found else 0.0

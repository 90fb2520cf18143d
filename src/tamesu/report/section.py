"""What sections are made of: a section with its notices, panels with a legend, tables, bars in cells."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tamesu.report.drawing import svg_width
from tamesu.report.html import Html, element, join
from tamesu.report.words import Words


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to look at: `warning` when the result cannot be trusted as it stands, `note` when it is good to know."""

    level: str
    text: Html


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the page.

    Attributes:
        anchor: its id in the page.
        title: its heading.
        body: everything under the heading.
        notices: what belongs into the headline's list.
        about: a few words beside the heading.
    """

    anchor: str
    title: Html
    body: Html
    notices: tuple[Notice, ...] = field(default=())
    about: str = ""

    def to_html(self) -> Html:
        """The section as it stands in the page."""
        about = [" ", element("small", self.about)] if self.about else None
        return element("section", element("h2", self.title, about), self.body, id=self.anchor)


def panel(title: Html | str, svg: Html, note: Html | str | None = None, legend: Iterable[tuple[str, str]] = ()) -> Html:
    """A plot with its title above, and its legend (colour class, words) and note below."""
    keys = [element("span", element("i", class_=f"key {color}"), words) for color, words in legend]
    below = element("p", keys, None if note is None else element("span", note), class_="legend") if keys or note else None
    return element("figure", element("figcaption", title), svg, below, class_="panel")


def wide_plot(svg: Html) -> Html:
    """A plot in its natural size that scrolls sideways inside itself where the page is narrower."""
    width = svg_width(svg) * 1.25
    return element("div", element("div", svg, style=f"width:{width:.0f}px"), class_="scroll")


def table(head: Sequence[Html | str], rows: Iterable[Sequence[Html | str]], numeric: Iterable[int] = ()) -> Html:
    """A table; columns in `numeric` are set right. It scrolls sideways inside itself on a narrow page."""
    right = set(numeric)

    def cell(tag: str, place: int, content: Html | str) -> Html:
        scope = "col" if tag == "th" else None
        return element(tag, content, class_="number" if place in right else None, scope=scope)

    lines = [element("tr", [cell("td", place, content) for place, content in enumerate(row)]) for row in rows]
    header = element("tr", [cell("th", place, content) for place, content in enumerate(head)])
    return element("div", element("table", element("thead", header), element("tbody", lines)), class_="scroll")


def bar(value: float, words: Words) -> Html:
    """A share from 0 to 1 as a number on a bar; in words when it is undefined."""
    if not math.isfinite(value):
        return undefined(words)
    track = element("i", style=f"--share:{max(0.0, min(1.0, value)):.3f}")
    return element("span", track, f"{value:.3f}", class_="bar")


def undefined(words: Words) -> Html:
    """The word for a number that does not exist."""
    return element("span", words("undefined"), class_="undefined")


def facts(pairs: Iterable[tuple[Html | str, Html | str]]) -> Html:
    """Names and values, one pair a line."""
    return element("dl", [join(element("dt", name), element("dd", value)) for name, value in pairs], class_="facts")

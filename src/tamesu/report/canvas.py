"""SVG by hand whose places are per cents: it stretches with the page, while its letters, dots and lines keep their size.

A figure that is drawn once for all widths is unreadable on a phone or coarse on a wide screen; here only the distances
change. Letters are the page's own, so that every script a browser knows is right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tamesu.report.html import Child, Html, element

# One shape a verdict, so that none is told by its colour alone; in pixels around the place it marks.
SHAPES = {
    "keep": "M0,-6.5 6,4.5 -6,4.5Z",
    "drop": "M0,6.5 6,-4.5 -6,-4.5Z",
    "same": "M-4.5,-4.5h9v9h-9Z",
    "undecided": "M-4.8,0a4.8,4.8 0 1,0 9.6,0a4.8,4.8 0 1,0 -9.6,0Z",
}


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers from `low` to `high` (larger) as places from `start` to `end`, in per cent of the figure.

    Examples:
        >>> scale = Scale(0.0, 2.0)
        >>> scale.place(0.5), scale.place(9.0), scale.holds(9.0)
        (25.0, 100.0, False)
    """

    low: float
    high: float
    start: float = 0.0
    end: float = 100.0

    def place(self, value: float) -> float:
        """Where a number stands; at the edge when it is beyond the scale."""
        share = (min(self.high, max(self.low, value)) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def holds(self, value: float) -> bool:
        """Whether a number is on the scale."""
        return self.low <= value <= self.high


def find_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers on a scale, at most `most` and at least one.

    Examples:
        >>> find_ticks(-0.013, 0.021), find_ticks(0.8, 0.83, 4)
        ([-0.01, 0.0, 0.01, 0.02], [0.8, 0.81, 0.82, 0.83])
    """
    power = math.floor(math.log10((high - low) / most))
    for step in (factor * 10.0 ** (power + more) for more in (0, 1, 2) for factor in (1, 2, 2.5, 5)):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if 1 <= last - first + 1 <= most:
            return [round(step * place, 1 - math.floor(math.log10(step))) + 0.0 for place in range(first, last + 1)]
    return [low]


def say_ticks(ticks: list[float], *, signed: bool = False) -> list[str]:
    """Ticks as texts with as many decimals as tell them apart.

    Examples:
        >>> say_ticks([-0.01, 0.0, 0.01], signed=True), say_ticks([0.8, 0.85]), say_ticks([20000.0, 40000.0])
        (['-0.01', '0', '+0.01'], ['0.80', '0.85'], ['20000', '40000'])
    """
    if any(abs(tick) >= 1_000_000 or 0 < abs(tick) < 1e-5 for tick in ticks):
        return [f"{tick:+.3g}" if signed and tick else f"{tick:.3g}" for tick in ticks]
    decimals = next(n for n in range(12) if all(math.isclose(round(tick, n), tick, abs_tol=1e-12) for tick in ticks))
    return ["0" if signed and tick == 0 else f"{tick:+.{decimals}f}" if signed else f"{tick:.{decimals}f}" for tick in ticks]


def percent(place: float) -> str:
    """A place as SVG wants it."""
    return f"{place:.2f}%"


def canvas(*children: Child, title: str, class_: str) -> Html:
    """The figure; its height is the class's.

    Args:
        children: what is drawn.
        title: what it shows, for those who cannot see it.
        class_: its class in the page's style.
    """
    return element("svg", *children, role="img", aria_label=title, class_=class_)


def line(x1: str, y1: str, x2: str, y2: str, class_: str) -> Html:
    """A straight line between two places."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def dot(x: str, y: str, radius: float, class_: str) -> Html:
    """A small filled circle."""
    return element("circle", cx=x, cy=y, r=f"{radius:g}", class_=class_)


def label(text: str, x: str, y: str, anchor: str = "middle", class_: str = "tick") -> Html:
    """Words or a number, at a place."""
    return element("text", text, x=x, y=y, text_anchor=anchor, class_=class_)


def draw_ruler(texts: Sequence[str], heights: Sequence[str]) -> Html:
    """The words of a vertical axis, as wide as the longest.

    Args:
        texts: of the ticks; at least one.
        heights: of the same, in percent.
    """
    return element(
        "svg",
        [label(text, "100%", height, "end", "tick middle") for text, height in zip(texts, heights, strict=True)],
        class_="ruler",
        style=f"width:{max(map(len, texts)) * 8}px",
        aria_hidden="true",
    )


def symbol(word: str, x: str, y: str) -> Html:
    """The shape of a verdict, at a place."""
    return element("svg", element("path", d=SHAPES[word]), x=x, y=y, overflow="visible", class_=f"symbol {word}")


def sign(word: str) -> Html:
    """The shape of a verdict inside a text."""
    return element("svg", element("path", d=SHAPES[word]), viewBox="-8 -8 16 16", aria_hidden="true", class_=f"sign {word}")

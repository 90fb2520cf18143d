"""The curve of a range test as a PNG: loss over the learning rate, with what is suggested and what the recipe has."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tamesu.artifacts.files import write_bytes
from tamesu.messages import Language
from tamesu.messages.probing import tell
from tamesu.report.drawing import DROP, INK, KEEP, LIGHT, MUTED, SAME, UNDECIDED, drawing, make_axes
from tamesu.report.fonts import can_draw
from tamesu.report.plots import shorten
from tamesu.results.rate_test import RateCurve, write_rate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 8.0, 4.5  # inches
DPI = 160
# The drawing ends this share of the fall above the first loss; what runs away has no end.
HEADROOM = 0.5


def write_rate_png(curve: RateCurve, path: Path, *, own: float, recipe: str, language: Language = "en") -> Path:
    """Write the chart as a PNG of 1280 × 720 pixels.

    Args:
        curve: from a range test.
        path: the file; its folder is made when it is not there.
        own: the recipe's own rate.
        recipe: its name.
        language: `"en"` or `"ja"`; English where no font has Japanese letters.

    Returns:
        `path`.
    """
    with drawing(LIGHT):
        figure, axes = make_axes(WIDTH, HEIGHT)
        draw_curve(axes, curve, language)
        draw_marks(axes, curve, own, language)
        name = recipe if can_draw([recipe]) else "recipe"
        axes.set_title(say("lr_title", language, recipe=shorten(name, 40)), loc="left", fontsize=13, color=LIGHT[INK])
        axes.set_xlabel(say("lr_axis", language), fontsize=9)
        axes.set_ylabel(say("lr_loss", language), fontsize=9)
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(
            handles,
            labels,
            loc="outside lower left",
            ncols=len(labels),
            frameon=False,
            fontsize=9,
            labelcolor=LIGHT[MUTED],
            columnspacing=1.3,
            handletextpad=0.5,
        )
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, buffer.getvalue())
    return path


def draw_curve(axes: Axes, curve: RateCurve, language: Language) -> None:
    """The losses, smoothed and of single batches, over a logarithmic axis."""
    axes.set_xscale("log")
    axes.set_xlim(curve.rates[0], curve.rates[-1] * (curve.rates[1] / curve.rates[0]) ** 2)
    low, high = find_range(curve)
    axes.set_ylim(low, high)
    shown = np.minimum(curve.losses, high)
    axes.plot(curve.rates, shown, ".", color=LIGHT[SAME], markersize=4, alpha=0.55, label=say("lr_batches", language), zorder=2)
    axes.plot(curve.rates, curve.smooth, color=LIGHT[INK], linewidth=2, label=say("lr_smooth", language), zorder=4)
    first, last = (round(np.log10(rate)) for rate in (curve.rates[0], curve.rates[-1]))
    decades = [10.0**power for power in range(first, last + 2) if axes.get_xlim()[0] <= 10.0**power <= axes.get_xlim()[1]]
    axes.set_xticks(decades, [write_rate(float(f"{decade:.0e}")) for decade in decades])
    axes.tick_params(axis="x", which="minor", length=0)
    axes.tick_params(labelsize=9)


def find_range(curve: RateCurve) -> tuple[float, float]:
    """From below the least loss to a little above the first; the batches before the loss runs away are inside.

    Examples:
        >>> from tamesu.results.rate_test import make_rates, read_curve
        >>> low, high = find_range(read_curve(make_rates(8), [2.0, 2.0, 1.5, 1.0, 1.0, 3.0, 50.0]))
        >>> low < 1.0, 2.0 < high < 10.0
        (True, True)
    """
    before = curve.losses[curve.rates <= curve.least]
    low = float(min(before.min(), curve.smooth.min()))
    high = float(max(before.max(), curve.smooth[0]))
    room = max(high - low, 1e-3 * abs(high), 1e-9)
    return low - 0.08 * room, high + HEADROOM * room


def draw_marks(axes: Axes, curve: RateCurve, own: float, language: Language) -> None:
    """The range worth a try, the suggestion and the recipe's own rate, with their names on top."""
    left, right = axes.get_xlim()
    if curve.falls:
        blue, name = LIGHT[KEEP], say("lr_suggested", language, rate=write_rate(curve.suggested))
        around = say("lr_range", language)
        axes.axvspan(curve.lower, curve.upper, color=blue, alpha=0.12, linewidth=0, zorder=1, label=around)
        axes.axvline(curve.suggested, color=blue, linewidth=1.8, zorder=3, label=name)
    beyond = "lr_own_below" if own < left else "lr_own_above" if own > right else "lr_own"
    place = min(max(own, left), right)
    color = {"fits": UNDECIDED, "flat": UNDECIDED}.get(curve.judge(own), DROP)
    axes.axvline(
        place,
        color=LIGHT[color],
        linewidth=1.8,
        linestyle=(0, (4, 2)),
        zorder=3,
        label=say(beyond, language, rate=write_rate(own)),
    )


def say(key: str, language: Language, **values: object) -> str:
    """A phrase as the chart can show it: in English where no font has the letters."""
    said = tell(key, language, **values)
    return said if can_draw([said]) else tell(key, "en", **values)

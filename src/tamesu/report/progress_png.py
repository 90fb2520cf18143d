"""Score over time as a PNG file: for a write-up, a message or a README, on a light ground of its own."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from tamesu.artifacts.files import write_bytes
from tamesu.messages import Language
from tamesu.report.canvas import find_ticks, say_ticks
from tamesu.report.drawing import DROP, INK, KEEP, LIGHT, MUTED, PAPER, SAME, UNDECIDED, drawing
from tamesu.report.fonts import can_draw
from tamesu.report.plots import shorten
from tamesu.report.progress_chart import HistoryPoint, best_so_far, find_range, mark_days, with_score
from tamesu.report.verdict_notes import ORDER
from tamesu.report.words import Words, drawable_word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

WIDTH, HEIGHT = 9.0, 4.8  # inches
DPI = 200  # twice a screen's

MARKERS = {"keep": "^", "drop": "v", "same": "s", "undecided": "o"}
COLORS = {"keep": KEEP, "drop": DROP, "same": SAME, "undecided": UNDECIDED}

NAME = 26

# Room for names above the highest score, tried from the least.
ROOMS = (0.06, 0.14, 0.24, 0.36)

# Heights tried for the name of a step, in points above its symbol.
HEIGHTS = (8, 20, 31, 42, 53)


def write_history_png(
    points: Sequence[HistoryPoint],
    path: Path,
    *,
    metric: str,
    greater_is_better: bool,
    language: Language = "en",
    title: str = "",
) -> Path:
    """Write the chart as a PNG of 1800 × 960 pixels, higher where it needs a list of names.

    Args:
        points: in the order reached; those without a score are left out.
        path: the file; its folder is made when it is not there.
        metric: its name.
        greater_is_better: its direction.
        language: `"en"` or `"ja"`; English where no font has Japanese letters.
        title: above the chart, for instance the competition's name.

    Returns:
        `path`. Adopted ideas carry their names; where these would touch each other, numbers and a list below.
    """
    words = Words(language)
    shown = [point for point, _ in with_score(points)]
    with drawing(LIGHT):
        for room in ROOMS:
            figure, axes, names = draw(shown, metric, greater_is_better, words, title, room)
            if place_names(figure, axes, shown, names, greater_is_better):
                break
        else:
            figure, axes, names = draw(shown, metric, greater_is_better, words, title, ROOMS[1], numbered=True)
            place_names(figure, axes, shown, [str(place) for place in range(1, len(names) + 1)], greater_is_better, all_=False)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, buffer.getvalue())
    return path


def drawable(text: str, otherwise: str, width: int = NAME) -> str:
    """What a user named as our fonts can draw it: as it is, or its drawable letters, or other words.

    Examples:
        >>> drawable("mixup", "idea 3"), drawable("\U00012000\U00012000", "idea 3"), drawable("sam \U00012000", "idea 3")
        ('mixup', 'idea 3', 'sam')
    """
    text = shorten(text, width)
    if can_draw([text]):
        return text
    rest = " ".join("".join(letter if can_draw([letter]) else " " for letter in text).split())
    return rest if sum(letter.isalnum() for letter in rest) > 2 else otherwise


def draw(
    points: Sequence[HistoryPoint],
    metric: str,
    greater_is_better: bool,
    words: Words,
    title: str,
    room: float,
    *,
    numbered: bool = False,
) -> tuple[Figure, Axes, list[str]]:
    """Everything but the names at the steps.

    Args:
        points: each with a score.
        metric: its name.
        greater_is_better: its direction.
        words: the language.
        title: above the chart.
        room: left free above the highest score, as a share of the range of scores.
        numbered: whether to list the adopted ideas by number below.

    Returns:
        The figure, its axes, and the adopted ideas' names as they can be drawn.
    """
    from matplotlib.figure import Figure

    idea = drawable_word("idea", words)
    names = [drawable(point.name, f"{idea} {place}") for place, point in enumerate((p for p in points if p.is_step), 1)]
    lines = set_columns([f"{place}  {name}" for place, name in enumerate(names, 1)]) if numbered else []
    extra = 0.2 * len(lines) + (0.1 if lines else 0)
    figure = Figure(figsize=(WIDTH, HEIGHT + extra), layout=None)
    bottom = (0.85 + extra) / (HEIGHT + extra)
    axes = figure.add_axes((0.085, bottom, 0.885, 1 - bottom - 0.78 / (HEIGHT + extra)))
    draw_scores(axes, points, greater_is_better, room)
    metric = drawable(metric, drawable_word("metric", words), 40)
    usual = words("history_title", metric=metric)
    usual = usual if can_draw([usual]) else Words("en")("history_title", metric=metric)
    heading = drawable(title or usual, usual, 60)
    top = 1 - 0.34 / (HEIGHT + extra)
    figure.text(0.085, top, heading, fontsize=14, color=LIGHT[INK], va="center")
    direction = drawable_word("higher" if greater_is_better else "lower", words)
    figure.text(0.97, top, f"{metric} ({direction})", fontsize=9, color=LIGHT[MUTED], va="center", ha="right")
    draw_legend(axes, points, words)
    for place, text in enumerate(lines):
        height = (0.2 * (len(lines) - place) - 0.02) / (HEIGHT + extra)
        for column, part in enumerate(text):
            figure.text(0.085 + 0.885 * column / 3, height, part, fontsize=8, color=LIGHT[INK], va="center")
    return figure, axes, names


def set_columns(names: Sequence[str], columns: int = 3) -> list[list[str]]:
    """Names in columns read from top to bottom, as lines.

    Examples:
        >>> set_columns(["1 a", "2 b", "3 c", "4 d"], 3)
        [['1 a', '3 c'], ['2 b', '4 d']]
    """
    height = -(-len(names) // columns)
    return [[names[place] for place in range(row, len(names), height)] for row in range(height)]


def draw_scores(axes: Axes, points: Sequence[HistoryPoint], greater_is_better: bool, room: float) -> None:
    """The staircase, the verdicts, both axes, and room for names above the highest score."""
    count = len(points)
    axes.set_xlim(0.4, count + 0.6)
    axes.set_xticks([place for place, _ in mark_days(points, 0.09 * (count + 1))] if count else [])
    if not count:
        axes.set_yticks([])
        return
    axes.set_xticklabels([text for _, text in mark_days(points, 0.09 * (count + 1))])
    low, high = find_range(points, greater_is_better)
    axes.set_ylim(low, high + room * (high - low))
    ticks = find_ticks(low, high, 7)
    axes.set_yticks(ticks, say_ticks(ticks))
    levels = best_so_far(points, greater_is_better)
    known = [(place, level) for place, level in enumerate(levels) if level is not None]
    if known:
        xs = [0.4 if place == 0 else float(place) for place, _ in known]
        axes.step(
            [*xs, count + 0.6], [level for _, level in known] + [known[-1][1]], where="post", color=LIGHT[KEEP], linewidth=2
        )
    for place, (point, score) in enumerate(with_score(points), 1):
        axes.plot(
            [place],
            [min(high, max(low, score))],
            marker=MARKERS[point.word],
            markersize=8 if point.is_step else 6,
            markerfacecolor=LIGHT[PAPER] if point.word == "undecided" else LIGHT[COLORS[point.word]],
            markeredgecolor=LIGHT[COLORS[point.word]] if point.word == "undecided" else LIGHT[PAPER],
            markeredgewidth=1.4 if point.word == "undecided" else 0.6,
            linestyle="",
            clip_on=False,
            zorder=4 if point.is_step else 3,
        )


def draw_legend(axes: Axes, points: Sequence[HistoryPoint], words: Words) -> None:
    """Which symbol is which verdict, below the chart."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D(
            [],
            [],
            linestyle="",
            marker=MARKERS[word],
            markersize=7,
            markerfacecolor=LIGHT[PAPER] if word == "undecided" else LIGHT[COLORS[word]],
            markeredgecolor=LIGHT[COLORS[word]],
            label=drawable_word(f"verdict_{word}", words),
        )
        for word in ORDER
        if any(point.word == word for point in points)
    ]
    handles.append(Line2D([], [], color=LIGHT[KEEP], linewidth=2, label=drawable_word("best_so_far", words)))
    axes.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(-0.012, -0.1),
        ncols=len(handles),
        frameon=False,
        fontsize=9,
        labelcolor=LIGHT[MUTED],
        handletextpad=0.4,
        columnspacing=1.6,
        borderaxespad=0,
    )


def place_names(
    figure: Figure,
    axes: Axes,
    points: Sequence[HistoryPoint],
    names: Sequence[str],
    greater_is_better: bool,
    *,
    all_: bool = True,
) -> bool:
    """Write the names of the adopted ideas near their symbols so that none touches another or a symbol of a step.

    Args:
        figure: from `draw`.
        axes: from `draw`.
        points: each with a score.
        names: of the adopted ideas, in order.
        greater_is_better: the metric's direction.
        all_: whether to give up when one has no place; else it is left out.

    Returns:
        Whether every name has its place.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.transforms import Bbox

    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    scale = figure.dpi / 72
    places = [(place, point, score) for place, (point, score) in enumerate(with_score(points), 1)]
    steps = [(place, score) for place, point, score in places if point.is_step]

    def symbol_box(place: int, score: float) -> Bbox:
        x, y = axes.transData.transform((place, score))
        return Bbox.from_bounds(x - 4 * scale, y - 4 * scale, 8 * scale, 8 * scale)

    others = [symbol_box(place, score) for place, point, score in places if not point.is_step]
    taken = [symbol_box(place, score) for place, score in steps]
    frame: Bbox = axes.get_window_extent(renderer)
    # Where the stairs climb, they leave room above and to the left; where they fall, to the right.
    spots = list(product((-1, 1) if greater_is_better else (1, -1), HEIGHTS))
    placed = 0
    for (place, score), name in zip(steps, names, strict=True):
        text = axes.annotate(
            name, (place, score), xytext=(0, 0), textcoords="offset points", fontsize=8.5, color=LIGHT[INK], zorder=6
        )
        # Rather somewhere else than on the symbol of another verdict, but rather there than nowhere.
        for avoided, (side, height) in product(([*taken, *others], taken), spots):
            text.set(position=(side * 3, height), ha="right" if side < 0 else "left", va="bottom")
            box = text.get_window_extent(renderer)
            inside = box.x0 >= frame.x0 and box.x1 <= frame.x1 + 8 * scale and box.y1 <= frame.y1 + 2 * scale
            if inside and not any(box.overlaps(other) for other in avoided):
                taken.append(box)
                placed += 1
                if height > HEIGHTS[0]:
                    draw_leader(axes, place, score, height)
                break
        else:
            text.remove()
            if all_:
                return False
    return placed == len(steps)


def draw_leader(axes: Axes, place: int, score: float, height: int) -> None:
    """A thin line from a symbol up to its name."""
    arrow: Mapping[str, object] = {"arrowstyle": "-", "color": LIGHT[MUTED], "linewidth": 0.6, "shrinkA": 0, "shrinkB": 4}
    axes.annotate("", (place, score), xytext=(0, height), textcoords="offset points", arrowprops=dict(arrow), zorder=5)

"""The confusion matrix as a table that a small script shades, sorts and leads from: without it, it still reads.

Each cell leads to the images in it, which stand folded away below; a browser opens what a link leads into by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from tamesu.report.audit_sets import shorten_text
from tamesu.report.confusion import Confusion, find_confused_classes
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_count
from tamesu.report.outcomes import Outcome
from tamesu.report.plots import DARK, measure, shade, shorten
from tamesu.report.row_pictures import RowPictures
from tamesu.report.words import Words

SHOWN_CLASSES = 25
MOST_CELLS, MOST_PICTURES = 60, 8
# Columns whose names are wider than this together, in half-width letters, have them upright.
UPRIGHT = 56
# A name may be a sentence; whole it stands in the table of classes, and where the pointer rests.
HEAD_LETTERS, TITLE_LETTERS = 18, 40
# By which the page knows that the script is wanted.
MARK = "data-matrix"


def read_script() -> str:
    """The script of the pages that hold a matrix."""
    return files("tamesu.report").joinpath("matrix.js").read_text(encoding="utf-8")


# From a target, the truth and the answer of a cell to an address.
Lead = Callable[[str, str, str], str]


@dataclass(frozen=True, slots=True)
class Cell:
    """Predictions of one truth and one answer; `rows`: their places in the outcome, those to be seen first in front."""

    truth: int
    predicted: int
    rows: tuple[int, ...]


def show_matrix(
    outcome: Outcome,
    confusion: Confusion,
    anchor: str,
    words: Words,
    pictures: RowPictures | None,
    lead: Lead | None = None,
) -> Html:
    """The matrix with its switches, and below it the images of its cells, unless these stand elsewhere.

    Args:
        outcome: of a class target, at least one row.
        confusion: of the same.
        anchor: of the section; the cells are named after it.
        words: the page's language.
        pictures: of the rows; ids alone where None.
        lead: the address of the images of a cell, where they stand elsewhere.
    """
    codes = list(range(confusion.classes))
    if confusion.classes > SHOWN_CLASSES:
        codes = find_confused_classes(confusion, SHOWN_CLASSES)
    cells = find_cells(outcome, codes)
    notes = [words("confusion_note"), words("cells_note" if lead is None else "cells_lead")]
    if len(codes) < confusion.classes:
        notes.append(words("confusion_some", shown=len(codes), total=format_count(confusion.classes)))
    if lead is not None:
        of = {(one.truth, one.predicted): (outcome.labels[one.truth], outcome.labels[one.predicted]) for one in cells}
        led = {pair: lead(outcome.target, *labels) for pair, labels in of.items()}
        return frame_matrix(draw_table(outcome, confusion, codes, led, words), notes, words)
    linked = {(cell.truth, cell.predicted): f"{anchor}-cell-{cell.truth}-{cell.predicted}" for cell in cells[:MOST_CELLS]}
    inside = {pair: f"#{name}" for pair, name in linked.items()}
    figure = frame_matrix(draw_table(outcome, confusion, codes, inside, words), notes, words)
    return element("div", figure, show_cells(outcome, cells, linked, words, pictures), class_="row")


def frame_matrix(table: Html, notes: list[str], words: Words) -> Html:
    """The table with its title, its switches and what is to be said of it."""
    caption, note = element("figcaption", words("confusion")), element("p", " ".join(notes), class_="legend")
    return element("figure", caption, make_switches(words), table, note, class_="panel fit wide-enough")


def find_cells(outcome: Outcome, codes: list[int]) -> list[Cell]:
    """The cells that are not empty: errors first, then hits, the fullest first."""
    told, shown = outcome.output.argmax(axis=1), set(codes)
    sure = outcome.output[np.arange(len(told)), told]
    found: dict[tuple[int, int], list[int]] = {}
    for row, pair in enumerate(zip(outcome.truth.tolist(), told.tolist(), strict=True)):
        if shown.issuperset(pair):
            found.setdefault(pair, []).append(row)
    cells = []
    for (truth, predicted), rows in found.items():
        chances = sure[rows] if truth == predicted else -sure[rows]
        cells.append(Cell(truth, predicted, tuple(rows[place] for place in np.argsort(chances, kind="stable").tolist())))
    return sorted(cells, key=lambda cell: (cell.truth == cell.predicted, -len(cell.rows), cell.truth, cell.predicted))


def make_switches(words: Words) -> Html:
    """What the script switches; hidden until it is there."""
    choices = {
        "mode": ("cells_mode", ("cells_counts", "cells_rows", "cells_columns")),
        "order": ("cells_order", ("cells_by_class", "cells_by_error")),
    }
    parts = []
    for kind, (title, keys) in choices.items():
        options = [element("option", words(key), value=key.rpartition("_")[2]) for key in keys]
        parts.append(element("label", words(title), " ", element("select", options, data_switch=kind)))
    return element("p", parts, class_="switches", hidden=True)


def draw_table(
    outcome: Outcome, confusion: Confusion, codes: list[int], linked: dict[tuple[int, int], str], words: Words
) -> Html:
    """The counts, shaded by their share of the row; what else the script needs stands in attributes."""
    counts = confusion.matrix(codes)
    rows, calls = (np.maximum(values[codes], 1) for values in (confusion.rows, confusion.calls))
    wrong = (confusion.rows + confusion.calls - 2 * confusion.hits)[codes].tolist()
    whole = [shorten_text(outcome.labels[code]) for code in codes]
    names = [shorten(name, HEAD_LETTERS) for name in whole]
    upright = "upright" if len(names) * max(map(measure, names)) > UPRIGHT else None
    corner = element("th", f"{words('truth')} ＼ {words('prediction')}", class_="corner")
    heads = [
        element("th", element("span", named(name), class_=upright), scope="col", title=full)
        for name, full in zip(names, whole, strict=True)
    ]
    lines = []
    for i, truth in enumerate(codes):
        cells = [
            draw_cell(
                int(counts[i, j]),
                float(counts[i, j] / rows[i]),
                float(counts[i, j] / calls[j]),
                linked.get((truth, predicted)),
                "right" if i == j else "wrong",
            )
            for j, predicted in enumerate(codes)
        ]
        head = element("th", named(names[i]), scope="row", title=whole[i])
        lines.append(element("tr", head, cells, data_wrong=wrong[i]))
    head = element("thead", element("tr", corner, heads, class_="heads"))
    table = element("table", head, element("tbody", lines), class_="matrix shades", **{MARK.replace("-", "_"): "1"})
    return element("div", table, class_="scroll")


def draw_cell(count: int, row_share: float, column_share: float, link: str | None, kind: str) -> Html:
    """One cell; empty when nothing was counted."""
    if not count:
        return element("td")
    depth = shade(row_share)
    return element(
        "td",
        element("a", count, href=link) if link else count,
        class_=f"{kind} strong" if depth > DARK else kind,
        style=f"--share:{depth:.3f}",
        data_rows=f"{row_share:.4f}",
        data_columns=f"{column_share:.4f}",
    )


def show_cells(
    outcome: Outcome, cells: list[Cell], linked: dict[tuple[int, int], str], words: Words, pictures: RowPictures | None
) -> Html:
    """The images of the cells, folded away."""
    told = outcome.output.argmax(axis=1)
    shown = []
    for cell in cells[:MOST_CELLS]:
        truth, predicted = (named(say_name(outcome.labels[code])) for code in (cell.truth, cell.predicted))
        key = "cells_right" if cell.truth == cell.predicted else "cells_pair"
        title = fill(words(key, truth="\0t", predicted="\0p"), {"\0t": truth, "\0p": predicted})
        names = list(dict.fromkeys(outcome.ids[list(cell.rows)].tolist()))
        sure = {outcome.ids[row]: float(outcome.output[row, told[row]]) for row in reversed(cell.rows)}
        tiles = [show_tile(name, sure[name], pictures) for name in names[:MOST_PICTURES]]
        if len(names) > MOST_PICTURES:
            tiles.append(element("span", words("cells_more", count=format_count(len(names) - MOST_PICTURES)), class_="more"))
        inside = element("div", tiles, class_="pictures set", id=linked[cell.truth, cell.predicted])
        shown.append(element("details", element("summary", title, f" ({format_count(len(cell.rows))})"), inside))
    some = words("cells_some", shown=MOST_CELLS, total=len(cells)) if len(cells) > MOST_CELLS else None
    note = element("p", some, class_="muted") if some else None
    return element("div", element("h3", words("cells_title")), note, element("div", shown, class_="cells"), class_="beside")


def say_name(label: str) -> str:
    """A class's name inside a sentence.

    Examples:
        >>> say_name("cat"), len(say_name("x" * 250))
        ('cat', 40)
    """
    return shorten(shorten_text(label), TITLE_LETTERS)


def fill(text: str, parts: dict[str, Html]) -> Html:
    """A sentence with names in their places, each kept in its own direction.

    Examples:
        >>> fill("\\0t to <b>", {"\\0t": Html("<i>x</i>")})
        '<i>x</i> to &lt;b&gt;'
    """
    for mark, part in parts.items():
        if mark in text:
            before, _, after = text.partition(mark)
            return join(fill(before, parts), part, fill(after, parts))
    return join(text)


def show_tile(name: str, sure: float, pictures: RowPictures | None) -> Html:
    """One row: its picture where there is one, its id, and the probability of the answer."""
    picture, text = None if pictures is None else pictures.take(name), shorten_text(name)
    image = None
    if picture is not None:
        image = element("img", src=picture.uri, alt=text, width=picture.width, height=picture.height, loading="lazy")
    return element("span", image, element("b", named(text), title=text), element("small", f"{sure:.3f}"), class_="picture")

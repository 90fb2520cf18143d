"""A class target's section: confusion matrix, the most confused pairs, each class by itself, and jobs that collapsed."""

from __future__ import annotations

import numpy as np

from tamesu.report.confusion import Confusion, count_pairs, find_confused_classes, find_confused_pairs
from tamesu.report.fonts import can_draw
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_count
from tamesu.report.outcomes import Outcome
from tamesu.report.per_class import Told, show_classes_alone, show_shares
from tamesu.report.plots import DARK, plot_matrix, shade
from tamesu.report.section import Notice, bar, table, wide_plot
from tamesu.report.words import Words, drawable_word
from tamesu.results.collapse import RANKS, find_class_collapse

SHOWN_CLASSES = 25


def show_classes(outcome: Outcome, anchor: str, words: Words, *, collapsed: bool = False) -> tuple[Html, list[Notice]]:
    """The body of a class target's section, and its notices.

    Args:
        outcome: at least one row.
        anchor: of the section; figures are named after it.
        words: the page's language.
        collapsed: it is said already that all jobs together have collapsed.
    """
    confusion = count_pairs(outcome.truth, outcome.output)
    plain = Told(confusion.rows, confusion.calls, confusion.hits, len(outcome))
    notices = [] if collapsed else judge_jobs(outcome, words)
    pictures = [
        show_confusion(outcome, confusion, anchor, words),
        show_shares(outcome.labels, plain, anchor, words),
        show_pairs(outcome, confusion, words),
    ]
    body = join(
        [element("p", notice.text, class_="callout") for notice in notices],
        element("div", pictures, class_="row"),
        show_classes_alone(outcome.labels, plain, words),
    )
    return body, notices


def judge_jobs(outcome: Outcome, words: Words) -> list[Notice]:
    """A notice when the predictions of single jobs are nearly all one class, and their probabilities say no more."""
    fallen = []
    for number, job in enumerate(outcome.jobs):
        rows = outcome.job == number
        found = find_class_collapse(outcome.truth[rows], outcome.output[rows])
        if found is not None and not found.auc >= RANKS:
            fallen.append(job)
    return [Notice("warning", join(words("collapse_jobs", jobs=words.list(fallen))))] if fallen else []


def show_confusion(outcome: Outcome, confusion: Confusion, anchor: str, words: Words) -> Html:
    """The confusion matrix: a plot, or a table where no font has the letters of the names."""
    codes = list(range(confusion.classes))
    if confusion.classes > SHOWN_CLASSES:
        codes = find_confused_classes(confusion, SHOWN_CLASSES)
    labels = [outcome.labels[code] for code in codes]
    counts = confusion.matrix(codes)
    shares = counts / np.maximum(confusion.rows[codes], 1)[:, None]
    notes = [words("confusion_note")]
    if len(codes) < confusion.classes:
        notes.append(words("confusion_some", shown=len(codes), total=format_count(confusion.classes)))
    if can_draw(labels):
        axes = drawable_word("truth", words), drawable_word("prediction", words)
        matrix = wide_plot(plot_matrix(counts, shares, labels, axes, f"{anchor}-matrix", words("confusion")))
    else:
        notes.append(words("confusion_table"))
        matrix = matrix_table(counts, shares, labels, words)
    caption, note = element("figcaption", words("confusion")), element("p", " ".join(notes), class_="legend")
    return element("figure", caption, matrix, note, class_="panel fit")


def matrix_table(counts: np.ndarray, shares: np.ndarray, labels: list[str], words: Words) -> Html:
    """The confusion matrix as an HTML table, shaded like the plot."""
    corner = f"{words('truth')} ＼ {words('prediction')}"
    head = element("tr", element("th", corner), [element("th", named(label), scope="col") for label in labels])
    lines = []
    for i, label in enumerate(labels):
        cells = [
            matrix_cell(int(counts[i, j]), float(shares[i, j]), "right" if i == j else "wrong") for j in range(len(labels))
        ]
        lines.append(element("tr", element("th", named(label), scope="row"), cells))
    return element("div", element("table", element("thead", head), element("tbody", lines), class_="matrix"), class_="scroll")


def matrix_cell(count: int, share: float, kind: str) -> Html:
    """One cell; empty when nothing was counted."""
    if not count:
        return element("td")
    depth = shade(share)
    strong = " strong" if depth > DARK else ""
    return element("td", count, class_=f"{kind}{strong}", style=f"--share:{depth:.3f}")


def show_pairs(outcome: Outcome, confusion: Confusion, words: Words) -> Html:
    """The most confused pairs."""
    pairs = find_confused_pairs(confusion)
    title = element("h3", words("pairs"))
    if not pairs:
        return element("div", title, element("p", words("no_errors")))
    rows: list[list[Html | str]] = [
        [named(outcome.labels[p.truth]), named(outcome.labels[p.predicted]), format_count(p.rows), bar(p.share, words)]
        for p in pairs
    ]
    head = [words("truth"), words("prediction"), words("pair_count"), words("pair_share")]
    return element("div", title, table(head, rows, numeric=(2, 3)))

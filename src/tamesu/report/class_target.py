"""A class target's section: collapse, confusion matrix, per-class scores, the most confused pairs."""

from __future__ import annotations

import numpy as np

from tamesu.report.confusion import (
    Collapse,
    Confusion,
    count_pairs,
    find_collapse,
    find_confused_classes,
    find_confused_pairs,
    score_classes,
)
from tamesu.report.fonts import can_draw
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_count, format_share
from tamesu.report.outcomes import Outcome
from tamesu.report.plots import DARK, plot_matrix, shade
from tamesu.report.section import Notice, bar, table, wide_plot
from tamesu.report.words import Words, drawable_word

SHOWN_CLASSES = 25
SHOWN_ROWS = 100

# Fewer rows than this are called the same by chance too often.
LEAST_ROWS = 10


def show_classes(outcome: Outcome, anchor: str, words: Words) -> tuple[Html, list[Notice]]:
    """The body of a class target's section, and its notices.

    Args:
        outcome: at least one row.
        anchor: of the section; figures are named after it.
        words: the page's language.
    """
    confusion = count_pairs(outcome.truth, outcome.output)
    notices = judge_collapse(outcome, confusion, words)
    body = join(
        [element("p", notice.text, class_="callout") for notice in notices],
        element("div", show_confusion(outcome, confusion, anchor, words), show_pairs(outcome, confusion, words), class_="row"),
        show_scores(outcome, confusion, words),
    )
    return body, notices


def judge_collapse(outcome: Outcome, confusion: Confusion, words: Words) -> list[Notice]:
    """A notice when the predictions are nearly all one class: over everything, or in single jobs."""
    found = find_collapse(confusion)
    if found is not None and len(outcome) >= LEAST_ROWS:
        return [Notice("warning", say_collapse(outcome, found, words))]
    fallen = []
    for number, job in enumerate(outcome.jobs):
        rows = outcome.job == number
        if rows.sum() >= LEAST_ROWS and find_collapse(count_pairs(outcome.truth[rows], outcome.output[rows])) is not None:
            fallen.append(job)
    return [Notice("warning", join(words("collapse_jobs", jobs=words.list(fallen))))] if fallen else []


def say_collapse(outcome: Outcome, found: Collapse, words: Words) -> Html:
    """The collapse in words."""
    label = outcome.labels[found.code]
    return join(words("collapse", share=format_share(found.share), label=f"“{label}”", leaked=format_share(found.leaked)))


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


def show_scores(outcome: Outcome, confusion: Confusion, words: Words) -> Html:
    """Rows, precision, recall and F1 of each class, worst F1 first; only the worst when there are very many."""
    scores = score_classes(confusion.hits, confusion.rows, confusion.calls)
    order = np.lexsort((np.arange(confusion.classes), np.where(np.isnan(scores.f1), np.inf, scores.f1)))
    rows: list[list[Html | str]] = [
        [
            named(outcome.labels[code]),
            format_count(int(confusion.rows[code])),
            format_count(int(confusion.calls[code])),
            bar(float(scores.precision[code]), words),
            bar(float(scores.recall[code]), words),
            bar(float(scores.f1[code]), words),
        ]
        for code in order[:SHOWN_ROWS].tolist()
    ]
    head = [words(key) for key in ("class", "rows", "predicted", "precision", "recall", "f1")]
    note = None
    if confusion.classes > SHOWN_ROWS:
        text = words("worst_of", shown=SHOWN_ROWS, total=format_count(confusion.classes))
        note = element("p", text, class_="muted")
    return element("div", element("h3", words("per_class")), note, table(head, rows, numeric=range(1, 6)))

"""A class target's section: confusion matrix, the most confused pairs, each class by itself, and jobs that collapsed."""

from __future__ import annotations

from tamesu.report.confusion import Confusion, count_pairs, find_confused_pairs
from tamesu.report.html import Html, element, join, named
from tamesu.report.matrix import Lead, show_matrix
from tamesu.report.numbers import format_count
from tamesu.report.outcomes import Outcome
from tamesu.report.per_class import Told, show_classes_alone, show_shares
from tamesu.report.row_pictures import RowPictures
from tamesu.report.section import Notice, bar, table
from tamesu.report.words import Words
from tamesu.results.collapse import RANKS, find_class_collapse


def show_classes(
    outcome: Outcome,
    anchor: str,
    words: Words,
    *,
    collapsed: bool = False,
    pictures: RowPictures | None = None,
    lead: Lead | None = None,
) -> tuple[Html, list[Notice]]:
    """The body of a class target's section, and its notices.

    Args:
        outcome: at least one row.
        anchor: of the section; figures are named after it.
        words: the page's language.
        collapsed: it is said already that all jobs together have collapsed.
        pictures: of the rows; ids alone where None.
        lead: where the cells of the confusion matrix lead; to their images in the page where None.
    """
    confusion = count_pairs(outcome.truth, outcome.output)
    plain = Told(confusion.rows, confusion.calls, confusion.hits, len(outcome))
    notices = [] if collapsed else judge_jobs(outcome, words)
    figures = [
        show_shares(outcome.labels, plain, anchor, words),
        show_pairs(outcome, confusion, words),
    ]
    body = join(
        [element("p", notice.text, class_="callout") for notice in notices],
        show_matrix(outcome, confusion, anchor, words, pictures, lead),
        element("div", figures, class_="row"),
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

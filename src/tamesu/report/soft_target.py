"""A section of shares: how near each label's predicted share is to the true one, and which label is the largest of a row."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from tamesu.report.class_target import show_classes
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_number, format_share
from tamesu.report.outcomes import Outcome
from tamesu.report.row_pictures import RowPictures
from tamesu.report.section import table
from tamesu.report.words import Words

SHOWN_ROWS = 100


@dataclass(frozen=True, slots=True, eq=False)
class ShareScores:
    """Of each label over all rows, float64 (labels,).

    Attributes:
        true, told: mean true and predicted share.
        error: mean absolute difference.
        correlation: Pearson's, of predicted and true shares; NaN where either never changes.
    """

    true: Float[np.ndarray, " labels"]
    told: Float[np.ndarray, " labels"]
    error: Float[np.ndarray, " labels"]
    correlation: Float[np.ndarray, " labels"]


def score_shares(truth: Float[np.ndarray, "rows labels"], told: Float[np.ndarray, "rows labels"]) -> ShareScores:
    """Means, errors and correlations of each label's share.

    Examples:
        >>> scores = score_shares(np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[0.8, 0.2], [0.6, 0.4]]))
        >>> scores.true.tolist(), scores.told.round(6).tolist(), scores.error.round(6).tolist()
        ([0.75, 0.25], [0.7, 0.3], [0.15, 0.15])
        >>> scores.correlation.round(6).tolist()
        [1.0, 1.0]
    """
    truth, told = truth.astype(np.float64), told.astype(np.float64)
    a, b = truth - truth.mean(axis=0), told - told.mean(axis=0)
    size = np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))
    moves = (np.ptp(truth, axis=0) > 0) & (np.ptp(told, axis=0) > 0)
    correlation = np.where(moves, (a * b).sum(axis=0) / np.where(moves, size, 1.0), np.nan)
    return ShareScores(truth.mean(axis=0), told.mean(axis=0), np.abs(told - truth).mean(axis=0), correlation)


def show_soft(outcome: Outcome, anchor: str, words: Words, pictures: RowPictures | None = None) -> Html:
    """The body of a section of shares: a table of the labels, the largest error first, and classes by the largest share.

    Args:
        outcome: at least one row.
        anchor: of the section; figures are named after it.
        words: the page's language.
        pictures: of the rows; ids alone where None.
    """
    finite = np.isfinite(outcome.output).all(axis=1)
    if not finite.any():
        return element("p", words("undefined"))
    truth, told = outcome.truth[finite], outcome.output[finite]
    scores = score_shares(truth, told)
    order = np.argsort(-scores.error, kind="stable")[:SHOWN_ROWS].tolist()
    rows: list[list[Html | str]] = [
        [
            named(outcome.labels[label]),
            format_share(float(scores.true[label])),
            format_share(float(scores.told[label])),
            format_number(float(scores.error[label])),
            format_number(float(scores.correlation[label])) or words("undefined"),
        ]
        for label in order
    ]
    head = [words(key) for key in ("label", "share_mean_true", "share_mean_told", "share_error", "share_correlation")]
    note = None
    if len(outcome.labels) > SHOWN_ROWS:
        note = element("p", words("worst_of", shown=SHOWN_ROWS, total=len(outcome.labels)), class_="muted")
    largest = replace(
        outcome, kind="class", ids=outcome.ids[finite], truth=truth.argmax(axis=1), output=told, job=outcome.job[finite]
    )
    # One label may rightly be the largest of every row, which is no collapse.
    classes, _ = show_classes(largest, anchor, words, collapsed=True, pictures=pictures)
    return join(
        element("h3", words("share_labels")),
        note,
        table(head, rows, numeric=range(1, 5)),
        element("h3", words("share_largest")),
        element("p", words("share_note"), class_="muted"),
        classes,
    )

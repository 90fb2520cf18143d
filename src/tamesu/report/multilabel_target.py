"""A multilabel target's section: average precision, F1, precision and recall of each label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from tamesu.report.confusion import score_classes
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_count
from tamesu.report.outcomes import Outcome
from tamesu.report.section import bar, table
from tamesu.report.words import Words

THRESHOLD = 0.5
SHOWN_ROWS = 100


@dataclass(frozen=True, slots=True, eq=False)
class LabelScores:
    """Scores of each label, shape (labels,); float64 with NaN where undefined.

    Attributes:
        positives: rows that have the label. `calls`: rows predicted to have it.
        ap: average precision; undefined for a label that no row has.
        precision, recall, f1: at a probability of 0.5.
    """

    positives: Int[np.ndarray, " labels"]
    calls: Int[np.ndarray, " labels"]
    ap: Float[np.ndarray, " labels"]
    precision: Float[np.ndarray, " labels"]
    recall: Float[np.ndarray, " labels"]
    f1: Float[np.ndarray, " labels"]


def score_labels(truth: np.ndarray, probs: np.ndarray) -> LabelScores:
    """Per-label scores.

    Args:
        truth: 0 or 1, (rows, labels).
        probs: (rows, labels).
    """
    from sklearn.metrics import average_precision_score

    there, called = truth > 0.5, probs >= THRESHOLD
    positives, calls = there.sum(axis=0).astype(np.int64), called.sum(axis=0).astype(np.int64)
    ap = np.full(truth.shape[1], np.nan)
    for label in np.flatnonzero(positives).tolist():
        ap[label] = average_precision_score(there[:, label], probs[:, label])
    scores = score_classes((there & called).sum(axis=0).astype(np.int64), positives, calls)
    return LabelScores(positives, calls, ap, scores.precision, scores.recall, scores.f1)


def show_labels(outcome: Outcome, words: Words) -> Html:
    """The body of a multilabel target's section: a table, worst average precision first, with the mean over labels.

    Args:
        outcome: at least one row.
        words: the page's language.
    """
    scores = score_labels(outcome.truth, outcome.output)
    columns = (scores.ap, scores.f1, scores.precision, scores.recall)
    order = np.lexsort((np.arange(len(scores.ap)), np.where(np.isnan(scores.ap), np.inf, scores.ap)))
    means: list[Html | str] = [element("b", words("macro")), "", ""]
    means += [bar(mean_defined(column), words) for column in columns]
    rows: list[list[Html | str]] = [means]
    for label in order[:SHOWN_ROWS].tolist():
        counts = [format_count(int(scores.positives[label])), format_count(int(scores.calls[label]))]
        rows.append([named(outcome.labels[label]), *counts, *(bar(float(column[label]), words) for column in columns)])
    head = [words(key) for key in ("label", "positives", "predicted", "ap", "f1", "precision", "recall")]
    notes = [words("threshold_note")]
    if len(scores.ap) > SHOWN_ROWS:
        notes.insert(0, words("worst_of", shown=SHOWN_ROWS, total=format_count(len(scores.ap))))
    return join(
        element("h3", words("per_label")), element("p", " ".join(notes), class_="muted"), table(head, rows, numeric=range(1, 7))
    )


def mean_defined(values: Float[np.ndarray, " labels"]) -> float:
    """The mean of what is defined; NaN when nothing is.

    Examples:
        >>> mean_defined(np.array([0.5, np.nan, 1.0]))
        0.75
    """
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if len(defined) else float("nan")

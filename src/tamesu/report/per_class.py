"""Each class of a target by itself: its rows and how many are called it, recall and precision, and what a rule changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from tamesu.metrics.metric import Metric
from tamesu.report.confusion import ClassScores, score_classes
from tamesu.report.fonts import can_draw
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_count, format_gain, format_number, format_share
from tamesu.report.section import bar, table, undefined, wide_plot
from tamesu.report.share_plot import plot_shares
from tamesu.report.verdict_details import find_largest, swing
from tamesu.report.words import Words, drawable_word
from tamesu.results.decision import Decision, FoldGain, Rule, own_threshold

SHOWN_ROWS = 100
# More classes than this in one picture are lines on lines; the table has them all.
DRAWN_CLASSES = 40
# The colours of the bars, by what they are.
SHARE_KEYS = (("", "share_true"), ("train", "share_told"))


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """How often each label is there, is told, and is told rightly: int64 (labels,); `total`: rows."""

    rows: Int[np.ndarray, " labels"]
    calls: Int[np.ndarray, " labels"]
    hits: Int[np.ndarray, " labels"]
    total: int

    @property
    def scores(self) -> ClassScores:
        """Precision, recall and F1 of each."""
        return score_classes(self.hits, self.rows, self.calls)


def count_codes(truth: Int[np.ndarray, " rows"], told: Int[np.ndarray, " rows"], classes: int) -> Told:
    """Counts from one code per row.

    Examples:
        >>> counted = count_codes(np.array([0, 1, 1]), np.array([0, 0, 1]), 2)
        >>> counted.rows.tolist(), counted.calls.tolist(), counted.hits.tolist()
        ([1, 2], [2, 1], [1, 1])
    """
    counts = [np.bincount(codes, minlength=classes).astype(np.int64) for codes in (truth, told, truth[truth == told])]
    return Told(counts[0], counts[1], counts[2], len(truth))


def count_labels(there: Bool[np.ndarray, "rows labels"], told: Bool[np.ndarray, "rows labels"]) -> Told:
    """Counts from one mark per row and label.

    Examples:
        >>> counted = count_labels(np.array([[True, False], [True, True]]), np.array([[True, True], [False, True]]))
        >>> counted.rows.tolist(), counted.calls.tolist(), counted.hits.tolist()
        ([2, 1], [1, 2], [1, 1])
    """
    counts = [marks.sum(axis=0, dtype=np.int64) for marks in (there, told, there & told)]
    return Told(counts[0], counts[1], counts[2], len(there))


def show_classes_alone(labels: Sequence[str], plain: Told, words: Words) -> Html:
    """The table of classes, worst F1 first; only the worst when there are very many.

    Args:
        labels: of the target.
        plain: counts of its predictions as they are.
        words: the page's language.
    """
    scores = plain.scores
    order = order_classes(scores.f1)
    rows: list[list[Html | str]] = [
        [
            named(labels[code]),
            format_count(int(plain.rows[code])),
            format_share(int(plain.rows[code]) / max(1, plain.total)),
            format_count(int(plain.calls[code])),
            format_share(int(plain.calls[code]) / max(1, plain.total)),
            *(bar(float(column[code]), words) for column in (scores.recall, scores.precision, scores.f1)),
        ]
        for code in order[:SHOWN_ROWS]
    ]
    head = [words(key) for key in ("class", "rows", "share_true", "predicted", "share_told", "recall", "precision", "f1")]
    note = None
    if len(order) > SHOWN_ROWS:
        note = element("p", words("worst_of", shown=SHOWN_ROWS, total=format_count(len(order))), class_="muted")
    return element("div", element("h3", words("per_class")), note, table(head, rows, numeric=range(1, 8)))


def order_classes(f1: Float[np.ndarray, " labels"]) -> list[int]:
    """Worst F1 first, undefined last, equals in the order of the labels.

    Examples:
        >>> order_classes(np.array([0.5, np.nan, 0.0, 0.5]))
        [2, 0, 3, 1]
    """
    found: list[int] = np.lexsort((np.arange(len(f1)), np.where(np.isnan(f1), np.inf, f1))).tolist()
    return found


def show_shares(labels: Sequence[str], plain: Told, anchor: str, words: Words) -> Html | None:
    """True and predicted share of each class as bars, largest first; None where no font has the letters, or too many.

    Args:
        labels: of the target.
        plain: counts of its predictions as they are.
        anchor: of the section; the figure is named after it.
        words: the page's language.
    """
    if len(labels) > DRAWN_CLASSES or not can_draw(labels):
        return None
    order = np.lexsort((np.arange(len(labels)), -plain.rows)).tolist()
    true, told = (counts[order] / max(1, plain.total) for counts in (plain.rows, plain.calls))
    names, title = [labels[code] for code in order], words("shares")
    svg = plot_shares(names, true, told, drawable_word("share_axis", words), f"{anchor}-shares", title)
    keys = [element("span", element("i", class_=f"key {color}"), words(key)) for color, key in SHARE_KEYS]
    caption, legend = element("figcaption", title), element("p", keys, class_="legend")
    return element("figure", caption, wide_plot(svg), legend, class_="panel fit")


def show_decision(labels: Sequence[str], decision: Decision, metric: Metric, name: str, words: Words) -> Html:
    """What a rule fitted on out-of-fold predictions is worth, fold by fold and class by class.

    Args:
        labels: of the main target.
        decision: the rule, judged on folds it has not seen.
        metric: what it was fitted for.
        name: of the metric.
        words: the page's language.
    """
    none = words("undefined")
    numbers = {key: format_number(getattr(decision, key)) or none for key in ("plain", "nested", "fitted", "spread")}
    said = words("rule_words", metric=name, gain=format_gain(decision.gain) or none, **numbers)
    worth = element("b", words("rule_worth" if decision.is_worth_it else "rule_not_worth"))
    tables: list[Html] = []
    if any(one.gain for one in decision.folds):
        tables = [show_folds(decision.folds, words), show_effect(labels, decision, own_threshold(metric), words)]
    return element(
        "div",
        element("h3", words("rule_title")),
        element("p", words(f"rule_{decision.rule.form}")),
        element("p", said, " ", worth),
        element("div", tables, class_="row"),
    )


def show_folds(folds: Sequence[FoldGain], words: Words) -> Html:
    """The metric of each fold without and with the rule of the other folds."""
    largest = find_largest([one.gain for one in folds])
    rows: list[list[Html | str]] = [
        [str(one.fold), format_number(one.plain), format_number(one.nested), swing(one.gain, largest, 4, words)]
        for one in folds
    ]
    return table([words(key) for key in ("fold", "rule_without", "rule_with", "gain")], rows, numeric=range(4))


def show_effect(labels: Sequence[str], decision: Decision, threshold: float, words: Words) -> Html:
    """The rule's number of each class, and how its recall, precision and share change; the largest change of recall first.

    Args:
        labels: of the target.
        decision: made from one prediction a row, the mean over seeds.
        threshold: from which probability on the metric takes a label for told.
        words: the page's language.
    """
    before, after = count_both(decision, threshold)
    change = after.scores.recall - before.scores.recall
    order = np.lexsort((np.arange(len(labels)), -np.abs(np.nan_to_num(change)))).tolist()
    largest = find_largest(change.tolist())
    numbers = say_numbers(decision.rule, len(labels))
    rows: list[list[Html | str]] = [
        [
            named(labels[code]),
            numbers[code],
            say_change(float(before.scores.recall[code]), float(after.scores.recall[code]), words),
            swing(float(change[code]), largest, 3, words) if np.isfinite(change[code]) else undefined(words),
            say_change(float(before.scores.precision[code]), float(after.scores.precision[code]), words),
            " → ".join(format_share(int(one.calls[code]) / max(1, one.total)) for one in (before, after)),
            format_share(int(after.rows[code]) / max(1, after.total)),
        ]
        for code in order[:SHOWN_ROWS]
    ]
    first = "label" if decision.truth.ndim == 2 else "class"
    head = [first, f"rule_number_{decision.rule.form}", "recall", "rule_change", "precision", "share_told", "share_true"]
    note = words("rule_effect")
    if len(order) > SHOWN_ROWS:
        note += " " + words("rule_some", shown=SHOWN_ROWS, total=format_count(len(order)))
    return element("div", table([words(key) for key in head], rows, numeric=range(1, 7)), element("p", note, class_="legend"))


def count_both(decision: Decision, threshold: float) -> tuple[Told, Told]:
    """Counts of what is told as it is, and by the rules of the other folds, on the rows whose label is known."""
    known = np.isfinite(decision.decided).all(axis=1)
    truth, pair = decision.truth[known], (decision.probs[known], decision.decided[known])
    if truth.ndim == 2:
        plain, ruled = (count_labels(truth > 0, probs >= threshold) for probs in pair)
    else:
        plain, ruled = (count_codes(truth, probs.argmax(axis=1), probs.shape[1]) for probs in pair)
    return plain, ruled


def say_numbers(rule: Rule, labels: int) -> list[str]:
    """The rule's number for each label; of cuts the one from which on it is told.

    Examples:
        >>> say_numbers(Rule("factors", (0.5, 2.0)), 2), say_numbers(Rule("cuts", (0.4,)), 2)
        (['×0.50', '×2.00'], ['', '0.400'])
    """
    if rule.form == "factors":
        return [f"×{value:.{2 if value >= 0.01 else 4}f}" if value < 1000 else f"×{value:.3g}" for value in rule.values]
    if rule.form == "cuts":
        return ["", *(f"{value:.3f}" for value in rule.values)][:labels]
    return [f"{value:.3f}" for value in rule.values]


def say_change(before: float, after: float, words: Words) -> Html:
    """A number before and after; the word for none where it is undefined."""
    shown = [f"{one:.3f}" if np.isfinite(one) else undefined(words) for one in (before, after)]
    return join(shown[0], " → ", shown[1])

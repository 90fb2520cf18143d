"""A target's probabilities by themselves: curves per class, their reliability, and scores over the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tamesu.artifacts.competition import CODED
from tamesu.metrics.metric import Metric
from tamesu.report.confusion import count_pairs, score_classes
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_count, format_number, format_share
from tamesu.report.outcomes import Outcome
from tamesu.report.rank_plots import plot_precision, plot_reliability, plot_roc, plot_thresholds
from tamesu.report.words import Words
from tamesu.results.calibration import Calibration, measure_calibration, measure_label_calibration
from tamesu.results.rank_curves import RankCurve, trace_classes, trace_labels
from tamesu.results.threshold_curves import ThresholdCurves, score_thresholds, trace_thresholds

SHOWN = 12
# One sort a class: of very many classes only those with the lowest F1 are looked at.
MOST_LOOKED, MOST_NUMBERS = 200, 20_000_000


def show_ranks(outcome: Outcome, words: Words, metric: Metric | None = None, name: str = "") -> Html:
    """Curves per class or label, the reliability diagram, and for two classes or labels the threshold.

    Args:
        outcome: of a class or multilabel target, at least one row.
        words: the page's language.
        metric: the competition's, for its main target.
        name: of the metric.
    """
    looked = choose_classes(outcome)
    if outcome.kind in CODED:
        curves = trace_classes(outcome.truth, outcome.output, looked)
        found = measure_calibration(outcome.truth, outcome.output, outcome.ids)
    else:
        curves = trace_labels(outcome.truth > 0.5, outcome.output)
        found = measure_label_calibration(outcome.truth, outcome.output, outcome.ids)
    if not curves or found is None:
        return join()
    panels = [show_reliability(found, words), show_threshold(outcome, curves, words, metric, name)]
    return join(show_curves(outcome.labels, curves, len(looked), words), element("div", panels, class_="grid units"))


def choose_classes(outcome: Outcome) -> list[int]:
    """Codes of the classes whose curves are looked at: all, or of very many those with the lowest F1."""
    classes = outcome.output.shape[1]
    if outcome.kind not in CODED or classes <= MOST_LOOKED or outcome.output.size <= MOST_NUMBERS:
        return list(range(classes))
    counted = count_pairs(outcome.truth, outcome.output)
    f1 = score_classes(counted.hits, counted.rows, counted.calls).f1
    worst = np.lexsort((np.arange(classes), np.where(counted.rows > 0, np.nan_to_num(f1), np.inf)))
    return sorted(worst[:MOST_LOOKED].tolist())


def show_curves(labels: Sequence[str], curves: Sequence[RankCurve], looked: int, words: Words) -> Html:
    """Small squares, a pair for each class; the worst where there are many."""
    chosen = list(curves)
    notes = [words("ranks_note")]
    if len(curves) > SHOWN:
        chosen = sorted(curves, key=lambda curve: (curve.ap, curve.label))[:SHOWN]
        numbers = {"shown": SHOWN, "total": format_count(len(labels)), "looked": looked}
        notes.insert(0, words("ranks_worst" if looked == len(labels) else "ranks_some", **numbers))
    cards = [show_pair(labels[curve.label], curve, words) for curve in chosen]
    title, note = element("h3", words("ranks_title")), element("p", " ".join(notes), class_="muted")
    return element("div", title, note, element("div", cards, class_="squares"))


def show_pair(label: str, curve: RankCurve, words: Words) -> Html:
    """Both curves of a class, with its numbers."""
    numbers = words(
        "ranks_numbers",
        ap=f"{curve.ap:.3f}",
        auc=f"{curve.auc:.3f}" if np.isfinite(curve.auc) else words("undefined"),
        rows=format_count(curve.positives),
    )
    said = {key: words("ranks_alt", curve=words(key), label=label) for key in ("curve_pr", "curve_roc")}
    pair = element("div", plot_precision(curve, said["curve_pr"]), plot_roc(curve, said["curve_roc"]), class_="pair")
    return element("figure", element("figcaption", named(label)), pair, element("p", numbers, class_="legend"), class_="panel")


def show_reliability(found: Calibration, words: Words) -> Html:
    """The reliability diagram, and what it says."""
    numbers = {"said": format_share(found.said), "hit": format_share(found.hit)}
    said = words("calibration_words", **numbers, ece=f"{found.ece:.3f}", chance=f"{found.chance:.3f}")
    judged = element("b", words(judge_words(found)))
    svg = plot_reliability(found.bins, words("calibration_title"))
    note = words("calibration_axes", bins=len(found.bins))
    return show_large(words("calibration_title"), svg, [element("p", said, " ", judged), element("p", note, class_="legend")])


def judge_words(found: Calibration) -> str:
    """The key of the sentence on a calibration."""
    if found.is_evident:
        return "calibration_sure" if found.overconfidence > 0 else "calibration_unsure"
    return "calibration_uneven" if found.is_uneven else "calibration_fine"


def show_threshold(
    outcome: Outcome, curves: Sequence[RankCurve], words: Words, metric: Metric | None, name: str
) -> Html | None:
    """Scores over the threshold, for two classes or for labels; None for more classes."""
    about = words("threshold_all")
    if outcome.kind in CODED:
        if outcome.output.shape[1] != 2 or curves[-1].label != 1:
            return None
        curves, about = [curves[-1]], words("threshold_of", label=outcome.labels[1])
    traced = add_metric(trace_thresholds(curves), outcome, metric, name)
    best = traced.find_best()
    numbers = {
        "best": format_number(float(traced.judged[best])),
        "half": format_number(traced.at_half()) or words("undefined"),
        "at": f"{traced.thresholds[best]:.2f}",
    }
    said = words("threshold_words", name=traced.name or words("f1"), **numbers)
    keys = [("train", words("precision")), ("val", words("recall")), ("ink", words("f1"))]
    if traced.metric is not None:
        keys.append(("undecided", traced.name))
    legend = element("p", [element("span", element("i", class_=f"key {key}"), text) for key, text in keys], class_="legend")
    svg = plot_thresholds(traced, words("threshold_title"))
    return show_large(words("threshold_title"), svg, [element("p", about, " ", said), legend])


def add_metric(traced: ThresholdCurves, outcome: Outcome, metric: Metric | None, name: str) -> ThresholdCurves:
    """The curves with the competition's metric, where it follows from what is told and is another than those there."""
    if metric is None or metric.reads != "preds" or outcome.kind not in metric.kinds:
        return traced
    known = np.isfinite(outcome.output).all(axis=1)
    values = score_thresholds(metric, outcome.truth[known], outcome.output[known], outcome.labels)
    if not np.isfinite(values).any():
        return traced
    return replace(traced, metric=values, name=name, greater_is_better=metric.greater_is_better)


def show_large(title: str, svg: Html, below: Sequence[Html]) -> Html:
    """A figure with numbers at its axes."""
    return element("figure", element("figcaption", title), element("div", svg, class_="axes"), *below, class_="panel")

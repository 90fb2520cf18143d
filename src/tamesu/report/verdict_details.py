"""Everything about one verdict, folded away until it is asked for: figures, changes, pairs, folds, classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tamesu.artifacts.verdict import FOLDER, Verdict, verdict_name
from tamesu.progress import format_seconds
from tamesu.report.canvas import sign
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_chance, format_cost, format_count, format_gain, format_number
from tamesu.report.section import facts, table, undefined
from tamesu.report.verdict_notes import (
    disagrees,
    find_decimals,
    has_interval,
    say_gain,
    say_interval,
    say_notes,
    say_own_interval,
    say_size,
)
from tamesu.report.words import Words

# More lines than this are no reading; the ledger's own file has all of them.
MOST_PAIRS = 200

# More classes than this: only the ends of the list.
MOST_CLASSES = 20
END_CLASSES = 10


def show_details(verdict: Verdict, anchor: str, remarks: Sequence[str], words: Words) -> Html:
    """One verdict as a `<details>`.

    Args:
        verdict: any.
        anchor: its id in the page.
        remarks: sentences about it from elsewhere, shown first.
        words: the page's language.
    """
    decimals = find_decimals(verdict)
    figures = [words(f"verdict_{verdict.word}"), say_gain(verdict, decimals), say_own_interval(verdict, decimals)]
    summary = element(
        "summary",
        sign(verdict.word),
        element("b", named(verdict.idea)),
        " ",
        element("small", "  ".join(filter(None, figures))),
    )
    said = [element("p", note) for note in say_notes(verdict, words)]
    changes = element("div", element("h3", words("changes")), element("pre", element("code", write_changes(verdict, words))))
    tables = [show_folds(verdict, decimals, words), show_classes(verdict, words), show_pairs(verdict, decimals, words)]
    body = element(
        "div",
        [element("p", remark, class_="callout remark") for remark in remarks],
        said,
        element("div", element("div", facts(describe(verdict, decimals, words)), class_="about"), changes, class_="row"),
        element("div", tables, class_="row"),
        id=anchor,
        class_="body",
    )
    return element("details", summary, body, class_="verdict")


def describe(verdict: Verdict, decimals: int, words: Words) -> list[tuple[Html | str, Html | str]]:
    """Names and values of all that is one line each; what is not known is left out."""
    found: list[tuple[str, Html | str | None]] = [
        ("why", named(verdict.why) if verdict.why else None),
        ("expected", named(verdict.expected) if verdict.expected else None),
        ("note", named(verdict.note) if verdict.note else None),
        ("verdict", f"{words(f'verdict_{verdict.word}')} — {words(f'because_{verdict.because}')}"),
        ("recipe", named(verdict.recipe)),
        ("metric", named(write_metric(verdict))),
        ("pair_column", format_count(len(verdict.pairs))),
        ("gain", f"{say_gain(verdict, decimals)} {say_own_interval(verdict, decimals)}".strip() or None),
        ("score", say_scores(verdict, decimals) or None),
        ("probabilities", say_probabilities(verdict, words) or None),
        ("noise", None if verdict.noise is None else say_size(verdict.noise)),
        ("second_opinion", show_second(verdict, decimals, words)),
        ("cost", say_cost(verdict, words) or None),
        ("diverged", named(", ".join(verdict.failed)) if verdict.failed else None),
        ("baseline_run", element("code", verdict.baseline_run)),
        ("idea_run", element("code", verdict.idea_run)),
        ("reached", say_time(verdict.time)),
        ("commit", show_commit(verdict, words)),
    ]
    return [(words(key), value) for key, value in found if value is not None]


def say_time(time: str) -> str:
    """A moment to the minute, in UTC; as it stands when it is none.

    Examples:
        >>> say_time("2026-10-03T17:15:02+09:00"), say_time("yesterday")
        ('2026-10-03 08:15 UTC', 'yesterday')
    """
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return time
    return f"{moment.astimezone(UTC) if moment.tzinfo else moment:%Y-%m-%d %H:%M} UTC"


def write_metric(verdict: Verdict) -> str:
    """The metric as written in `competition.yaml`."""
    return write_plain(verdict.metric.written()) if verdict.metric.options else verdict.metric.name


def write_plain(value: Any) -> str:
    """A value as one line of YAML."""
    import yaml

    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, default_flow_style=True, width=math.inf)
    return str(text).removesuffix("...\n").strip()


def write_changes(verdict: Verdict, words: Words) -> str:
    """The changes as they would stand in `ideas.yaml`."""
    import yaml

    if not verdict.changes:
        return f"# {words('no_changes')}"
    return str(yaml.safe_dump(verdict.changes, allow_unicode=True, sort_keys=False, default_flow_style=None, width=70))


def say_scores(verdict: Verdict, decimals: int) -> str:
    """The mean score of the baseline's jobs and of the idea's; empty when either is unknown."""
    pair = [show_number(score, decimals) for score in (verdict.cv_baseline, verdict.cv_idea)]
    return " → ".join(pair) if all(pair) else ""


def show_number(value: float | None, decimals: int) -> str:
    """A score with the decimals its gain needs; empty when it is None or not finite."""
    return format_number(value, min(8, max(1, decimals)))


def say_probabilities(verdict: Verdict, words: Words) -> str:
    """What the posterior says; empty when there is none."""
    if not has_interval(verdict):
        return ""
    shares = {key: format_chance(getattr(verdict, key)) for key in ("better", "same", "worse")}
    return words("probability_words", level=f"{100 * verdict.level:g} %", **shares) if all(shares.values()) else ""


def show_second(verdict: Verdict, decimals: int, words: Words) -> Html | None:
    """The bootstrap over images, and whether it disagrees."""
    other = verdict.bootstrap
    if other is None:
        return None
    said = words(
        "second_words",
        units=format_count(other.units),
        draws=format_count(other.draws),
        interval=say_interval(other.low, other.high, decimals) or words("undefined"),
        better=format_chance(other.better) or words("undefined"),
    )
    return join(said, [" ", element("b", words("second_disagrees"))] if disagrees(verdict) else None)


def say_cost(verdict: Verdict, words: Words) -> str:
    """Training time beside the baseline's; empty when it is unknown."""
    if verdict.cost is None or not verdict.seconds or not verdict.baseline_seconds:
        return ""
    idea, baseline = format_seconds(verdict.seconds), format_seconds(verdict.baseline_seconds)
    return words("cost_words", cost=format_cost(verdict.cost), idea=idea, baseline=baseline)


def show_commit(verdict: Verdict, words: Words) -> Html | None:
    """The commit of the user's folder."""
    if not verdict.commit:
        return None
    return join(element("code", verdict.commit), f" ({words('commit_changed')})" if verdict.clean is False else None)


def show_pairs(verdict: Verdict, decimals: int, words: Words) -> Html | None:
    """Every pair with both scores and the gain."""
    if not verdict.pairs:
        return None
    shown = verdict.pairs[:MOST_PAIRS]
    largest = find_largest([pair.gain for pair in shown])
    rows: list[list[Html | str]] = [
        [
            str(pair.repeat),
            str(pair.fold),
            str(pair.seed),
            show_number(pair.baseline, decimals) or undefined(words),
            show_number(pair.idea, decimals) or undefined(words),
            swing(pair.gain, largest, decimals, words),
        ]
        for pair in shown
    ]
    head = [words(key) for key in ("repeat", "fold", "seed", "baseline", "idea", "gain")]
    note = None
    if len(shown) < len(verdict.pairs):
        file = f"{FOLDER}/{verdict_name(verdict.idea, verdict.digest())}.json"
        text = words("pairs_some", shown=len(shown), total=format_count(len(verdict.pairs)), file=file)
        note = element("p", text, class_="muted")
    return element("div", element("h3", words("by_pair")), note, table(head, rows, numeric=range(6)))


def show_folds(verdict: Verdict, decimals: int, words: Words) -> Html | None:
    """The mean gain of each fold over its seeds."""
    gains: dict[tuple[int, int], list[float]] = {}
    for pair in verdict.pairs:
        gains.setdefault((pair.repeat, pair.fold), []).append(pair.gain)
    if len(gains) < 2:
        return None
    means = {key: sum(values) / len(values) for key, values in sorted(gains.items())}
    largest = find_largest(list(means.values()))
    rows: list[list[Html | str]] = [
        [str(repeat), str(fold), str(len(gains[repeat, fold])), swing(mean, largest, decimals, words)]
        for (repeat, fold), mean in means.items()
    ]
    head = [words(key) for key in ("repeat", "fold", "pair_column", "gain")]
    return element("div", element("h3", words("by_fold")), table(head, rows, numeric=range(4)))


def show_classes(verdict: Verdict, words: Words) -> Html | None:
    """The gain of each class, worst first; only both ends when there are many."""
    known = {name: gain for name, gain in verdict.per_class.items() if gain is not None and math.isfinite(gain)}
    if not verdict.per_class:
        return None
    order = sorted(known, key=lambda name: known[name])
    largest = find_largest(list(known.values()))
    parts = [("by_class", order)]
    if len(order) > MOST_CLASSES:
        parts = [("class_worst", order[:END_CLASSES]), ("class_best", order[-END_CLASSES:][::-1])]
    shown = [
        join(
            element("h3", words(key)),
            table([words("class"), words("gain")], [[named(n), swing(known[n], largest, 4, words)] for n in names], [1]),
        )
        for key, names in parts
        if names
    ]
    missing = len(verdict.per_class) - len(known)
    note = element("p", words("class_undefined", count=missing), class_="muted") if missing else None
    return element("div", shown, note)


def find_largest(gains: Sequence[float]) -> float:
    """The largest size among gains, which fills half a track."""
    return max((abs(gain) for gain in gains if math.isfinite(gain)), default=0.0)


def swing(gain: float, largest: float, decimals: int, words: Words) -> Html:
    """A gain as a bar to the right of the middle of its track, a loss as one to the left, with its number."""
    text = format_gain(gain, decimals)
    if not text:
        return undefined(words)
    share = 50 * gain / largest if largest > 0 else 0.0
    ends = f"--from:{50 + min(0.0, share):.1f}%;--to:{50 + max(0.0, share):.1f}%"
    return element("span", element("i", style=ends), text, class_="swing worse" if gain < 0 else "swing")

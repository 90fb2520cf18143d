"""The verdicts' section: forest plot, all figures in a table, and the details of each verdict folded away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tamesu.artifacts.verdict import Verdict
from tamesu.report.canvas import sign
from tamesu.report.forest import show_forest
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_chance, format_cost, format_count
from tamesu.report.section import Notice, Section, table
from tamesu.report.verdict_details import say_scores, show_details
from tamesu.report.verdict_notes import (
    group_by_metric,
    has_interval,
    say_doubts,
    say_false_keeps,
    say_gain,
    say_own_interval,
    say_scales,
    share_decimals,
)
from tamesu.report.verdict_table import is_starred, say_change
from tamesu.report.words import Words

ANCHOR, DETAILS = "verdicts", "verdict"


def make_verdict_section(
    verdicts: Sequence[Verdict],
    words: Words,
    false_keeps: float | None = None,
    remarks: Mapping[str, Sequence[str]] | None = None,
) -> Section:
    """The section, with notices about what a reader must not miss.

    Args:
        verdicts: any, in any order.
        words: the page's language.
        false_keeps: how many of the kept ideas are expected to be no better than the baseline.
        remarks: sentences to show with an idea, by its name.
    """
    title = join(words("section_verdicts"))
    if not verdicts:
        return Section(ANCHOR, title, element("p", words("no_verdicts"), class_="muted"))
    groups = group_by_metric(verdicts)
    ordered = [verdict for group in groups for verdict in group]
    remarks = remarks or {}
    false = say_false_keeps(verdicts, false_keeps, words)
    body = join(
        [show_group(group, sum(map(len, groups[:place])), words) for place, group in enumerate(groups)],
        element("p", false) if false else None,
        element("h3", words("details")),
        [
            show_details(verdict, f"{DETAILS}-{place}", remarks.get(verdict.idea, ()), words)
            for place, verdict in enumerate(ordered)
        ],
    )
    return Section(ANCHOR, title, body, tuple(find_notices(ordered, remarks, words)))


def show_group(verdicts: Sequence[Verdict], first: int, words: Words) -> Html:
    """Scales, forest plot and table of the verdicts on one metric; `first` is the place of the first in the page."""
    scales = [element("p", said, class_="muted") for said in say_scales(verdicts, words)]
    return element("div", scales, show_forest(verdicts, words), show_table(verdicts, first, words), class_="group")


def show_table(verdicts: Sequence[Verdict], first: int, words: Words) -> Html:
    """All figures, one line a verdict; a name leads to its details, which are numbered through the page."""
    decimals = share_decimals(verdicts)
    several = len({verdict.recipe for verdict in verdicts}) > 1
    rows: list[list[Html | str]] = []
    for place, verdict in enumerate(verdicts):
        shares = [format_chance(p) if has_interval(verdict) else "" for p in (verdict.better, verdict.same, verdict.worse)]
        gain = say_gain(verdict, decimals[place])
        rows.append(
            [
                show_idea(verdict, f"{DETAILS}-{first + place}", words),
                element("span", sign(verdict.word), words(f"verdict_{verdict.word}"), class_="word"),
                f"{gain}*" if is_starred(verdict) and gain else gain or "–",
                say_own_interval(verdict, decimals[place]) or "–",
                *(share or "–" for share in shares),
                say_scores(verdict, decimals[place]) or "–",
                format_count(len(verdict.pairs)),
                format_cost(verdict.cost) or "–",
                *([named(verdict.recipe)] if several else []),
            ]
        )
    keys = ("idea", "verdict", "gain", "interval", "better", "same_share", "worse", "score", "pair_column", "cost")
    head = [words(key) for key in (*keys, *(["recipe"] if several else []))]
    note = None
    if drowned := [verdict.idea for verdict in verdicts if is_starred(verdict)]:
        note = element("p", words("say_drowned", ideas=words.list(drowned)), class_="legend")
    return element("div", table(head, rows, numeric=range(2, 10)), note, class_="figures")


def show_idea(verdict: Verdict, anchor: str, words: Words) -> Html:
    """An idea's name, which leads to its details, and what it changes."""
    change = element("small", named(say_change(verdict, words))) if verdict.changes else None
    return element("div", element("a", named(verdict.idea), href=f"#{anchor}"), change, class_="idea")


def find_notices(verdicts: Sequence[Verdict], remarks: Mapping[str, Sequence[str]], words: Words) -> list[Notice]:
    """Second opinions that disagree with a keep, drowned keeps, failed jobs of what was kept, and the remarks."""
    notices = []
    for verdict in verdicts:
        if verdict.word == "keep":
            notices += [Notice("warning", join(said)) for said in say_doubts(verdict, words)]
        notices += [Notice("note", join(named(verdict.idea), ": ", remark)) for remark in remarks.get(verdict.idea, ())]
    if drowned := [verdict.idea for verdict in verdicts if verdict.word == "keep" and is_starred(verdict)]:
        notices.append(Notice("note", join(words("note_drowned", ideas=words.list(drowned)))))
    return notices

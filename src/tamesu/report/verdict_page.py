"""The page of verdicts: one self-contained HTML file of all that was tried, and how the score went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tamesu.artifacts.environment import find_version
from tamesu.artifacts.files import write_text
from tamesu.artifacts.verdict import Verdict
from tamesu.messages import Language
from tamesu.report.document import make_document
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_count
from tamesu.report.progress_chart import HistoryPoint, make_history_section
from tamesu.report.section import Section
from tamesu.report.verdict_notes import say_expected, say_false_keeps
from tamesu.report.verdict_section import make_verdict_section
from tamesu.report.words import Words


def write_verdict_page(
    verdicts: Sequence[Verdict],
    points: Sequence[HistoryPoint],
    path: Path,
    language: Language = "en",
    *,
    title: str,
    false_keeps: float | None = None,
    remarks: Mapping[str, Sequence[str]] | None = None,
) -> Path:
    """Write the page; equal verdicts give equal bytes.

    Args:
        verdicts: any, in any order.
        points: the way of the score, in the order reached, on the metric of the latest verdict.
        path: the HTML file; its folder is made when it is not there.
        language: `"en"` or `"ja"`.
        title: the heading, for instance the competition's name.
        false_keeps: how many of the kept ideas are expected to be no better than their baseline.
        remarks: sentences to show with an idea, by its name.

    Returns:
        `path`.
    """
    page = make_verdict_page(verdicts, points, Words(language), title, false_keeps, remarks)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, page)
    return path


def make_verdict_page(
    verdicts: Sequence[Verdict],
    points: Sequence[HistoryPoint],
    words: Words,
    title: str,
    false_keeps: float | None = None,
    remarks: Mapping[str, Sequence[str]] | None = None,
) -> Html:
    """The whole document."""
    sections = [make_verdict_section(verdicts, words, false_keeps, remarks)]
    if verdicts:
        latest = max(verdicts, key=lambda verdict: verdict.time)
        sections.append(make_history_section(points, latest.metric.name, latest.greater_is_better, words))
    headline = make_verdict_headline(verdicts, sections, words, title, false_keeps)
    footer = element("footer", words("made_verdicts", version=find_version("tamesu") or "?"))
    return make_document(title, words, headline, [one.to_html() for one in sections], footer)


def make_verdict_headline(
    verdicts: Sequence[Verdict], sections: Sequence[Section], words: Words, title: str, false_keeps: float | None
) -> Html:
    """How much was tried, what came of it, and what to look at.

    Args:
        verdicts: all of the page.
        sections: below, for their notices and the contents.
        words: the page's language.
        title: the heading.
        false_keeps: how many of the kept ideas are expected to be no better than their baseline.
    """
    notices = sorted((notice for one in sections for notice in one.notices), key=lambda notice: notice.level != "warning")
    items = [element("li", notice.text, class_=notice.level) for notice in notices]
    look = element("ul", items) if items else element("p", words("nothing_wrong"), class_="muted")
    return element(
        "header",
        element("p", words("section_verdicts"), class_="eyebrow"),
        element("h1", named(title)),
        element("div", show_kept(verdicts, words, false_keeps), show_counts(verdicts, words, false_keeps), class_="result"),
        element("div", element("h2", words("look_at")), look, class_="look"),
        element("nav", [element("a", one.title, href=f"#{one.anchor}") for one in sections], aria_label=words("contents")),
    )


def show_kept(verdicts: Sequence[Verdict], words: Words, false_keeps: float | None) -> Html:
    """How many were kept, large, of how many tried."""
    kept = sum(verdict.word == "keep" for verdict in verdicts)
    below = say_false_keeps(verdicts, false_keeps, words)
    return element(
        "div",
        element("p", words("kept"), class_="label"),
        element("p", format_count(kept), element("small", " / ", format_count(len(verdicts))), class_="score"),
        element("p", below or words("ideas_tried"), class_="label"),
        class_="main-score",
    )


def show_counts(verdicts: Sequence[Verdict], words: Words, false_keeps: float | None) -> Html:
    """The other counts."""
    count = {word: sum(verdict.word == word for verdict in verdicts) for word in ("drop", "same", "undecided")}
    if not any(verdict.word == "keep" and verdict.because != "hand" for verdict in verdicts):
        false = format_count(0)
    else:
        false = words("unknown") if false_keeps is None else words("at_most", count=say_expected(false_keeps))
    tiles: list[tuple[str, Html | str]] = [
        (words("dropped"), format_count(count["drop"])),
        (words("count_same"), format_count(count["same"])),
        (words("count_undecided"), format_count(count["undecided"])),
        (words("ideas_tried"), format_count(len({verdict.idea for verdict in verdicts}))),
        (words("pairs_trained"), format_count(sum(len(verdict.pairs) for verdict in verdicts))),
        (words("false_keeps"), join(false)),
    ]
    return element("dl", [element("div", element("dt", name), element("dd", value)) for name, value in tiles], class_="tiles")

"""The page of `explain`: findings with their pictures and remedies, heat maps, mistakes; one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tamesu.messages import Language
from tamesu.messages.explain_verb import say
from tamesu.report.audit_page import make_finding_section, show_contents
from tamesu.report.audit_sets import show_sets
from tamesu.report.audit_words import write_finding
from tamesu.report.document import make_document
from tamesu.report.html import Html, element, join, named
from tamesu.report.idea_lines import write_ideas
from tamesu.report.numbers import format_count
from tamesu.report.section import Section
from tamesu.report.words import Words
from tamesu.results.audit.view import AuditView
from tamesu.results.diagnosis.judging import EXPLAINS_ALL
from tamesu.results.diagnosis.remedies import Remedy

# For the pictures of findings; heat maps and mistakes have room of their own.
SET_BYTES = 1_500_000


@dataclass(frozen=True, slots=True, eq=False)
class ExplainView:
    """What the page shows.

    Attributes:
        run: its name. `recipe`: the recipe's.
        audit: findings, ids, labels, folds and thumbnails, as the page of an audit has them.
        remedies: one per finding.
        tiles: name → value, beside the headline.
        sections: after the findings.
    """

    run: str
    recipe: str
    audit: AuditView
    remedies: Sequence[Remedy]
    tiles: Mapping[str, str] = field(default_factory=dict)
    sections: Sequence[Section] = ()


def make_explain_page(view: ExplainView, language: Language) -> Html:
    """The whole document; equal views give equal bytes."""
    findings = view.audit.findings
    said = [write_finding(finding, language) for finding in findings]
    pictures = show_sets(view.audit, language, SET_BYTES)
    sections = []
    for place, finding in enumerate(findings):
        section = make_finding_section(place, finding, said[place], pictures[place], view.audit.ids, language)
        sections.append(join(section, show_remedy(view.remedies[place], view.recipe, language)))
    worst = findings[0].weight if findings else "clean"
    broken = bool({finding.code for finding in findings} & EXPLAINS_ALL)
    sentence = say("wrong_learning" if broken else "something" if worst in ("severe", "warning") else "good", language)
    below = say("first", language, head=said[0].head) if findings else say("nothing", language)
    headline = element(
        "header",
        element("p", say("eyebrow", language), class_="eyebrow"),
        element("h1", named(view.run)),
        element(
            "div",
            element("div", element("p", sentence, class_="sentence"), element("p", below), class_=f"main-score {worst}"),
            element("dl", [show_tile(*tile) for tile in view.tiles.items()], class_="tiles"),
            class_="result",
        ),
        show_contents(findings, said, language) if findings else None,
        element("nav", [element("a", section.title, href=f"#{section.anchor}") for section in view.sections]),
        class_="audit",
    )
    made = say("made_by", language, version=view.audit.versions.get("tamesu", "?"), seconds=f"{view.audit.seconds:.0f}")
    after = [section.to_html() for section in view.sections]
    title = say("title", language, run=view.run)
    return make_document(title, Words(language), headline, sections, after, element("footer", made))


def show_tile(name: str, value: str) -> Html:
    """One number beside the headline."""
    return element("div", element("dt", name), element("dd", value))


def show_remedy(remedy: Remedy, recipe: str, language: Language) -> Html | None:
    """Ideas to paste with the command that tries them, and commands that only look."""
    parts: list[Html] = []
    if remedy.steps:
        steps = [element("li", step.why.say(language), ": ", element("code", step.command)) for step in remedy.steps]
        parts += [element("h3", say("steps", language)), element("ul", steps)]
    if remedy.ideas:
        lines, command = write_ideas(remedy.ideas, recipe)
        parts += [element("h3", say("ideas", language)), element("pre", element("code", lines))]
        parts.append(element("p", say("then", language), ": ", element("code", command)))
    return element("div", parts, class_="remedy") if parts else None


def count_tiles(rows: int, jobs: int, score: str, metric: str, language: Language) -> dict[str, str]:
    """The numbers beside the headline."""
    tiles: dict[str, Any] = {metric: score} if score else {}
    return tiles | {say("rows", language): format_count(rows), say("jobs", language): format_count(jobs)}

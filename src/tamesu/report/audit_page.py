"""The page of an audit: one self-contained HTML file of what was found, with the pictures it is about and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tamesu.artifacts.files import write_text
from tamesu.messages import Language
from tamesu.messages.audit_page import say
from tamesu.report.audit_charts import show_chart
from tamesu.report.audit_sets import find_sets, show_sets
from tamesu.report.audit_words import CODE, Said, write_finding
from tamesu.report.columns import plain
from tamesu.report.document import make_document
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_count
from tamesu.report.words import Words
from tamesu.results.audit.view import AuditView
from tamesu.results.finding import WEIGHTS, Finding

# On the page; all of them stand in audit.json.
MOST_IDS, MOST_ID_BYTES = 2000, 100_000
# A head longer than this is a sentence, and set like one.
LONG_HEAD = 90


def write_audit_page(audit: AuditView, path: Path, language: Language = "en") -> Path:
    """Write the page; equal audits give equal bytes. It stays below 15 MB, however many rows there are.

    Args:
        audit: what was found, the most important first.
        path: the HTML file; its folder is made when it is not there.
        language: `"en"` or `"ja"`.

    Returns:
        `path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, make_audit_page(audit, language))
    return path


def make_audit_page(audit: AuditView, language: Language) -> Html:
    """The whole document."""
    said = [write_finding(finding, language) for finding in audit.findings]
    pictures = show_sets(audit, language)
    sections = [
        make_finding_section(place, finding, said[place], pictures[place], audit.ids, language)
        for place, finding in enumerate(audit.findings)
    ]
    version = audit.versions.get("tamesu", "?")
    made = say("made_by", language, version=version, seconds=f"{audit.seconds:.1f}")
    others = " · ".join(f"{name} {number}" for name, number in audit.versions.items() if name != "tamesu")
    footer = element("footer", made, f" {others}" if others else None)
    title = say("title", language, name=audit.name)
    return make_document(title, Words(language), make_audit_headline(audit, said, language), sections, footer)


def make_audit_headline(audit: AuditView, said: Sequence[Said], language: Language) -> Html:
    """The worst that was found, how much there is, and the contents."""
    return element(
        "header",
        element("p", say("eyebrow", language), class_="eyebrow"),
        element("h1", named(audit.name)),
        element("div", show_worst(audit, said, language), show_tiles(audit, language), class_="result"),
        show_contents(audit.findings, said, language) if audit.findings else None,
        class_="audit",
    )


def show_worst(audit: AuditView, said: Sequence[Said], language: Language) -> Html:
    """Whether a score of these data can be believed, and what to look at first."""
    worst = audit.findings[0].weight if audit.findings else "clean"
    sentence = say("score_false" if worst == "severe" else "score_holds", language)
    if audit.findings:
        below = say("first", language, head=said[0].head)
    else:
        below = say("nothing_found", language, rows=format_count(len(audit.ids)))
    return element("div", element("p", sentence, class_="sentence"), element("p", below), class_=f"main-score {worst}")


def show_tiles(audit: AuditView, language: Language) -> Html:
    """How many rows were looked at, and how many findings of each weight there are."""
    tiles: list[tuple[str, Html | str]] = [
        (say("train_rows", language), format_count(audit.train_rows)),
        (say("test_rows", language), format_count(len(audit.ids) - audit.train_rows)),
        (say("classes", language), format_count(audit.classes) if audit.classes else "–"),
    ]
    for weight in WEIGHTS:
        count = sum(finding.weight == weight for finding in audit.findings)
        tiles.append((join(element("i", class_=f"dot {weight}"), say(f"count_{weight}", language)), format_count(count)))
    return element("dl", [element("div", element("dt", name), element("dd", value)) for name, value in tiles], class_="tiles")


def show_contents(findings: Sequence[Finding], said: Sequence[Said], language: Language) -> Html:
    """Every finding in a line that leads to it."""
    items = [
        element(
            "li",
            show_weight(finding, language),
            element("a", one.head, href=f"#finding-{place}"),
            element("small", count_rows(finding, language)) if finding.rows else None,
        )
        for place, (finding, one) in enumerate(zip(findings, said, strict=True), 1)
    ]
    return element("nav", element("h2", say("contents", language)), element("ol", items), class_="found")


def show_weight(finding: Finding, language: Language) -> Html:
    """The weight as a word on its colour."""
    return element("span", element("i", class_=f"dot {finding.weight}"), say(finding.weight, language), class_="weight")


def count_rows(finding: Finding, language: Language) -> str:
    """How many rows a finding is about."""
    count = len(finding.rows)
    return say("one_row", language) if count == 1 else say("rows", language, count=format_count(count))


def make_finding_section(
    place: int, finding: Finding, said: Said, pictures: Sequence[Html], ids: Sequence[str], language: Language
) -> Html:
    """One finding.

    Args:
        place: among all, from 0.
        finding: what was found.
        said: the same in words.
        pictures: its sets.
        ids: of all rows.
        language: of the page.
    """
    long = len(said.head) > LONG_HEAD
    return element(
        "section",
        element("p", show_weight(finding, language), element("small", finding.code), class_="kind"),
        element("h2", mark_code(said.head), class_="long" if long else None),
        element("p", mark_code(said.more)) if said.more else None,
        element(
            "div",
            element("h3", say("what_to_do", language)),
            element("p", mark_code(said.do)),
            [element("pre", element("code", code)) for code in said.copied],
            class_=f"todo {finding.weight}",
        ),
        show_pictures(finding, pictures, language),
        show_charts(finding, language),
        show_ids(finding, ids, language),
        id=f"finding-{place + 1}",
        class_="finding",
    )


def mark_code(text: str) -> Html:
    """A sentence whose parts between backticks are code.

    Examples:
        >>> mark_code("run `a < b`")
        'run <code>a &lt; b</code>'
    """
    pieces = CODE.split(text)
    return join([element("code", piece) if place % 2 else piece for place, piece in enumerate(pieces)])


def show_pictures(finding: Finding, pictures: Sequence[Html], language: Language) -> Html | None:
    """The sets of a finding, and how many there are in all."""
    if not pictures:
        return None
    total = len(find_sets(finding))
    note = say("more_sets", language, shown=len(pictures), total=format_count(total)) if total > len(pictures) else None
    return element(
        "div",
        element("h3", say("look", language)),
        element("div", pictures, class_="sets"),
        element("p", note, class_="legend") if note else None,
    )


def show_charts(finding: Finding, language: Language) -> Html | None:
    """The charts of a finding."""
    if not finding.charts:
        return None
    charts = [show_chart(chart, language) for chart in finding.charts]
    return element("div", element("h3", say("figures", language)), element("div", charts, class_="charts"))


def show_ids(finding: Finding, ids: Sequence[str], language: Language) -> Html | None:
    """All ids of a finding, one a line, until there are too many for a page."""
    if not finding.rows:
        return None
    shown: list[Html] = []
    room = MOST_ID_BYTES
    for row in finding.rows[:MOST_IDS]:
        one = element("bdi", plain(ids[row]))
        room -= len(one.encode("utf-8"))
        if room < 0:
            break
        shown.append(join(one, "\n"))
    more = len(finding.rows) - len(shown)
    last = say("more_ids", language, count=format_count(more)) if more else None
    return element(
        "details",
        element("summary", say("ids", language, count=format_count(len(finding.rows)))),
        element("pre", shown, class_="ids"),
        element("p", last, class_="legend") if last else None,
    )

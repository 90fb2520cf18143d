"""The report of a whole competition: one self-contained HTML file of its runs, verdicts, ideas, leaderboard and audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from tamesu.artifacts.environment import find_version
from tamesu.artifacts.verdict import Verdict
from tamesu.messages import Language
from tamesu.messages.competition_report import say
from tamesu.report.audit_page import mark_code
from tamesu.report.audit_words import write_finding
from tamesu.report.document import make_document
from tamesu.report.html import Html, element, join, named
from tamesu.report.matrix import MARK, read_script
from tamesu.report.numbers import format_count, format_gain, format_number
from tamesu.report.progress_chart import HistoryPoint, make_history_section
from tamesu.report.section import Section, table
from tamesu.report.verdict_section import make_verdict_section
from tamesu.report.words import Words
from tamesu.results.finding import Finding
from tamesu.results.standing import Standing

MOST_RUNS, MOST_NAMES = 200, 60
STATES = ("keep", "undecided", "same", "drop", "elsewhere", "untried")


@dataclass(frozen=True, slots=True, eq=False)
class CompetitionView:
    """What the page shows; plain values.

    Attributes:
        name: of the competition. `metric`, `greater_is_better`: its own.
        runs: one line a run as `tamesu.results.ledger.describe_run` has them, with `seed_spread`, the best first.
        verdicts: the newest on each idea.
        points: the way of the score.
        false_keeps: how many of the kept ideas are expected to be no better.
        standings: where each idea stands.
        public: public score by run.
        audit: what the last audit found; None where there has been none.
        audit_day: when that was.
        best: the section of the best run's main target; None where there is none.
    """

    name: str
    metric: str
    greater_is_better: bool
    runs: Sequence[Mapping[str, Any]] = ()
    verdicts: Sequence[Verdict] = ()
    points: Sequence[HistoryPoint] = ()
    false_keeps: float | None = None
    standings: Sequence[Standing] = ()
    public: Mapping[str, float] = field(default_factory=dict)
    audit: Sequence[Finding] | None = None
    audit_day: str = ""
    best: Section | None = None


def make_competition_page(view: CompetitionView, language: Language) -> Html:
    """The whole document; equal views give equal bytes."""
    words = Words(language)
    sections = [make_run_section(view, language)]
    if view.points:
        sections.insert(0, make_history_section(view.points, view.metric, view.greater_is_better, words))
    sections.append(make_verdict_section(view.verdicts, words, view.false_keeps))
    sections += [make_idea_section(view.standings, language), make_board_section(view, language)]
    if view.audit is not None:
        sections.append(make_audit_section(view.audit, view.audit_day, language))
    if view.best is not None:
        sections.append(view.best)
    footer = element("footer", say("made_by", language, version=find_version("tamesu") or "?"))
    script = read_script() if any(MARK in one.body for one in sections) else ""
    shown = [one.to_html() for one in sections]
    title = say("title", language, name=view.name)
    return make_document(title, words, make_head(view, sections, words), shown, footer, script=script)


def find_best(runs: Sequence[Mapping[str, Any]], metric: str) -> Mapping[str, Any] | None:
    """The best run on a metric, quick looks aside; None where none has a score."""
    scored = [run for run in runs if run["metric"] == metric and not run["quick"] and isinstance(run["cv"], float | int)]
    return min(scored, key=lambda run: (run["order"], run["run"]), default=None)


def make_head(view: CompetitionView, sections: Sequence[Section], words: Words) -> Html:
    """The best score, how much was done, and what to look at."""
    language, best = words.language, find_best(view.runs, view.metric)
    below: Html | str = say("no_score", language)
    value: Html = element("p", "–", class_="score")
    if best is not None:
        error = best["standard_error"]
        small = element("small", " ± ", format_number(error)) if error != "" else None
        value = element("p", format_number(best["cv"]), small, class_="score")
        below = join(say("best_of", language, run=best["run"], seeds=len(str(best["seeds"]).split())))
    kept, dropped = (sum(one.word == word for one in view.verdicts) for word in ("keep", "drop"))
    hours = sum(run["minutes"] for run in view.runs) / 60
    tiles: list[tuple[str, str]] = [
        (say("runs", language), format_count(len(view.runs))),
        (say("tried", language), format_count(len(view.verdicts))),
        (say("kept", language), format_count(kept)),
        (say("dropped", language), format_count(dropped)),
        (say("submissions", language), format_count(len(view.public))),
        (say("hours", language), f"{hours:.1f}"),
    ]
    notices = sorted((one for section in sections for one in section.notices), key=lambda one: one.level != "warning")
    items = [element("li", one.text, class_=one.level) for one in notices]
    look = element("ul", items) if items else element("p", words("nothing_wrong"), class_="muted")
    score = element(
        "div",
        element("p", say("best", language, metric=view.metric), class_="label"),
        value,
        element("p", below, class_="label"),
        class_="main-score",
    )
    shown = element("dl", [element("div", element("dt", name), element("dd", text)) for name, text in tiles], class_="tiles")
    return element(
        "header",
        element("p", say("eyebrow", language), class_="eyebrow"),
        element("h1", named(view.name)),
        element("div", score, shown, class_="result"),
        element("div", element("h2", words("look_at")), look, class_="look"),
        element("nav", [element("a", one.title, href=f"#{one.anchor}") for one in sections], aria_label=words("contents")),
    )


def make_run_section(view: CompetitionView, language: Language) -> Section:
    """All runs in a table, the best first."""
    title = join(say("section_runs", language))
    if not view.runs:
        return Section("runs", title, element("p", say("no_score", language), class_="muted"))
    several = len({run["metric"] for run in view.runs}) > 1
    keys = ("run", "backbone", "size", "epochs", "cv", "fold_spread", "seed_spread", "seeds", "public", "minutes")
    rows: list[list[Html | str]] = []
    for run in view.runs[:MOST_RUNS]:
        about = [run["question"], say("quick", language) if run["quick"] else "", run["metric"] if several else ""]
        small = element("small", " · ".join(filter(None, about))) if any(about) else None
        error = f" ± {format_number(run['standard_error'])}" if run["standard_error"] != "" else ""
        cv = f"{format_number(run['cv'])}{error}" if isinstance(run["cv"], float | int) else "–"
        spreads = [format_number(run[key]) if run[key] not in ("", None) else "–" for key in ("spread", "seed_spread")]
        public = view.public.get(run["run"])
        rows.append(
            [
                element("div", named(run["run"]), small, class_="idea"),
                named(run["backbone"]),
                format_count(run["size"]),
                format_count(run["epochs"]),
                cv,
                *spreads,
                str(len(str(run["seeds"]).split())),
                "–" if public is None else format_number(public),
                f"{run['minutes']:.1f}",
            ]
        )
    parts = [
        element("p", say("runs_note", language), class_="muted"),
        element("div", table([say(key, language) for key in keys], rows, numeric=range(2, 10)), class_="figures"),
    ]
    if len(view.runs) > MOST_RUNS:
        more = say("more_runs", language, shown=MOST_RUNS, total=format_count(len(view.runs)))
        parts.append(element("p", more, class_="legend"))
    return Section("runs", title, join(parts))


def make_idea_section(standings: Sequence[Standing], language: Language) -> Section:
    """The ideas by what is known of them, and what went against expectation."""
    pairs = []
    for state in STATES:
        found = [one.idea.name for one in standings if one.state == state]
        if found:
            shown = [join(named(name), " ") for name in found[:MOST_NAMES]]
            more = f"+{len(found) - MOST_NAMES}" if len(found) > MOST_NAMES else None
            pairs.append(join(element("dt", f"{say(state, language)} ({len(found)})"), element("dd", shown, more)))
    surprising = [
        element("li", named(one.idea.name), " ", say(one.surprise, language, expected=one.verdict.expected))
        for one in standings
        if one.surprise is not None and one.verdict is not None
    ]
    body = [element("dl", pairs, class_="facts") if pairs else element("p", say("ideas_none", language), class_="muted")]
    if surprising:
        body += [element("h3", say("surprising", language)), element("ul", surprising)]
    return Section("ideas", join(say("section_ideas", language)), join(body))


def make_board_section(view: CompetitionView, language: Language) -> Section:
    """CV beside the public score of every run that has both."""
    title = join(say("section_board", language))
    both = [
        (run["run"], float(run["cv"]), view.public[run["run"]])
        for run in view.runs
        if run["run"] in view.public and run["metric"] == view.metric and isinstance(run["cv"], float | int)
    ]
    if not both:
        return Section("board", title, element("p", mark_code(say("board_none", language)), class_="muted"))
    rows: list[list[Html | str]] = [
        [named(name), format_number(cv), format_number(public), format_gain(public - cv)] for name, cv, public in both
    ]
    head = [say(key, language) for key in ("run", "cv", "public", "difference")]
    parts = [table(head, rows, numeric=(1, 2, 3))]
    if len(both) > 1:
        agree, total = count_agreeing([(cv, public) for _, cv, public in both])
        parts.insert(0, element("p", say("board_order", language, agree=agree, total=total)))
    return Section("board", title, join(parts))


def count_agreeing(scores: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """How many pairs stand in the same order under both scores, of how many that are no tie under either.

    Examples:
        >>> count_agreeing([(0.1, 0.2), (0.2, 0.3), (0.3, 0.1), (0.3, 0.5)])
        (3, 5)
    """
    signs = [(one[0] - two[0]) * (one[1] - two[1]) for one, two in combinations(scores, 2)]
    return sum(sign > 0 for sign in signs), sum(sign != 0 for sign in signs)


def make_audit_section(findings: Sequence[Finding], day: str, language: Language) -> Section:
    """What the last audit found, a line each."""
    items = []
    for finding in findings:
        said = write_finding(finding, language)
        weight = element("b", element("i", class_=f"dot {finding.weight}"), say(finding.weight, language))
        items.append(element("li", weight, " ", mark_code(said.head), " ", element("small", mark_code(said.do))))
    body = element("ul", items, class_="plain") if items else element("p", say("audit_clean", language))
    note = element("p", say("audit_of", language, day=day), class_="muted")
    return Section("audit", join(say("section_audit", language)), join(note, body))

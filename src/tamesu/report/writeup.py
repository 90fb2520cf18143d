"""The solution write-up: data and metric, what was tried, the final model, how to make it again; facts only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tamesu.artifacts.environment import find_version
from tamesu.artifacts.run import Run
from tamesu.artifacts.spelling import change_words, shell_line
from tamesu.artifacts.verdict import Verdict
from tamesu.messages import Language
from tamesu.messages.writeup import say
from tamesu.report.columns import plain
from tamesu.report.document import make_document
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_count, format_number
from tamesu.report.origin import list_commands, read_environment, write_recipe
from tamesu.report.progress_chart import HistoryPoint, make_history_section
from tamesu.report.section import Section, facts, table
from tamesu.report.verdict_notes import group_by_metric, say_gain, say_own_interval, share_decimals
from tamesu.report.words import Words
from tamesu.results.scores import Scores

# Anchor of the chart, in whose place the Markdown has a picture.
HISTORY = "history"


@dataclass(frozen=True, slots=True, eq=False)
class WriteupView:
    """What the write-up is made from.

    Attributes:
        name: of the competition.
        metric, greater_is_better: its own.
        targets: name → (kind, number of labels), the main one first.
        train_rows, test_rows: counts; None where there are no test rows.
        groups: the column or file of groups; empty where there is none.
        splitter: (name, n_splits, repeats, seed) of the folds.
        verdicts: the newest on each idea.
        points: the way of the score.
        final: the run of the final model, with its scores; None before there is one.
        submitted: whether it is behind the newest submission.
        submissions: (name, run, public score or None), the newest last.
    """

    name: str
    metric: str
    greater_is_better: bool
    targets: Mapping[str, tuple[str, int]]
    train_rows: int
    test_rows: int | None
    groups: str
    splitter: tuple[str, int, int, int]
    verdicts: Sequence[Verdict] = ()
    points: Sequence[HistoryPoint] = ()
    final: tuple[Run, Scores] | None = None
    submitted: bool = False
    submissions: Sequence[tuple[str, str, float | None]] = field(default_factory=tuple)


def make_writeup(view: WriteupView, language: Language) -> Html:
    """The whole document; equal views give equal bytes."""
    words = Words(language)
    sections = [make_data_section(view, words), make_tried_section(view, language)]
    if view.points:
        sections.append(make_history_section(view.points, view.metric, view.greater_is_better, words))
    sections.append(make_final_section(view, language))
    if view.final is not None:
        sections.append(make_again_section(view.final[0], view, language))
    sections.append(make_failed_section(view.verdicts, words))
    header = element(
        "header",
        element("p", say("eyebrow", language), class_="eyebrow"),
        element("h1", named(view.name)),
        element("nav", [element("a", one.title, href=f"#{one.anchor}") for one in sections], aria_label=words("contents")),
    )
    footer = element("footer", say("made_by", language, version=find_version("tamesu") or "?"))
    title = say("title", language, name=view.name)
    return make_document(title, words, header, [one.to_html() for one in sections], footer)


def make_data_section(view: WriteupView, words: Words) -> Section:
    """Rows, targets, groups, folds and the metric."""
    language = words.language
    splitter, n_splits, repeats, seed = view.splitter
    pairs: list[tuple[Html | str, Html | str]] = [
        (say("metric", language), say("higher" if view.greater_is_better else "lower", language, metric=view.metric)),
        (say("train_rows", language), format_count(view.train_rows)),
    ]
    if view.test_rows is not None:
        pairs.append((say("test_rows", language), format_count(view.test_rows)))
    for name, (kind, labels) in view.targets.items():
        key = "target_of" if labels else "target_plain"
        said = say(key, language, name=plain(name), kind=words(f"kind_{kind}"), labels=format_count(labels))
        pairs.append((say("target", language), said))
    if view.groups:
        pairs.append((say("groups", language), named(view.groups)))
    folds = say("folds_of", language, splitter=splitter, folds=n_splits, repeats=repeats, seed=seed)
    return Section("data", join(say("data", language)), facts([*pairs, (say("folds", language), folds)]))


def make_tried_section(view: WriteupView, language: Language) -> Section:
    """What was kept, is undecided and made no difference, with gains and intervals of the ledger."""
    title, words = join(say("tried", language)), Words(language)
    if not view.verdicts:
        return Section("tried", title, element("p", say("nothing_tried", language)))
    counts = {word: sum(one.word == word for one in view.verdicts) for word in ("keep", "undecided", "same", "drop")}
    parts = [element("p", say("tried_counts", language, total=len(view.verdicts), **counts))]
    for word in ("keep", "undecided", "same"):
        found = [one for one in view.verdicts if one.word == word]
        if found:
            parts += [element("h3", say(word, language)), show_ideas(found, words)]
    return Section("tried", title, join(parts))


def make_failed_section(verdicts: Sequence[Verdict], words: Words) -> Section:
    """What was dropped, with what was expected of it and said about it."""
    dropped = [one for one in verdicts if one.word == "drop"]
    language = words.language
    body = show_ideas(dropped, words) if dropped else element("p", say("drop_none", language))
    return Section("failed", join(say("drop", language)), body)


def show_ideas(verdicts: Sequence[Verdict], words: Words) -> Html:
    """Ideas in tables, one a metric: the change as it is typed, gain, interval, pairs, and the user's own words."""
    language, blocks = words.language, []
    for group in group_by_metric(verdicts):
        decimals = share_decimals(group)
        rows: list[list[Html | str]] = []
        for place, one in enumerate(group):
            notes = [f"{say(key, language)}: {plain(text)}" for key, text in (("why", one.why), ("note", one.note)) if text]
            if one.expected:
                notes.append(f"{words('expected')}: {plain(one.expected)}")
            if one.failed:
                notes.append(say("diverged", language, jobs=words.list(list(one.failed))))
            small = element("small", " · ".join(notes)) if notes else None
            changes = " ".join(change_words(one.changes))
            gain = say_gain(one, decimals[place]) or "–"
            interval = say_own_interval(one, decimals[place]) or "–"
            idea = element("div", named(one.idea), small, class_="idea")
            change = element("div", named(plain(changes)), class_="idea") if changes else "–"
            rows.append([idea, change, gain, interval, str(len(one.pairs))])
        head = [words(key) for key in ("idea", "change", "gain", "interval", "pair_column")]
        blocks.append(element("div", table(head, rows, numeric=(2, 3, 4)), class_="figures"))
    return join(blocks)


def make_final_section(view: WriteupView, language: Language) -> Section:
    """The final model: its run, scores, recipe, and every submission."""
    title = join(say("final", language))
    if view.final is None:
        return Section("final", title, element("p", say("final_none", language)))
    run, scores = view.final
    role = say("final_submitted" if view.submitted else "final_best", language)
    public = next((score for _, name, score in reversed(view.submissions) if name == run.name and score is not None), None)
    cv = say(
        "cv_of",
        language,
        cv=format_number(scores.cv) or "–",
        error=format_number(scores.standard_error) or "–",
        spread=format_number(scores.spread) or "–",
        rows=format_count(scores.rows),
        seeds=", ".join(map(str, scores.seeds)),
    )
    pairs: list[tuple[Html | str, Html | str]] = [
        (say("final_run", language), join(named(run.name), " ", element("small", role))),
        (say("cv", language, metric=scores.metric), cv),
        (say("public", language), say("unknown", language) if public is None else format_number(public)),
    ]
    parts = [facts(pairs), element("h3", say("recipe", language)), element("pre", element("code", write_recipe(run)))]
    if view.submissions:
        head = [say(key, language) for key in ("submission", "run", "public")]
        rows: list[list[Html | str]] = [
            [named(name), named(of), "–" if score is None else format_number(score)] for name, of, score in view.submissions
        ]
        parts += [element("h3", say("submissions", language)), table(head, rows, numeric=(2,))]
    return Section("final", title, join(parts))


def make_again_section(run: Run, view: WriteupView, language: Language) -> Section:
    """The commands that make the run and its submission again, and what decided it."""
    commands = list_commands(run)
    if any(of == run.name for _, of, _ in view.submissions):
        commands.append(shell_line("tamesu", "submit", run.name))
    environment: dict[str, Any] = read_environment(run) or {}
    packages, git = environment.get("packages") or {}, environment.get("git") or {}
    versions = [f"python {environment['python']}"] if "python" in environment else []
    versions += [f"{name} {number}" for name, number in packages.items()] if isinstance(packages, Mapping) else []
    pairs: list[tuple[Html | str, Html | str]] = [
        (say("seeds", language), ", ".join(map(str, run.complete_seeds()))),
        (say("folds_digest", language), element("code", f"folds/{run.spec.folds} {run.spec.folds_digest}")),
        (say("data_digest", language), element("code", run.spec.data_digest)),
    ]
    if isinstance(git, Mapping) and isinstance(git.get("commit"), str):
        commit = git["commit"] if git.get("clean") else say("commit_changed", language, commit=git["commit"])
        pairs.append((say("commit", language), commit))
    pairs.append((say("versions", language), ", ".join(versions)))
    body = join(element("pre", element("code", "\n".join(commands))), facts(pairs))
    return Section("reproduce", join(say("reproduce", language)), body)

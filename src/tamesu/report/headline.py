"""The headline: the question, the CV score with its error, what it was counted over, and what to look at."""

from __future__ import annotations

from collections.abc import Sequence

from tamesu.artifacts.run import Run
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_count, format_number
from tamesu.report.section import Notice, Section, undefined
from tamesu.report.words import Words
from tamesu.results.scores import Scores


def make_headline(run: Run, scores: Scores, sections: Sequence[Section], words: Words) -> Html:
    """The head of the page, with the notices of all sections.

    Args:
        run: the run.
        scores: its scores.
        sections: the sections below, for their notices and the contents.
        words: the page's language.
    """
    question = run.recipe.question.strip() or words("no_question")
    title = element("h1", named(run.recipe.name), " ", element("small", named(run.name)))
    notices = [*judge_scores(run, scores, words), *(notice for section in sections for notice in section.notices)]
    notices.sort(key=lambda notice: notice.level != "warning")
    items = [element("li", notice.text, class_=notice.level) for notice in notices]
    look = element("ul", items) if items else element("p", words("nothing_wrong"), class_="muted")
    links = [element("a", section.title, href=f"#{section.anchor}") for section in sections]
    return element(
        "header",
        element("p", named(run.folder.name), class_="eyebrow"),
        title,
        element("p", element("bdi", question), class_="question"),
        element("div", show_score(scores, words), show_tiles(run, scores, words), class_="result"),
        element("div", element("h2", words("look_at")), look, class_="look"),
        element("nav", links, aria_label=words("contents")),
    )


def show_score(scores: Scores, words: Words) -> Html:
    """The CV score, large, with its standard error and direction."""
    direction = words("higher" if scores.greater_is_better else "lower")
    if scores.cv is None:
        value: Html = element("p", undefined(words), class_="score")
    else:
        error = None if scores.standard_error is None else element("small", " ± ", format_number(scores.standard_error))
        value = element("p", format_number(scores.cv), error, class_="score")
    below = [direction] if scores.standard_error is None else [f"± {words('standard_error')}", direction]
    return element(
        "div",
        element("p", words("cv", metric=scores.metric), class_="label"),
        value,
        element("p", " · ".join(below), class_="label"),
        class_="main-score",
    )


def show_tiles(run: Run, scores: Scores, words: Words) -> Html:
    """The numbers around the score."""
    total = scores.rows + scores.unreadable
    folds = str(run.spec.n_splits)
    if run.spec.repeats > 1:
        folds = words("folds_times", folds=run.spec.n_splits, repeats=run.spec.repeats)
    rows: Html | str = format_count(scores.rows)
    if scores.unreadable:
        rows = join(rows, " ", element("small", words("of_rows", total=format_count(total))))
    tiles: list[tuple[str, Html | str]] = [
        (words("spread"), format_number(scores.spread) or undefined(words)),
        (words("rows_scored"), rows),
        (words("folds"), folds),
        (words("seeds"), say_seeds(scores.seeds, words)),
        (words("unreadable"), format_count(scores.unreadable)),
        (words("diverged"), format_count(len(scores.diverged))),
    ]
    return element("dl", [element("div", element("dt", name), element("dd", value)) for name, value in tiles], class_="tiles")


def say_seeds(seeds: Sequence[int], words: Words) -> Html:
    """How many seeds are counted, and which."""
    if not seeds:
        return join(words("none"))
    which = ", ".join(map(str, seeds[:6])) + (", …" if len(seeds) > 6 else "")
    return join(str(len(seeds)), " ", element("small", f"({which})"))


def judge_scores(run: Run, scores: Scores, words: Words) -> list[Notice]:
    """What the scores themselves say about how far they can be trusted."""
    notices = []
    if run.spec.quick:
        notices.append(Notice("warning", join(words("note_quick"))))
    if leaks := run.accepted_leaks:
        notices.append(Notice("warning", join(words("note_leaks", leaks=words.list(leaks)))))
    if not scores.seeds:
        notices.append(Notice("warning", join(words("note_no_seed"))))
    if scores.diverged:
        notices.append(Notice("warning", join(words("note_diverged", jobs=words.list(scores.diverged)))))
    if lost := [f"r{job.repeat}-f{job.fold}-s{job.seed}" for job in scores.folds if job.score is None]:
        notices.append(Notice("warning", join(words("note_undefined", jobs=words.list(lost)))))
    if scores.unreadable:
        notices.append(Notice("note", join(words("note_unreadable", rows=format_count(scores.unreadable)))))
    return notices

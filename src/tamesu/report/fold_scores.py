"""The folds' section: every job's score, the whole OOF of each repeat and seed, and the jobs that are not counted."""

from __future__ import annotations

from tamesu.artifacts.run import Job, Run
from tamesu.errors import DamagedError
from tamesu.report.html import Html, element, join
from tamesu.report.numbers import format_count, format_number
from tamesu.report.plots import plot_folds
from tamesu.report.section import Notice, Section, panel, table, undefined
from tamesu.report.seed_scores import show_seeds
from tamesu.report.words import Words, drawable_word
from tamesu.results.scores import FoldScore, Scores

# A longer table is folded away behind the worst of it.
MOST_ROWS = 30
WORST_ROWS = 12


def make_fold_section(run: Run, scores: Scores, words: Words) -> Section:
    """The section, with notices about jobs that are not done."""
    parts: list[Html] = []
    if scores.folds:
        parts.append(element("div", show_scores(scores, words), show_dots(scores, words), class_="grid top"))
        if scores.standard_error is not None:
            parts.append(element("p", words("error_note"), class_="muted"))
        if (seeds := show_seeds(scores, words)) is not None:
            parts.append(seeds)
    rest, notices = show_rest(run, scores, words)
    return Section("folds", join(words("section_folds")), join(parts, rest), tuple(notices))


def show_scores(scores: Scores, words: Words) -> Html:
    """The table of jobs: whole, or its worst rows with the whole folded away."""
    if len(scores.folds) <= MOST_ROWS:
        return score_table(scores, scores.folds, words, whole=True)
    defined = [job for job in scores.folds if job.score is not None]
    worst = sorted(defined, key=lambda job: job.score or 0.0, reverse=not scores.greater_is_better)[:WORST_ROWS]
    return element(
        "div",
        element("h3", words("lowest_folds", count=len(worst))),
        score_table(scores, worst, words, whole=False),
        element(
            "details",
            element("summary", words("all_folds", count=len(scores.folds))),
            score_table(scores, scores.folds, words, whole=True),
        ),
    )


def score_table(scores: Scores, folds: list[FoldScore], words: Words, *, whole: bool) -> Html:
    """Repeat, fold, seed, rows, score of some jobs; with the score of each whole OOF below its folds when `whole`."""
    head = [words("repeat"), words("fold"), words("seed"), words("rows"), words("score")]
    order = list(dict.fromkeys((job.repeat, job.seed) for job in folds))
    oof = dict(zip(order, scores.oof, strict=True)) if whole else {}
    rows: list[list[Html | str]] = []
    for place, job in enumerate(folds):
        rows.append([str(job.repeat), str(job.fold), str(job.seed), format_count(job.rows), show_score(job.score, words)])
        last = place + 1 == len(folds) or (folds[place + 1].repeat, folds[place + 1].seed) != (job.repeat, job.seed)
        if whole and last:
            score = element("b", show_score(oof.get((job.repeat, job.seed)), words))
            total = element("b", format_count(scores.rows))
            rows.append([str(job.repeat), element("b", words("whole_oof")), str(job.seed), total, score])
    return table(head, rows, numeric=range(5))


def show_score(score: float | None, words: Words) -> Html | str:
    """A score, or the word for none."""
    return undefined(words) if score is None else format_number(score)


def show_dots(scores: Scores, words: Words) -> Html | None:
    """The plot of the defined fold scores; None when there is none."""
    defined = [(job.fold, job.score) for job in scores.folds if job.score is not None]
    if not defined:
        return None
    title = words("dots_title", metric=scores.metric)
    folds, values = [fold for fold, _ in defined], [score for _, score in defined]
    label = drawable_word("fold", words)
    svg = plot_folds(folds, values, scores.cv, scores.standard_error, label, "dots", title)
    return panel(title, svg, words("dots_note"))


def show_rest(run: Run, scores: Scores, words: Words) -> tuple[Html | None, list[Notice]]:
    """The jobs that are in no score: not done, diverged, damaged, or of a seed that is not complete."""
    jobs = run.jobs(sorted({*run.recipe.seeds, *run.trained_seeds()}))
    rows: list[list[Html | str]] = []
    unfinished, damaged = 0, []
    for job in jobs:
        if job.seed in scores.seeds:
            continue
        state = run.state(job)
        said = words("state_waiting" if state == "done" else f"state_{state}", **read_divergence(run, job))
        unfinished += state in ("new", "running", "stopped")
        damaged += [job.name] if state == "damaged" else []
        rows.append([str(job.repeat), str(job.fold), str(job.seed), said])
    notices = []
    if unfinished:
        text = words("note_unfinished", missing=unfinished, total=len(jobs), recipe=run.recipe.name)
        notices.append(Notice("warning", join(text)))
    if damaged:
        notices.append(Notice("warning", join(words("note_damaged", jobs=words.list(damaged)))))
    if not rows:
        return None, notices
    head = [words("repeat"), words("fold"), words("seed"), words("state")]
    shown = table(head, rows, numeric=range(3))
    title = words("not_counted")
    if len(rows) > MOST_ROWS:
        return element("details", element("summary", f"{title} ({len(rows)})"), shown), notices
    return join(element("h3", title), shown), notices


def read_divergence(run: Run, job: Job) -> dict[str, int]:
    """Epoch and step at which a job's loss stopped being a number; empty when it did not."""
    try:
        result = run.result(job)
    except DamagedError:
        return {}
    return {} if result is None else result.diverged or {}

"""Fold scores as a plain table for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from tamesu.messages import Language
from tamesu.report.numbers import format_number
from tamesu.report.plots import measure
from tamesu.report.words import Words
from tamesu.results.scores import FoldScore, Scores

WIDTH = 100

# Leave-one-out has as many folds as rows; a terminal wants the first few and the end.
MOST_FOLDS = 20


def format_table(scores: Scores, language: Language = "en") -> str:
    """Fold scores, one line per fold and one column per repeat and seed, and the result in one sentence.

    Args:
        scores: of a run.
        language: `"en"` or `"ja"`.

    Returns:
        Lines of at most 100 columns, without a line break at the end (long names of jobs or metrics aside).

    Examples:
        >>> folds = [FoldScore(0, 0, 0, 80, 0.9), FoldScore(0, 1, 0, 79, None)]
        >>> print(format_table(Scores("accuracy", True, 0.89, [0.89], folds, None, None, 159, 0, [0], [])))
        fold  rows     seed 0
           0    80     0.9000
           1    79  undefined
         OOF   159     0.8900
        CV accuracy 0.8900 (159 rows)
    """
    words = Words(language)
    lines = format_folds(scores, words) if scores.folds else []
    lines.append(say_scores(scores, words))
    if scores.diverged:
        lines.append(words("say_diverged", jobs=words.list(scores.diverged)))
    return "\n".join(lines)


def format_sentence(scores: Scores, language: Language = "en") -> str:
    """The result of a run in one line.

    Args:
        scores: of a run.
        language: `"en"` or `"ja"`.
    """
    return say_scores(scores, Words(language))


def say_scores(scores: Scores, words: Words) -> str:
    """The result in one line; in English the same as `Scores.sentence`."""
    if words.language == "en":
        return scores.sentence()
    if scores.cv is None:
        return words("say_undefined", metric=scores.metric, rows=scores.rows)
    said = words("say_cv", metric=scores.metric, score=f"{scores.cv:.4f}")
    inside = []
    if scores.standard_error is not None:
        said += f" ± {scores.standard_error:.4f}"
        inside.append(words("say_error"))
    if scores.spread is not None:
        inside.append(words("say_spread", spread=f"{scores.spread:.4f}"))
    key = "say_unreadable" if scores.unreadable else "say_rows"
    total = scores.rows + scores.unreadable
    inside.append(words(key, rows=scores.rows, total=total, unreadable=scores.unreadable))
    return f"{said} ({words('comma').join(inside)})"


def format_folds(scores: Scores, words: Words) -> list[str]:
    """The table's lines; more columns than fit stand in a further table below."""
    columns = list(dict.fromkeys((job.repeat, job.seed) for job in scores.folds))
    repeats = len({repeat for repeat, _ in columns})
    titles = [f"{words('seed')} {seed}" if repeats == 1 else f"r{repeat} s{seed}" for repeat, seed in columns]
    cells = {(job.repeat, job.seed, job.fold): job for job in scores.folds}
    folds = sorted({job.fold for job in scores.folds})
    shown = folds if len(folds) <= MOST_FOLDS else folds[:MOST_FOLDS]
    first = [[words("fold"), *map(str, shown), words("oof")]]
    first.append([words("rows"), *(count_rows(scores.folds, fold) for fold in shown), str(scores.rows)])
    bodies = [
        [title, *(say_score(cells.get((*key, fold)), words) for fold in shown), say_number(oof, words)]
        for title, key, oof in zip(titles, columns, scores.oof, strict=True)
    ]
    lines: list[str] = []
    while bodies:
        taken = 1
        while taken < len(bodies) and measure(lay_out([*first, *bodies[: taken + 1]])[0]) <= WIDTH:
            taken += 1
        lines += lay_out([*first, *bodies[:taken]])
        bodies = bodies[taken:]
        if len(shown) < len(folds):
            lines.insert(len(lines) - 1, words("say_omitted", count=len(folds) - len(shown)))
    return lines


def lay_out(columns: Sequence[Sequence[str]]) -> list[str]:
    """Columns of texts set right, two blanks apart, as lines.

    Examples:
        >>> lay_out([["fold", "0"], ["種", "9.5"]])
        ['fold   種', '   0  9.5']
    """
    widths = [max(map(measure, column)) for column in columns]
    return [
        "  ".join(" " * (width - measure(text)) + text for width, text in zip(widths, line, strict=True))
        for line in zip(*columns, strict=True)
    ]


def count_rows(jobs: Sequence[FoldScore], fold: int) -> str:
    """The rows of a fold; the least and the most where repeats differ."""
    rows = sorted({job.rows for job in jobs if job.fold == fold})
    return str(rows[0]) if len(rows) == 1 else f"{rows[0]}-{rows[-1]}"


def say_score(job: FoldScore | None, words: Words) -> str:
    """A job's score; empty when there is no such job."""
    return "" if job is None else say_number(job.score, words)


def say_number(score: float | None, words: Words) -> str:
    """A score, or the word for none."""
    return words("undefined") if score is None else format_number(score)

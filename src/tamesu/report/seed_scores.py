"""What the seed does beside the fold: the mean of each seed, and how far scores move when only one of the two changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tamesu.report.html import Html, element
from tamesu.report.numbers import format_number
from tamesu.report.section import table, undefined
from tamesu.report.words import Words
from tamesu.results.scores import FoldScore, Scores


def show_seeds(scores: Scores, words: Words) -> Html | None:
    """The table of seeds and the sentence about it; None with one seed, or where no fold has two scores."""
    if len(scores.seeds) < 2:
        return None
    within = pool_spread(scores.folds, lambda job: (job.repeat, job.fold))
    between = pool_spread(scores.folds, lambda job: (job.repeat, job.seed))
    if within is None or between is None:
        return None
    oof: dict[int, list[float | None]] = {}
    for (_, seed), score in zip(dict.fromkeys((job.repeat, job.seed) for job in scores.folds), scores.oof, strict=True):
        oof.setdefault(seed, []).append(score)
    rows: list[list[Html | str]] = []
    for seed, whole in oof.items():
        defined = [score for score in whole if score is not None]
        spread = pool_spread([job for job in scores.folds if job.seed == seed], lambda job: job.repeat)
        mean = float(np.mean(defined)) if defined else None
        rows.append([str(seed), *(format_number(one) or undefined(words) for one in (mean, spread))])
    said = words("seed_words", within=format_number(within), between=format_number(between))
    strong = element("b", words("seed_rules")) if within >= between else None
    head = [words("seed"), words("seed_oof"), words("seed_folds")]
    title = element("h3", words("seed_title"))
    return element("div", title, table(head, rows, numeric=range(3)), element("p", said, " ", strong, class_="muted"))


def pool_spread(folds: Sequence[FoldScore], group: Callable[[FoldScore], object]) -> float | None:
    """The standard deviation inside groups of jobs, pooled over the groups; None where none has two scores.

    Args:
        folds: the jobs.
        group: what is the same in all jobs of a group.

    Source: the pooled variance: sums of squares inside groups over their degrees of freedom.

    Examples:
        >>> jobs = [FoldScore(0, fold, seed, 9, 0.5 + 0.1 * fold + 0.02 * seed) for fold in (0, 1) for seed in (0, 1)]
        >>> round(pool_spread(jobs, lambda job: job.fold), 5), round(pool_spread(jobs, lambda job: job.seed), 5)
        (0.01414, 0.07071)
    """
    groups: dict[object, list[float]] = {}
    for job in folds:
        if job.score is not None:
            groups.setdefault(group(job), []).append(job.score)
    freedom = sum(len(values) - 1 for values in groups.values())
    if not freedom:
        return None
    squares = sum(float(((np.array(values) - np.mean(values)) ** 2).sum()) for values in groups.values())
    return float(np.sqrt(squares / freedom))

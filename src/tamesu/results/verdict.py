"""The verdict: pairs, their posterior and what else is known, as one line of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from tamesu.artifacts.environment import read_git
from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.verdict import Because, Pair, Verdict, Word
from tamesu.errors import Fault, InputError, Where
from tamesu.metrics import METRICS
from tamesu.results.noise import Noise
from tamesu.results.pairs import Key, ScoredRun, pair_up, row_share
from tamesu.results.posterior import count_more_pairs
from tamesu.results.race import Look, Plan, arrays, judge, last_look
from tamesu.results.second_opinion import collect_sides, draw_bootstrap, gain_per_class


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When and where a verdict is reached; no evidence.

    Attributes:
        time: UTC, ISO 8601.
        commit, clean: of the user's folder.
    """

    time: str
    commit: str
    clean: bool | None


def read_circumstances(folder: Path) -> Circumstances:
    """Now, and the commit of the user's folder."""
    git, _ = read_git(folder)
    commit, clean = ("", None) if git is None else (str(git["commit"]), bool(git["clean"]))
    return Circumstances(datetime.now(UTC).isoformat(timespec="seconds"), commit, clean)


def make_verdict(
    idea: Idea,
    recipe: str,
    baseline: ScoredRun,
    tried: ScoredRun,
    keys: Sequence[Key],
    plan: Plan,
    seen: Look,
    when: Circumstances,
    *,
    because: Because | None = None,
) -> Verdict:
    """One line of the ledger.

    Args:
        idea: what was changed.
        recipe: the name of the recipe it changes.
        baseline: the run it changes.
        tried: the run of the idea.
        keys: (repeat, fold, seed) of the pairs bought, whose jobs are done.
        plan: what was planned.
        seen: the last look at the pairs.
        when: circumstances.
        because: why it ended where the look itself does not say (`budget`).
    """
    pairs, unscored = pair_up(baseline, tried, keys)
    failed = [name for name in unscored if is_failed(tried, name, keys)]
    spec, train = baseline.run.spec, baseline.train
    metric = METRICS.build(spec.metric.name, spec.metric.options)
    # A job that diverged has said nothing about images.
    sides = [] if failed else collect_sides(baseline, tried, [(pair.repeat, pair.fold, pair.seed) for pair in pairs])
    word: Word = seen.word or "undecided"
    low, high = (0.0, 0.0) if seen.posterior is None else seen.posterior.interval()
    return Verdict(
        idea=idea.name,
        recipe=recipe,
        changes=dict(idea.changes),
        why=idea.why,
        expected=idea.expected,
        baseline_run=baseline.run.name,
        idea_run=tried.run.name,
        baseline_digest=spec.digest(),
        idea_digest=tried.run.spec.digest(),
        folds=spec.folds_digest,
        rows=len(baseline.folds.ids),
        metric=spec.metric,
        greater_is_better=metric.greater_is_better,
        level=plan.level,
        rope=plan.rope,
        noise=None if plan.noise is None else plan.noise.cv,
        pairs=pairs,
        failed=failed,
        gain=0.0 if seen.posterior is None else seen.posterior.mean,
        low=low,
        high=high,
        better=seen.better,
        same=seen.same,
        worse=seen.worse,
        word=word,
        because=seen.because or because or "budget",
        chance=seen.chance,
        more_pairs=propose_pairs(pairs, plan) if word == "undecided" else None,
        bootstrap=draw_bootstrap(sides, train.targets[spec.main], metric, train.groups),
        per_class=gain_per_class(sides, train.targets[spec.main]),
        cv_baseline=mean_of([pair.baseline for pair in pairs]),
        cv_idea=mean_of([pair.idea for pair in pairs]),
        seconds=mean_of([tried.seconds(key) for key in keys]),
        baseline_seconds=mean_of([baseline.seconds(key) for key in keys]),
        forced=tried.run.forced,
        time=when.time,
        commit=when.commit,
        clean=when.clean,
    )


def is_failed(tried: ScoredRun, name: str, keys: Sequence[Key]) -> bool:
    """Whether a job of the idea diverged (and is not merely without a defined score)."""
    return any(tried.job(key).name == name and tried.run.state(tried.job(key)) == "diverged" for key in keys)


def mean_of(values: Sequence[float]) -> float | None:
    """The mean; None of nothing.

    Examples:
        >>> mean_of([1.0, 3.0]), mean_of([])
        (2.0, None)
    """
    return float(np.mean(values)) if values else None


def propose_pairs(pairs: Sequence[Pair], plan: Plan) -> int | None:
    """How many more pairs would decide, at the gain seen so far; None when no number of seeds would."""
    gains, folds = arrays(pairs, plan.n_splits)
    if len(np.unique(folds)) < 2:
        return None
    return count_more_pairs(
        gains,
        folds,
        test_share=plan.test_share,
        rope=plan.rope,
        level=plan.level,
        noise=None if plan.noise is None else plan.noise.job,
        all_folds=plan.n_splits * plan.repeats,
    )


def make_identical(idea: Idea, recipe: str, baseline: ScoredRun, plan: Plan, when: Circumstances) -> Verdict:
    """The verdict on an idea that is the baseline under another name: the same, and nothing was trained for it."""
    seen = Look(None, 0.0, 1.0, 0.0, "same", "identical", None)
    return make_verdict(idea, recipe, baseline, baseline, [], plan, seen, when)


def compare_pairs(
    idea: Idea,
    recipe: str,
    baseline: ScoredRun,
    tried: ScoredRun,
    keys: Sequence[Key],
    when: Circumstances,
    *,
    level: float,
    rope: float | None,
    noise: Noise | None,
) -> Verdict:
    """The verdict on two runs as they are: all pairs they share, one look.

    Args:
        idea: what differs, named.
        recipe: the baseline's recipe.
        baseline: the first run; `pairs.check_comparable` has passed.
        tried: the second.
        keys: from `pairs.common_keys`.
        when: circumstances.
        level: the probability asked for.
        rope: the user's region of practical equivalence; from the noise when None, 0 when that is not known either.
        noise: of the baseline.

    Raises:
        InputError: COMPARE_FEW, fewer than two folds have a gain.
    """
    plan = plan_for(baseline, keys, level=level, rope=rope, noise=noise)
    pairs, unscored = pair_up(baseline, tried, keys)
    failed = [name for name in unscored if is_failed(tried, name, keys)]
    posterior = judge(pairs, plan) if pairs else None
    if posterior is None and not failed:
        values: dict[str, Any] = {"other": baseline.run.name, "count": len(pairs)}
        raise InputError(Fault("COMPARE_FEW", "refuse", Where(tried.run.name), values))
    return make_verdict(idea, recipe, baseline, tried, keys, plan, last_look(posterior, plan, failed), when)


def plan_for(baseline: ScoredRun, keys: Sequence[Key], *, level: float, rope: float | None, noise: Noise | None) -> Plan:
    """The plan that consists of just these pairs."""
    spec = baseline.run.spec
    return Plan(
        n_splits=spec.n_splits,
        repeats=spec.repeats,
        seeds=tuple(sorted({seed for _, _, seed in keys})) or (0,),
        level=level,
        rope=choose_rope(rope, noise),
        test_share=row_share(baseline.folds, keys) if keys else 1.0 / max(1, spec.n_splits - 1),
        noise=noise,
    )


def choose_rope(asked: float | None, noise: Noise | None) -> float:
    """The region of practical equivalence: the user's, a quarter of the seed spread, or none while that is not known."""
    if asked is not None:
        return asked
    return 0.0 if noise is None else noise.rope

"""The page that holds runs beside the first of them: figures, recipes, curves, and gains on the same folds and seeds."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

import numpy as np

from tamesu.artifacts.dataset import load_train
from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.run import Run
from tamesu.artifacts.verdict import Verdict
from tamesu.errors import Fault, InputError, TamesuError, Where
from tamesu.report.history import History, mean_over_jobs, read_history
from tamesu.report.html import Html
from tamesu.report.verdict_section import make_verdict_section
from tamesu.results.changed import COMPARED
from tamesu.results.noise import read_noise
from tamesu.results.pairs import ScoredRun, check_comparable, common_keys
from tamesu.results.posterior import LEVEL
from tamesu.results.verdict import Circumstances, compare_pairs
from tamesu.showing import count_false_keeps, differences, spread_of_seeds
from tamesu.web.charts import TONES, Curve, draw_curves, legend
from tamesu.web.listing import read_line
from tamesu.web.memory import stamp_of
from tamesu.web.pages.changed import describe_changes
from tamesu.web.pages.run import find_path, say_error
from tamesu.web.view import Page, View
from tamesu.web.working import open_run

MOST = len(TONES)
# A verdict that is only shown was reached at no time and on no commit.
NOWHERE = Circumstances("", "", None)


def build(view: View) -> Page:
    """The page; the runs are named by `run=` in the address, the baseline first.

    Raises:
        InputError: PAGE_RUNS_FEW, PAGE_NO_RUN.
    """
    names = list(dict.fromkeys(view.query.get("run", ())))
    if not 2 <= len(names) <= MOST:
        raise InputError(Fault("PAGE_RUNS_FEW", "refuse", Where(), {"count": len(names), "most": MOST}))
    runs = [open_run(find_path(view.folder, name, view.desk.memory), view.desk.memory) for name in names]
    histories = [read_history(run, run.jobs(sorted({*run.recipe.seeds, *run.trained_seeds()}))) for run in runs]
    verdicts, problems = hold_against(view, runs)
    changes = {run.name: differences(runs[0].recipe, run.recipe) for run in runs[1:]}
    curves = collect_curves(view, runs, histories)
    data: dict[str, Any] = {
        "runs": [read_line(run.path, view.desk.memory) for run in runs],
        "differences": changes,
        "verdicts": [verdict.model_dump(mode="json") for verdict in verdicts],
        "problems": problems,
        "changes": [describe_changes(view, runs[0], run) for run in runs[1:]] if can_change(runs[0]) else [],
        "curves": {title: {one.name: list(one.values) for one in shown} for title, shown in curves.items()},
    }
    charts = [(title, chart) for title, shown in curves.items() if (chart := draw_curves(shown, title)) is not None]
    parts = {
        "charts": charts,
        "legend": legend(names),
        "gains": show_gains(view, verdicts),
        "command": shlex.join(["tamesu", "compare", *names]),
        "keys": sorted({key for changed in changes.values() for key in changed}),
        "first": runs[0].recipe.written(),
        "value_at": value_at,
    }
    return Page("compare.html", view.say("compare"), data, parts)


def can_change(run: Run) -> bool:
    """Whether an image of a run's main target can be told right or wrong, or near or far."""
    return run.spec.targets[run.spec.main].kind in COMPARED


def show_gains(view: View, verdicts: Sequence[Verdict]) -> Html | None:
    """Forest plot, table and details of the verdicts; None without any."""
    return make_verdict_section(verdicts, view.words, count_false_keeps(verdicts)).body if verdicts else None


def hold_against(view: View, runs: Sequence[Run]) -> tuple[list[Verdict], list[str]]:
    """A verdict on each run against the first, from the pairs they share, and why there is none where there is none."""
    verdicts, problems = [], []
    for run in runs[1:]:
        files = [path for one in (runs[0], run) for path in sorted((one.path / "jobs").glob("*/result.json"))]
        stamp = tuple((path, stamp_of(path)) for path in files)
        try:
            key = ("compare", runs[0].name, run.name)
            verdicts.append(view.desk.memory.keep(key, stamp, lambda run=run: compare_two(runs[0], run)))  # type: ignore[misc]
        except (TamesuError, KeyError, OSError) as error:
            problems.append(say_error(error, view.language))
    return verdicts, problems


def compare_two(first: Run, second: Run) -> Verdict:
    """The verdict that `tamesu compare` would write.

    Raises:
        InputError: the runs are not comparable, or share too few pairs.
        DamagedError: predictions are not what was written.
    """
    check_comparable(first, second)
    train = load_train(first.folder, load_competition(first.folder))
    before, after = ScoredRun(first, train), ScoredRun(second, train)
    idea = Idea(second.name, differences(first.recipe, second.recipe))
    noise = read_noise(first) or spread_of_seeds(before)
    keys = common_keys(before, after)
    return compare_pairs(idea, first.recipe.name, before, after, keys, NOWHERE, level=LEVEL, rope=None, noise=noise)


def collect_curves(view: View, runs: Sequence[Run], histories: Sequence[History]) -> dict[str, list[Curve]]:
    """The metric and the main head's loss over epochs, a line a run: title → lines, those without a number left out."""
    metric = view.say("val_metric", metric=runs[0].spec.metric.name)
    found = {metric: [mean_curve(run.name, one.val_score) for run, one in zip(runs, histories, strict=True)]}
    for head in runs[0].recipe.heads_of(runs[0].spec.main):
        lines = [
            mean_curve(run.name, one.val_loss[head]) for run, one in zip(runs, histories, strict=True) if head in one.val_loss
        ]
        found[view.say("val_loss", target=head)] = lines
    return {title: lines for title, lines in found.items() if any(np.isfinite(one.values).any() for one in lines)}


def mean_curve(name: str, values: np.ndarray) -> Curve:
    """The mean over the jobs that reached each epoch."""
    return Curve(name, mean_over_jobs(values).tolist() if values.size else [])


def value_at(recipe: Any, key: str) -> Any:
    """The value at a dotted key of a recipe as plain values; None where there is none.

    Examples:
        >>> value_at({"a": {"b": 1}}, "a.b"), value_at({"a": 1}, "a.b")
        (1, None)
    """
    for part in key.split("."):
        if not isinstance(recipe, dict) or part not in recipe:
            return None
        recipe = recipe[part]
    return recipe

"""The page of ensembles: what the plain mean of runs that are there reaches out of fold, and how alike their errors are."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.run import Run
from tamesu.errors import DamagedError, Fault, InputError, TamesuError, Where
from tamesu.results.blends import MOST_RUNS, Blend, Blends, compare_blends, count_affordable
from tamesu.results.pairs import ScoredRun, check_comparable
from tamesu.web.answers import stamp_results
from tamesu.web.gain_chart import GainLine, draw_gains
from tamesu.web.listing import RunLine, list_runs, read_line
from tamesu.web.memory import stamp_of
from tamesu.web.pages.competition import choose_metric
from tamesu.web.pages.run import find_path, say_error
from tamesu.web.tables import read_metric, read_train, stamp_tables
from tamesu.web.view import Page, View
from tamesu.web.working import open_run

# Taken when nothing is chosen; so many runs at most are looked at for that.
DEFAULT, MOST_LOOKED = 5, 40
SHOWN_PAIRS = 12
# Of what is kept of one choice: a few numbers a pair.
KEPT_BYTES = 20_000


@dataclass(slots=True)
class Choice:
    """Which runs are held beside each other.

    Attributes:
        runs: the members, comparable with the first of them.
        offered: lines of all comparable runs that were looked at, the best first.
        problems: why a run is not among them.
    """

    runs: list[Run] = field(default_factory=list)
    offered: list[RunLine] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def build(view: View) -> Page:
    """The page; the members are named by `run=` in the address, or else the best of different recipes.

    Raises:
        InputError: PAGE_NO_RUN.
    """
    names = list(dict.fromkeys(name for name in view.query.get("run", ()) if name))
    choice = choose_runs(view, names[:MOST_RUNS])
    if len(names) > MOST_RUNS:
        choice.problems.append(view.say("blend_most", most=MOST_RUNS))
    found = compare_chosen(view, choice)
    lines = [read_line(run.path, view.desk.memory) for run in choice.runs]
    data: dict[str, Any] = {
        "chosen": bool(names),
        "runs": [
            {"line": line, "seeds": len(run.complete_seeds()), "score": None if found is None else found.singles[place]}
            for place, (line, run) in enumerate(zip(lines, choice.runs, strict=True))
        ],
        "problems": choice.problems,
        "offered": [line.name for line in choice.offered],
        "result": None if found is None else describe(found, choice.runs),
    }
    parts = {
        "lines": choice.offered,
        "members_chosen": {run.name for run in choice.runs},
        "metric": lines[0].metric if lines else "",
        "folds": choice.runs[0].spec.n_splits * choice.runs[0].spec.repeats if choice.runs else 0,
        "matrix": None if found is None else make_matrix(found),
        "has_mistakes": found is not None and any(math.isfinite(one) for one in found.shared.ravel()),
        "chart": None if found is None else draw_chart(view, found, choice.runs),
        "best": None if found is None else found.best,
        "default": DEFAULT,
        "shown_pairs": SHOWN_PAIRS,
    }
    return Page("ensembles.html", view.say("ensembles"), data, parts)


def choose_runs(view: View, names: Sequence[str]) -> Choice:
    """The named runs, or the best few of different recipes; those that are not comparable with the first are told.

    Raises:
        InputError: PAGE_NO_RUN.
    """
    memory, choice = view.desk.memory, Choice()
    lines = [line for line in list_runs(view.folder, memory) if line.cv is not None and not line.quick]
    if names:
        named = [open_run(find_path(view.folder, name, memory), memory) for name in names]
        first = named[0]
        for run in named:
            if run is first or is_comparable(view, first, run, choice.problems):
                choice.runs.append(run)
    else:
        newest = find_newest(view, lines)
        if newest is None:
            return choice
        first = open_run(find_path(view.folder, newest.name, memory), memory)
    choice.offered = find_offered(view, lines, first)
    if not names:
        best: dict[str, RunLine] = {}
        for line in choice.offered:
            best.setdefault(line.recipe, line)
        # With one recipe alone, its variants are what there is.
        members = (list(best.values()) if len(best) > 1 else choice.offered)[:DEFAULT]
        choice.runs = [open_run(find_path(view.folder, line.name, memory), memory) for line in members]
    return choice


def find_newest(view: View, lines: Sequence[RunLine]) -> RunLine | None:
    """The run that decides what is comparable when none is named: the newest of the competition's metric."""
    metric = choose_metric(lines, read_metric(view.folder, view.desk.memory))
    return max((line for line in lines if metric and line.metric == metric[0]), key=lambda line: line.stamp, default=None)


def find_offered(view: View, lines: Sequence[RunLine], first: Run) -> list[RunLine]:
    """The lines of runs that are comparable with one, the best first; a bounded number of runs is looked at."""
    greater = next((line.greater_is_better for line in lines if line.name == first.name), True)
    sign = -1.0 if greater else 1.0
    ranked = sorted((line for line in lines if line.metric == first.spec.metric.name), key=lambda one: sign * (one.cv or 0.0))
    found = []
    for line in ranked[:MOST_LOOKED]:
        try:
            run = open_run(find_path(view.folder, line.name, view.desk.memory), view.desk.memory)
        except TamesuError:
            continue
        if run.name == first.name or is_comparable(view, first, run, None):
            found.append(line)
    return found


def is_comparable(view: View, first: Run, run: Run, problems: list[str] | None) -> bool:
    """Whether a run's predictions can be averaged with another's; why not is added to `problems`."""
    if problems is None and first.spec.folds_digest != run.spec.folds_digest:
        return False
    stamp = tuple(stamp_of(one.path / name) for one in (first, run) for name in ("run.json", "data.json"))

    def check() -> InputError | None:
        try:
            check_comparable(first, run)
        except InputError as error:
            return error
        return None

    error = view.desk.memory.keep(("comparable", first.name, run.name), stamp, check)
    if error is not None and problems is not None:
        problems.append(say_error(error, view.language))
    return error is None


def compare_chosen(view: View, choice: Choice) -> Blends | None:
    """The blends of the chosen runs; None where there are too few, and then `problems` says why, if there is more to say.

    Runs whose labels are other ones by now, or of which too many predictions would have to be held, leave `choice.runs`.
    """
    if len(choice.runs) < 2:
        return None
    first, tables = choice.runs[0], stamp_tables(view.folder, view.desk.memory)
    try:
        _, train = read_train(view.folder, view.desk.memory)
        for run in list(choice.runs):
            error = judge_run(view, run, train, tables)
            if error is not None:
                choice.problems.append(say_error(error, view.language))
                choice.runs.remove(run)
        fits = count_affordable(len(train), first.spec.targets[first.spec.main].width, first.spec.repeats)
        if 2 <= fits < len(choice.runs):
            choice.problems.append(view.say("blend_fewer", count=fits))
            del choice.runs[fits:]
        if len(choice.runs) < 2:
            return None
        runs = tuple(choice.runs)
        key, stamp = ("blends", tuple(run.name for run in runs)), (tables, tuple(stamp_results(run) for run in runs))
        return view.desk.answers.keep(
            key, stamp, lambda: compare_blends([ScoredRun(run, train) for run in runs]), lambda _: KEPT_BYTES
        )
    except (TamesuError, KeyError, OSError) as error:
        choice.problems.append(say_error(error, view.language))
        return None


def judge_run(view: View, run: Run, train: Dataset, tables: Hashable) -> TamesuError | None:
    """What `check_usable` says, remembered while the run and the tables are the same."""
    stamp = (tables, stamp_results(run))
    return view.desk.memory.keep(("usable", run.name), stamp, lambda: check_usable(run, train))


def check_usable(run: Run, train: Dataset) -> TamesuError | None:
    """Why a run's predictions cannot be judged by the labels of now: none is whole, or it was trained on other labels."""
    try:
        if not run.complete_seeds():
            return InputError(Fault("RUN_NOT_FINISHED", "refuse", Where(run.name), {"recipe": run.recipe.name}))
        ScoredRun(run, train)
    except (InputError, DamagedError) as error:
        return error
    return None


def describe(found: Blends, runs: Sequence[Run]) -> dict[str, Any]:
    """What the JSON says of the blends, runs by name."""

    def tell(blend: Blend) -> dict[str, Any]:
        return {
            "runs": [runs[place].name for place in blend.members],
            "places": blend.members,
            "score": blend.score,
            "gain": blend.gain,
        }

    return {
        "best_single": None if found.best is None else runs[found.best].name,
        "best_score": None if found.best is None else found.singles[found.best],
        "greater_is_better": found.greater_is_better,
        "rows": found.rows,
        "whole": tell(found.whole),
        "pairs": [tell(one) for one in found.pairs],
        "correlation": found.alike.tolist(),
        "shared_mistakes": found.shared.tolist(),
    }


def make_matrix(found: Blends) -> list[list[dict[str, Any] | None]]:
    """The cells of the table: correlations above the diagonal, shared mistakes below it; nothing on it."""
    count, both = len(found.singles), any(math.isfinite(one) for one in found.shared.ravel())
    rows: list[list[dict[str, Any] | None]] = []
    for one in range(count):
        cells: list[dict[str, Any] | None] = []
        for other in range(count):
            below = other < one
            value = float(found.shared[one, other] if below and both else found.alike[one, other])
            known = math.isfinite(value)
            depth = 0.75 * min(1.0, max(0.0, value)) if known else 0.0
            text = "–" if not known else f"{value:.0%}" if below and both else f"{value:.2f}"
            cells.append(
                None
                if one == other
                else {"text": text, "depth": f"{depth:.3f}", "kind": "wrong" if below and both else "right"}
            )
        rows.append(cells)
    return rows


def draw_chart(view: View, found: Blends, runs: Sequence[Run]) -> Any:
    """The gains with their intervals: of the whole set, then of the best pairs."""
    shown = [found.whole, *(one for one in found.pairs[:SHOWN_PAIRS] if one.members != found.whole.members)]
    lines = []
    for one in shown:
        name = (
            view.say("blend_set", count=len(runs))
            if one is found.whole
            else " + ".join(str(place + 1) for place in one.members)
        )
        if one.gain is not None:
            lines.append(GainLine(name, one.gain.mean, one.gain.low, one.gain.high))
    return draw_gains(lines, view.say("blend_chart"))

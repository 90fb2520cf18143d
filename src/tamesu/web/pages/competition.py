"""The page of the competition: how the score went, what runs now, the best run, and how much of a gain is noise."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tamesu.artifacts.files import read_sealed
from tamesu.artifacts.ideas import load_ideas
from tamesu.artifacts.notes import read_noted_ledger
from tamesu.artifacts.verdict import FOLDER, Verdict, newest
from tamesu.errors import DamagedError, InputError
from tamesu.report.progress_chart import make_history_section
from tamesu.results.noise import Noise
from tamesu.results.standing import Standing, tell_standings
from tamesu.showing import list_points
from tamesu.web.charts import draw_runs
from tamesu.web.explained import find_first
from tamesu.web.listing import RunLine, list_paths, list_runs
from tamesu.web.memory import Memory
from tamesu.web.tables import read_competition
from tamesu.web.view import Page, View
from tamesu.web.working import find_work


def read_verdicts(folder: Path, memory: Memory) -> tuple[list[Verdict], list[Path]]:
    """The ledger with its notes, and the damaged files; read again when a file of it changes.

    Args:
        folder: the competition's folder.
        memory: keeps what files said.
    """
    place = folder / FOLDER
    files = [*place.glob("*.json"), *place.glob("notes*.jsonl")]
    return memory.read_all("ledger", files, lambda: read_noted_ledger(folder))


def read_standings(view: View) -> list[Standing]:
    """Where each idea stands.

    Raises:
        InputError: ideas.yaml is at fault.
    """
    ideas = view.desk.memory.read_all("ideas", [view.folder / "ideas.yaml"], lambda: load_ideas(view.folder))
    return tell_standings(ideas.values(), read_verdicts(view.folder, view.desk.memory)[0])


def find_noise(folder: Path, memory: Memory) -> tuple[str, Noise] | None:
    """The noise floor that was measured last, and of which run; None when none was.

    Args:
        folder: the competition's folder.
        memory: keeps what files said.
    """
    measured = [path / "noise.json" for path in list_paths(folder, memory) if os.access(f"{path}/noise.json", os.F_OK)]
    for path in sorted(measured, key=lambda path: (path.stat().st_mtime_ns, path.parent.name), reverse=True):
        try:
            return path.parent.name, memory.read(path, read_noise_file)
        except (DamagedError, TypeError):
            continue
    return None


def read_noise_file(path: Path) -> Noise:
    """What a `noise.json` says.

    Raises:
        DamagedError, TypeError: it is not what was written.
    """
    return Noise(**read_sealed(path))


def choose_metric(lines: Sequence[RunLine], wanted: str) -> tuple[str, bool] | None:
    """The metric that charts and the best run are of, and its direction: the competition's, or the one most runs have.

    Args:
        lines: all runs.
        wanted: the metric that competition.yaml names; empty when not known.

    Returns:
        None when no run has a score.
    """
    known = [(one.metric, one.greater_is_better) for one in lines if one.cv is not None and one.greater_is_better is not None]
    if not known:
        return None
    ours = [one for one in known if one[0] == wanted]
    metric, greater = max(set(ours or known), key=(ours or known).count)
    return metric, bool(greater)


def find_best(lines: Sequence[RunLine], metric: str, greater_is_better: bool) -> RunLine | None:
    """The best run on a metric, quick looks left out; of equal ones the first by time."""
    found = [one for one in lines if one.cv is not None and one.metric == metric and not one.quick]
    sign = -1.0 if greater_is_better else 1.0
    return min(found, key=lambda one: (sign * (one.cv or 0.0), one.stamp), default=None)


def build(view: View) -> Page:
    """The page."""
    memory = view.desk.memory
    competition = read_competition(view.folder, memory)
    lines = list_runs(view.folder, memory)
    verdicts, damaged = read_verdicts(view.folder, memory)
    shown = newest(verdicts)
    chosen = choose_metric(lines, competition.metric.name)
    best = None if chosen is None else find_best(lines, *chosen)
    noise = find_noise(view.folder, memory)
    data: dict[str, Any] = {
        "name": competition.name,
        "metric": competition.metric.name,
        "greater_is_better": None if chosen is None else chosen[1],
        "runs": len(lines),
        "scored": sum(one.cv is not None for one in lines),
        "verdicts": len(shown),
        "kept": sum(one.word == "keep" for one in shown),
        "waiting": count_waiting(view),
        "best": best,
        "first_finding": None if best is None else find_first(view, best.name),
        "noise": None if noise is None else {"run": noise[0], "cv": noise[1].cv, "job": noise[1].job, "seeds": noise[1].seeds},
        "running": find_work(view.folder, memory),
        "history": [
            {"time": one.time, "idea": one.name, "score": one.score, "word": one.word, "adopted": one.is_step}
            for one in list_points(verdicts)
        ],
        "damaged_verdicts": [path.name for path in damaged],
    }
    return Page("competition.html", competition.name, data, draw(view, lines, verdicts, chosen))


def draw(view: View, lines: Sequence[RunLine], verdicts: Sequence[Verdict], chosen: tuple[str, bool] | None) -> dict[str, Any]:
    """The charts: verdicts over time, and runs over time."""
    history = None
    if verdicts:
        latest = verdicts[-1]
        points = list_points(verdicts)
        history = make_history_section(points, latest.metric.name, latest.greater_is_better, view.words).body
    if chosen is None:
        return {"history": history, "over_time": None}
    metric, greater = chosen
    of_metric = [one for one in lines if one.metric == metric and not one.quick]
    # Drawing 2,000 dots takes longer than reading all runs: drawn once as long as no run is another.
    key = ("over time", metric, view.language)
    stamp = tuple((one.name, one.cv, one.stamp) for one in of_metric)
    title = f"{view.say('history_runs')}: {metric}"
    return {"history": history, "over_time": view.desk.memory.keep(key, stamp, lambda: draw_runs(of_metric, greater, title))}


def count_waiting(view: View) -> int | None:
    """How many ideas of ideas.yaml have no verdict; None when the file is at fault, which the page of ideas says."""
    try:
        return sum(one.state == "untried" and one.queued for one in read_standings(view))
    except InputError:
        return None

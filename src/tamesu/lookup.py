"""Runs on the disk: which one is meant, whether it is scored, and what killed processes left in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tamesu.artifacts.dataset import Dataset, load_test, load_train
from tamesu.artifacts.files import find_leftovers
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.run import Job, Run, find_runs
from tamesu.errors import DamagedError, Fault, InputError, Where, nearest
from tamesu.plugins import load_plugins
from tamesu.report.displays import ShownRun
from tamesu.results.scores import read_scores


def find_run(folder: str | Path, name: str | None = None) -> Run:
    """A run by folder name, by the beginning of it, or by path; the newest when no name is given.

    Raises:
        InputError: there is none of this name, or several.
    """
    folder = Path(folder)
    runs = find_runs(folder)
    if name is not None and (Path(name) / "run.json").is_file():
        found = ShownRun(Path(name).resolve())
        load_plugins(found.folder)
        return found
    if not runs:
        raise InputError(Fault("RUN_NONE", "refuse", Where(folder / "runs")))
    load_plugins(folder)
    if name is None:
        return choose_newest(runs)
    matching = [path for path in runs if path.name == name] or [path for path in runs if path.name.startswith(name)]
    names = [path.name for path in runs]
    if len(matching) != 1:
        code = "RUN_UNKNOWN" if not matching else "RUN_AMBIGUOUS"
        known = ", ".join(path.name for path in matching or runs)
        raise InputError(Fault(code, "refuse", Where(folder / "runs"), {"name": name, "known": known}, nearest(name, names)))
    return ShownRun(matching[0])


def choose_newest(runs: Sequence[Path]) -> Run:
    """The run that was scored last, quick looks only when there is nothing else; the last by name when none is scored."""

    def rank(path: Path) -> tuple[bool, bool, int, str]:
        scores = path / "scores.json"
        there = scores.is_file()
        return there, not is_quick(path), scores.stat().st_mtime_ns if there else 0, path.name

    return ShownRun(max(runs, key=rank))


def is_quick(path: Path) -> bool:
    """Whether a run's folder holds a quick look."""
    try:
        return bool(Run(path).spec.quick)
    except DamagedError:
        return True


def is_scored(run: Run) -> bool:
    """Whether the scores on the disk are whole and count every seed that is complete."""
    try:
        scored = read_scores(run).seeds == run.complete_seeds()
    except DamagedError:
        return False
    return scored and (run.path / "oof.csv").is_file() and (run.path.parent / "runs.csv").is_file()


def tidy(run: Run, jobs: Sequence[Job]) -> None:
    """Remove what killed processes left in a run that we hold: temp files, and checkpoints of finished jobs."""
    for leftover in find_leftovers(run.path):
        leftover.unlink(missing_ok=True)
    for job in jobs:
        if run.state(job) == "done":
            for path in run.job_path(job).glob("checkpoint*"):
                path.unlink(missing_ok=True)


def load_rows(run: Run) -> tuple[Dataset, Dataset | None]:
    """The train and test rows of a run's competition."""
    competition = load_competition(run.folder)
    return load_train(run.folder, competition), load_test(run.folder, competition)

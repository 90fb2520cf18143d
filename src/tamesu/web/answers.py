"""What runs say of the training images, read from their predictions once and kept as long as these are the same."""

from __future__ import annotations

import os
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from tamesu.artifacts.run import Run
from tamesu.errors import Fault, InputError, Where
from tamesu.results.changed import Changes, compare_runs
from tamesu.results.pairs import Key, ScoredRun
from tamesu.results.told import KINDS, MOST_CELLS, Told, gather_told
from tamesu.web.memory import stamp_of
from tamesu.web.tables import read_train, stamp_tables
from tamesu.web.view import View


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a run says of the images of one target.

    Attributes:
        told: row by row.
        folds: int32 (n, repeats), the fold in which each row of `told` was validated; -1 in none.
        done, jobs: how many jobs the answers are of, and how many the run is to have.
    """

    told: Told
    folds: np.ndarray
    done: int
    jobs: int


def weigh(found: Told | Changes) -> int:
    """The bytes of its arrays."""
    return sum(part.nbytes for name in type(found).__slots__ if isinstance(part := getattr(found, name), np.ndarray))


def stamp_results(run: Run) -> Hashable:
    """What tells the answers of a run from what they were: each finished job, and the table of folds."""
    try:
        with os.scandir(run.path / "jobs") as found:
            names = sorted(one.name for one in found)
    except OSError:
        names = []
    stamps = [(name, stamp_of(f"{run.path}/jobs/{name}/result.json")) for name in names]
    return tuple(one for one in stamps if one[1] is not None), stamp_of(run.folder / "folds" / run.spec.folds)


def list_done(run: Run) -> list[Key]:
    """The (repeat, fold, seed) of every job that is done."""
    return [(job.repeat, job.fold, job.seed) for job in run.jobs(run.trained_seeds()) if run.state(job) == "done"]


def has_answers(view: View, run: Run) -> bool:
    """Whether any job of a run is done."""
    return bool(view.desk.memory.keep(("done", run.name), stamp_results(run), lambda: list_done(run)))


def list_targets(run: Run) -> list[str]:
    """The targets that are told image by image, the main one first."""
    heads = {name for name in run.spec.targets if run.recipe.heads_of(name)}
    named = [name for name, spec in run.spec.targets.items() if spec.kind in KINDS and not spec.in_picture and name in heads]
    return sorted(named, key=lambda name: name != run.spec.main)


def read_answers(view: View, run: Run, target: str) -> Answers:
    """What a run says of a target, image by image.

    Args:
        view: the request.
        run: at least one job of it is done, or there are no rows.
        target: one of `list_targets`.

    Raises:
        InputError: ERRORS_KIND, ERRORS_LARGE; labels that are not those of now.
        DamagedError: predictions are not what was written.
    """
    stamp = stamp_results(run), stamp_tables(view.folder, view.desk.memory)
    return view.desk.answers.keep(
        ("told", run.name, target), stamp, lambda: make_answers(view, run, target), lambda found: weigh(found.told)
    )


def make_answers(view: View, run: Run, target: str) -> Answers:
    """The same, read from the run's predictions."""
    _, train = read_train(view.folder, view.desk.memory)
    scored, keys = ScoredRun(run, train), list_done(run)
    told = gather_told(scored, keys, target)
    place = {row: number for number, row in enumerate(scored.folds.ids)}
    folds = scored.folds.folds[[place[train.ids[row]] for row in told.rows.tolist()]]
    return Answers(told, folds, len(keys), max(len(run.jobs()), len(run.jobs(run.trained_seeds()))))


def read_changes(view: View, first: Run, second: Run) -> Changes:
    """What a second run says differently of the images, about the main target.

    Raises:
        InputError: the runs are no pair, or have nothing that can be told right or wrong; ERRORS_LARGE.
        DamagedError: predictions are not what was written.
    """
    stamp = stamp_results(first), stamp_results(second), stamp_tables(view.folder, view.desk.memory)
    return view.desk.answers.keep(("changed", first.name, second.name), stamp, lambda: make_changes(view, first, second), weigh)


def make_changes(view: View, first: Run, second: Run) -> Changes:
    """The same, read from both runs' predictions."""
    (_, train), spec = read_train(view.folder, view.desk.memory), first.spec.targets[first.spec.main]
    if len(train) * spec.width * 2 > MOST_CELLS:
        values = {"target": first.spec.main, "rows": len(train), "width": 2 * spec.width}
        raise InputError(Fault("ERRORS_LARGE", "refuse", Where(second.name), values))
    return compare_runs(first, second, train)


def say_folds(folds: np.ndarray) -> str:
    """The folds of one row as text, those in which it was validated.

    Examples:
        >>> say_folds(np.array([3])), say_folds(np.array([3, -1, 0]))
        ('3', '3, 0')
    """
    return ", ".join(str(fold) for fold in folds.tolist() if fold >= 0)


def is_inside(folds: np.ndarray, wanted: str) -> np.ndarray:
    """Which rows were validated in a fold, in any repeat, bool (n,).

    Args:
        folds: int (n, repeats).
        wanted: a number as text.

    Examples:
        >>> is_inside(np.array([[1, 0], [2, 1], [2, 2]]), "1").tolist(), is_inside(np.array([[1]]), "x").tolist()
        ([True, True, False], [False])
    """
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else -2
    return np.asarray((folds == number).any(axis=1))

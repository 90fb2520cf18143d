"""Every run of a competition as one line: read from three small files each, and from a lock."""

from __future__ import annotations

import math
import os
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from tamesu.artifacts.files import read_sealed
from tamesu.artifacts.locks import is_locked
from tamesu.errors import DamagedError
from tamesu.web.memory import Memory, Stamp, stamp_of

State = Literal["scored", "running", "unfinished", "damaged"]


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run.

    Attributes:
        name: its folder's.
        state: `running` while somebody holds its lock, else `scored`, `unfinished` (no score yet) or `damaged`.
        time: of its score, else of its making; local, `YYYY-MM-DD HH:MM`.
        recipe, question, backbone, size_px, epochs: of its recipe.
        metric: it is judged by.
        greater_is_better: None without a score.
        cv, standard_error: of its `scores.json`; None without.
        spread_folds: standard deviation of the fold scores of one seed, pooled over seeds; None with fewer than two folds.
        spread_seeds: of one fold's scores over seeds, pooled over folds; None with fewer than two seeds.
        folds, seeds: how many (repeat, fold) and seeds are in the score.
        quick: whether it was a quick look.
        stamp: orders runs by time, ns.
    """

    name: str
    state: State
    time: str = ""
    recipe: str = ""
    question: str = ""
    backbone: str = ""
    size_px: int | None = None
    epochs: int | None = None
    metric: str = ""
    greater_is_better: bool | None = None
    cv: float | None = None
    standard_error: float | None = None
    spread_folds: float | None = None
    spread_seeds: float | None = None
    folds: int = 0
    seeds: int = 0
    quick: bool = False
    stamp: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """The runs of one recipe that are judged by one metric.

    Attributes:
        recipe, metric: of all of them.
        greater_is_better: the metric's direction.
        runs: how many have a score.
        best: the best of them.
        mean: of their CV scores.
        spread_runs: standard deviation of the CV scores between the runs; None with fewer than two.
        spread_folds, spread_seeds: of the runs, pooled (root of the mean variance).
    """

    recipe: str
    metric: str
    greater_is_better: bool
    runs: int
    best: RunLine
    mean: float
    spread_runs: float | None
    spread_folds: float | None
    spread_seeds: float | None


def list_runs(folder: Path, memory: Memory) -> list[RunLine]:
    """Every run of a competition, by name; a damaged one says so and nothing else.

    Who asks while another reads them for the first time waits for that one: two at once would take each twice as long.

    Args:
        folder: the competition's folder.
        memory: keeps what files said.
    """
    with memory.filling:
        return [read_line(path, memory) for path in list_paths(folder, memory)]


def list_paths(folder: Path, memory: Memory) -> list[Path]:
    """What `find_runs` finds, for much less: the folders are listed again only when one comes or goes.

    Args:
        folder: the competition's folder.
        memory: keeps what files said.
    """
    runs = folder / "runs"
    # A run's folder is there before its run.json is: that one is looked for each time.
    known = memory.read_all("folders", [runs], lambda: list_folders(runs))
    return [path for path in known if os.access(f"{path}/run.json", os.F_OK)]


def list_folders(runs: Path) -> list[Path]:
    """The folders in a folder, by name; links and what begins with a dot are none."""
    try:
        with os.scandir(runs) as found:
            names = sorted(one.name for one in found if not one.name.startswith(".") and one.is_dir(follow_symlinks=False))
    except OSError:
        return []
    return [runs / name for name in names]


def read_line(path: Path, memory: Memory) -> RunLine:
    """One run."""
    stamps = stamps_of(path)
    line = memory.keep(key_of(path.name), stamps, lambda: make_line(path, stamps))
    return replace(line, state="running") if line.state != "damaged" and is_held(path, memory) else line


def key_of(name: str) -> tuple[str, str]:
    """Under which a run's line is remembered."""
    return ("line", name)


def stamps_of(path: Path) -> tuple[Stamp, ...]:
    """The stamps of the three files that a run's line is read from."""
    return tuple(map(stamp_of, (f"{path}/run.json", f"{path}/recipe.json", f"{path}/scores.json")))


def is_held(path: Path, memory: Memory) -> bool:
    """Whether a process works on a run now.

    Whoever takes the lock writes into it, so a file that was free and has the same time is free: most runs cost one look at
    a time and not three calls for a lock, each second, while something trains.

    Args:
        path: the run's folder.
        memory: keeps which locks were free.
    """
    lock = f"{path}/run.lock"
    stamp = stamp_of(lock)
    if stamp is None or memory.keep(("free", path.name), stamp, lambda: not is_locked(Path(lock))):
        return False
    return is_locked(Path(lock))


def make_line(path: Path, stamps: Sequence[Stamp]) -> RunLine:
    """A run's line from its files, whether or not somebody works on it.

    Args:
        path: the run's folder.
        stamps: of its `run.json`, `recipe.json` and `scores.json`.
    """
    try:
        spec, recipe = read_sealed(path / "run.json"), read_sealed(path / "recipe.json")
        scores = {} if stamps[2] is None else read_sealed(path / "scores.json")
        return fill_line(path.name, spec, recipe, scores, (stamps[2] or stamps[0] or (0,))[0])
    except (DamagedError, OSError, TypeError, KeyError, AttributeError, ValueError):
        return RunLine(path.name, "damaged")


def fill_line(
    name: str, spec: Mapping[str, Any], recipe: Mapping[str, Any], scores: Mapping[str, Any], time_ns: int
) -> RunLine:
    """A run's line from what its files hold.

    Raises:
        KeyError, TypeError, AttributeError, ValueError: a file of another version.
    """
    jobs = [job for job in scores.get("folds", []) if is_number(job["score"])]
    by_seed = group_scores(((job["repeat"], job["seed"]), job["score"]) for job in jobs)
    by_fold = group_scores(((job["repeat"], job["fold"]), job["score"]) for job in jobs)
    return RunLine(
        name=name,
        state="scored" if scores else "unfinished",
        time=datetime.fromtimestamp(time_ns / 1e9).strftime("%Y-%m-%d %H:%M"),
        recipe=str(recipe["name"]),
        question=str(recipe["question"]),
        backbone=str(recipe["backbone"]["name"]),
        size_px=int(recipe["image"]["size"]),
        epochs=int(recipe["epochs"]),
        metric=str(scores.get("metric") or spec["metric"]["name"]),
        greater_is_better=scores.get("greater_is_better"),
        cv=scores.get("cv"),
        standard_error=scores.get("standard_error"),
        spread_folds=pool_spread(by_seed),
        spread_seeds=pool_spread(by_fold),
        folds=len(by_fold),
        seeds=len(scores.get("seeds", [])),
        quick=bool(spec["quick"]),
        stamp=time_ns,
    )


def is_number(value: Any) -> bool:
    """Whether there is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def group_scores(pairs: Iterable[tuple[Any, float]]) -> list[list[float]]:
    """Scores that share a key, together."""
    groups: dict[Any, list[float]] = {}
    for key, score in pairs:
        groups.setdefault(key, []).append(float(score))
    return list(groups.values())


def pool_spread(groups: Sequence[Sequence[float]]) -> float | None:
    """The standard deviation inside groups: squares about each group's mean over all degrees of freedom.

    Args:
        groups: scores that differ for one reason only.

    Returns:
        None where no group has two.

    Examples:
        >>> round(pool_spread([[0.90, 0.92], [0.80, 0.84]]), 4), pool_spread([[0.9]])
        (0.0224, None)
    """
    squares, df = 0.0, 0
    for values in groups:
        # Not `statistics.variance`: it reckons in fractions, which took more time than reading all the files.
        mean = math.fsum(values) / len(values)
        squares += math.fsum((value - mean) ** 2 for value in values)
        df += len(values) - 1
    return math.sqrt(squares / df) if df else None


def group_runs(lines: Sequence[RunLine]) -> list[Group]:
    """The scored runs by recipe and metric, in the order of the recipes' names; quick looks are left out.

    Args:
        lines: any.
    """
    found: dict[tuple[str, str, bool], list[RunLine]] = {}
    for line in lines:
        if line.cv is not None and line.greater_is_better is not None and not line.quick:
            found.setdefault((line.recipe, line.metric, line.greater_is_better), []).append(line)
    return [make_group(*key, found[key]) for key in sorted(found)]


def make_group(recipe: str, metric: str, greater_is_better: bool, lines: Sequence[RunLine]) -> Group:
    """The runs of one recipe together."""
    scores = [line.cv for line in lines if line.cv is not None]
    choose: Callable[..., RunLine] = max if greater_is_better else min
    return Group(
        recipe=recipe,
        metric=metric,
        greater_is_better=greater_is_better,
        runs=len(lines),
        best=choose(lines, key=lambda line: line.cv),
        mean=statistics.fmean(scores),
        spread_runs=statistics.stdev(scores) if len(scores) > 1 else None,
        spread_folds=root_mean_square([line.spread_folds for line in lines]),
        spread_seeds=root_mean_square([line.spread_seeds for line in lines]),
    )


def root_mean_square(values: Iterable[float | None]) -> float | None:
    """Spreads pooled: the root of their mean variance; None without any.

    Examples:
        >>> root_mean_square([3.0, None, 4.0]), root_mean_square([None])
        (3.5355339059327378, None)
    """
    known = [value for value in values if value is not None]
    return math.sqrt(statistics.fmean(value * value for value in known)) if known else None

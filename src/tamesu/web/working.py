"""What is being worked on now: runs whose lock is held, and how far their jobs are. Nothing of it is stored anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tamesu.artifacts.journal import read_journal
from tamesu.artifacts.run import Job, Run
from tamesu.errors import DamagedError
from tamesu.web.listing import is_held, is_number, list_paths
from tamesu.web.memory import Memory


@dataclass(frozen=True, slots=True)
class WorkingJob:
    """A job that a process holds now.

    Attributes:
        name: `r0-f1-s0`.
        epoch: the last that it finished; 0 before the first.
        score: the metric on the validation rows then; None when not known.
    """

    name: str
    epoch: int
    score: float | None


@dataclass(frozen=True, slots=True)
class Working:
    """A run that a process holds now.

    Attributes:
        run, recipe: names.
        metric: it is judged by.
        epochs: of each job.
        done: jobs that have come to an end.
        jobs: how many there are to be: the recipe's, or those begun where they are more.
        running: those at work now.
    """

    run: str
    recipe: str
    metric: str
    epochs: int
    done: int
    jobs: int
    running: tuple[WorkingJob, ...] = field(default=())


def find_work(folder: Path, memory: Memory) -> list[Working]:
    """The runs that are held now, by name; those begun in a terminal too.

    Args:
        folder: the competition's folder.
        memory: keeps what files said.
    """
    found = []
    for path in list_paths(folder, memory):
        if not is_held(path, memory):
            continue
        try:
            found.append(look_at(open_run(path, memory), memory))
        except DamagedError:
            continue
    return found


def open_run(path: Path, memory: Memory) -> Run:
    """A run's folder, opened; checked once as long as its files stay.

    Raises:
        DamagedError: see `Run`.
    """
    return memory.read_all(("run", path), [path / "run.json", path / "recipe.json"], lambda: Run(path))


def look_at(run: Run, memory: Memory) -> Working:
    """How far one run is."""
    jobs = run.jobs(sorted({*run.recipe.seeds, *run.trained_seeds()}))
    states = {job: run.state(job) for job in jobs if run.job_path(job).is_dir()}
    running = [read_job(run, job, memory) for job, state in states.items() if state == "running"]
    return Working(
        run=run.name,
        recipe=run.recipe.name,
        metric=run.spec.metric.name,
        epochs=run.recipe.epochs,
        done=sum(state in ("done", "diverged") for state in states.values()),
        jobs=max(len(run.jobs()), len(states)),
        running=tuple(running),
    )


def read_job(run: Run, job: Job, memory: Memory) -> WorkingJob:
    """How far one job is, from its journal."""
    try:
        records = memory.read(run.job_path(job) / "journal.jsonl", read_journal).records
    except DamagedError:
        records = ()
    last = next((record for record in reversed(records) if isinstance(record, dict) and "epoch" in record), {})
    epoch, score = last.get("epoch"), last.get("val_score")
    return WorkingJob(
        job.name, epoch if isinstance(epoch, int) else 0, float(score) if is_number(score) and score is not None else None
    )

"""What a trial may spend, and what it has spent: trainings and seconds, counted through kills and restarts.

A job that was done before the trial began costs nothing. Which those are is remembered until the trial ends, so that the same
call after a kill goes on with what is left of its budget.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tamesu.artifacts.files import digest_of, read_sealed, write_sealed
from tamesu.errors import DamagedError


@dataclass(slots=True)
class Budget:
    """What a race may spend.

    Attributes:
        jobs: trainings; None is no limit.
        seconds: of the clock; None is no limit.
        before: names (run/job) that were done when the race began and cost nothing.
        parallel: how many jobs run at once.
    """

    jobs: int | None = None
    seconds: float | None = None
    before: frozenset[str] = frozenset()
    parallel: int = 1
    spent: set[str] = field(default_factory=set)
    spent_seconds: float = 0.0
    _started: float = field(default_factory=time.monotonic)

    def charge(self, name: str, seconds: float) -> None:
        """Count a job that was trained for this race, before or after a kill."""
        if name not in self.before and name not in self.spent:
            self.spent.add(name)
            self.spent_seconds += seconds

    def elapsed(self) -> float:
        """Seconds spent: on the clock of this process, or by all jobs of the race where that is more."""
        return max(time.monotonic() - self._started, self.spent_seconds / self.parallel)

    def affords(self, names: Iterable[str], seconds: float) -> bool:
        """Whether these jobs, of so many seconds each, are within it; those that cost nothing or are paid for are free."""
        jobs = len(set(names) - self.before - self.spent)
        if not jobs:
            return True
        if self.jobs is not None and len(self.spent) + jobs > self.jobs:
            return False
        return self.seconds is None or self.elapsed() + jobs * seconds / self.parallel <= self.seconds


def memory_of(folder: Path, asked: Sequence[Any]) -> Path:
    """Where a trial with a budget remembers what was done before it began."""
    return folder / ".cache" / "trials" / f"{digest_of(list(asked))[:12]}.json"


def remember_before(folder: Path, asked: Sequence[Any]) -> frozenset[str]:
    """The jobs that were done when this trial began; kept until it ends, so that a kill does not give the budget anew."""
    path = memory_of(folder, asked)
    try:
        return frozenset(read_sealed(path))
    except DamagedError:
        pass
    done = sorted(str(found.parent.relative_to(folder / "runs")) for found in (folder / "runs").glob("*/jobs/*/result.json"))
    names = [f"{run}/{job}" for run, _, job in (name.split("/") for name in done)]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_sealed(path, names)
    return frozenset(names)


def forget_trial(folder: Path, asked: Sequence[Any]) -> None:
    """The trial has ended: the same call again has its budget anew."""
    memory_of(folder, asked).unlink(missing_ok=True)

"""Doctor: the state of every run as its files tell it, and the repair of what can be repaired.

Nothing is deleted but temp files of killed writers: what is damaged is moved aside, so that `tamesu train` makes it anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tamesu.artifacts.files import find_leftovers, read_checked
from tamesu.artifacts.journal import Journal, read_journal
from tamesu.artifacts.locks import hold_lock, is_locked
from tamesu.artifacts.run import Job, Run
from tamesu.errors import BusyError, DamagedError, Fault, FolderGoneError, Where

STATES = ("done", "running", "stopped", "new", "diverged", "damaged")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The state of one run.

    Attributes:
        name: the run's folder.
        states: how many jobs are in which state.
        position: of the first stopped or running job, the last epoch in its journal, and of how many; or None.
        findings: what is wrong; outcome `repair` where it can be, or has been, repaired.
    """

    name: str
    states: dict[str, int]
    position: tuple[str, int, int] | None
    findings: tuple[Fault, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def lines(self) -> list[str]:
        """The diagnosis in words: one line for the run, one for each finding."""
        counts = ", ".join(f"{self.states[state]} {state}" for state in STATES if self.states.get(state))
        where = "" if self.position is None else "; {} at epoch {} of {}".format(*self.position)
        return [f"{self.name}: {counts or 'no jobs'}{where}", *(f"  {fault.text()}" for fault in self.findings)]


def diagnose(folder: Path, *, repair: bool = False) -> list[Diagnosis]:
    """Look at every run of a competition; every file is read and compared with its SHA-256.

    Args:
        folder: the competition's folder.
        repair: move damaged files aside, cut torn journals into side files, remove leftovers. Runs that are being worked
            on are looked at, never touched.

    Returns:
        One diagnosis per run, by name.
    """
    found: list[Diagnosis] = []
    owners: dict[str, str] = {}
    for path in sorted((folder / "runs").glob("*/")):
        if ".damaged-" in path.name or not holds_results(path):
            continue
        diagnosis, digest = repair_run(path) if repair else diagnose_run(path, False)
        if digest is not None and digest in owners:
            twin = Fault("RUN_COPY", "ask", Where(path.name), {"other": owners[digest]})
            diagnosis = Diagnosis(diagnosis.name, diagnosis.states, diagnosis.position, (*diagnosis.findings, twin))
        elif digest is not None:
            owners[digest] = path.name
        found.append(diagnosis)
    return found


def holds_results(path: Path) -> bool:
    """Whether a folder in `runs/` is a run; one that was killed before its first file is nothing yet."""
    return (path / "run.json").exists() or any(path.glob("jobs/*/result.json"))


def repair_run(path: Path) -> tuple[Diagnosis, str | None]:
    """Look at one run and repair it while holding its lock; only look when somebody works on it."""
    try:
        with hold_lock(path / "run.lock"):
            return diagnose_run(path, True)
    except (BusyError, FolderGoneError):
        return diagnose_run(path, False)


def diagnose_run(path: Path, repair: bool) -> tuple[Diagnosis, str | None]:
    """Look at one run; returns the diagnosis and the run's digest (None when it cannot be told)."""
    try:
        run = Run(path)
    except DamagedError as error:
        fault = Fault("RUN_DAMAGED", "repair", Where(path.name), {"detail": str(error)})
        if repair:
            move_aside(path)
        return Diagnosis(path.name, {"damaged": 1}, None, (fault,)), None
    findings = list(find_leftover_faults(path, repair))
    try:
        _ = run.folds
    except DamagedError as error:
        findings.append(Fault("FOLDS_DAMAGED", "repair", Where(path.name), {"detail": str(error)}))
    states: Counter[str] = Counter()
    position = None
    for job in run.jobs(run.trained_seeds() or None):
        damage = check_job(run, job)
        if damage is not None:
            findings.append(Fault("JOB_DAMAGED", "repair", Where(f"{path.name}/jobs/{job.name}"), {"detail": damage}))
            states["damaged"] += 1
            if repair:
                move_aside(run.job_path(job))
            continue
        findings += check_journal(run, job, repair)
        state = run.state(job)
        states[state] += 1
        if position is None and state in ("stopped", "running"):
            epochs = [record["epoch"] for record in read_journal(run.job_path(job) / "journal.jsonl").records]
            position = (f"{state} {job.name}", max(epochs, default=0), run.recipe.epochs)
    return Diagnosis(path.name, dict(states), position, tuple(findings)), run.spec.digest()


def check_job(run: Run, job: Job) -> str | None:
    """What is wrong with a finished job's files; None when nothing is, or it is not finished."""
    try:
        result = run.result(job)
        for name, sha256 in (result.files if result is not None else {}).items():
            read_checked(run.job_path(job) / name, sha256)
        read_journal(run.job_path(job) / "journal.jsonl")
    except DamagedError as error:
        return str(error).replace(str(run.folder), "").lstrip("/")
    return None


def check_journal(run: Run, job: Job, repair: bool) -> Iterator[Fault]:
    """What is wrong with a job's journal; a torn end is cut into a side file when `repair` is set."""
    path = run.job_path(job) / "journal.jsonl"
    content = read_journal(path)
    if content.torn or content.bad_lines:
        values = {"bytes": len(content.torn), "lines": list(content.bad_lines)}
        yield Fault("JOURNAL_TORN", "repair", Where(f"{run.name}/jobs/{job.name}/journal.jsonl"), values)
        if repair and not is_locked(run.job_path(job) / "job.lock"):
            Journal(path)


def find_leftover_faults(path: Path, repair: bool) -> Iterator[Fault]:
    """Temp files of killed writers."""
    for leftover in find_leftovers(path):
        yield Fault("RUN_LEFTOVER", "note", Where(leftover.relative_to(path.parent)))
        if repair:
            leftover.unlink(missing_ok=True)


def move_aside(path: Path) -> Path:
    """Rename a file or folder to `<name>.damaged-<n>`; returns the new path."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    return path.rename(aside)

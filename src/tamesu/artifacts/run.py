"""Run: one recipe over folds and seeds, in a folder of its own. A job is one fold and seed.

runs/base-3f2a9c1d/
├── run.json            what decides every result of this run, sealed with its digest
├── recipe.json         the recipe with every default spelled out
├── environment.json    versions, hardware, git commit (facts; they decide nothing)
├── git.diff            what was not committed
├── run.lock            held while somebody works here
├── jobs/r0-f0-s0/      one job: journal, checkpoints while it runs, weights and predictions when it is done
│   └── result.json     written last: its being there, whole, means "done"
├── oof.csv, scores.json    put together from the jobs; may be made again at any time
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from tamesu.artifacts.competition import STRICT, Kind, Part
from tamesu.artifacts.files import digest_of, read_checked, read_json, read_sealed, write_json, write_sealed
from tamesu.artifacts.folds import FoldTable, read_folds
from tamesu.artifacts.locks import is_locked
from tamesu.artifacts.predictions import Predictions, average_predictions, join_predictions
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.symmetry import LabelMove
from tamesu.errors import DamagedError, Fault, InputError, Where

FORMAT = 1

# Raised by hand whenever a change of ours changes results of an unchanged recipe; part of every run's digest.
NUMERICS = 2

State = Literal["done", "running", "stopped", "new", "damaged", "diverged"]


@dataclass(frozen=True, slots=True)
class Job:
    """One fold and seed of a run, as names and numbers, so that it can cross to another process or machine.

    Attributes:
        folder: the competition's folder.
        run: the run's folder name.
    """

    folder: str
    run: str
    repeat: int
    fold: int
    seed: int

    @property
    def name(self) -> str:
        """Its folder's name: `r<repeat>-f<fold>-s<seed>`."""
        return f"r{self.repeat}-f{self.fold}-s{self.seed}"


class TargetSpec(BaseModel):
    """A target as this run knows it: kind, and the fixed label list in the order of the outputs.

    Attributes:
        in_picture: it lies in the picture or is made from what does, so it is learned and not predicted.
    """

    model_config = STRICT
    kind: Kind
    labels: list[str]
    in_picture: bool = False

    @property
    def width(self) -> int:
        """How many numbers are predicted for a row: one per label; of values one per column; of points x and y of each."""
        if self.kind == "points":
            return 2 * len(self.labels)
        return max(1, len(self.labels)) if self.kind == "value" else len(self.labels)

    @property
    def output_names(self) -> list[str]:
        """What the predicted numbers are called, in order."""
        if self.kind == "points":
            return [f"{label} {axis}" for label in self.labels for axis in "xy"]
        return self.labels or ["value"]


class RunSpec(BaseModel):
    """What decides every result of a run. Its digest names the run's folder.

    Attributes:
        symmetries: how labels move with the image: symmetry → target → move, of the recipe's flips and turns and heads.
        pictures: how the targets that lie in the picture are read and made, of those learned and of what they are made of.
        columns_digest: of the columns of the tables that the network or a law reads; empty where none does.
        objects: folder → SHA-256 over the pictures in it that the recipe pastes.
    """

    model_config = STRICT
    format: int = FORMAT
    recipe_digest: str
    data_digest: str
    folds: str
    folds_digest: str
    n_splits: int
    repeats: int
    targets: dict[str, TargetSpec]
    main: str
    metric: Part
    plugins: str
    weights: str
    numerics: int = NUMERICS
    labels_digests: dict[str, str] = Field(default_factory=dict)
    quick: bool = False
    symmetries: dict[str, dict[str, LabelMove]] = Field(default_factory=dict)
    objects: dict[str, str] = Field(default_factory=dict)
    columns_digest: str = ""
    pictures: dict[str, dict[str, Any]] = Field(default_factory=dict)

    def digest(self) -> str:
        """SHA-256 of what decides the results; the metric only judges them and the file name of the folds only finds them."""
        plain = self.model_dump(mode="json")
        for key in ("metric", "folds", "format", "labels_digests"):
            del plain[key]
        for target in plain["targets"].values():
            if not target["in_picture"]:
                del target["in_picture"]
        for key in ("symmetries", "objects", "columns_digest", "pictures"):
            if not plain[key]:
                # So that a run in which no label moves and nothing is pasted keeps the name it had before there was either.
                del plain[key]
        return digest_of(plain)


@dataclass(frozen=True, slots=True)
class JobResult:
    """What `result.json` says of a finished job.

    Attributes:
        files: SHA-256 by file name.
        rows: counts: trained on, validated, left out because the image could not be read.
        score: the main metric on this fold; None when it is undefined.
        diverged: None, or where the loss stopped being a number.
    """

    digest: str
    files: dict[str, str]
    rows: dict[str, int]
    score: float | None
    diverged: dict[str, int] | None = None


class Run:
    """A run's folder, opened.

    Args:
        path: `<competition>/runs/<name>`.

    Raises:
        DamagedError: `run.json` or `recipe.json` is missing or not what was written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.spec = RunSpec.model_validate(read_sealed(path / "run.json"))
            self.recipe = Recipe.model_validate(read_sealed(path / "recipe.json"))
        except ValidationError as error:
            raise DamagedError(f"{path.name}: written by another version of tamesu, or damaged: {error}") from error

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def folder(self) -> Path:
        """The competition's folder."""
        return self.path.parent.parent

    @property
    def forced(self) -> list[str]:
        """The flips and turns that --force used, when the run was made, against competition.yaml; labels stayed as they are."""
        return self._remembered("forced")

    @property
    def accepted_leaks(self) -> list[str]:
        """The leaks of its folds that an audit had found and somebody accepted when the run was made, such as `leak:groups`."""
        return self._remembered("accepted_leaks")

    def _remembered(self, key: str) -> list[str]:
        """A list of names in `environment.json`; none when it is missing or damaged: it decides nothing."""
        try:
            environment = read_json(self.path / "environment.json")
        except DamagedError:
            return []
        found = environment.get(key, []) if isinstance(environment, dict) else []
        return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []

    @property
    def folds(self) -> FoldTable:
        """The fold table this run was trained on.

        Raises:
            DamagedError: the file is missing or another table than the run's.
        """
        table = read_folds(self.folder / "folds" / self.spec.folds)
        if table.digest() != self.spec.folds_digest:
            raise DamagedError(f"{self.name}: folds/{self.spec.folds} is not the table this run was trained on")
        return table

    def jobs(self, seeds: Sequence[int] | None = None) -> list[Job]:
        """Every job of the run for these seeds (the recipe's own when None), seed by seed."""
        seeds = self.recipe.seeds if seeds is None else seeds
        return [
            Job(str(self.folder), self.name, repeat, fold, seed)
            for seed in seeds
            for repeat in range(self.spec.repeats)
            for fold in range(self.spec.n_splits)
        ]

    def job_path(self, job: Job) -> Path:
        """The job's folder."""
        return self.path / "jobs" / job.name

    def job_digest(self, job: Job) -> str:
        """What names the job: the run's digest, repeat, fold and seed."""
        return digest_of([self.spec.digest(), job.repeat, job.fold, job.seed])

    def result(self, job: Job) -> JobResult | None:
        """The job's result; None when it is not finished.

        Raises:
            DamagedError: the result is not what was written, or belongs to another job.
        """
        path = self.job_path(job) / "result.json"
        if not path.exists():
            return None
        try:
            result = JobResult(**read_sealed(path))
        except TypeError as error:
            raise DamagedError(f"{path}: {error}") from error
        if result.digest != self.job_digest(job):
            raise DamagedError(f"{path}: the result of another job")
        for name in result.files:
            if not (path.parent / name).is_file():
                raise DamagedError(f"{path.parent / name}: missing")
        return result

    def write_result(self, job: Job, result: JobResult) -> None:
        """Write `result.json`: from now on the job is done."""
        write_sealed(self.job_path(job) / "result.json", asdict(result))

    def read_file(self, job: Job, name: str) -> bytes:
        """A finished job's file, checked against the SHA-256 in its result.

        Raises:
            DamagedError: the job is not finished, or the file is not what was written.
        """
        result = self.result(job)
        if result is None or name not in result.files:
            raise DamagedError(f"{self.name} {job.name}: no {name}")
        return read_checked(self.job_path(job) / name, result.files[name])

    def state(self, job: Job) -> State:
        """The job's state, derived from what is there now."""
        try:
            result = self.result(job)
        except DamagedError:
            return "damaged"
        if result is not None:
            return "done" if result.diverged is None else "diverged"
        if not self.job_path(job).is_dir():
            return "new"
        return "running" if is_locked(self.job_path(job) / "job.lock") else "stopped"

    def trained_seeds(self) -> list[int]:
        """Seeds of which at least one job has a folder, ascending."""
        found = {int(match[1]) for path in self._job_folders() if (match := re.fullmatch(r"r\d+-f\d+-s(\d+)", path.name))}
        return sorted(found)

    def _job_folders(self) -> Iterator[Path]:
        folder = self.path / "jobs"
        return (path for path in sorted(folder.iterdir()) if path.is_dir()) if folder.is_dir() else iter(())

    def complete_seeds(self) -> list[int]:
        """Seeds whose every fold of every repeat is done."""
        return [seed for seed in self.trained_seeds() if all(self.state(job) == "done" for job in self.jobs([seed]))]

    def predictions(self, job: Job, rows: Literal["oof", "test"]) -> Predictions:
        """What one job said about its validation rows, or about the test rows."""
        return Predictions.from_bytes(self.read_file(job, f"{rows}.npz"))

    def oof(self, repeat: int, seed: int) -> Predictions:
        """Out-of-fold predictions of one repeat and seed: every validated row exactly once, in the order of the folds' file.

        Raises:
            DamagedError: a job is not finished, or rows are missing or doubled.
        """
        table = self.folds
        ids = [row for row, fold in zip(table.ids, table.folds[:, repeat], strict=True) if fold >= 0]
        jobs = [job for job in self.jobs([seed]) if job.repeat == repeat]
        return join_predictions([self.predictions(job, "oof") for job in jobs], ids)

    def test(self, seeds: Sequence[int] | None = None) -> Predictions:
        """Test predictions averaged over folds, repeats and seeds (all complete seeds when None).

        Raises:
            InputError: RUN_NOT_FINISHED, no seed is complete; RUN_NO_TEST, the run predicted no test rows.
            DamagedError: a file is not what was written.
        """
        seeds = self.complete_seeds() if seeds is None else seeds
        if not seeds:
            raise InputError(Fault("RUN_NOT_FINISHED", "refuse", Where(self.name), {"recipe": self.recipe.name}))
        first = self.result(self.jobs(seeds)[0])
        if first is not None and "test.npz" not in first.files:
            raise InputError(Fault("RUN_NO_TEST", "refuse", Where(self.name)))
        return average_predictions([self.predictions(job, "test") for job in self.jobs(seeds)])


def run_name(recipe_name: str, digest: str) -> str:
    """The folder's name: the recipe's name where it is plain ASCII, and eight hex digits.

    Examples:
        >>> run_name("base", "3f2a9c1d77"), run_name("基準", "3f2a9c1d77")
        ('base-3f2a9c1d', 'run-3f2a9c1d')
    """
    return f"{recipe_name if recipe_name.isascii() else 'run'}-{digest[:8]}"


def make_run(folder: Path, spec: RunSpec, recipe: Recipe, environment: dict[str, Any]) -> Run:
    """The run for this spec: opened when it is there, made when it is not.

    Args:
        folder: the competition's folder.
        spec: what decides the results.
        recipe: with every default spelled out.
        environment: facts about this machine, kept beside.
    """
    path = folder / "runs" / run_name(recipe.name, spec.digest())
    if not (path / "run.json").exists():
        (path / "jobs").mkdir(parents=True, exist_ok=True)
        write_sealed(path / "recipe.json", recipe.model_dump(mode="json"))
        write_json(path / "environment.json", environment)
        write_sealed(path / "run.json", spec.model_dump(mode="json"))
    run = Run(path)
    if run.spec.metric != spec.metric:
        # The metric judges a run and does not make it: another one costs a new scoring, not a new training.
        write_sealed(path / "run.json", run.spec.model_copy(update={"metric": spec.metric}).model_dump(mode="json"))
        (path / "scores.json").unlink(missing_ok=True)
        run = Run(path)
    return run


def find_runs(folder: Path) -> list[Path]:
    """The run folders of a competition, by name; a folder without `run.json` was killed before it became a run."""
    runs = folder / "runs"
    return sorted(path.parent for path in runs.glob("*/run.json") if not path.name.startswith("."))

"""A trainer that pretends: it writes jobs whose scores follow from the recipe by a rule of the test, without any training."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pytest
import yaml

from tamesu.artifacts.files import write_bytes
from tamesu.artifacts.journal import Journal
from tamesu.artifacts.predictions import Predictions
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import Job, JobResult, Run
from tamesu.artifacts.verdict import read_ledger
from tamesu.errors import StoppedRunError
from tamesu.progress import Silent
from tests.tiny import write_competition

Rule = Callable[[Recipe, Job], float]


class PretendTrainer:
    """Stands in for `tamesu.trainer.Trainer`.

    Args:
        rule: (recipe, job) → share of the fold's rows that are told right; NaN diverges.

    Attributes:
        trained: names (run/job) of the jobs done here, in order.
        left: jobs that may be done before somebody asks to stop.
        diverging: jobs that diverge, by their recipe.
    """

    def __init__(self, rule: Rule, left: int = 10**9) -> None:
        self.rule, self.left = rule, left
        self.trained: list[str] = []

    def __call__(self, **_settings: Any) -> PretendTrainer:
        return self

    def __enter__(self) -> PretendTrainer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        pass

    def train(self, tasks: Sequence[tuple[Any, Run, Job]], tick: Callable[[float, str], None]) -> None:
        for number, (prepared, run, job) in enumerate(tasks):
            assert run.state(job) not in ("done", "diverged"), "a job that is done was asked for again"
            if self.left == 0:
                raise StoppedRunError("stopped", 2)
            self.left -= 1
            self.trained.append(f"{run.name}/{job.name}")
            write_job(run, job, prepared.train[0], self.rule(run.recipe, job))
            tick(number + 1, job.name)


def write_job(run: Run, job: Job, train: Any, share: float) -> None:
    """Write a finished job: of the fold's rows a share is told right, the first ones by a hash of their id."""
    path = run.job_path(job)
    path.mkdir(parents=True, exist_ok=True)
    Journal(path / "journal.jsonl").append({"epoch": 1, "seconds": 2.0 * run.recipe.epochs})
    if np.isnan(share):
        run.write_result(job, JobResult(run.job_digest(job), {}, {"train": 1, "val": 1}, None, {"epoch": 1, "step": 1}))
        return
    table = run.folds
    ids = tuple(table.ids[row] for row in table.val_rows(job.repeat, job.fold))
    order = sorted(range(len(ids)), key=lambda index: hashlib.sha256(ids[index].encode()).digest())
    right = set(order[: round(share * len(ids))])
    outputs = {}
    for name in run.recipe.heads:
        target, places = train.targets[name], [train.ids.index(row) for row in ids]
        if target.kind == "value":
            outputs[name] = target.values[places][:, None].astype(np.float32)
            continue
        told = [(target.values[place] + (index not in right)) % len(target.labels) for index, place in enumerate(places)]
        outputs[name] = np.eye(len(target.labels), dtype=np.float32)[np.array(told, dtype=np.int64)] * 0.9 + 0.05
    content = Predictions(ids, outputs, np.zeros(len(ids), dtype=np.bool_)).to_bytes()
    files = {"oof.npz": write_bytes(path / "oof.npz", content)}
    run.write_result(job, JobResult(run.job_digest(job), files, {"train": 1, "val": len(ids)}, None))


def noisy(recipe: Recipe, job: Job, spread: float) -> float:
    """Noise of a job that depends on its recipe, fold and seed and on nothing else: the same in every process."""
    key = hashlib.sha256(f"{recipe.digest()}{job.name}".encode()).digest()
    return float(np.random.default_rng(int.from_bytes(key[:8], "little")).normal(0.0, spread))


IDEAS: dict[str, Any] = {
    "longer": {"epochs": 9, "expected": "better"},
    "平滑化": {"heads.kind.loss": {"cross_entropy": {"label_smoothing": 0.1}}},
    "hot": {"optimizer.adamw.lr": 0.5},
    "renamed": {"epochs": 3},
    "again": {"epochs": 9},
}


class Heard(Silent):
    """Keeps what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines += line.splitlines()


def rule(recipe: Recipe, job: Job) -> float:
    """Longer is better, a hot optimizer worse, the rest the same but for noise."""
    share = 0.6 + 0.005 * job.fold + (0.25 if recipe.epochs == 9 else 0.0)
    share -= 0.4 if recipe.optimizer.options.get("lr") == 0.5 else 0.0
    share += 0.1 if recipe.ema else 0.0
    return min(1.0, max(0.0, share + noisy(recipe, job, 0.04)))


def make_folder(path: Path) -> Path:
    """The tiny competition with ten copies of each row, so that a fold's accuracy has small steps, and four folds."""
    write_competition(path)
    lines = (path / "data" / "train.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.split(",", 1) for line in lines[1:]]
    more = []
    for copy in range(10):
        for row, rest in rows:
            name = f"{copy}{row}"
            (path / "data" / "train" / f"{name}.png").write_bytes(
                (path / "data" / "train" / f"{row}.png").read_bytes() + bytes([copy])
            )
            more.append(f"{name},{rest}")
    (path / "data" / "train.csv").write_text("\n".join([lines[0], *more]) + "\n", encoding="utf-8")
    competition = yaml.safe_load((path / "competition.yaml").read_text(encoding="utf-8"))
    competition["folds"]["n_splits"] = 4
    competition["accept"] = ["DATA_DUPLICATES"]
    (path / "competition.yaml").write_text(yaml.safe_dump(competition, allow_unicode=True), encoding="utf-8")
    write_ideas(path, IDEAS)
    return path


def write_ideas(folder: Path, ideas: dict[str, Any]) -> None:
    (folder / "ideas.yaml").write_text(yaml.safe_dump(ideas, allow_unicode=True, sort_keys=False), encoding="utf-8")


def use(monkeypatch: pytest.MonkeyPatch, trainer: PretendTrainer) -> PretendTrainer:
    monkeypatch.setattr("tamesu.trying.Trainer", trainer)
    monkeypatch.setenv("TAMESU_PARALLEL", "2")
    return trainer


def evidence(folder: Path) -> set[str]:
    """The ledger without when and at what price."""
    verdicts, damaged = read_ledger(folder)
    assert damaged == []
    return {f"{verdict.idea} {verdict.digest()}" for verdict in verdicts}

"""Runs with predictions made by hand, for tests of what compares runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tamesu.artifacts.competition import Part
from tamesu.artifacts.dataset import Dataset, TargetValues
from tamesu.artifacts.files import write_bytes, write_sealed
from tamesu.artifacts.folds import FoldTable
from tamesu.artifacts.journal import Journal
from tamesu.artifacts.predictions import Predictions
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import JobResult, Run, RunSpec, TargetSpec, make_run

Key = tuple[int, int, int]
# What a job says of some rows: float (rows, columns).
Say = Callable[[np.ndarray, Key], np.ndarray]

LOSSES = {"class": "cross_entropy", "multilabel": "bce", "value": "smooth_l1", "soft": "kl_divergence"}
LOSSES["ordinal"] = LOSSES["class"]


def make_train(target: TargetValues, groups: np.ndarray | None = None) -> Dataset:
    """Rows 000, 001, ... whose target is called y."""
    ids = tuple(f"{row:03d}" for row in range(len(target.values)))
    return Dataset(
        ids, tuple(f"data/{row}.png" for row in ids), {"y": target}, groups, {"id": ids}, tuple(range(2, len(ids) + 2))
    )


def make_folds(train: Dataset, n_splits: int, repeats: int = 1) -> FoldTable:
    """Rows dealt out in turn, so that every fold has equally many; another start for each repeat's second half."""
    place = np.arange(len(train))
    columns = [(place + repeat * (place // (len(train) // 2))) % n_splits for repeat in range(repeats)]
    return FoldTable(train.ids, np.stack(columns, axis=1).astype(np.int32), n_splits)


def lay_run(
    folder: Path,
    train: Dataset,
    table: FoldTable,
    say: Say,
    *,
    epochs: int = 1,
    metric: Part | str = "accuracy",
    seeds: Sequence[int] = (0,),
    seconds: Sequence[float] = (1.0,),
    unreadable: Sequence[str] = (),
    skip: Sequence[str] = (),
    diverged: Sequence[str] = (),
    images: dict[str, str] | None = None,
    **changes: Any,
) -> Run:
    """A run whose jobs are done but for those in `skip` and `diverged`; `epochs` tells one recipe's run from another's.

    Args:
        folder: the competition's.
        train: its rows.
        table: their folds.
        say: the output of a job.
        epochs: of the recipe.
        metric: of the run.
        seeds: to train.
        seconds: of each epoch in each job's journal.
        unreadable: ids of flagged rows.
        skip: names of jobs that are not begun.
        diverged: names of jobs that diverged.
        images: SHA-256 by row, for `data.json`; it is not written when None.
        **changes: fields of the `RunSpec`.
    """
    target = train.targets["y"]
    backbone, heads = Part(name="resnet18"), {"y": {"loss": LOSSES[target.kind]}}
    recipe = Recipe(name="base", backbone=backbone, heads=heads, epochs=epochs, seeds=list(seeds))
    file = table.write(folder / "folds")
    spec = RunSpec(
        recipe_digest=recipe.digest(),
        data_digest="d" * 64,
        folds=file.name,
        folds_digest=table.digest(),
        n_splits=table.n_splits,
        repeats=table.repeats,
        targets={"y": TargetSpec(kind=target.kind, labels=list(target.labels))},
        main="y",
        metric=Part(name=metric) if isinstance(metric, str) else metric,
        plugins="",
        weights="",
    ).model_copy(update=changes)
    run = make_run(folder, spec, recipe, {"python": "3"})
    if images is not None:
        write_sealed(run.path / "data.json", {"train": images})
    for job in run.jobs():
        if job.name in skip:
            continue
        path = run.job_path(job)
        path.mkdir(parents=True)
        journal = Journal(path / "journal.jsonl")
        for epoch, spent in enumerate(seconds, 1):
            journal.append({"epoch": epoch, "seconds": spent})
        files, gone = {}, None
        if job.name in diverged:
            gone = {"epoch": 1, "step": 2}
        else:
            rows = table.val_rows(job.repeat, job.fold)
            ids = tuple(train.ids[row] for row in rows)
            outputs = {"y": say(rows, (job.repeat, job.fold, job.seed)).astype(np.float32)}
            oof = Predictions(ids, outputs, np.isin(ids, list(unreadable)))
            files["oof.npz"] = write_bytes(path / "oof.npz", oof.to_bytes())
        run.write_result(job, JobResult(run.job_digest(job), files, {}, 0.5, gone))
    return run


def rewrite_oof(run: Run, key: Key, ids: Sequence[str], outputs: np.ndarray) -> None:
    """Other predictions in a job's place, sealed as its own."""
    repeat, fold, seed = key
    job = next(job for job in run.jobs([seed]) if (job.repeat, job.fold) == (repeat, fold))
    oof = Predictions(tuple(ids), {"y": outputs.astype(np.float32)}, np.zeros(len(ids), bool))
    sha256 = write_bytes(run.job_path(job) / "oof.npz", oof.to_bytes())
    run.write_result(job, JobResult(run.job_digest(job), {"oof.npz": sha256}, {}, 0.5))


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities, (rows, classes)."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)

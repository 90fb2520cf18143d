"""Journals of several terms made by hand, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tamesu.artifacts.competition import Part
from tamesu.artifacts.journal import Journal
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import Run, RunSpec, TargetSpec, make_run

HEADS: dict[str, Any] = {
    "kind": {"loss": "cross_entropy"},
    "size": {"loss": "mse", "weight": 0.3},
    "輪郭": {"loss": "dice", "weight": 0.1},
}
TARGETS = {
    "kind": TargetSpec(kind="class", labels=["a", "b"]),
    "size": TargetSpec(kind="value", labels=[]),
    "輪郭": TargetSpec(kind="mask", labels=["背景", "犬"]),
}
# What an epoch of a job says: fields of the journal's record.
Tell = Callable[[int, int], Mapping[str, Any]]


def lay_journals(folder: Path, tell: Tell, *, jobs: int = 3, epochs: int = 6, **recipe: Any) -> Run:
    """A run with so many jobs whose journals say what `tell(job, epoch)` gives; epochs count from 1.

    Args:
        folder: the competition's.
        tell: what a job says of an epoch.
        jobs: how many.
        epochs: of each.
        **recipe: keys of the recipe.
    """
    fields: dict[str, Any] = {"backbone": Part(name="resnet18"), "heads": HEADS} | recipe
    made = Recipe.model_validate({"name": "base"} | fields)
    spec = RunSpec(
        recipe_digest=made.digest(),
        data_digest="d" * 64,
        folds="folds.csv",
        folds_digest="f" * 64,
        n_splits=jobs,
        repeats=1,
        targets=TARGETS,
        main="kind",
        metric=Part(name="accuracy"),
        plugins="",
        weights="",
    )
    run = make_run(folder, spec, made, {"python": "3"})
    for number, job in enumerate(run.jobs([0])):
        path = run.job_path(job)
        path.mkdir(parents=True)
        journal = Journal(path / "journal.jsonl")
        for epoch in range(1, epochs + 1):
            journal.append({"epoch": epoch, "seconds": 1.0} | dict(tell(number, epoch)))
    return run


def guard(share: float, cosine: float = 0.0) -> dict[str, float]:
    """What the guards say of one head."""
    return {"share": share, "cosine": cosine}


def losses(epoch: int, names: Sequence[str] = ("kind", "size", "輪郭"), **other: float) -> dict[str, float]:
    """Training losses that fall, but for those given."""
    return dict.fromkeys(names, 2.0 / epoch) | other

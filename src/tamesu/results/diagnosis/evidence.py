"""Evidence: what a run left behind, as arrays that every judge reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from tamesu.artifacts.competition import CODED
from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.run import Job, Run
from tamesu.results.averaged import Averaged, average_oof
from tamesu.results.overfitting import know_blank_loss
from tamesu.results.pairs import ScoredRun
from tamesu.results.term_curves import read_records, tabulate

Curve = Float[np.ndarray, "jobs epochs"]


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """What the jobs' journals say; every array is float64 (jobs, epochs), NaN where nothing is known.

    Attributes:
        jobs: names of the jobs that have finished an epoch.
        train_loss, val_loss: of the head that tells the target, not weighted.
        val_score: the metric on the job's validation rows after each epoch.
    """

    jobs: tuple[str, ...]
    train_loss: Curve
    val_loss: Curve
    val_score: Curve


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What is known of a run's main target. Rows are those with a label, a readable picture and a prediction.

    Attributes:
        said: out-of-fold predictions averaged over seeds and repeats, beside the truth.
        fold: in which each row was validated in the first repeat, int64 (rows,); -1 where in none.
        loss: the name of the loss of the head that tells the target.
        curves: over epochs.
        epochs: of the recipe.
        diverged: name of a job → the epoch in which its loss stopped being a number.
    """

    said: Averaged
    fold: Int[np.ndarray, " rows"]
    loss: str
    curves: Curves
    epochs: int
    diverged: Mapping[str, int] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Of the target."""
        return self.said.kind

    @property
    def labels(self) -> tuple[str, ...]:
        """The target's fixed list."""
        return self.said.labels

    @property
    def rows(self) -> Int[np.ndarray, " rows"]:
        """Where the rows stand in the train table."""
        return self.said.rows

    @property
    def truth(self) -> NDArray[Any]:
        """Labels, as `Averaged` has them."""
        return self.said.truth

    @property
    def output(self) -> Float[np.ndarray, "rows outputs"]:
        """Predictions of the same rows."""
        return self.said.output

    @property
    def has_classes(self) -> bool:
        """Whether the truth is one code per row and the output its probabilities."""
        return self.kind in CODED

    @property
    def told(self) -> Int[np.ndarray, " rows"]:
        """The most probable class of each row."""
        return np.asarray(self.output.argmax(axis=1), np.int64)

    @property
    def blank_loss(self) -> float | None:
        """The loss, in nats, of holding all classes for equally likely; None where the loss is no cross-entropy."""
        return know_blank_loss(self.kind, self.loss, len(self.labels))


def gather_evidence(run: Run, train: Dataset) -> Evidence:
    """What a run left behind: predictions of its complete seeds, curves of every job that has finished an epoch.

    Args:
        run: at least one job of it has finished an epoch, or diverged.
        train: the training rows, with their labels.

    Raises:
        InputError: the labels are not those that the run was trained on.
        DamagedError: predictions are not what was written.
    """
    jobs = run.jobs(sorted({*run.recipe.seeds, *run.trained_seeds()}))
    head = (run.recipe.heads_of(run.spec.main) or [run.spec.main])[0]
    results = {job.name: run.result(job) for job in jobs if run.state(job) in ("done", "diverged")}
    keys = [(job.repeat, job.fold, job.seed) for job in run.jobs(run.complete_seeds())]
    scored = ScoredRun(run, train)
    said = average_oof(scored, keys)
    folds = dict(zip(scored.folds.ids, scored.folds.folds[:, 0].tolist(), strict=True))
    return Evidence(
        said=said,
        fold=np.array([folds[train.ids[row]] for row in said.rows], np.int64),
        loss=run.recipe.heads[head].loss.name if head in run.recipe.heads else "",
        curves=read_curves(run, jobs, head),
        epochs=run.recipe.epochs,
        diverged={name: one.diverged["epoch"] for name, one in results.items() if one is not None and one.diverged is not None},
    )


def read_curves(run: Run, jobs: Sequence[Job], head: str) -> Curves:
    """The journals of some jobs."""
    found, _ = read_records(run, jobs)
    return Curves(
        jobs=tuple(found),
        train_loss=tabulate(found, "train_loss", head),
        val_loss=tabulate(found, "val_loss", head),
        val_score=tabulate(found, "val_score"),
    )

"""Outcomes: out-of-fold predictions joined with the truth by id, for each target of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.predictions import Predictions
from tamesu.artifacts.run import Job, Run
from tamesu.errors import DamagedError
from tamesu.metrics import known_rows


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Truth and prediction of every validated row, once per repeat and seed; unreadable and unlabelled rows left out.

    Attributes:
        target: its name. `kind`, `labels`: as in the run.
        ids: str (rows,).
        truth: `class`: int64 (rows,); `multilabel`: 0/1 float (rows, labels); `value`: float (rows,).
        output: `class`, `multilabel`: probs (rows, labels); `value`: (rows, 1).
        job: int (rows,), the index in `jobs` of the job that predicted the row.
        jobs: names.
        unreadable, unlabelled: how many were left out.
    """

    target: str
    kind: str
    labels: tuple[str, ...]
    ids: np.ndarray
    truth: np.ndarray
    output: np.ndarray
    job: np.ndarray
    jobs: tuple[str, ...]
    unreadable: int
    unlabelled: int

    def __len__(self) -> int:
        return len(self.ids)


def read_oof(run: Run, seeds: Sequence[int]) -> list[tuple[Job, Predictions]]:
    """What every job of these seeds said about its validation rows.

    Raises:
        DamagedError: a job is not finished, or its file is not what was written.
    """
    return [(job, run.predictions(job, "oof")) for job in run.jobs(seeds)]


def join_outcome(run: Run, train: Dataset, target: str, oof: Sequence[tuple[Job, Predictions]]) -> Outcome:
    """One target's predictions beside its truth.

    Args:
        run: whose label list is used.
        train: the training rows.
        target: one of the recipe's heads.
        oof: from `read_oof`.

    Raises:
        DamagedError: a predicted row is not in the training table, or the labels are others now.
    """
    values, spec = train.targets[target], run.spec.targets[target]
    if tuple(values.labels) != tuple(spec.labels):
        raise DamagedError(f"{run.name}: the labels of {target!r} are not those it was trained on; the table has changed")
    place = {row: index for index, row in enumerate(train.ids)}
    if missing := [row for _, part in oof for row in part.ids if row not in place]:
        raise DamagedError(f"{run.name}: {len(missing)} predicted rows are not in the training table (first: {missing[0]!r})")
    ids = np.array([row for _, part in oof for row in part.ids], dtype=np.str_)
    truth = values.values[np.array([place[row] for _, part in oof for row in part.ids], dtype=np.int64)]
    width = spec.width
    output = np.concatenate([part.outputs[target] for _, part in oof] or [np.zeros((0, width), dtype=np.float32)])
    flagged = np.concatenate([part.flagged for _, part in oof] or [np.zeros(0, dtype=np.bool_)])
    job = np.repeat(np.arange(len(oof)), [len(part.ids) for _, part in oof])
    known = known_rows(spec.kind, truth)
    kept = ~flagged & known
    return Outcome(
        target=target,
        kind=spec.kind,
        labels=tuple(spec.labels),
        ids=ids[kept],
        truth=truth[kept],
        # A copy of probs over thousands of classes is gigabytes; mostly every row is kept.
        output=output if kept.all() else output[kept],
        job=job[kept],
        jobs=tuple(one.name for one, _ in oof),
        unreadable=int(flagged.sum()),
        unlabelled=int((~known & ~flagged).sum()),
    )

"""Out-of-fold predictions of a run averaged over its repeats and seeds: one row an image, beside its truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tamesu.metrics import known_rows
from tamesu.results.pairs import Key, ScoredRun


@dataclass(frozen=True, slots=True, eq=False)
class Averaged:
    """What a run says of each image it was not trained on; unreadable and unlabelled rows are left out.

    Attributes:
        kind: of the target.
        labels: of the target; of several values their columns.
        rows: int64 (n,), places among the training rows, ascending.
        truth: int64 (n,) codes; 0/1 (n, labels) of a `multilabel` target; float64 (n,) or (n, columns) of a `value`.
        output: float64 (n, width): probs or values, the mean over all predictions of the row.
        votes: int64 (n,), how many predictions were averaged.
    """

    kind: str
    labels: tuple[str, ...]
    rows: np.ndarray
    truth: np.ndarray
    output: np.ndarray
    votes: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, rows: np.ndarray) -> Averaged:
        """The same for some training rows, each of which must be there.

        Args:
            rows: int64, ascending.
        """
        place = np.searchsorted(self.rows, rows)
        return Averaged(self.kind, self.labels, rows, self.truth[place], self.output[place], self.votes[place])


def average_oof(scored: ScoredRun, keys: Sequence[Key], target: str | None = None) -> Averaged:
    """The out-of-fold predictions of some jobs, averaged row by row.

    Args:
        scored: the run and its training rows.
        keys: (repeat, fold, seed) of jobs that are done; diverged ones are left out.
        target: one that is predicted; the main one when None.

    Raises:
        InputError: COMPARE_ROWS, a job lacks rows of its fold.
        DamagedError: a file is not what was written.
    """
    target = target or scored.run.spec.main
    values, spec = scored.train.targets[target], scored.run.spec.targets[target]
    place = {row: index for index, row in enumerate(scored.train.ids)}
    # Room for the rows of these jobs alone: of thousands of classes, one fold after the other fits where all at once do not.
    asked = {row for repeat, fold in {key[:2] for key in keys} for row in scored.folds.val_rows(repeat, fold).tolist()}
    covered = np.array(sorted(place[scored.folds.ids[row]] for row in asked), dtype=np.int64)
    total = np.zeros((len(covered), spec.width))
    votes, flagged = np.zeros(len(covered), np.int64), np.zeros(len(covered), bool)
    for key in keys:
        if scored.run.state(scored.job(key)) == "diverged":
            continue
        said = scored.oof(key)
        rows = np.searchsorted(covered, np.array([place[row] for row in said.ids], dtype=np.int64))
        total[rows] += said.outputs[target]
        votes[rows] += 1
        flagged[rows] |= said.flagged
    truth = values.values[covered]
    kept = np.flatnonzero((votes > 0) & ~flagged & known_rows(spec.kind, truth) & np.isfinite(total).all(axis=1))
    output = total[kept] / votes[kept][:, None]
    return Averaged(spec.kind, tuple(spec.labels), covered[kept], truth[kept], output, votes[kept])

"""What a run says of every image, in so few numbers a row that all rows can be sorted, filtered and kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tamesu.artifacts.competition import CODED
from tamesu.errors import Fault, InputError, Where
from tamesu.results.averaged import Averaged, average_oof
from tamesu.results.mistakes import THRESHOLD, expect_distance, find_margin
from tamesu.results.pairs import Key, ScoredRun

# Predictions that may be in memory at a time: 0.8 GB of float64.
MOST_CELLS = 100_000_000
KINDS = CODED | {"multilabel", "soft", "value"}
ARRAYS = ("rows", "votes", "truth", "told", "chance", "badness", "margin")


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Truth and answer of each image that a run was not trained on.

    Attributes:
        kind, labels: of the target.
        rows: int64 (n,), places among the training rows, ascending.
        votes: int64 (n,), how many predictions were averaged.
        truth, told: int64 (n,) codes, of shares the label with the largest; bool (n, labels) of a `multilabel` target; float64
            (n, columns) of a `value`.
        chance: float32 (n, 2), the probabilities of the truth and of the answer; (n, labels) of a `multilabel` target, that of
            each label; (n, 0) of a `value`.
        badness: float64 (n,): 1 - probability of the truth; of ordered labels how many steps the answer lies from it on
            average; of shares half the sum of absolute differences. 0 of the other kinds, which have it by label.
        margin: float64 (n,), how far the answer is ahead of the second; 0 of the other kinds.
    """

    kind: str
    labels: tuple[str, ...]
    rows: np.ndarray
    votes: np.ndarray
    truth: np.ndarray
    told: np.ndarray
    chance: Float[np.ndarray, "n labels"]
    badness: Float[np.ndarray, " n"]
    margin: Float[np.ndarray, " n"]

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, places: np.ndarray) -> Told:
        """The same for some rows.

        Args:
            places: int64, in `rows`.
        """
        return Told(self.kind, self.labels, *(getattr(self, name)[places] for name in ARRAYS))


def condense(said: Averaged) -> Told:
    """Averaged predictions in a few numbers a row.

    Args:
        said: of a target of one of `KINDS`.

    Examples:
        >>> probs = np.array([[0.75, 0.25], [0.5, 0.5]])
        >>> told = condense(Averaged("class", ("cat", "dog"), np.arange(2), np.array([1, 0]), probs, np.ones(2, int)))
        >>> told.told.tolist(), told.chance.tolist(), told.badness.tolist(), told.margin.tolist()
        ([0, 0], [[0.25, 0.75], [0.5, 0.5]], [0.75, 0.5], [0.5, 0.0])
    """
    output, none = said.output, np.zeros(len(said))
    if said.kind == "value":
        truth = said.truth.reshape(len(said), -1).astype(np.float64)
        empty = np.zeros((len(said), 0), np.float32)
        return Told(said.kind, said.labels, said.rows, said.votes, truth, output, empty, none, none)
    if said.kind == "multilabel":
        there, chance = said.truth > 0.5, output.astype(np.float32)
        return Told(said.kind, said.labels, said.rows, said.votes, there, output >= THRESHOLD, chance, none, none)
    place, soft = np.arange(len(said)), said.kind == "soft"
    told = output.argmax(axis=1)
    truth = said.truth.argmax(axis=1) if soft else said.truth.astype(np.int64)
    chance = np.stack([output[place, truth], output[place, told]], axis=1).astype(np.float32)
    if soft:
        badness = np.abs(output - said.truth).sum(axis=1) / 2
    else:
        badness = expect_distance(output, truth) if said.kind == "ordinal" else 1.0 - output[place, truth]
    return Told(said.kind, said.labels, said.rows, said.votes, truth, told, chance, badness, find_margin(output))


def gather_told(scored: ScoredRun, keys: Sequence[Key], target: str | None = None, *, most_cells: int = MOST_CELLS) -> Told:
    """What a run says of every image of some jobs; fold by fold where each image is in one.

    Args:
        scored: the run and its training rows.
        keys: (repeat, fold, seed) of jobs that are done.
        target: one that is predicted; the main one when None.
        most_cells: rows × outputs that may be in memory at a time.

    Raises:
        InputError: ERRORS_KIND, the target cannot be told right or wrong image by image; ERRORS_LARGE, it has more outputs
            than `most_cells`; COMPARE_ROWS, a job lacks rows of its fold.
        DamagedError: a file is not what was written.
    """
    target = target or scored.run.spec.main
    spec = scored.run.spec.targets.get(target)
    if spec is None or spec.kind not in KINDS or spec.in_picture:
        raise InputError(Fault("ERRORS_KIND", "refuse", Where(scored.run.name), {"target": target}))
    groups = [list(keys)]
    if scored.folds.repeats == 1 and keys:
        groups = [[key for key in keys if key[1] == fold] for fold in sorted({key[1] for key in keys})]
    for group in groups:
        rows = {row for repeat, fold, _ in group for row in scored.folds.val_rows(repeat, fold).tolist()}
        if len(rows) * spec.width > most_cells:
            values = {"target": target, "rows": len(rows), "width": spec.width}
            raise InputError(Fault("ERRORS_LARGE", "refuse", Where(scored.run.name), values))
    return join_told([condense(average_oof(scored, group, target)) for group in groups])


def join_told(parts: Sequence[Told]) -> Told:
    """Parts of different rows, put together in the order of the rows.

    Args:
        parts: at least one, of one target.
    """
    joined = Told(parts[0].kind, parts[0].labels, *(np.concatenate([getattr(part, name) for part in parts]) for name in ARRAYS))
    return joined.take(np.argsort(joined.rows, kind="stable"))

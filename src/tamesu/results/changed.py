"""The same images under two runs: which ones the second fixed, which it broke, and whether that is more than chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tamesu.artifacts.competition import CODED
from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.run import Run
from tamesu.errors import Fault, InputError, Where
from tamesu.results.averaged import Averaged, average_oof
from tamesu.results.mistakes import THRESHOLD
from tamesu.results.pairs import ScoredRun, check_comparable, common_keys

STATES = ("fixed", "broke", "alike", "apart", "right")
COMPARED = CODED | {"multilabel", "value"}


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """What a second run says differently of the images that both were scored on.

    Attributes:
        kind, labels: of the target.
        rows: int64 (n,), places among the training rows, ascending.
        state: int64 (n,), place in `STATES`. `fixed`: the second run is right where the first was wrong (of several labels:
            has fewer wrong; of a value: is nearer); `broke`: the other way round; `alike`: both wrong and say the same;
            `apart`: both wrong and say different things; `right`: both right. Of values only the first three.
        truth: as in `Averaged`.
        before, after: what each run told, (n,) codes, 0/1 (n, labels) or float64 (n, columns).
        rise: float64 (n,), by how much the second run is better on the row: in probability of the truth (of several labels the
            sum of theirs), or in absolute residual (of several values over each column's spread, summed).
        by_label: int64 (labels, 5), counts by state; of several labels each label by itself; (0, 5) of a value.
        p: of the exact sign test of `fixed` against `broke` (McNemar's); 1 where nothing changed.
    """

    kind: str
    labels: tuple[str, ...]
    rows: np.ndarray
    state: np.ndarray
    truth: np.ndarray
    before: np.ndarray
    after: np.ndarray
    rise: np.ndarray
    by_label: np.ndarray
    p: float

    def count(self, state: str) -> int:
        """How many rows are in a state."""
        return int((self.state == STATES.index(state)).sum())

    def largest(self, state: str, most: int) -> np.ndarray:
        """Places of the rows of a state, those that changed most first."""
        inside = np.flatnonzero(self.state == STATES.index(state))
        return inside[np.argsort(-np.abs(self.rise[inside]), kind="stable")[:most]]


def compare_runs(first: Run, second: Run, train: Dataset, target: str | None = None) -> Changes:
    """Hold the answers of two runs against each other, image by image, over the jobs that both have done.

    Args:
        first: the run before.
        second: the run after.
        train: the training rows of both.
        target: one that both predict; the main one when None.

    Raises:
        InputError: other folds, labels, images or metric; COMPARE_FEW, no job is done in both; COMPARE_TARGET, the target is
            not the same, or nothing that can be told right or wrong.
    """
    check_comparable(first, second)
    target = target or first.spec.main
    if first.spec.targets.get(target) != second.spec.targets.get(target) or first.spec.targets[target].kind not in COMPARED:
        values = {"other": first.name, "here": target, "there": target}
        raise InputError(Fault("COMPARE_TARGET", "refuse", Where(second.name), values))
    before, after = ScoredRun(first, train), ScoredRun(second, train)
    # A job that one of them lost would give rows to the other alone.
    keys = [key for key in common_keys(before, after) if "diverged" not in (state_of(before, key), state_of(after, key))]
    if not keys:
        raise InputError(Fault("COMPARE_FEW", "refuse", Where(second.name), {"other": first.name, "count": 0}))
    return compare_answers(average_oof(before, keys, target), average_oof(after, keys, target))


def state_of(scored: ScoredRun, key: tuple[int, int, int]) -> str:
    """The state of a job."""
    return scored.run.state(scored.job(key))


def compare_answers(before: Averaged, after: Averaged) -> Changes:
    """Hold two averaged predictions against each other on the rows that both have.

    Args:
        before: of the first run.
        after: of the second, of the same target.

    Examples:
        >>> def say(*told):
        ...     return Averaged("class", ("a", "b"), np.arange(3), np.array([0, 1, 1]), np.eye(2)[list(told)], np.ones(3, int))
        >>> found = compare_answers(say(1, 1, 0), say(0, 1, 0))
        >>> [STATES[state] for state in found.state], found.p
        (['fixed', 'right', 'alike'], 1.0)
    """
    rows = np.intersect1d(before.rows, after.rows)
    before, after = before.take(rows), after.take(rows)
    if before.kind in CODED:
        return compare_classes(before, after)
    return compare_labels(before, after) if before.kind == "multilabel" else compare_values(before, after)


def compare_classes(before: Averaged, after: Averaged) -> Changes:
    """Of a target of one label a row."""
    truth, place = before.truth.astype(np.int64), np.arange(len(before))
    one, two = before.output.argmax(axis=1), after.output.argmax(axis=1)
    state = tell_states(one != truth, two != truth, one == two)
    by_label = np.zeros((len(before.labels), len(STATES)), np.int64)
    np.add.at(by_label, (truth, state), 1)
    rise = after.output[place, truth] - before.output[place, truth]
    return Changes(before.kind, before.labels, before.rows, state, truth, one, two, rise, by_label, weigh_signs(state))


def compare_labels(before: Averaged, after: Averaged) -> Changes:
    """Of a target of several labels a row: a row is fixed when fewer of its labels are wrong; the sign test counts rows."""
    there = before.truth > 0.5
    one, two = before.output >= THRESHOLD, after.output >= THRESHOLD
    cells = tell_states(one != there, two != there, one == two)
    by_label = np.stack([(cells == place).sum(axis=0) for place in range(len(STATES))], axis=1).astype(np.int64)
    wrong_one, wrong_two = (one != there).sum(axis=1), (two != there).sum(axis=1)
    state = tell_states(wrong_one > 0, wrong_two > 0, (one == two).all(axis=1))
    state = np.where(wrong_two < wrong_one, 0, np.where(wrong_two > wrong_one, 1, state))
    rise = np.where(there, after.output - before.output, before.output - after.output).sum(axis=1)
    truth, told = there.astype(np.int64), (one.astype(np.int64), two.astype(np.int64))
    return Changes(before.kind, before.labels, before.rows, state, truth, *told, rise, by_label, weigh_signs(state))


def compare_values(before: Averaged, after: Averaged) -> Changes:
    """Of values: a row is fixed when the second run is nearer to the truth."""
    truth = before.truth.reshape(len(before), -1).astype(np.float64)
    scale = np.ones(truth.shape[1])
    if truth.shape[1] > 1:
        # Columns in units of their own have no common distance.
        scale = np.maximum(truth.std(axis=0), 1e-12)
    rise = ((np.abs(before.output - truth) - np.abs(after.output - truth)) / scale).sum(axis=1)
    state = np.where(rise > 0, 0, np.where(rise < 0, 1, 2))
    none = np.zeros((0, len(STATES)), np.int64)
    told = before.output, after.output
    return Changes(before.kind, before.labels, before.rows, state, truth, *told, rise, none, weigh_signs(state))


def tell_states(wrong_before: np.ndarray, wrong_after: np.ndarray, same: np.ndarray) -> np.ndarray:
    """The state of each row (or cell) as its place in `STATES`."""
    both = np.where(wrong_before, np.where(same, 2, 3), 4)
    return np.where(wrong_before & ~wrong_after, 0, np.where(~wrong_before & wrong_after, 1, both)).astype(np.int64)


def weigh_signs(state: np.ndarray) -> float:
    """The two-sided p of the exact sign test of fixed against broken rows; of classes it is McNemar's exact test.

    Source: McNemar, Psychometrika 12, 1947; exact by the binomial distribution of the rows that changed.
    """
    from scipy.stats import binomtest

    fixed, broke = int((state == 0).sum()), int((state == 1).sum())
    return float(binomtest(fixed, fixed + broke, 0.5).pvalue) if fixed + broke else 1.0

"""What the plain mean of some runs' out-of-fold predictions reaches, and how alike their errors are; nothing is fitted.

Probabilities are averaged arithmetically, and so are values; the metric reads the mean as it reads a single run's predictions.
The seeds of a run are averaged first, so that each run counts once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from tamesu.artifacts.competition import CODED
from tamesu.errors import Fault, InputError, Where
from tamesu.metrics import METRICS, Metric, score_rows
from tamesu.results.averaged import Averaged, average_oof
from tamesu.results.mistakes import THRESHOLD
from tamesu.results.pairs import ScoredRun, row_share
from tamesu.results.posterior import Posterior, fit_posterior, least_variance

KINDS = CODED | {"multilabel", "soft", "value"}
MOST_RUNS = 12
# Predictions in memory at a time: 0.2 GB of float32; and those that are averaged and scored: measured 0.04 µs each of accuracy,
# 0.75 µs of ROC AUC, so 30 s at the very most.
MOST_CELLS, MOST_WORK = 50_000_000, 40_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """What several runs say of the same rows in one repeat.

    Attributes:
        truth: of the target, one per row.
        folds: int (rows,), the fold in which each row is validated.
        outputs: float32 (runs, rows, width), probs or values, each run's the mean over its seeds.
    """

    truth: np.ndarray
    folds: Int[np.ndarray, " rows"]
    outputs: Float[np.ndarray, "runs rows width"]


@dataclass(frozen=True, slots=True)
class Gain:
    """A blend over the best single run, larger is better: the mean over folds, its 95 % interval, and P(gain > 0)."""

    mean: float
    low: float
    high: float
    better: float


@dataclass(frozen=True, slots=True)
class Blend:
    """The plain mean of some runs.

    Attributes:
        members: their places.
        score: the metric over the whole OOF, the mean over repeats; None when undefined.
        gain: over the best single run, fold by fold; None where a fold is undefined or there are fewer than two.
    """

    members: tuple[int, ...]
    score: float | None
    gain: Gain | None


@dataclass(frozen=True, slots=True, eq=False)
class Blends:
    """Runs beside each other.

    Attributes:
        singles: a score per run, reckoned as those of the blends are; None when undefined.
        best: place of the best single run; None when no score is defined.
        pairs: the mean of every two runs, the best first.
        whole: the mean of all of them.
        alike: float64 (runs, runs), correlation of the errors, -1 to 1; NaN where a run's errors do not vary.
        shared: float64 (runs, runs): of the mistakes that either makes, the share that both make, 0 to 1; NaN where neither
            makes any, and for targets that have no right and wrong.
        rows: how many rows all runs have spoken about, in the first repeat.
        greater_is_better: the metric's direction.
    """

    singles: tuple[float | None, ...]
    best: int | None
    pairs: tuple[Blend, ...]
    whole: Blend
    alike: Float[np.ndarray, "runs runs"]
    shared: Float[np.ndarray, "runs runs"]
    rows: int
    greater_is_better: bool


def count_affordable(rows: int, width: int, repeats: int = 1) -> int:
    """How many runs can be held beside each other in bounded memory and time, at most `MOST_RUNS`.

    Args:
        rows: of one repeat.
        width: numbers predicted for a row.
        repeats: of the folds.

    Examples:
        >>> count_affordable(3_400, 10), count_affordable(50_000, 100), count_affordable(1_000_000, 1000)
        (12, 2, 0)
    """
    cells = rows * width * repeats
    # Each run, each pair and the whole set is scored twice: over all rows, and fold by fold.
    fits = [
        count for count in range(1, MOST_RUNS + 1) if count * cells <= MOST_CELLS and count_scores(count) * cells <= MOST_WORK
    ]
    return max(fits, default=0)


def count_scores(runs: int) -> int:
    """How often all rows are scored for so many runs.

    Examples:
        >>> count_scores(2), count_scores(3)
        (8, 14)
    """
    return 2 * (runs + runs * (runs - 1) // 2 + 1)


def compare_blends(runs: Sequence[ScoredRun]) -> Blends:
    """Every pair of some runs, and all of them, as plain means beside the best single one.

    Args:
        runs: two to `MOST_RUNS` that are comparable (`tamesu.results.pairs.check_comparable`) and have a complete seed.

    Raises:
        InputError: BLEND_KIND, the target is none of `KINDS`; BLEND_LARGE, too many predictions to hold two runs; BLEND_ROWS,
            there is no row that every run has spoken about; the metric is a plugin's, which is not loaded here.
        DamagedError: predictions are not what was written.
        ValueError: fewer than two runs, or too many.
    """
    if not 2 <= len(runs) <= MOST_RUNS:
        raise ValueError(f"{len(runs)} runs; 2 to {MOST_RUNS} are held beside each other")
    spec = runs[0].run.spec
    target = spec.targets[spec.main]
    if target.kind not in KINDS:
        raise InputError(Fault("BLEND_KIND", "refuse", Where(), {"target": spec.main, "kind": target.kind}))
    if count_affordable(len(runs[0].train), target.width, spec.repeats) < len(runs):
        values: dict[str, Any] = {"runs": len(runs), "rows": len(runs[0].train), "width": target.width}
        raise InputError(Fault("BLEND_LARGE", "refuse", Where(), values))
    metric = METRICS.build(spec.metric.name, spec.metric.options)
    parts = [put_beside(runs, repeat) for repeat in range(spec.repeats)]
    if not all(len(part.truth) for part in parts):
        raise InputError(Fault("BLEND_ROWS", "refuse", Where()))
    keys = [(repeat, fold, 0) for repeat in range(spec.repeats) for fold in range(spec.n_splits)]
    share = row_share(runs[0].folds, keys)
    return judge_blends(metric, target.kind, tuple(target.labels), parts, share)


def put_beside(runs: Sequence[ScoredRun], repeat: int) -> Beside:
    """The rows of one repeat that every run has spoken about: readable, with a label, in the order of the training rows."""
    said = [average_oof(one, list_keys(one, repeat)) for one in runs]
    common = said[0].rows
    for other in said[1:]:
        common = np.intersect1d(common, other.rows, assume_unique=True)
    taken: list[Averaged] = [one.take(common) for one in said]
    table = runs[0].folds
    fold_of = dict(zip(table.ids, table.folds[:, repeat].tolist(), strict=True))
    folds = np.array([fold_of[runs[0].train.ids[row]] for row in common.tolist()], dtype=np.int64)
    outputs = np.stack([one.output.astype(np.float32) for one in taken])
    return Beside(taken[0].truth, folds, outputs)


def list_keys(one: ScoredRun, repeat: int) -> list[tuple[int, int, int]]:
    """The jobs of one repeat, of all complete seeds."""
    return [(job.repeat, job.fold, job.seed) for job in one.run.jobs(one.run.complete_seeds()) if job.repeat == repeat]


def judge_blends(metric: Metric, kind: str, labels: tuple[str, ...], parts: Sequence[Beside], test_share: float) -> Blends:
    """The scores of singles, pairs and the whole set, and how alike the runs are.

    Args:
        metric: built.
        kind: of the target.
        labels: likewise.
        parts: one per repeat, of the same runs.
        test_share: validation rows over training rows of a fold, as `fit_posterior` has it.
    """
    count = len(parts[0].outputs)
    sign = 1.0 if metric.greater_is_better else -1.0

    def score(members: tuple[int, ...]) -> tuple[float | None, list[float | None]]:
        return score_mean(metric, kind, labels, parts, members)

    alone = [score((place,)) for place in range(count)]
    singles = tuple(one for one, _ in alone)
    known = [place for place, one in enumerate(singles) if one is not None]
    best = max(known, key=lambda place: sign * (singles[place] or 0.0), default=None)

    def blend(members: tuple[int, ...]) -> Blend:
        whole, by_fold = score(members)
        gain = None if best is None else hold_against(by_fold, alone[best][1], sign, test_share)
        return Blend(members, whole, gain)

    pairs = [blend(members) for members in combinations(range(count), 2)]
    pairs.sort(key=lambda one: math.inf if one.score is None else -sign * one.score)
    whole = pairs[0] if count == 2 else blend(tuple(range(count)))
    errors, wrong = find_errors(kind, parts)
    return Blends(
        singles,
        best,
        tuple(pairs),
        whole,
        correlate(errors),
        share_mistakes(wrong, count),
        len(parts[0].truth),
        bool(metric.greater_is_better),
    )


def score_mean(
    metric: Metric, kind: str, labels: Sequence[str], parts: Sequence[Beside], members: Sequence[int]
) -> tuple[float | None, list[float | None]]:
    """The metric of the members' arithmetic mean: over each whole OOF, averaged over repeats, and fold by fold.

    Returns:
        None where it is undefined.
    """
    whole: list[float | None] = []
    by_fold: list[float | None] = []
    for part in parts:
        mean = part.outputs[list(members)].mean(axis=0, dtype=np.float64)
        whole.append(score_defined(metric, kind, part.truth, mean, labels))
        for fold in np.unique(part.folds).tolist():
            rows = part.folds == fold
            by_fold.append(score_defined(metric, kind, part.truth[rows], mean[rows], labels))
    defined = [one for one in whole if one is not None]
    return (float(np.mean(defined)) if len(defined) == len(whole) else None), by_fold


def score_defined(metric: Metric, kind: str, truth: np.ndarray, output: np.ndarray, labels: Sequence[str]) -> float | None:
    """The metric; None when it is undefined."""
    score = float(score_rows(metric, kind, truth, output, labels))
    return score if math.isfinite(score) else None


def hold_against(after: Sequence[float | None], before: Sequence[float | None], sign: float, test_share: float) -> Gain | None:
    """The gain of fold scores over others of the same folds; None where one is undefined or there are fewer than two."""
    if len(after) < 2 or None in after or None in before:
        return None
    new, old = np.array(after, np.float64), np.array(before, np.float64)
    gains = sign * (new - old)
    floor = least_variance(None, np.concatenate([old, new]))
    found: Posterior = fit_posterior(gains, np.arange(len(gains)), test_share=test_share, least_variance=floor)
    low, high = found.interval()
    # Equal in every fold, and nothing to tell how far they might differ.
    better = 0.5 if found.scale == found.mean == 0 else found.above(0.0)
    return Gain(found.mean, low, high, better)


def find_errors(kind: str, parts: Sequence[Beside]) -> tuple[np.ndarray, np.ndarray | None]:
    """Each run's errors in a row of numbers, and where it is wrong.

    Args:
        kind: of the target.
        parts: one per repeat.

    Returns:
        float (runs, cells): of a class what the truth's probability lacks to 1, of ordered labels by how many steps the mean
        answer is too high, of several labels and shares probability minus truth by label, of a value the residual by column
        in standard deviations of the truth. bool (runs, cells): told wrong; None of values.
    """
    pieces = [find_own_errors(kind, part.truth, part.outputs) for part in parts]
    errors = np.concatenate([one for one, _ in pieces], axis=1)
    return errors, None if kind == "value" else np.concatenate([wrong for _, wrong in pieces], axis=1)


def find_own_errors(kind: str, truth: np.ndarray, outputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`find_errors` of one repeat."""
    runs, rows, width = outputs.shape
    if kind in CODED:
        codes = truth.astype(np.int64)
        wrong = outputs.argmax(axis=2) != codes
        if kind == "ordinal":
            return outputs @ np.arange(width, dtype=np.float32) - codes, wrong
        return 1.0 - outputs[:, np.arange(rows), codes], wrong
    known = truth.reshape(rows, width).astype(np.float32)
    differences = np.asarray(outputs - known)
    if kind == "value":
        spread = known.std(axis=0)
        differences = np.asarray(differences / np.where(spread > 0, spread, np.float32(1.0)), np.float32)
        wrong = np.zeros((runs, 0), bool)
    elif kind == "soft":
        wrong = outputs.argmax(axis=2) != known.argmax(axis=1)
    else:
        wrong = ((outputs >= THRESHOLD) != (known > THRESHOLD)).reshape(runs, -1)
    return differences.reshape(runs, -1), wrong


def correlate(errors: Float[np.ndarray, "runs cells"]) -> Float[np.ndarray, "runs runs"]:
    """Pearson's correlation of every two rows; NaN where one does not vary.

    Examples:
        >>> correlate(np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [1.0, 1.0, 1.0]])).round(6).tolist()
        [[1.0, -1.0, nan], [-1.0, 1.0, nan], [nan, nan, nan]]
    """
    centred = errors - errors.mean(axis=1, keepdims=True, dtype=np.float64).astype(errors.dtype)
    products = np.array([[float(np.dot(one, other)) for other in centred] for one in centred])
    scale = np.sqrt(np.diag(products))
    # What varies by rounding alone does not vary.
    scale[scale <= 1e-6 * math.sqrt(max(1, errors.shape[1]))] = np.nan
    return np.asarray(np.clip(products / np.outer(scale, scale), -1.0, 1.0))


def share_mistakes(wrong: np.ndarray | None, runs: int) -> Float[np.ndarray, "runs runs"]:
    """Of the mistakes that either of two runs makes, the share that both make (Jaccard).

    Args:
        wrong: bool (runs, cells); None where there is no right and wrong.
        runs: how many.

    Examples:
        >>> share_mistakes(np.array([[True, True, False], [True, False, False], [False, False, False]]), 3).tolist()
        [[1.0, 0.5, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, nan]]
    """
    found = np.full((runs, runs), np.nan)
    if wrong is not None:
        for one in range(runs):
            for other in range(runs):
                either = int((wrong[one] | wrong[other]).sum())
                found[one, other] = (wrong[one] & wrong[other]).sum() / either if either else np.nan
    return found

"""Collapse: a network that says nearly the same of every row, named as such, with what to try next.

A class     nearly all rows are called one class, those of the other classes too.
A label     a label that rows have is told of none.
A value     predictions hardly move while the truth does, and explain none of it.

A network may rank rows well while no row crosses the line at which it is told; that is a matter of the decision alone,
and none at all for a metric that reads probabilities.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from tamesu.artifacts.competition import CODED
from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.run import Run
from tamesu.errors import Fault, Where
from tamesu.messages.advice import CLASSES_RANKED, CLASSES_UNKNOWN, CLASSES_UNRANKED
from tamesu.metrics import METRICS, known_rows
from tamesu.results.next_steps import Situation, Step, suggest_steps

# Kinds of target whose truth is one code per row.
JUDGED = CODED | {"multilabel", "soft", "value"}
# Nearly all: of all rows, and of the rows of the other classes.
NEARLY_ALL = 0.95
# Fewer rows of the other classes, or rows with a label, or rows with a value, may be missed by bad luck.
LEAST_ROWS = 10
# From this area under the ROC curve on, rows are told apart by their probabilities; ½ is chance.
RANKS = 0.7
# Of very many classes those with the most rows say whether rows are told apart.
RANKED_CLASSES = 100
# A prediction whose spread is below this share of the truth's, and which explains less than this, is nearly a constant.
SPREAD, EXPLAINED = 0.02, 0.02
# A set is imbalanced where its largest class has this many times as many rows as the others have on average.
IMBALANCED = 1.5
SHOWN_LABELS = 5


@dataclass(frozen=True, slots=True)
class ClassCollapse:
    """Nearly every row is called one class.

    Attributes:
        code: the class. `majority`: no class has more rows.
        share: of all rows called it. `true_share`: of all rows that are it. `leaked`: of the other classes' rows called it.
        silent: how many classes that have rows are never told. `classes`: how many have rows.
        balanced: mean recall of the classes that have rows.
        auc: mean over classes and jobs of the area under the ROC curve against the rest; NaN where no job has any.
    """

    code: int
    majority: bool
    share: float
    true_share: float
    leaked: float
    silent: int
    classes: int
    balanced: float
    auc: float


@dataclass(frozen=True, slots=True)
class SilentLabels:
    """Labels that rows have and that are told of none; `auc` as above, over these labels."""

    codes: tuple[int, ...]
    auc: float


@dataclass(frozen=True, slots=True)
class ConstantValue:
    """Predictions that hardly move.

    Attributes:
        column: which of several values.
        value: the mean prediction.
        spread: standard deviation of the predictions within jobs, as a share of the truth's.
        r2: share of the truth's variance that the predictions explain; below 0 they are worse than its mean.
    """

    column: int
    value: float
    spread: float
    r2: float


@dataclass(frozen=True, slots=True)
class Advice:
    """One finding about a target of a run, and what to try next, the likeliest help first."""

    fault: Fault
    steps: tuple[Step, ...]


def find_class_collapse(
    truth: Int[np.ndarray, " rows"], probs: Float[np.ndarray, "rows classes"], jobs: Int[np.ndarray, " rows"] | None = None
) -> ClassCollapse | None:
    """Whether the predictions have collapsed to one class.

    A class that most rows truly belong to is no collapse as long as the other classes' rows are told from it, or are few.

    Args:
        truth: codes.
        probs: of the same rows.
        jobs: which network predicted each row, each of which has an offset of its own; one for all when None.

    Examples:
        >>> truth, one = np.array([0] * 30 + [1] * 20), np.array([[0.6, 0.4]] * 50)
        >>> found = find_class_collapse(truth, one)
        >>> found.share, found.true_share, found.silent, found.balanced, found.auc
        (1.0, 0.6, 1, 0.5, 0.5)
        >>> find_class_collapse(truth, np.eye(2)[truth]) is None
        True
    """
    classes, total = probs.shape[1], len(truth)
    if not total:
        return None
    told = probs.argmax(axis=1)
    rows, calls = np.bincount(truth, minlength=classes), np.bincount(told, minlength=classes)
    hits = np.bincount(truth[told == truth], minlength=classes)
    code = int(calls.argmax())
    others = total - int(rows[code])
    if others < LEAST_ROWS:
        return None
    leaked = (int(calls[code]) - int(hits[code])) / others
    share, there = int(calls[code]) / total, rows > 0
    if share < NEARLY_ALL or leaked < NEARLY_ALL:
        return None
    ranked = np.sort(np.argsort(-rows, kind="stable")[: min(int(there.sum()), RANKED_CLASSES)])
    return ClassCollapse(
        code=code,
        majority=bool(rows[code] == rows.max()),
        share=share,
        true_share=int(rows[code]) / total,
        leaked=leaked,
        silent=int((there & (calls == 0)).sum()),
        classes=int(there.sum()),
        balanced=float((hits[there] / rows[there]).mean()),
        auc=rank_rows(truth[:, None] == ranked, probs[:, ranked], jobs),
    )


def find_silent_labels(
    truth: np.ndarray, probs: Float[np.ndarray, "rows labels"], threshold: float = 0.5, jobs: np.ndarray | None = None
) -> SilentLabels | None:
    """The labels that at least `LEAST_ROWS` rows have and that no row is told to have; None when there are none.

    Args:
        truth: 0 or 1, (rows, labels).
        probs: of the same rows.
        threshold: a label is told from this probability on.
        jobs: which network predicted each row; one for all when None.
    """
    there = truth > 0
    silent = np.flatnonzero((there.sum(axis=0) >= LEAST_ROWS) & ~(probs >= threshold).any(axis=0))
    if not len(silent):
        return None
    return SilentLabels(tuple(silent.tolist()), rank_rows(there[:, silent], probs[:, silent], jobs))


def find_constant(
    truth: Float[np.ndarray, " rows"], prediction: Float[np.ndarray, " rows"], jobs: np.ndarray | None = None, column: int = 0
) -> ConstantValue | None:
    """Whether predictions hardly move though the truth does.

    Args:
        truth: known values.
        prediction: of the same rows.
        jobs: which network predicted each row; each may have settled at a value of its own. One for all when None.
        column: which of several values this is.

    Examples:
        >>> truth = np.arange(20.0)
        >>> find_constant(truth, np.full(20, 9.5)).r2, find_constant(truth, truth + 5) is None
        (0.0, True)
    """
    truth, prediction = truth.astype(np.float64), prediction.astype(np.float64)
    if len(truth) < LEAST_ROWS or not np.isfinite(prediction).all() or truth.std() == 0:
        return None
    parts = [prediction[rows] for rows in split_jobs(len(truth), jobs)]
    within = np.sqrt(sum(float(((part - part.mean()) ** 2).sum()) for part in parts) / len(truth))
    spread = float(within / truth.std())
    r2 = 1.0 - float(((prediction - truth) ** 2).mean()) / float(truth.var())
    if spread >= SPREAD or r2 > EXPLAINED:
        return None
    return ConstantValue(column, float(prediction.mean()), spread, r2)


def split_jobs(rows: int, jobs: np.ndarray | None) -> Iterator[np.ndarray]:
    """The rows of each job, as indices."""
    if jobs is None:
        yield np.arange(rows)
        return
    for job in np.unique(jobs):
        yield np.flatnonzero(jobs == job)


def rank_rows(there: np.ndarray, probs: Float[np.ndarray, "rows labels"], jobs: np.ndarray | None = None) -> float:
    """Area under the ROC curve, its mean over the labels and jobs where it is defined; NaN where it is in none.

    Within each job alone: a fold with fewer training rows of a label has more of them to validate, so that networks which
    know nothing but the shares would together seem to rank rows the wrong way round.

    Args:
        there: bool (rows, labels), whether a row has the label.
        probs: of the same rows and labels.
        jobs: which network predicted each row; one for all when None.

    Source: the area as a rank sum: Mann and Whitney, Annals of Mathematical Statistics 18, 1947.

    Examples:
        >>> rank_rows(np.array([[True], [False], [False]]), np.array([[0.4], [0.1], [0.4]]))
        0.75
    """
    from scipy.stats import rankdata

    areas = []
    for rows in split_jobs(len(there), jobs):
        inside = there[rows]
        yes = inside.sum(axis=0)
        defined = (yes > 0) & (yes < len(rows))
        if not defined.any():
            continue
        ranks = rankdata(probs[rows][:, defined], axis=0)
        above = (ranks * inside[:, defined]).sum(axis=0) - yes[defined] * (yes[defined] + 1) / 2
        areas += (above / (yes[defined] * (len(rows) - yes[defined]))).tolist()
    return float(np.mean(areas)) if areas else float("nan")


def judge_target(run: Run, target: str, truth: np.ndarray, output: np.ndarray, jobs: np.ndarray | None = None) -> list[Advice]:
    """What is wrong with a target's out-of-fold predictions as a whole; mostly nothing.

    Args:
        run: which run, for the commands.
        target: one of its targets.
        truth: known labels, as in `TargetValues`.
        output: predictions of the same rows, in the same order.
        jobs: which network predicted each row.
    """
    spec = run.spec.targets[target]
    metric = METRICS.build(run.spec.metric.name, run.spec.metric.options) if target == run.spec.main else None
    # Only the main target is told by somebody; for the others it is enough to rank well.
    told = metric is not None and metric.reads == "preds"
    if spec.kind in CODED:
        found = find_class_collapse(truth, output, jobs)
        return [] if found is None or (found.auc >= RANKS and not told) else [advise_class(run, target, found, truth)]
    if spec.kind == "multilabel":
        threshold = float(getattr(metric, "threshold", 0.5))
        silent = find_silent_labels(truth, output, threshold, jobs)
        return [] if silent is None or (silent.auc >= RANKS and not told) else [advise_labels(run, target, silent, threshold)]
    if spec.kind not in ("soft", "value"):
        return []
    columns = truth.reshape(len(truth), -1)
    known = np.isfinite(columns)
    constants = [
        find_constant(columns[rows, place], output[rows, place], None if jobs is None else jobs[rows], place)
        for place, rows in enumerate(known.T)
    ]
    stuck = [one for one in constants if one is not None]
    if spec.kind == "soft":
        # As long as one share moves the network tells rows apart; where none does, one of them is enough to be told.
        moving = sum(bool(np.ptp(columns[rows, place]) > 0) for place, rows in enumerate(known.T) if rows.any())
        stuck = [max(stuck, key=lambda one: one.value)] if stuck and len(stuck) == moving else []
    return [advise_value(run, target, one) for one in stuck]


def advise_class(run: Run, target: str, found: ClassCollapse, truth: np.ndarray) -> Advice:
    """ADVICE_COLLAPSE_MAJORITY, or ADVICE_COLLAPSE_CLASS for another class than the largest."""
    largest = int(np.bincount(truth).max())
    others = (len(truth) - largest) / max(1, found.classes - 1)
    ranks = CLASSES_RANKED if found.auc >= RANKS else CLASSES_UNKNOWN if np.isnan(found.auc) else CLASSES_UNRANKED
    values = {
        "label": run.spec.targets[target].labels[found.code],
        "share": f"{100 * found.share:.1f} %",
        "true_share": f"{100 * found.true_share:.1f} %",
        "silent": found.silent,
        "classes": found.classes,
        "balanced": f"{found.balanced:.3f}",
        "chance": f"{1 / found.classes:.3f}",
        "ranks": ranks,
        "auc": "-" if np.isnan(found.auc) else f"{found.auc:.2f}",
    }
    imbalanced = found.majority and largest >= IMBALANCED * others
    situation = Situation(run.spec.targets[target].kind, target == run.spec.main, found.auc >= RANKS, imbalanced)
    code = "ADVICE_COLLAPSE_MAJORITY" if found.majority else "ADVICE_COLLAPSE_CLASS"
    return finish(code, run, target, values, situation)


def advise_labels(run: Run, target: str, found: SilentLabels, threshold: float) -> Advice:
    """ADVICE_COLLAPSE_LABELS."""
    labels = run.spec.targets[target].labels
    names = ", ".join(repr(labels[code]) for code in found.codes[:SHOWN_LABELS])
    ranked = found.auc >= RANKS
    values = {
        "count": len(found.codes),
        "labels": len(labels),
        "names": names + (", …" if len(found.codes) > SHOWN_LABELS else ""),
        "threshold": f"{threshold:g}",
        "ranks": CLASSES_RANKED if ranked else CLASSES_UNKNOWN if np.isnan(found.auc) else CLASSES_UNRANKED,
        "auc": "-" if np.isnan(found.auc) else f"{found.auc:.2f}",
    }
    return finish("ADVICE_COLLAPSE_LABELS", run, target, values, Situation("multilabel", target == run.spec.main, ranked, True))


def advise_value(run: Run, target: str, found: ConstantValue) -> Advice:
    """ADVICE_COLLAPSE_VALUE."""
    labels = run.spec.targets[target].labels
    values = {
        "column": f" {labels[found.column]!r}" if labels else "",
        "value": f"{found.value:.4g}",
        "spread": f"{100 * found.spread:.2g} %",
        "r2": f"{found.r2:.3f}",
    }
    return finish("ADVICE_COLLAPSE_VALUE", run, target, values, Situation("value", target == run.spec.main, False, False))


def finish(code: str, run: Run, target: str, values: Mapping[str, object], situation: Situation) -> Advice:
    """The advice with its steps, and the first of them in the fault's own words."""
    steps = suggest_steps(run, target, situation)
    return Advice(Fault(code, "note", Where(run.name, key=target), dict(values) | {"command": steps[0].command}), steps)


def judge_run(run: Run, train: Dataset, seeds: Sequence[int]) -> list[Advice]:
    """What is wrong with the predictions of a run's targets as a whole, the main target first.

    Args:
        run: every fold of these seeds is done.
        train: the training rows, with their labels.
        seeds: as `Scores.seeds`; without any nothing is said.

    Raises:
        DamagedError: predictions are not what was written.
    """
    said = [run.predictions(job, "oof") for job in run.jobs(seeds)] if seeds else []
    if not said:
        return []
    place = {row: index for index, row in enumerate(train.ids)}
    rows = np.array([place[row] for part in said for row in part.ids], dtype=np.int64)
    kept = ~np.concatenate([part.flagged for part in said])
    jobs = np.repeat(np.arange(len(said)), [len(part.ids) for part in said])
    found: list[Advice] = []
    for target in sorted(said[0].outputs, key=lambda name: (name != run.spec.main, name)):
        kind, values = run.spec.targets[target].kind, train.targets[target].values[rows]
        if kind in JUDGED:
            # Of several values each is looked at by itself.
            known = kept if kind == "value" else kept & known_rows(kind, values)
            output = np.concatenate([part.outputs[target] for part in said])
            found += judge_target(run, target, values[known], output[known], jobs[known])
    return found

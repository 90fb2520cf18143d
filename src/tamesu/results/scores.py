"""Scores of a run: the metric over whole out-of-fold predictions, and over each fold with its spread."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tamesu.artifacts.competition import CODED
from tamesu.artifacts.dataset import Dataset, TargetValues, digest_target
from tamesu.artifacts.files import read_sealed, write_sealed, write_text
from tamesu.artifacts.predictions import Predictions
from tamesu.artifacts.run import Run
from tamesu.errors import DamagedError, Fault, InputError, Where
from tamesu.metrics import METRICS, score_rows


@dataclass(frozen=True, slots=True)
class FoldScore:
    """The metric on one job's validation rows; None when it is undefined there."""

    repeat: int
    fold: int
    seed: int
    rows: int
    score: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """What a run reached on its main target.

    Attributes:
        cv: the mean over (repeat, seed) of the metric over the whole OOF; None when undefined.
        oof: the metric over each whole OOF, by (repeat, seed) in the order trained.
        folds: the metric of every job.
        spread: standard deviation (n - 1) of the defined fold scores; None with fewer than two.
        standard_error: of `cv`: the spread over folds within one (repeat, seed), over the root of the folds, averaged.
        rows: rows scored in one OOF. `unreadable`: rows left out because their image could not be read.
        seeds: seeds that are complete and counted here.
        diverged: names of jobs whose loss stopped being a number.
    """

    metric: str
    greater_is_better: bool
    cv: float | None
    oof: list[float | None]
    folds: list[FoldScore]
    spread: float | None
    standard_error: float | None
    rows: int
    unreadable: int
    seeds: list[int]
    diverged: list[str]

    def sentence(self) -> str:
        """The result in one line.

        Examples:
            >>> Scores("accuracy", True, 0.9125, [0.9125], [], 0.02, 0.009, 400, 0, [0], []).sentence()
            'CV accuracy 0.9125 ± 0.0090 (standard error; spread over folds 0.0200; 400 rows)'
        """
        if self.cv is None:
            return f"CV {self.metric} undefined ({self.rows} rows)"
        error = "" if self.standard_error is None else f" ± {self.standard_error:.4f}"
        spread = "" if self.spread is None else f"standard error; spread over folds {self.spread:.4f}; "
        total = self.rows + self.unreadable
        rows = f"{self.rows} rows" if not self.unreadable else f"{self.rows} of {total} rows; {self.unreadable} unreadable"
        return f"CV {self.metric} {self.cv:.4f}{error} ({spread}{rows})"


def score_run(run: Run, train: Dataset) -> Scores:
    """Score every complete seed of a run.

    Args:
        run: at least one seed of it has all folds trained.
        train: the training rows, with their labels.

    Returns:
        The scores; `cv` is None when no seed is complete or the metric is undefined.

    Raises:
        DamagedError: a result is not what was written.
    """
    check_same_labels(run, train)
    metric = METRICS.build(run.spec.metric.name, run.spec.metric.options)
    seeds, place = run.complete_seeds(), {row: index for index, row in enumerate(train.ids)}
    whole, jobs, rows, unreadable = [], [], 0, 0
    for seed in seeds:
        for repeat in range(run.spec.repeats):
            oof = run.oof(repeat, seed)
            whole.append(score_predictions(metric, run, train.targets[run.spec.main], oof, place))
            rows, unreadable = int((~oof.flagged).sum()), int(oof.flagged.sum())
    for job in run.jobs(seeds):
        oof = run.predictions(job, "oof")
        score = score_predictions(metric, run, train.targets[run.spec.main], oof, place)
        jobs.append(FoldScore(job.repeat, job.fold, job.seed, len(oof.ids), score))
    diverged = [job.name for job in run.jobs(run.trained_seeds()) if run.state(job) == "diverged"]
    defined = [score for score in whole if score is not None]
    return Scores(
        metric=run.spec.metric.name,
        greater_is_better=metric.greater_is_better,
        cv=float(np.mean(defined)) if defined and len(defined) == len(whole) else None,
        oof=whole,
        folds=jobs,
        spread=sample_spread([job.score for job in jobs]),
        standard_error=estimate_error(jobs, run.spec.n_splits),
        rows=rows,
        unreadable=unreadable,
        seeds=seeds,
        diverged=diverged,
    )


def check_same_labels(run: Run, train: Dataset) -> None:
    """Refuse to judge a run by other labels or rows than it was trained on.

    Raises:
        InputError: RUN_OTHER_DATA.
    """
    for name, spec in run.spec.targets.items():
        target = train.targets.get(name)
        same = target is not None and (target.kind, list(target.labels)) == (spec.kind, spec.labels)
        told = run.spec.labels_digests.get(name)
        if not same or (told is not None and digest_target(train, name, run.folds.ids) != told):
            raise InputError(Fault("RUN_OTHER_DATA", "refuse", Where(run.name), {"target": name}))


def score_predictions(
    metric: Any, run: Run, target: TargetValues, predictions: Predictions, place: dict[str, int]
) -> float | None:
    """The metric on the readable rows of some predictions, joined to the labels by id; None when undefined."""
    kept = [index for index, flagged in enumerate(predictions.flagged) if not flagged]
    rows = np.array([place[predictions.ids[index]] for index in kept], dtype=np.int64)
    outputs = predictions.outputs[run.spec.main][np.array(kept, dtype=np.int64)]
    score = float(score_rows(metric, target.kind, target.values[rows], outputs, target.labels))
    return score if math.isfinite(score) else None


def sample_spread(scores: Sequence[float | None]) -> float | None:
    """The sample standard deviation of the defined scores; None with fewer than two.

    Examples:
        >>> round(sample_spread([0.90, 0.92, None]), 4)
        0.0141
    """
    defined = [score for score in scores if score is not None]
    return float(np.std(defined, ddof=1)) if len(defined) > 1 else None


def estimate_error(jobs: Sequence[FoldScore], n_splits: int) -> float | None:
    """Standard error of the CV score: the spread over the folds of one OOF over √folds, averaged over OOFs.

    Folds share training rows, so this is a little too small (Bengio and Grandvalet, JMLR 5, 2004).
    """
    errors = []
    for key in sorted({(job.repeat, job.seed) for job in jobs}):
        spread = sample_spread([job.score for job in jobs if (job.repeat, job.seed) == key])
        if spread is not None:
            errors.append(spread / math.sqrt(n_splits))
    return float(np.mean(errors)) if errors else None


def write_scores(run: Run, train: Dataset) -> Scores:
    """Score a run and write `scores.json` and `oof.csv` into its folder."""
    scores = score_run(run, train)
    write_text(run.path / "oof.csv", format_oof(run, train, scores.seeds))
    # Last: its being there, with all seeds in it, means that the run is scored.
    write_sealed(run.path / "scores.json", asdict(scores))
    return scores


def know_scores(run: Run, load: Callable[[], Dataset]) -> Scores:
    """The scores on the disk, or counted anew where these are missing or do not count every complete seed.

    Args:
        run: any.
        load: the training rows, when they are needed.

    Raises:
        DamagedError: results are not what was written.
    """
    try:
        scores = read_scores(run)
        if scores.seeds == run.complete_seeds():
            return scores
    except DamagedError:
        pass
    return score_run(run, load())


def read_scores(run: Run) -> Scores:
    """What `write_scores` wrote.

    Raises:
        DamagedError: the file is missing or not ours.
    """
    found = read_sealed(run.path / "scores.json")
    try:
        return Scores(**(found | {"folds": [FoldScore(**fold) for fold in found["folds"]]}))
    except (TypeError, KeyError) as error:
        raise DamagedError(f"{run.path / 'scores.json'}: {error}") from error


def format_oof(run: Run, train: Dataset, seeds: Sequence[int]) -> str:
    """The out-of-fold predictions as CSV: id, repeat, seed, fold, unreadable, and per target its truth and outputs."""
    place = {row: index for index, row in enumerate(train.ids)}
    jobs = run.jobs(seeds)
    names = sorted(run.predictions(jobs[0], "oof").outputs) if jobs else []
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    header = ["id", "repeat", "seed", "fold", "unreadable"]
    for name in names:
        labels = run.spec.targets[name].output_names
        header += [name, *(f"{name}:{label}" for label in labels)]
    writer.writerow(header)
    for job in jobs:
        oof = run.predictions(job, "oof")
        for index, row in enumerate(oof.ids):
            cells: list[Any] = [row, job.repeat, job.seed, job.fold, int(oof.flagged[index])]
            for name in names:
                cells += [say_truth(train.targets[name], place[row]), *(f"{v:.7g}" for v in oof.outputs[name][index])]
            writer.writerow(cells)
    return buffer.getvalue()


def say_truth(target: TargetValues, row: int) -> str:
    """A row's label as text; empty when it is missing."""
    value = target.values[row]
    if target.kind in CODED:
        return target.labels[int(value)] if value >= 0 else ""
    if target.kind == "multilabel":
        return " ".join(label for label, there in zip(target.labels, value, strict=True) if there == 1)
    if np.ndim(value):
        return " ".join("" if np.isnan(one) else f"{float(one):.7g}" for one in value)
    return "" if np.isnan(value) else f"{float(value):.10g}"


def format_predictions(run: Run, predictions: Predictions) -> str:
    """Predictions as CSV: id, unreadable, and one column per label or value of each target."""
    names = sorted(predictions.outputs)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    labels = {name: run.spec.targets[name].output_names for name in names}
    writer.writerow(["id", "unreadable", *(f"{name}:{label}" for name in names for label in labels[name])])
    for index, row in enumerate(predictions.ids):
        cells = [f"{value:.7g}" for name in names for value in predictions.outputs[name][index]]
        writer.writerow([row, int(predictions.flagged[index]), *cells])
    return buffer.getvalue()

"""Pairs: jobs of two runs that share repeat, fold and seed; nothing is compared that is not paired."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.files import read_sealed
from tamesu.artifacts.folds import FoldTable
from tamesu.artifacts.journal import read_journal
from tamesu.artifacts.predictions import Predictions
from tamesu.artifacts.run import Job, Run
from tamesu.artifacts.verdict import Pair
from tamesu.errors import DamagedError, Fault, InputError, Where
from tamesu.metrics import METRICS
from tamesu.results.scores import check_same_labels, score_predictions

Key = tuple[int, int, int]


@dataclass(slots=True)
class ScoredRun:
    """A run whose jobs are scored once each, from their predictions and the labels as they are now.

    Attributes:
        run: the run.
        train: the training rows, with their labels.
    """

    run: Run
    train: Dataset
    _place: dict[str, int] = field(default_factory=dict)
    _folds: FoldTable | None = None
    _scores: dict[Key, float | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_same_labels(self.run, self.train)
        self._place = {row: index for index, row in enumerate(self.train.ids)}
        self._folds = self.run.folds

    @property
    def folds(self) -> FoldTable:
        """The run's fold table."""
        assert self._folds is not None  # set when made
        return self._folds

    def job(self, key: Key) -> Job:
        """The job of a (repeat, fold, seed)."""
        repeat, fold, seed = key
        return Job(str(self.run.folder), self.run.name, repeat, fold, seed)

    def oof(self, key: Key) -> Predictions:
        """What a job said about the rows of its fold.

        Raises:
            InputError: COMPARE_ROWS, rows of the fold are missing or others are there.
            DamagedError: the job is not done, or its file is not what was written.
        """
        repeat, fold, _ = key
        said = self.run.predictions(self.job(key), "oof")
        wanted = {self.folds.ids[row] for row in self.folds.val_rows(repeat, fold)}
        if wanted != set(said.ids):
            missing = sorted(wanted - set(said.ids))
            values = {"job": self.job(key).name, "missing": len(missing), "rows": len(wanted), "first": (missing or ["-"])[0]}
            raise InputError(Fault("COMPARE_ROWS", "refuse", Where(self.run.name), values))
        return said

    def score(self, key: Key) -> float | None:
        """The metric on the job's readable rows; None when it is undefined there, or the job diverged.

        Raises:
            DamagedError: the job is not finished.
        """
        if key not in self._scores:
            if self.run.state(self.job(key)) == "diverged":
                self._scores[key] = None
            else:
                spec = self.run.spec
                metric = METRICS.build(spec.metric.name, spec.metric.options)
                target = self.train.targets[spec.main]
                self._scores[key] = score_predictions(metric, self.run, target, self.oof(key), self._place)
        return self._scores[key]

    def is_done(self, key: Key) -> bool:
        """Whether the job has come to an end, good or bad."""
        return self.run.state(self.job(key)) in ("done", "diverged")

    def seconds(self, key: Key) -> float:
        """How long the job trained and validated, as its journal says."""
        records = read_journal(self.run.job_path(self.job(key)) / "journal.jsonl").records
        return float(sum(record["seconds"] for record in records))


def pair_up(baseline: ScoredRun, idea: ScoredRun, keys: Iterable[Key]) -> tuple[list[Pair], list[str]]:
    """The pairs of some jobs, in the order given.

    Args:
        baseline: its jobs are done.
        idea: its jobs are done.
        keys: (repeat, fold, seed) of each.

    Returns:
        The pairs, and the names of jobs without a score on one of the two sides, which can be no pair.
    """
    sign = 1.0 if METRICS.build(baseline.run.spec.metric.name, baseline.run.spec.metric.options).greater_is_better else -1.0
    pairs, unscored = [], []
    for key in keys:
        before, after = baseline.score(key), idea.score(key)
        if before is None or after is None:
            unscored.append(idea.job(key).name)
            continue
        repeat, fold, seed = key
        gain = sign * (after - before)
        pairs.append(Pair(repeat=repeat, fold=fold, seed=seed, baseline=before, idea=after, gain=gain))
    return pairs, unscored


def check_comparable(baseline: Run, idea: Run) -> None:
    """Refuse two runs whose jobs are not pairs.

    Raises:
        InputError: COMPARE_FOLDS, COMPARE_TARGET, COMPARE_LABELS, COMPARE_METRIC, COMPARE_QUICK, COMPARE_IMAGES; all
            that apply.
    """
    a, b, other = baseline.spec, idea.spec, baseline.name
    found: list[tuple[str, dict[str, object]]] = []
    if a.folds_digest != b.folds_digest:
        found.append(("COMPARE_FOLDS", {"here": b.folds, "there": a.folds}))
    if a.main != b.main or a.targets.get(a.main) != b.targets.get(a.main):
        found.append(("COMPARE_TARGET", {"here": b.main, "there": a.main}))
    elif a.labels_digests.get(a.main) != b.labels_digests.get(b.main):
        found.append(("COMPARE_LABELS", {"target": a.main}))
    if a.metric != b.metric:
        found.append(("COMPARE_METRIC", {"here": b.metric.name, "there": a.metric.name}))
    if a.quick != b.quick:
        found.append(("COMPARE_QUICK", {}))
    if changed := other_images(baseline, idea):
        found.append(("COMPARE_IMAGES", {"count": len(changed), "first": changed[0]}))
    faults = [Fault(code, "refuse", Where(idea.name), {"other": other, **values}) for code, values in found]
    if faults:
        raise InputError(faults)


def other_images(baseline: Run, idea: Run) -> list[str]:
    """Training rows whose image is not the same file in both runs; none when one of them does not say."""
    try:
        before, after = read_sealed(baseline.path / "data.json"), read_sealed(idea.path / "data.json")
    except DamagedError:
        return []
    old, new = before.get("train", {}), after.get("train", {})
    return sorted(row for row in old.keys() & new.keys() if old[row] != new[row])


def common_keys(baseline: ScoredRun, idea: ScoredRun) -> list[Key]:
    """The (repeat, fold, seed) that are done in both runs, seed by seed."""
    seeds = sorted(set(baseline.run.trained_seeds()) & set(idea.run.trained_seeds()))
    keys = [(job.repeat, job.fold, job.seed) for job in baseline.run.jobs(seeds)]
    return [key for key in keys if baseline.is_done(key) and idea.is_done(key)]


def row_share(folds: FoldTable, keys: Sequence[Key]) -> float:
    """Validation rows over training rows, averaged over the folds of some pairs: what correlates their gains.

    Examples:
        >>> table = FoldTable(tuple("abcd"), np.array([[0], [0], [1], [1]]), n_splits=2)
        >>> row_share(table, [(0, 0, 0), (0, 1, 0)])
        1.0
    """
    shares = []
    for repeat, fold in sorted({(repeat, fold) for repeat, fold, _ in keys}):
        shares.append(len(folds.val_rows(repeat, fold)) / max(1, len(folds.train_rows(repeat, fold))))
    return float(np.mean(shares))

"""The noise floor: how much a run's score moves when nothing but the seed changes, at fixed folds.

Measured once on the baseline (`tamesu try --noise`), kept beside it as `noise.json`, used by every verdict against it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from tamesu.artifacts.files import read_sealed, write_sealed
from tamesu.artifacts.run import Run
from tamesu.errors import DamagedError

FILE = "noise.json"

# Gains within a quarter of what the seed does are the same for all practical purposes.
ROPE_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Noise:
    """How much seeds move a run's scores.

    Attributes:
        metric: what was scored.
        job: standard deviation of one job's score over seeds, pooled over folds.
        cv: of the CV score (the mean over all folds and repeats) over seeds.
        df: degrees of freedom behind both: seeds less one, summed over folds.
        seeds: which were looked at.
    """

    metric: str
    job: float
    cv: float
    df: int
    seeds: list[int]

    @property
    def rope(self) -> float:
        """The region of practical equivalence that follows: gains within ± this are the same for all practical purposes."""
        return ROPE_SHARE * self.cv


def measure_noise(metric: str, scores: Mapping[tuple[int, int], Sequence[float]], seeds: Sequence[int]) -> Noise | None:
    """The noise that scores of some folds under several seeds show.

    Args:
        metric: its name.
        scores: by (repeat, fold): the score of each seed.
        seeds: which they were.

    Returns:
        The noise; None when no fold has two seeds.

    Source: the pooled standard deviation. Seeds of different folds are independent trainings, so the mean over n folds varies
        with 1 / √n of a job's spread.

    Examples:
        >>> found = measure_noise("accuracy", {(0, 0): [0.90, 0.92], (0, 1): [0.80, 0.84]}, [0, 1])
        >>> round(found.job, 4), round(found.cv, 4), found.df
        (0.0224, 0.0158, 2)
    """
    squares, df = 0.0, 0
    for values in scores.values():
        if len(values) > 1:
            squares += float(np.var(values, ddof=1)) * (len(values) - 1)
            df += len(values) - 1
    if not df:
        return None
    job = math.sqrt(squares / df)
    return Noise(metric, job, job / math.sqrt(len(scores)), df, list(seeds))


def write_noise(run: Run, noise: Noise) -> None:
    """Keep what was measured beside the run."""
    write_sealed(run.path / FILE, asdict(noise))


def read_noise(run: Run) -> Noise | None:
    """What was measured for the run's metric; None when it was not, or the file is damaged: it can be measured again."""
    try:
        found = Noise(**read_sealed(run.path / FILE))
    except (DamagedError, TypeError):
        return None
    return found if found.metric == run.spec.metric.name else None

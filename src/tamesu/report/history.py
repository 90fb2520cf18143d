"""The jobs' journals as arrays over epochs, and what their losses say about over-fitting."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from tamesu.artifacts.run import Job, Run
from tamesu.results.overfitting import harms_by_rising, is_by_heart
from tamesu.results.term_curves import read_records, tabulate

# A rise or fall of the mean loss smaller than this share of the loss is called level.
NOTICEABLE = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """What the journals of some jobs say; every array is float64 (jobs, epochs), NaN where nothing is known.

    Attributes:
        jobs: names of the jobs that have finished an epoch.
        train_loss, val_loss: by head.
        val_score: the main metric on the job's validation rows.
        learning_rate: at the end of the epoch.
        grad_norm, clipped: the gradient's mean norm on the steps measured, and the share of these that was clipped.
        seconds, train_seconds: of the whole epoch, and of its training part.
        peak_memory_mib: the most memory used up to then.
        damaged: names of jobs whose journal has lines that are not whole.
    """

    jobs: tuple[str, ...]
    train_loss: Mapping[str, Float[np.ndarray, "jobs epochs"]]
    val_loss: Mapping[str, Float[np.ndarray, "jobs epochs"]]
    val_score: Float[np.ndarray, "jobs epochs"]
    learning_rate: Float[np.ndarray, "jobs epochs"]
    grad_norm: Float[np.ndarray, "jobs epochs"]
    clipped: Float[np.ndarray, "jobs epochs"]
    seconds: Float[np.ndarray, "jobs epochs"]
    train_seconds: Float[np.ndarray, "jobs epochs"]
    peak_memory_mib: Float[np.ndarray, "jobs epochs"]
    damaged: tuple[str, ...]


def read_history(run: Run, jobs: Sequence[Job]) -> History:
    """The journals of the jobs that have finished at least one epoch. Nothing on disk changes."""
    found, damaged = read_records(run, jobs)
    heads = list(run.recipe.heads)
    return History(
        jobs=tuple(found),
        train_loss={name: tabulate(found, "train_loss", name) for name in heads},
        val_loss={name: tabulate(found, "val_loss", name) for name in heads},
        val_score=tabulate(found, "val_score"),
        learning_rate=tabulate(found, "learning_rate"),
        grad_norm=tabulate(found, "grad_norm", "mean"),
        clipped=tabulate(found, "grad_norm", "clipped"),
        seconds=tabulate(found, "seconds"),
        train_seconds=tabulate(found, "train_seconds"),
        peak_memory_mib=tabulate(found, "peak_memory_mib"),
        damaged=tuple(damaged),
    )


def mean_over_jobs(values: Float[np.ndarray, "jobs epochs"]) -> Float[np.ndarray, " epochs"]:
    """The mean over the jobs that have reached each epoch; NaN where none has."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # an epoch that no job knows is NaN, which is what we want
        return np.asarray(np.nanmean(values, axis=0))


@dataclass(frozen=True, slots=True)
class Trend:
    """How a target's validation loss went.

    Attributes:
        kind: `overfitting`: it rises since `epoch` while the training loss falls; `by_heart`: it ends far above a training
            loss that is nearly gone; `falling`: it still fell at the end; `level`: none of these.
        epoch: the epoch (from 1) with the lowest of these validation losses.
        val, train: loss at that epoch and at the last one, of the middle job for the first two, else the mean over jobs.
    """

    kind: Literal["overfitting", "by_heart", "falling", "level"]
    epoch: int
    val: tuple[float, float]
    train: tuple[float, float]


def find_trend(
    train: Float[np.ndarray, "jobs epochs"], val: Float[np.ndarray, "jobs epochs"], blank_loss: float | None = None
) -> Trend | None:
    """What training and validation loss say, over the jobs that reached the last epoch.

    What is over-fitting `tamesu.results.overfitting` judges on the middle job of each epoch, as it does for `explain`. A
    smaller rise is told by nothing when it is more than 2 % of the loss and more than twice its standard error over jobs.

    Args:
        train: training loss of each job and epoch.
        val: validation loss of the same.
        blank_loss: the loss of knowing nothing; the first epoch's training loss when None.

    Returns:
        The trend; None with fewer than three epochs, no whole curve, or a rise that is no over-fitting (small, only in
        the last epoch, or together with the training loss).

    Examples:
        >>> down, bowl = np.array([[3.0, 2.0, 1.0, 0.5, 0.2]]), np.array([[3.0, 2.0, 1.8, 2.2, 2.9]])
        >>> find_trend(down, bowl)
        Trend(kind='overfitting', epoch=3, val=(1.8, 2.9), train=(1.0, 0.2))
        >>> find_trend(down, down).kind
        'falling'
    """
    whole = np.isfinite(train).all(axis=1) & np.isfinite(val).all(axis=1)
    if val.shape[1] < 3 or not whole.any():
        return None
    train, val = train[whole], val[whole]
    mean_val, mean_train = val.mean(axis=0), train.mean(axis=0)
    mid_train, mid_val = np.median(train, axis=0), np.median(val, axis=0)
    lowest = int(np.argmin(mean_val))
    rises = val[:, -1] - val[:, lowest]
    noise = 2 * float(np.std(rises, ddof=1)) / np.sqrt(len(rises)) if len(rises) > 1 else 0.0
    scale = NOTICEABLE * abs(float(mean_val[lowest]))
    kind: Literal["overfitting", "by_heart", "falling", "level"] = "level"
    curves = (mid_train, mid_val, float(mid_train[0]) if blank_loss is None else blank_loss)
    if (harms := harms_by_rising(*curves)) or is_by_heart(*curves):
        kind, lowest, mean_val, mean_train = "overfitting" if harms else "by_heart", int(mid_val.argmin()), mid_val, mid_train
    elif rises.mean() > max(noise, scale):
        return None
    elif lowest == val.shape[1] - 1 and mean_val[-3] - mean_val[-1] > scale:
        kind = "falling"
    return Trend(
        kind,
        lowest + 1,
        (float(mean_val[lowest]), float(mean_val[-1])),
        (float(mean_train[lowest]), float(mean_train[-1])),
    )

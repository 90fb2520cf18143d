"""Evidence made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tamesu.results.averaged import Averaged
from tamesu.results.diagnosis.evidence import Curves, Evidence


def make_evidence(
    truth: Sequence[int] | np.ndarray,
    probs: np.ndarray,
    *,
    train: Sequence[float] = (1.0, 0.5, 0.3),
    val: Sequence[float] = (1.0, 0.6, 0.5),
    score: Sequence[float] | None = None,
    fold: np.ndarray | None = None,
    kind: str = "class",
    labels: Sequence[str] | None = None,
    loss: str = "cross_entropy",
    diverged: dict[str, int] | None = None,
    odd_val: Sequence[float] | None = None,
) -> Evidence:
    """Five jobs with the same curves (`odd_val`: the last one's own), and predictions of rows dealt out over five folds."""
    truth = np.asarray(truth)
    rows, jobs = len(truth), 5
    names = tuple(labels) if labels is not None else tuple(f"c{place}" for place in range(probs.shape[1]))
    many = np.tile(np.asarray(val, np.float64), (jobs, 1))
    if odd_val is not None:
        many[-1] = odd_val
    curves = Curves(
        jobs=tuple(f"r0-f{number}-s0" for number in range(jobs)),
        train_loss=np.tile(np.asarray(train, np.float64), (jobs, 1)),
        val_loss=many,
        val_score=np.tile(np.asarray(score if score is not None else np.full(len(train), 0.5), np.float64), (jobs, 1)),
    )
    said = Averaged(kind, names, np.arange(rows), truth, np.asarray(probs, np.float64), np.ones(rows, np.int64))
    return Evidence(said, np.arange(rows) % 5 if fold is None else fold, loss, curves, len(train), diverged or {})


def answer(truth: np.ndarray, classes: int, wrong: np.ndarray | Sequence[int] = (), sure: float = 0.9) -> np.ndarray:
    """Probabilities that tell every row rightly with `sure`, but for some rows, which are told the next class."""
    told = np.asarray(truth).copy()
    told[np.asarray(wrong, np.int64)] = (told[np.asarray(wrong, np.int64)] + 1) % classes
    probs = np.full((len(told), classes), (1 - sure) / (classes - 1))
    probs[np.arange(len(told)), told] = sure
    return probs

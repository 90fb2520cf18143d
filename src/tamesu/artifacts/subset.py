"""Some of a dataset's rows: the few that a quick look trains on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tamesu.artifacts.dataset import Dataset

QUICK_ROWS = 400


def choose_quick_rows(train: Dataset, main: str) -> np.ndarray:
    """About `QUICK_ROWS` rows, the same ones every time: by a hash of the id, classes in their proportion.

    Two of every class at least, so there are more where there are many classes.
    """
    if len(train) <= QUICK_ROWS:
        return np.arange(len(train))
    draws = np.array([int(hashlib.sha256(row.encode()).hexdigest()[:15], 16) for row in train.ids])
    target = train.targets[main]
    if target.kind not in ("class", "identity", "ordinal"):
        return np.sort(np.argsort(draws)[:QUICK_ROWS])
    kept = []
    for code in np.unique(target.values):
        rows = np.flatnonzero(target.values == code)
        count = max(min(2, len(rows)), round(QUICK_ROWS * len(rows) / len(train)))
        kept.append(rows[np.argsort(draws[rows])[:count]])
    return np.sort(np.concatenate(kept))


def take_rows(dataset: Dataset, rows: np.ndarray) -> Dataset:
    """The same dataset with some of its rows only."""

    def take(values: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(values[index] for index in rows)

    return replace(
        dataset,
        ids=take(dataset.ids),
        paths=take(dataset.paths),
        targets={name: replace(target, values=target.values[rows]) for name, target in dataset.targets.items()},
        groups=None if dataset.groups is None else dataset.groups[rows],
        columns={name: take(cells) for name, cells in dataset.columns.items()},
        lines=take(dataset.lines),
    )

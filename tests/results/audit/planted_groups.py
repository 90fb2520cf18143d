"""Rows with groups planted into them: pictures of one thing share a pattern, and the classes are spread over the groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from tests.results.audit.made import make_data

from tamesu.results.audit.data import AuditData

LABELS = ("猫", "犬", "鳥")
D = 1024


def make_groups(count: int, size: int) -> NDArray[np.int64]:
    """`count` groups of `size` rows, one after the other."""
    return np.repeat(np.arange(count), size)


def class_of_groups(groups: ArrayLike, classes: int = 3, seed: int = 0) -> NDArray[np.int64]:
    """One class for all rows of a group, drawn so that every class has groups enough."""
    numbers = np.asarray(groups)
    count = int(numbers.max()) + 1
    return np.random.default_rng([seed, 7]).permutation(np.arange(count) % classes)[numbers]


def draw_likeness(groups: ArrayLike, noise: float = 0.7, seed: int = 0) -> NDArray[np.int8]:
    """Likeness codes: the pattern of the group and noise of so many times its size; cosines of 1 / (1 + noise²) in a group."""
    numbers = np.asarray(groups)
    random = np.random.default_rng([seed, 3])
    patterns = random.normal(0.0, 1.0, (int(numbers.max()) + 1, D))
    found = patterns[numbers] + random.normal(0.0, noise, (len(numbers), D))
    found = (found - found.mean(1, keepdims=True)) / found.std(1, keepdims=True)
    return np.clip(np.round(32 * found), -127, 127).astype(np.int8)


def plant(
    names: Sequence[str],
    groups: ArrayLike,
    *,
    codes: ArrayLike | None = None,
    alike: bool = True,
    features: bool = False,
    noise: float = 0.7,
    seed: int = 0,
    train: int | None = None,
    **more: Any,
) -> AuditData:
    """Rows with such names, in random order within train and within test.

    Args:
        names: of all rows.
        groups: of all rows, the truth.
        codes: of the training rows; by group when None.
        alike: whether pictures of one group look alike.
        features: whether 64 features of a network tell the groups apart.
        noise: see `draw_likeness`.
        seed: of all that is drawn.
        train: rows of train; all when None.
        more: see `make_data`.
    """
    numbers, n = np.asarray(groups), len(names)
    train = n if train is None else train
    random = np.random.default_rng([seed, 5])
    order = np.concatenate([random.permutation(train), train + random.permutation(n - train)])
    labels = class_of_groups(numbers, seed=seed)[:train] if codes is None else np.asarray(codes)
    likeness = draw_likeness(numbers if alike else np.arange(n), noise, seed)
    if features:
        patterns = random.normal(0.0, 1.0, (int(numbers.max()) + 1, 64))
        told = patterns[numbers] + random.normal(0.0, 0.2, (n, 64))
        more["features"] = told[order].astype(np.float32)
    for part in more.get("columns", {}).values():
        for name, cells in part.items():
            inside = order[:train] if len(cells) == train else order
            part[name] = [cells[place] for place in inside]
    for name in ("taken", "cameras"):
        if name in more:
            more[name] = np.asarray(more[name])[order]
    return replace(
        make_data(
            n,
            train,
            labels=LABELS,
            codes=labels[order[:train]],
            names=[names[place] for place in order],
            seed=seed,
            likeness=likeness[order],
            **more,
        ),
        paths=tuple(f"{names[place]}.jpg" for place in order),
    )


def truth_of(data: AuditData, names: Sequence[str], groups: ArrayLike) -> NDArray[np.int64]:
    """The planted groups in the order of the training rows."""
    known = dict(zip(names, np.asarray(groups).tolist(), strict=True))
    return np.array([known[row] for row in data.ids[: data.train_rows]])


def pairwise_f1(found: ArrayLike, truth: ArrayLike) -> float:
    """F1 over all pairs of rows: whether they are in one group."""
    a, b = np.asarray(found), np.asarray(truth)
    upper = np.triu_indices(len(a), 1)
    told, true = (a[:, None] == a)[upper], (b[:, None] == b)[upper]
    return float(2 * (told & true).sum() / (told.sum() + true.sum()))

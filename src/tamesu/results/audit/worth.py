"""What a leak is worth: the CV of cheap features on random folds beside that on folds which keep groups together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tamesu.results.audit.probe import probe_classes, probe_values
from tamesu.splitters.strata import assign_folds

N_SPLITS = 5
REPEATS = 3
DRAWS = 2000
# Fewer groups than this say nothing about a difference.
LEAST_GROUPS = 5
# Rows that are enough for a difference of CV, and seconds however many there are.
MOST_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Worth:
    """Two CV figures and their difference.

    Attributes:
        random: accuracy on random folds, or R² for values.
        grouped: the same on folds that keep groups together.
        low: of the difference `random - grouped`, the 2.5 % quantile over groups drawn anew.
        high: the 97.5 % quantile.
        rows: how many rows were judged.
        metric: `accuracy` or `R2`.
    """

    random: float
    grouped: float
    low: float
    high: float
    rows: int
    metric: str

    @property
    def difference(self) -> float:
        """How much random folds flatter."""
        return self.random - self.grouped


def measure_worth(
    features: NDArray[np.floating], target: NDArray[np.generic], groups: NDArray[np.int64], classes: int, seed: int = 0
) -> Worth | None:
    """The CV of a linear probe on random and on grouped folds; None where groups or classes are too few, or the target is text.

    Args:
        features: (rows, d); rows with a NaN are left out.
        target: codes (rows,), below 0 where not known, or values (rows, width) when `classes` is 0.
        groups: of each row, (rows,).
        classes: how many there are; 0 for values.
        seed: of folds and draws.

    Returns:
        Rows of a class that lies in a single group are left out: no grouped fold could know it.
    """
    if classes:
        codes = np.asarray(target, np.int64)
        used = np.isfinite(features).all(1) & (codes >= 0)
        pairs = np.unique(np.stack([codes[used], groups[used]]), axis=1)
        used &= np.isin(codes, np.flatnonzero(np.bincount(pairs[0], minlength=classes) > 1))
        judged: NDArray[np.generic] = codes[used]
    else:
        if not np.issubdtype(target.dtype, np.number):
            return None
        values = np.asarray(target, np.float64).reshape(len(groups), -1)
        used = np.isfinite(features).all(1) & np.isfinite(values).all(1)
        judged = values[used]
    own = np.unique(groups[used], return_inverse=True)[1]
    if own.max(initial=-1) + 1 < LEAST_GROUPS or (classes and len(np.unique(judged)) < 2):
        return None
    x = features[used]
    errors = []
    for repeat in range(REPEATS):
        random, kept = make_folds(judged if classes else None, own, seed + repeat)
        errors.append([judge_rows(x, judged, folds, classes) for folds in (random, kept)])
    by_row = np.mean(errors, axis=0)
    low, high = draw_groups(by_row[1] - by_row[0], own, np.random.default_rng(seed))
    return Worth(
        float(1.0 - by_row[0].mean()),
        float(1.0 - by_row[1].mean()),
        low,
        high,
        int(used.sum()),
        "accuracy" if classes else "R2",
    )


def sample_groups(groups: NDArray[np.int64], usable: NDArray[np.int64], seed: int, most: int = MOST_ROWS) -> NDArray[np.int64]:
    """Rows of whole groups, drawn at random until there are `most`; all usable rows where there are no more.

    Args:
        groups: of all rows, (rows,).
        usable: rows that may be taken, int64.
        seed: of the order of groups.
        most: rows; the last group may go a little beyond.

    Returns:
        Rows in their order, int64.

    Examples:
        >>> len(sample_groups(np.arange(100) // 2, np.arange(100), 0, most=10))
        10
    """
    if len(usable) <= most:
        return usable
    own = np.unique(groups[usable], return_inverse=True)[1]
    place = np.random.default_rng(seed).permutation(int(own.max()) + 1)
    order = np.argsort(place[own], kind="stable")
    last = own[order[most - 1]]
    taken = order[: max(most, int(np.flatnonzero(own[order] == last)[-1]) + 1)]
    return np.sort(usable[taken])


def make_folds(
    codes: NDArray[np.generic] | None, groups: NDArray[np.int64], seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Random folds and grouped ones, both stratified where there are classes."""
    from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

    count = min(N_SPLITS, int(groups.max()) + 1)
    common = {"shuffle": True, "random_state": seed}
    strata = np.zeros(len(groups), np.int64) if codes is None else codes.astype(np.int64)
    if codes is not None and np.bincount(strata).max() >= count:
        random, kept = StratifiedKFold(count, **common), StratifiedGroupKFold(count, **common)
    else:
        random, kept = KFold(count, **common), GroupKFold(count, **common)
        strata = np.zeros(len(groups), np.int64)
    folds = assign_folds(random, strata, count), assign_folds(kept, strata, count, groups)
    return folds[0].astype(np.int64), folds[1].astype(np.int64)


def judge_rows(
    x: NDArray[np.floating], target: NDArray[np.generic], folds: NDArray[np.int64], classes: int
) -> NDArray[np.float64]:
    """The error of each row: 1 for a wrong class, or the squared error over the variance; its mean is 1 minus the score."""
    if classes:
        codes = target.astype(np.int64)
        return np.asarray(probe_classes(x, codes, folds, classes).argmax(1) != codes, np.float64)
    values = target.astype(np.float64)
    spread = np.maximum(values.var(0), 1e-12)
    return np.asarray((((probe_values(x, values, folds) - values) ** 2) / spread).mean(1))


def draw_groups(
    differences: NDArray[np.float64], groups: NDArray[np.int64], random: np.random.Generator
) -> tuple[float, float]:
    """The 95 % interval of a mean over rows, with whole groups drawn anew.

    Source: Field and Welsh, Bootstrapping clustered data, JRSS B 69 (2007).
    """
    sums = np.asarray(np.bincount(groups, differences), np.float64)
    sizes = np.bincount(groups).astype(np.float64)
    count = len(sizes)
    means = np.empty(DRAWS)
    for draw in range(DRAWS):
        times = np.bincount(random.integers(0, count, count), minlength=count)
        means[draw] = float(times @ sums) / max(float(times @ sizes), 1.0)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)

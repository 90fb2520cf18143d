"""Which rows look alike: likeness above what strangers of the same kind reach."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Shares of random pairs that look less alike. Where groups are few and large, many random pairs are no strangers: only a low
# level lies below all pairs of a group. Of small groups the highest tells most.
LEVELS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
DRAWS = 20_000
# Fewer pairs than this tell no 99 % quantile; such a class is judged by those of all classes.
LEAST_PAIRS = 300
# Of all classes together, about so many; a competition of faces has thousands of classes.
MOST_PAIRS = 400_000


class Alike:
    """Answers for pairs of rows whether they look alike.

    Rows of one class are alike anyway, so what counts is likeness beyond that of random pairs of the class, and, for rows of
    different classes, beyond that of random pairs of different classes.

    Args:
        codes: int8 (rows, d), see `Facts.likeness`.
        classes: int64 (rows,); all equal where there are none.
        seed: of the random pairs.

    Attributes:
        levels: what to ask for: quantiles of strangers.
        classes: as given.
    """

    levels = LEVELS

    def __init__(self, codes: NDArray[np.int8], classes: NDArray[np.int64], seed: int = 0) -> None:
        self.codes, self.classes, self._lengths = codes, classes, measure_lengths(codes)
        random = np.random.default_rng(seed)
        a = random.integers(0, len(codes), DRAWS)
        b = random.integers(0, len(codes), DRAWS)
        a, b = a[a != b], b[a != b]
        likeness, same = self.measure(a, b), classes[a] == classes[b]
        inner_a, inner_b = draw_within(classes, random)
        inner = self.measure(inner_a, inner_b)
        # Pairs come class by class.
        starts = np.flatnonzero(np.diff(classes[inner_a], prepend=np.iinfo(np.int64).min))
        by_class = np.split(inner, starts[1:])
        self._between = {level: quantile(likeness[~same], level) for level in LEVELS}
        self._within = {level: np.zeros(int(classes.max(initial=0)) + 2) for level in LEVELS}
        for level in LEVELS:
            self._within[level][:] = quantile(inner, level)
            for number, own in zip(classes[inner_a[starts]].tolist(), by_class, strict=False):
                if len(own) >= LEAST_PAIRS:
                    self._within[level][number] = quantile(own, level)

    def __call__(
        self, a: NDArray[np.int64], b: NDArray[np.int64], level: float, likeness: NDArray[np.float32] | None = None
    ) -> NDArray[np.bool_]:
        """Whether rows `a` look like rows `b`, (pairs,).

        Args:
            a: the first of each pair.
            b: the second.
            level: one of `levels`.
            likeness: from `measure`, when several levels are asked for.
        """
        limits = np.where(self.classes[a] == self.classes[b], self._within[level][self.classes[a]], self._between[level])
        return np.asarray((self.measure(a, b) if likeness is None else likeness) > limits)

    def measure(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine of pairs of rows, (pairs,)."""
        return measure_cosine(self.codes, a, b, self._lengths)


def measure_lengths(codes: NDArray[np.int8]) -> NDArray[np.float32]:
    """The Euclidean length of each row, (rows,)."""
    found = np.zeros(len(codes), np.float32)
    for start in range(0, len(codes), 4096):
        x = codes[start : start + 4096].astype(np.float32)
        found[start : start + 4096] = np.sqrt(np.einsum("ij,ij->i", x, x))
    return found


def measure_cosine(
    codes: NDArray[np.int8], a: NDArray[np.int64], b: NDArray[np.int64], lengths: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """The cosine of pairs of rows, (pairs,); 0 where a row is all 0.

    Args:
        codes: int8 (rows, d).
        a: the first of each pair.
        b: the second.
        lengths: of all rows, from `measure_lengths`, where many pairs are asked for.

    Examples:
        >>> measure_cosine(np.array([[3, 4], [4, 3], [0, 0]], np.int8), np.array([0, 0]), np.array([1, 2])).tolist()
        [0.9599999785423279, 0.0]
    """
    found = np.zeros(len(a), np.float32)
    for start in range(0, len(a), 4096):
        part = slice(start, start + 4096)
        x, y = codes[a[part]].astype(np.float32), codes[b[part]].astype(np.float32)
        if lengths is None:
            length = np.sqrt(np.einsum("ij,ij->i", x, x) * np.einsum("ij,ij->i", y, y))
        else:
            length = lengths[a[part]] * lengths[b[part]]
        found[part] = np.divide(np.einsum("ij,ij->i", x, y), length, out=np.zeros(len(x), np.float32), where=length > 0)
    return found


def draw_within(classes: NDArray[np.int64], random: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Random pairs of different rows of one class, class by class, as many of each as there is use for."""
    a, b = [], []
    order = np.argsort(classes, kind="stable")
    by_class = np.split(order, np.flatnonzero(np.diff(classes[order])) + 1)
    most = min(4000, max(2 * LEAST_PAIRS, MOST_PAIRS // len(by_class)))
    for rows in by_class:
        count = min(most, len(rows) * (len(rows) - 1))
        x, y = random.integers(0, len(rows), count), random.integers(0, len(rows), count)
        a.append(rows[x[x != y]])
        b.append(rows[y[x != y]])
    return np.concatenate(a), np.concatenate(b)


def quantile(values: NDArray[np.float32], level: float) -> float:
    """A quantile; 2, which no cosine reaches, where there are no values."""
    return float(np.quantile(values, level)) if len(values) else 2.0

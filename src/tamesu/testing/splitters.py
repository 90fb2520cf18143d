"""The contract of a splitter, as a test class: subclass it, say which part, and pytest does the rest.

from tamesu.testing.splitters import SplitterContract

class TestMine(SplitterContract):
    part = MySplitter
    options = {"n_splits": 3}
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from tamesu.splitters import SplitRows, Splitter
from tamesu.splitters.faults import spread_of


def make_rows(kind: str = "class", rows: int = 120, seed: int = 0) -> SplitRows:
    """Rows in random order with classes of unequal size, 24 groups of one class each, a time and a given fold.

    Args:
        kind: of the target: `class` (4 labels), `multilabel` (4 labels) or `value`.
        rows: how many.
        seed: of everything random.

    Examples:
        >>> rows = make_rows("class")
        >>> len(rows), sorted(rows.columns), rows.labels
        (120, ['fold', 'time'], ('ant', 'bee', 'cat', '犬'))
    """
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 24, rows)
    labels = ("ant", "bee", "cat", "犬")
    # Groups 0-11 are ants, 12-17 bees, 18-21 cats, 22-23 dogs.
    code = np.digitize(group, [12, 18, 22])
    target = {
        "class": code,
        "multilabel": (rng.random((rows, 4)) < [0.5, 0.3, 0.2, 0.1]).astype(np.int64),
        "value": code * 10.0 + rng.normal(size=rows),
    }[kind]
    order = rng.permutation(rows)
    return SplitRows(
        ids=tuple(f"{i:04}" for i in order),
        kind=kind,  # type: ignore[arg-type]
        target=target,
        labels=() if kind == "value" else labels,
        groups=np.array([f"group {g:02}" for g in group]),
        columns={"time": [f"2026-11-{1 + i % 28:02}" for i in order], "fold": [str(i % 5) for i in order]},
        lines=tuple(range(2, rows + 2)),
        file="train.csv",
    )


class SplitterContract:
    """What must be true of every splitter. Subclass it in a test module.

    Attributes:
        part: the class under test.
        options: its options.
        sizes_within: the largest fold may hold this many times the rows of the smallest; None where folds are given.
    """

    part: type
    options: Mapping[str, Any] = {}
    sizes_within: float | None = 2.0

    def build(self) -> Splitter:
        """The part under test."""
        splitter: Splitter = self.part(**self.options)
        return splitter

    def kinds(self) -> list[str]:
        """The kinds of target it says it can split."""
        return sorted(self.build().kinds)

    def split(self, rows: SplitRows, seed: int = 1) -> np.ndarray:
        """Folds by id, in the order of ids, with warnings as errors."""
        order = sorted(range(len(rows)), key=lambda i: rows.ids[i])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return self.build().split(rows.take(order), seed)

    def test_every_row_is_in_one_fold(self) -> None:
        """Folds 0 … k - 1, none of them empty; -1 only where training goes forward in time."""
        for kind in self.kinds():
            folds = self.split(make_rows(kind))
            assert folds.dtype == np.int32
            assert folds.shape == (120,)
            lowest = -1 if self.build().ordered else 0
            assert np.unique(folds).tolist() == list(range(lowest, folds.max() + 1))
            assert folds.max() >= 1

    def test_n_splits_is_kept(self) -> None:
        """As many folds as `n_splits` says, where it has one."""
        n_splits = getattr(self.build(), "n_splits", None)
        for kind in self.kinds():
            assert n_splits in (None, self.split(make_rows(kind)).max() + 1)

    def test_groups_are_never_shared(self) -> None:
        """A splitter that needs groups keeps them whole, also when groups hold several classes."""
        if not self.build().needs_groups:
            return
        for kind in self.kinds():
            for rows in (make_rows(kind), make_rows(kind).take(np.arange(0, 120, 2))):
                order = sorted(range(len(rows)), key=lambda i: rows.ids[i])
                assert rows.groups is not None
                names, group = np.unique(rows.groups[order], return_inverse=True)
                assert not spread_of(group, self.split(rows), len(names)).any()

    def test_same_seed_same_folds(self) -> None:
        """The seed decides."""
        for kind in self.kinds():
            assert np.array_equal(self.split(make_rows(kind)), self.split(make_rows(kind)))

    def test_other_seed_other_folds(self) -> None:
        """Another seed gives another split, or the part says that it is deterministic."""
        for kind in self.kinds():
            same = np.array_equal(self.split(make_rows(kind), 1), self.split(make_rows(kind), 2))
            assert same == self.build().deterministic

    def test_global_random_state_is_left_alone(self) -> None:
        """Nothing is drawn from NumPy's global generator."""
        before = np.random.get_state(legacy=False)
        for kind in self.kinds():
            self.split(make_rows(kind))
        assert str(before) == str(np.random.get_state(legacy=False))

    def test_sizes_are_sensible(self) -> None:
        """No fold is much larger than another."""
        if self.sizes_within is None:
            return
        for kind in self.kinds():
            folds = self.split(make_rows(kind))
            sizes = np.bincount(folds[folds >= 0])
            assert sizes.max() <= self.sizes_within * sizes.min()

    def test_rare_and_missing_labels_are_no_obstacle(self) -> None:
        """Classes of one row, and rows without a label, are split like the rest, without a warning."""
        for kind in self.kinds():
            rows = make_rows(kind)
            target = rows.target.copy()
            target[:3] = np.nan if kind == "value" else -1
            if kind == "class":
                target[3:6] = [4, 5, 6]
            labels = (*rows.labels, "x", "y", "z") if kind == "class" else rows.labels
            odd = SplitRows(rows.ids, rows.kind, target, labels, rows.groups, rows.columns, rows.lines, rows.file)
            assert (self.split(odd) >= (-1 if self.build().ordered else 0)).all()

    def test_every_class_rare_is_no_obstacle(self) -> None:
        """More classes than can be in every fold."""
        if "class" not in self.kinds():
            return
        rows = make_rows("class")
        labels = tuple(f"c{i}" for i in range(60))
        odd = SplitRows(rows.ids, "class", np.arange(120) // 2, labels, rows.groups, rows.columns, rows.lines, rows.file)
        assert self.split(odd).max() >= 1

    def test_japanese_text_is_no_obstacle(self) -> None:
        """Ids and groups in any script."""
        for kind in self.kinds():
            rows = make_rows(kind)
            ids = tuple(f"画像{i}" for i in rows.ids)
            groups = np.array([f"患者{g}" for g in rows.groups]) if rows.groups is not None else None
            named = SplitRows(ids, rows.kind, rows.target, rows.labels, groups, rows.columns, rows.lines, rows.file)
            assert np.array_equal(self.split(named), self.split(rows))

"""The few rows of a quick look."""

from __future__ import annotations

import hashlib
from typing import Literal

import numpy as np
import pytest

from tamesu.artifacts.dataset import Dataset, TargetValues
from tamesu.artifacts.subset import QUICK_ROWS, choose_quick_rows, take_rows


def make_rows(target: TargetValues, groups: np.ndarray | None = None) -> Dataset:
    count = len(target.values)
    ids = tuple(f"row-{i}" for i in range(count))
    sizes = TargetValues("value", (), np.arange(count) / 2)
    columns = {"id": ids, "file": tuple(f"{i}.png" for i in range(count))}
    paths = tuple(f"data/{i}.jpg" for i in range(count))
    return Dataset(ids, paths, {"kind": target, "size": sizes}, groups, columns, tuple(range(2, count + 2)))


def classes(counts: list[int], kind: Literal["class", "ordinal", "identity"] = "class") -> TargetValues:
    """As many rows of each class, mixed."""
    codes = np.repeat(np.arange(len(counts)), counts)
    labels = tuple(f"label{i}" for i in range(len(counts)))
    return TargetValues(kind, labels, np.random.default_rng(0).permutation(codes))


def test_few_rows_are_all_taken() -> None:
    train = make_rows(classes([200, 200]))
    assert choose_quick_rows(train, "kind").tolist() == list(range(400))
    # One more, and it is a choice.
    assert len(choose_quick_rows(make_rows(classes([200, 201])), "kind")) == QUICK_ROWS


def test_classes_are_in_their_proportion() -> None:
    train = make_rows(classes([2400, 900, 297, 2, 1]))
    rows = choose_quick_rows(train, "kind")
    assert (np.diff(rows) > 0).all()
    for kind in ("ordinal", "identity"):
        same = choose_quick_rows(make_rows(classes([2400, 900, 297, 2, 1], kind)), "kind")
        assert same.tolist() == rows.tolist()
    # 400 of 3600 rows: a ninth of each class, two of a rare one where there are two.
    assert np.bincount(train.targets["kind"].values[rows]).tolist() == [267, 100, 33, 2, 1]


def test_many_classes_have_two_rows_each() -> None:
    train = make_rows(classes([5] * 300))
    counts = np.bincount(train.targets["kind"].values[choose_quick_rows(train, "kind")])
    assert counts.tolist() == [2] * 300


@pytest.mark.parametrize("kind", ["class", "value"])
def test_the_choice_is_by_id_alone_whatever_the_order_of_the_table(kind: str) -> None:
    train = make_rows(classes([1500, 1500]))
    main = "kind" if kind == "class" else "size"
    chosen = {train.ids[row] for row in choose_quick_rows(train, main)}
    mixed = take_rows(train, np.random.default_rng(1).permutation(len(train)))
    assert {mixed.ids[row] for row in choose_quick_rows(mixed, main)} == chosen
    assert len(chosen) == 400


def test_without_classes_the_smallest_hashes_are_taken() -> None:
    train = make_rows(classes([500, 500]))
    smallest = sorted(train.ids, key=lambda row: hashlib.sha256(row.encode()).hexdigest())[:400]
    assert {train.ids[row] for row in choose_quick_rows(train, "size")} == set(smallest)


def test_taking_rows_takes_every_column() -> None:
    train = make_rows(classes([3, 3]), np.array(list("aabbcc")))
    taken = take_rows(train, np.array([3, 1]))
    assert taken.ids == ("row-3", "row-1")
    assert taken.paths == ("data/3.jpg", "data/1.jpg")
    assert taken.targets["size"].values.tolist() == [1.5, 0.5]
    assert taken.targets["kind"].values.tolist() == [train.targets["kind"].values[i] for i in (3, 1)]
    assert taken.targets["kind"].labels == train.targets["kind"].labels
    assert taken.groups is not None and taken.groups.tolist() == ["b", "a"]
    assert taken.columns == {"id": ("row-3", "row-1"), "file": ("3.png", "1.png")}
    assert taken.lines == (5, 3)
    assert len(take_rows(make_rows(classes([3, 3])), np.array([], dtype=np.int64))) == 0
    assert take_rows(make_rows(classes([3, 3])), np.array([0])).groups is None

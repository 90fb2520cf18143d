from __future__ import annotations

import numpy as np
import pytest
from sklearn.model_selection import TimeSeriesSplit

from tamesu.errors import InputError
from tamesu.splitters import SplitRows
from tamesu.splitters.ordered import Ordered, read_times


def make(cells: list[str]) -> SplitRows:
    ids = tuple(f"{i:04}" for i in range(len(cells)))
    lines = tuple(range(2, len(cells) + 2))
    return SplitRows(ids, "value", np.zeros(len(cells)), columns={"t": cells}, lines=lines, file="train.csv")


def test_folds_are_scikit_learns_over_sorted_times() -> None:
    times = np.random.default_rng(0).permutation(47)
    folds = Ordered(column="t", n_splits=4).split(make([str(t) for t in times]), 0)
    for fold, (train, val) in enumerate(TimeSeriesSplit(4).split(np.zeros(47))):
        assert sorted(times[folds == fold]) == val.tolist()
        assert sorted(times[folds < fold]) == train.tolist()


def test_nothing_is_validated_before_it_was_trained_on() -> None:
    rng = np.random.default_rng(1)
    times = rng.integers(0, 12, 200)
    folds = Ordered(column="t", n_splits=5).split(make([f"2026/{t + 1}/3" for t in times]), 0)
    assert folds.min() == -1
    assert folds.max() == 4
    for fold in range(5):
        assert times[folds < fold].max() < times[folds == fold].min()


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2026-1-9", "2026-01-10"),
        ("2026/01/09", "2026/1/10"),
        ("2026-01-09 23:59:59", "2026-01-10 00:00:00"),
        ("2026-01-09T09:00:00+09:00", "2026-01-09T00:00:01Z"),
        ("1969-12-31", "1970-01-01"),
        ("9", "10"),
        ("-1.5", "1e-3"),
        ("20260109", "20260110"),
    ],
)
def test_times_are_read(earlier: str, later: str) -> None:
    times, unreadable = read_times([later, earlier])
    assert unreadable == []
    assert times[1] < times[0]


@pytest.mark.parametrize(
    "cell", ["", "soon", "2026-13-01", "2026-02-30", "nan", "inf", "10:30", "九", "1_000", "2026-01-01 25:00"]
)
def test_a_cell_that_is_no_time_is_refused_with_its_line(cell: str) -> None:
    for others in (["2026-01-01", "2026-01-02", "2026-01-03"], ["1", "2", "3"]):
        with pytest.raises(InputError) as caught:
            Ordered(column="t", n_splits=2).split(make([others[0], cell, *others[1:]]), 0)
        assert caught.value.codes == ("FOLD_NOT_A_TIME",)
        assert caught.value.faults[0].where.line == 3


def test_too_few_times_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        Ordered(column="t", n_splits=3).split(make(["1"] * 10 + ["2"] * 10), 0)
    assert caught.value.codes == ("FOLD_FEW_TIMES",)

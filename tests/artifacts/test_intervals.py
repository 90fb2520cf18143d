from __future__ import annotations

import numpy as np
import pytest

from tamesu.artifacts.intervals import name_intervals, spread_edges


@pytest.mark.parametrize("count", [2, 3, 7, 50])
@pytest.mark.parametrize("seed", range(4))
def test_no_interval_is_empty_and_all_differ_little_in_size(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=200) if seed % 2 else rng.integers(0, 6, 200).astype(float)
    edges = spread_edges(values, count)
    counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
    assert (counts > 0).all() and len(counts) <= count
    if seed % 2:
        assert len(counts) == count and np.ptp(counts) <= 2


def test_a_value_that_nearly_all_have_stands_apart_from_the_others() -> None:
    assert spread_edges(np.array([0.0] * 99 + [3.0]), 4).tolist() == [3.0]
    assert spread_edges(np.array([0.0] * 8 + [1.0, 2.0]), 5).tolist() == pytest.approx([0.2])


def test_nothing_to_divide() -> None:
    assert len(spread_edges(np.empty(0), 3)) == len(spread_edges(np.array([2.0, 2.0]), 3)) == 0


def test_names_tell_the_intervals_apart() -> None:
    assert name_intervals(np.array([1234567.0, 1234568.0])) == ("< 1234567", "1234567 ... 1234568", ">= 1234568")
    assert name_intervals(np.array([0.12345671, 0.12345679]))[1] == "0.1234567 ... 0.1234568"
    assert name_intervals(np.array([-1e20])) == ("< -1e+20", ">= -1e+20")

"""Batch sizes by hand: which are tried, what fits, and how an effective batch is cut."""

from __future__ import annotations

import pytest

from tamesu.results.batch_sizes import (
    LARGEST,
    divide_batch,
    fastest_enough,
    fit_memory,
    largest_named,
    list_sizes,
    search_largest,
)


def test_sizes_are_powers_of_two_and_what_lies_between() -> None:
    assert list_sizes(200) == [8, 12, 16, 24, 32, 48, 64, 96, 128, 192]
    assert max(list_sizes(10**9)) == LARGEST
    assert largest_named(47) == 32


@pytest.mark.parametrize("limit", [0, 1, 5, 8, 11, 12, 50, 64, 95, 96, 500, 10_000])
@pytest.mark.parametrize("most", [1, 6, 40, 480, 4096])
def test_the_search_finds_the_largest_and_asks_little(limit: int, most: int) -> None:
    asked: list[int] = []

    def attempt(size: int) -> bool:
        asked.append(size)
        return size <= limit

    found = search_largest(attempt, most)
    assert found <= min(limit, most)
    # Half as much again would be too much: too large, or a size that nobody names.
    if found >= 8:
        assert largest_named(min(limit, most)) == found
    elif limit and most >= 8:
        assert 2 * found > limit
    assert len(asked) == len(set(asked)) <= 12
    assert max(asked) <= most


def test_memory_is_a_line_that_rather_says_too_much() -> None:
    memory = fit_memory([8, 16, 32], [1.0e9, 1.1e9, 1.5e9])
    # The steepest neighbours: 0.4e9 over 16 images; and the line lies on or above every point.
    assert memory.each == pytest.approx(25e6)
    assert [memory.of(size) >= peak - 1 for size, peak in ((8, 1.0e9), (16, 1.1e9), (32, 1.5e9))] == [True] * 3
    assert memory.largest(memory.of(100) + 1) == 100
    assert memory.largest(0) == 0
    assert fit_memory([8, 16], [1e9, 1e9]).largest(2e9) == LARGEST


@pytest.mark.parametrize("effective", [1, 7, 16, 24, 37, 48, 64, 100, 256, 1000])
@pytest.mark.parametrize("largest", [1, 2, 6, 8, 12, 24, 32, 512])
def test_an_effective_batch_is_kept_or_nearly(effective: int, largest: int) -> None:
    size, parts = divide_batch(effective, largest)
    assert 1 <= size <= largest
    assert abs(size * parts - effective) <= parts / 2
    if effective <= largest:
        assert (size, parts) == (effective, 1)


def test_speed_that_stops_growing() -> None:
    assert fastest_enough([(8, 50.0), (16, 100.0), (32, 104.0)]) == 16
    assert fastest_enough([(8, 50.0), (16, 40.0)]) == 8
    assert fastest_enough([(8, None)]) is None

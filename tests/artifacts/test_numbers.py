"""Cells as numbers against Python's float."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamesu.artifacts.numbers import read_numbers


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_finite_float_comes_back_exactly(values: list[float]) -> None:
    numbers = read_numbers([repr(value) for value in values], {""})
    assert numbers.values.tolist() == values
    assert (numbers.bad, numbers.commas) == ([], [])


@given(st.lists(st.floats(-1e6, 1e6), min_size=1))
def test_decimal_commas_are_points(values: list[float]) -> None:
    numbers = read_numbers([f"{value:.3f}".replace(".", ",") for value in values], {""}, commas_are_decimals=True)
    assert numbers.values.tolist() == [float(f"{value:.3f}") for value in values]


@pytest.mark.parametrize(
    "cell", ["inf", "-Infinity", "nan", "1e999", "-", "1_000", "１", "0x10", "1,5", "1 2", "", "TRUE", "5%"]
)
def test_what_is_no_finite_number_is_bad(cell: str) -> None:
    numbers = read_numbers(["1", cell], {"NA"})
    assert numbers.bad == [1]
    assert math.isnan(numbers.values[1])


def test_missing_and_truth() -> None:
    numbers = read_numbers(["NA", "True", "false", " 2 "], {"NA"}, truth=True)
    np.testing.assert_array_equal(numbers.values, [math.nan, 1, 0, 2])
    assert numbers.bad == []


def test_a_comma_beside_a_point_is_no_decimal() -> None:
    assert read_numbers(["0,5", "0.5"], set(), commas_are_decimals=True).bad == [0]
    assert read_numbers(["1,234,567"], set(), commas_are_decimals=True).bad == [0]


def test_commas_that_may_separate_thousands() -> None:
    assert read_numbers(["1,234", "2"], set(), commas_are_decimals=True).maybe_thousands
    assert not read_numbers(["1,234", "2,5"], set(), commas_are_decimals=True).maybe_thousands

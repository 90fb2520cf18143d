from __future__ import annotations

import math

import pytest

from tamesu.report.numbers import (
    count_decimals,
    format_chance,
    format_cost,
    format_count,
    format_gain,
    format_number,
    format_share,
)


@pytest.mark.parametrize("value", [0.91254, -12.34567, 99_999.4, 123_456.7, 3.1e-7, -4.2e9, 0.001])
def test_a_number_reads_back_within_its_digits(value: float) -> None:
    assert float(format_number(value)) == pytest.approx(value, rel=1e-3, abs=5e-5 if abs(value) >= 0.001 else 0)
    assert len(format_number(value)) <= 11


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_no_number_is_empty(value: float | None) -> None:
    assert format_number(value) == ""
    assert format_share(value) == ""
    assert format_gain(value) == format_chance(value) == format_cost(value) == ""


def test_counts_and_shares() -> None:
    assert (format_count(0), format_count(1_234_567)) == ("0", "1,234,567")
    assert (format_share(0.0), format_share(1.0)) == ("0.0 %", "100.0 %")


@pytest.mark.parametrize("scale", [1e-9, 3e-6, 0.00042, 0.0123, 0.5, 7.0, 42.0, 99_999.0, 1e6])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_gain_reads_back_to_two_figures_and_stays_short(scale: float, sign: int) -> None:
    text = format_gain(sign * scale, count_decimals(scale))
    assert float(text) == pytest.approx(sign * scale, rel=0.05)
    assert text[0] == ("+" if sign > 0 else "-")
    assert len(text) <= 10


@pytest.mark.parametrize("decimals", range(10))
@pytest.mark.parametrize("value", [99_999.4, -12_345.678, 1e-6, 0.0, -0.0, 1e6, -1e300])
def test_no_gain_is_longer_than_its_column(value: float, decimals: int) -> None:
    assert len(format_gain(value, decimals)) <= 11


def test_a_gain_that_rounds_to_nothing_has_no_sign() -> None:
    assert [format_gain(value) for value in (-1e-9, 1e-9, -0.0)] == ["0.0000"] * 3


def test_a_probability_is_certain_only_when_it_is() -> None:
    assert [format_chance(p) for p in (0.0, 1e-9, 0.9996, 1.0)] == ["0.0 %", "<0.1 %", ">99.9 %", "100.0 %"]


def test_costs() -> None:
    assert [format_cost(v) for v in (0.5, 9.999, 99.99, 1234.5, 1e7)] == ["×0.50", "×10.0", "×100", "×1234", "×1e+07"]

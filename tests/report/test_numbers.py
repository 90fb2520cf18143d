from __future__ import annotations

import math

import pytest

from tamesu.report.numbers import format_count, format_number, format_share


@pytest.mark.parametrize("value", [0.91254, -12.34567, 99_999.4, 123_456.7, 3.1e-7, -4.2e9, 0.001])
def test_a_number_reads_back_within_its_digits(value: float) -> None:
    assert float(format_number(value)) == pytest.approx(value, rel=1e-3, abs=5e-5 if abs(value) >= 0.001 else 0)
    assert len(format_number(value)) <= 11


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_no_number_is_empty(value: float | None) -> None:
    assert format_number(value) == ""
    assert format_share(value) == ""


def test_counts_and_shares() -> None:
    assert (format_count(0), format_count(1_234_567)) == ("0", "1,234,567")
    assert (format_share(0.0), format_share(1.0)) == ("0.0 %", "100.0 %")

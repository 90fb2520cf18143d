"""What colour is worth: planted gains, grey sets, and the interval against the paired z and against copies."""

from __future__ import annotations

import numpy as np
import pytest
from tests.results.audit.made import make_data, make_facts

from tamesu.results.audit.colour import judge_colour, pair_rows


def hits(share: float, rows: int = 2_000, seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).random(rows) < share).astype(np.float64)


def test_grey_sets_are_said_once() -> None:
    found = judge_colour(make_data(60, saturation=0.0), hits(0.9, 60), hits(0.5, 60))
    assert [one.code for one in found] == ["AUDIT_ALL_GREY"]
    assert "60" in found[0].text("en") and "60" in found[0].text("ja")


def test_some_grey_images_are_named() -> None:
    saturation = make_facts(100).saturation.copy()
    saturation[[3, 97]] = 0.0
    found = judge_colour(make_data(100, 90, saturation=saturation))
    assert [one.code for one in found] == ["AUDIT_SOME_GREY"] and found[0].rows == (3, 97)
    assert found[0].values["train"] == pytest.approx(1 / 90) and found[0].values["test"] == pytest.approx(0.1)
    assert judge_colour(make_data(100, 90)) == []


def test_colour_that_is_worth_something() -> None:
    found = judge_colour(make_data(2_000), hits(0.9), hits(0.8, seed=1))
    assert [(one.code, one.weight) for one in found] == [("AUDIT_COLOUR", "note")]
    values = found[0].values
    assert values["low"] < values["gain"] < values["high"] and values["gain"] == pytest.approx(0.1, abs=0.03)
    assert "+0." in found[0].text("en") and "grayscale" in found[0].text("ja")


def test_colour_that_is_worth_nothing_or_harms() -> None:
    data, same = make_data(2_000), hits(0.9)
    other = same.copy()
    other[:3] = 1 - other[:3]
    assert [one.code for one in judge_colour(data, same, other)] == ["AUDIT_COLOUR_LITTLE"]
    assert [one.code for one in judge_colour(data, hits(0.8, seed=1), same)] == ["AUDIT_COLOUR_HARMS"]


def test_few_rows_say_nothing() -> None:
    assert judge_colour(make_data(40), hits(0.6, 40), hits(0.6, 40, seed=1)) == []


def test_unknown_rows_are_left_out() -> None:
    first, second = hits(0.9), hits(0.5, seed=1)
    first[:5] = np.nan
    assert pair_rows(first, second)[0] == pytest.approx((first[5:] - second[5:]).mean())


def test_the_interval_is_the_paired_z() -> None:
    gains = hits(0.9, 300) - hits(0.7, 300, seed=1)
    mean, low, high = pair_rows(hits(0.9, 300), hits(0.7, 300, seed=1))
    error = gains.std(ddof=1) / np.sqrt(300)
    assert (mean, low, high) == pytest.approx((gains.mean(), gains.mean() - 1.959964 * error, gains.mean() + 1.959964 * error))


def test_copies_make_no_interval_narrower() -> None:
    first, second, groups = hits(0.9, 200), hits(0.7, 200, seed=1), np.repeat(np.arange(200), 5)
    alone = pair_rows(first, second)
    copied = pair_rows(np.repeat(first, 5), np.repeat(second, 5), groups)
    assert copied == pytest.approx(alone)
    assert pair_rows(first, second, np.zeros(200, int))[1:] == (-np.inf, np.inf)

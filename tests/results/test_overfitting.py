"""One judge of over-fitting: what the report calls a rise, `explain` calls over-fitting, on curves of every height."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.report.history import find_trend
from tamesu.results.diagnosis.learning import Course, find_overfitting
from tamesu.results.overfitting import harms_by_rising, is_by_heart, know_blank_loss

TRAIN = np.array([2.0, 1.0, 0.5, 0.2, 0.1])


def rising(share: float) -> np.ndarray:
    """A validation loss with its lowest point, 1.0, in the third of five epochs, that ends so much higher."""
    return np.array([2.0, 1.2, 1.0, 1 + share / 2, 1 + share])


@pytest.mark.parametrize(("share", "harm"), [(0.0, False), (0.03, False), (0.09, False), (0.11, True), (0.4, True)])
def test_a_rise_is_a_harm_from_a_tenth_on(share: float, harm: bool) -> None:
    assert harms_by_rising(TRAIN, rising(share), 2.3) is harm


def test_a_rise_that_stays_near_the_training_loss_or_came_last_is_none() -> None:
    assert not harms_by_rising(TRAIN, rising(0.4), 10.0)  # ends 1.3 above the training loss, of 10 to begin with
    assert not harms_by_rising(TRAIN, np.array([2.0, 1.5, 1.2, 1.0, 1.4]), 2.3)
    assert not harms_by_rising(TRAIN[::-1], rising(0.4), 2.3)


def test_by_heart_is_a_wide_gap_or_one_many_times_what_is_left() -> None:
    level = np.full(5, 0.4)
    assert not is_by_heart(np.full(5, 0.1), level, 2.0)  # 15 % of what it began with, and four times what is left
    assert is_by_heart(np.full(5, 0.01), level, 2.0)
    assert is_by_heart(np.full(5, 0.1), np.full(5, 1.2), 2.0)
    assert not is_by_heart(level, np.zeros(5), 0.0)


@pytest.mark.parametrize("share", np.linspace(0, 0.6, 13))
@pytest.mark.parametrize("blank", [None, 2.3, 6.0])
def test_the_report_warns_exactly_where_explain_does(share: float, blank: float | None) -> None:
    rng = np.random.default_rng(int(100 * share))
    train, val = (np.abs(curve + rng.normal(0, 0.02, (5, 5))) for curve in (TRAIN, rising(share)))
    trend = find_trend(train, val, blank)
    middle = np.median(train, axis=0), np.median(val, axis=0)
    named = find_overfitting(Course(*middle, float(middle[0][0]) if blank is None else blank), None)
    told = trend if trend is not None and trend.kind in ("overfitting", "by_heart") else None
    assert (named is None) is (told is None)
    if named is not None and told is not None:
        assert (named.values["epoch"], named.values["val"]) == (told.epoch, told.val[1])


def test_one_odd_fold_is_no_warning_of_the_report() -> None:
    val = np.vstack([np.tile([2.0, 1.2, 0.6, 0.36, 0.35], (4, 1)), [2.0, 2.0, 3.0, 4.0, 5.0]])
    trend = find_trend(np.tile(TRAIN, (5, 1)), val)
    assert trend is None or trend.kind != "overfitting"


def test_only_a_cross_entropy_over_classes_has_a_loss_of_knowing_nothing() -> None:
    assert know_blank_loss("ordinal", "cross_entropy", 5) == pytest.approx(-math.log(1 / 5))
    assert [know_blank_loss(*one) for one in (("value", "mse", 1), ("class", "focal", 5), ("class", "cross_entropy", 1))] == [
        None
    ] * 3

"""Wilson's interval, against SciPy's."""

from __future__ import annotations

import pytest

from tamesu.results.audit.intervals import NORMAL_95, bound_share


@pytest.mark.parametrize(("successes", "rows"), [(0, 10), (3, 10), (3, 20), (45, 50), (50, 100)])
def test_the_interval_of_a_share_is_wilsons(successes: int, rows: int) -> None:
    from scipy.stats import binomtest

    theirs = binomtest(successes, rows).proportion_ci(0.95, method="wilson")
    assert bound_share(successes, rows) == pytest.approx((theirs.low, theirs.high), abs=1e-5)


def test_without_rows_nothing_is_known() -> None:
    assert bound_share(0, 0) == (0.0, 1.0)


def test_95_percent_of_the_normal_distribution() -> None:
    from scipy.stats import norm

    assert pytest.approx(norm.ppf(0.975), abs=1e-6) == NORMAL_95

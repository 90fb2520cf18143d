from __future__ import annotations

import numpy as np
import pytest

from tamesu.samplers import draw_copies


@pytest.mark.parametrize("rate", [0.0, 0.001, 0.3, 1.0, 1.75, 12.5])
def test_the_mean_over_draws_is_the_rate(rate: float) -> None:
    # Beside a row that is always there, so that the last resort is not needed. Evenly spaced draws leave no noise.
    draws = (np.arange(1000) + 0.5) / 1000
    copies = draw_copies(np.append(np.full(1000, rate), 1.0), np.append(draws, 0.5))[:-1]
    assert copies.mean() == pytest.approx(rate)
    assert set(copies) <= {int(rate), int(rate) + 1}
    assert copies.dtype == np.int64


def test_at_least_one_row_is_used() -> None:
    assert draw_copies(np.array([0.2, 0.4, 0.1]), np.array([0.7, 0.1, 0.85])).tolist() == [0, 0, 1]
    assert draw_copies(np.zeros(0), np.zeros(0)).tolist() == []

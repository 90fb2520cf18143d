from __future__ import annotations

import numpy as np

from tamesu.samplers import AllRows, draw_copies
from tamesu.testing.samplers import make_marks


def test_each_row_once_whatever_is_drawn() -> None:
    rates = AllRows().rates(make_marks("multilabel"))
    for draw in (0.0, 0.5, np.nextafter(1.0, 0.0)):
        assert draw_copies(rates, np.full(len(rates), draw)).tolist() == [1] * len(rates)

from __future__ import annotations

import numpy as np
from sklearn.model_selection import LeaveOneOut as Sklearn

from tamesu.splitters.leave_one_out import LeaveOneOut
from tamesu.testing.splitters import make_rows


def test_folds_are_scikit_learns() -> None:
    expected = [val.item() for _, val in Sklearn().split(np.zeros(30))]
    assert LeaveOneOut().split(make_rows(rows=30), 0).tolist() == expected

from __future__ import annotations

import numpy as np
from sklearn.model_selection import LeaveOneGroupOut as Sklearn

from tamesu.splitters.leave_one_group_out import LeaveOneGroupOut
from tamesu.testing.splitters import make_rows


def test_folds_are_scikit_learns() -> None:
    rows = make_rows()
    folds = LeaveOneGroupOut().split(rows, 0)
    for fold, (_, val) in enumerate(Sklearn().split(np.zeros(120), groups=rows.groups)):
        assert np.flatnonzero(folds == fold).tolist() == val.tolist()

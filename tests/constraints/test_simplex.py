from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from scipy.special import softmax

from tamesu.constraints import Simplex
from tamesu.testing.constraints import ConstraintContract, make_raw


class TestSimplex(ConstraintContract):
    part = Simplex
    options: ClassVar[Mapping[str, Any]] = {"total": 24.0}
    width = 4
    valid = ((24.0, 0.0, 0.0, 0.0), (6.0, 6.0, 6.0, 6.0), (0.0, 1.0, 0.0, 23.0))
    invalid = ((24.0, 1.0, 0.0, 0.0), (-1.0, 25.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0))
    wrong_widths = (1,)

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(np.maximum(np.abs(values.sum(axis=1) - 24.0), -values.min(axis=1)))


def test_agrees_with_scipy() -> None:
    raw = make_raw(200, 5).double()
    np.testing.assert_allclose(Simplex(width=5, total=3.0)(raw).numpy(), 3.0 * softmax(raw.numpy(), axis=1), rtol=1e-12)


def test_shares_written_with_three_decimals_are_taken() -> None:
    written = np.array([[0.333, 0.333, 0.333], [0.3, 0.3, 0.3], [0.5, 0.5, 0.006]])
    assert Simplex(width=3).check_values(written).tolist() == [True, False, False]
    found = Simplex(width=3)(Simplex(width=3).inverse(torch.from_numpy(written[:1])))
    np.testing.assert_allclose(found.numpy(), np.full((1, 3), 1 / 3), rtol=1e-12)

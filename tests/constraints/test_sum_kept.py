from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from scipy.optimize import minimize

from tamesu.constraints import SumKept
from tamesu.testing.constraints import ConstraintContract


class TestSumKept(ConstraintContract):
    part = SumKept
    options: ClassVar[Mapping[str, Any]] = {"total": -3.0}
    width = 4
    valid = ((0.0, 0.0, 0.0, -3.0), (-1.0, -1.0, -1.0, 0.0), (100.0, -103.0, 50.0, -50.0))
    invalid = ((0.0, 0.0, 0.0, 0.0), (1.0, 1.0, 1.0, 1.0))
    wrong_widths = (1,)

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.abs(values.sum(axis=1) + 3.0)


class TestConserved(TestSumKept):
    options: ClassVar[Mapping[str, Any]] = {"total": 0.0}
    # A third is rounded, and three times 10,000 minus their sum is not 0 unless that is seen to.
    width = 3
    valid = ((0.0, 0.0, 0.0), (0.25, 0.75, -1.0), (5.0, -5.0, 0.0))
    invalid = ((0.3, 0.3, -1.0), (1e-4, 0.0, 0.0))

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.abs(values.sum(axis=1))


def test_is_the_nearest_point_that_keeps_the_sum() -> None:
    raw = np.array([1.0, -2.0, 6.5])
    rule = {"type": "eq", "fun": lambda x: x.sum() - 2.0}
    nearest = minimize(lambda x: ((x - raw) ** 2).sum(), np.zeros(3), constraints=[rule], method="SLSQP").x
    found = SumKept(width=3, total=2.0)(torch.from_numpy(raw[None])).numpy()[0]
    np.testing.assert_allclose(found, nearest, atol=1e-6)


def test_values_that_keep_it_are_left_alone() -> None:
    values = torch.tensor([[3.0, -1.0, 0.0], [0.5, 0.5, 1.0]])
    torch.testing.assert_close(SumKept(width=3, total=2.0)(values), values)


def test_numbers_written_with_three_decimals_are_taken() -> None:
    written = np.array([[0.333, 0.333, 0.333, -1.0], [0.33, 0.33, 0.33, -1.0]])
    assert SumKept(width=4, total=0.0).check_values(written).tolist() == [True, False]

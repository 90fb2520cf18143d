from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from scipy.special import expit

from tamesu.constraints import CONSTRAINTS, GIVEN_BY_US, Box
from tamesu.constraints.box import per_column
from tamesu.errors import InputError
from tamesu.testing.constraints import ConstraintContract, make_raw


class TestBox(ConstraintContract):
    part = Box
    options: ClassVar[Mapping[str, Any]] = {"low": [0.0, -0.1, -50.0], "high": [1.0, 0.3, 1000.0]}
    width = 3
    valid = ((0.0, -0.1, -50.0), (1.0, 0.3, 1000.0), (0.5, 0.0, 0.0), (0.001, 0.29, 999.0))
    invalid = ((1.1, 0.0, 0.0), (0.5, -0.2, 0.0), (0.5, 0.0, 1001.0))
    wrong_widths = (1, 2, 4)

    def breach(self, values: np.ndarray) -> np.ndarray:
        low, high = np.array([0.0, -0.1, -50.0]), np.array([1.0, 0.3, 1000.0])
        return np.asarray(np.maximum(low - values, values - high).max(axis=1))


class TestOneBoundForAll(ConstraintContract):
    part = Box
    options: ClassVar[Mapping[str, Any]] = {"low": -3.0, "high": -1.0}
    width = 2
    valid = ((-3.0, -1.0), (-2.0, -2.5))
    invalid = ((0.0, -2.0), (-2.0, -3.5))

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.asarray((np.abs(values + 2.0) - 1.0).max(axis=1))


def test_agrees_with_scipy() -> None:
    raw = make_raw(200, 2).double()
    values = Box(width=2, low=[0.0, 5.0], high=[10.0, 6.0])(raw).numpy()
    np.testing.assert_allclose(values, np.array([0.0, 5.0]) + np.array([10.0, 1.0]) * expit(raw.numpy()), rtol=1e-12)


def test_bounds_are_hit_exactly() -> None:
    """In float32, -0.1 + (0.3 + 0.1) is not 0.3."""
    box = Box(width=1, low=-0.1, high=0.3)
    found = box(torch.tensor([[1e4], [-1e4]]))
    assert torch.equal(found, torch.tensor([[0.3], [-0.1]]))


def test_the_inverse_finds_the_raw_numbers_themselves() -> None:
    raw = torch.tensor([[0.3, 1.2], [-2.0, -3.0]], dtype=torch.float64)
    box = Box(width=2, low=[0.0, 5.0], high=10.0)
    torch.testing.assert_close(box.inverse(box(raw)), raw)


@pytest.mark.parametrize(("low", "high", "column"), [(1.0, 0.0, 1), (0.5, 0.5, 1), ([0.0, 3.0], [1.0, 2.0], 2)])
def test_bounds_that_stand_the_wrong_way_round_are_refused(low: Any, high: Any, column: int) -> None:
    with pytest.raises(InputError) as raised:
        Box(width=2, low=low, high=high)
    assert raised.value.codes == ("CONSTRAINT_BOUNDS",) and raised.value.faults[0].values["column"] == column
    assert raised.value.faults[0].text("ja") and f"column {column}" in raised.value.faults[0].text("en")


def test_the_list_that_is_too_short_is_named() -> None:
    with pytest.raises(InputError) as raised:
        per_column("high", [1.0], 2)
    assert raised.value.codes == ("CONSTRAINT_WIDTH",) and raised.value.faults[0].where.key == "high"
    assert per_column("high", 2.0, 2) == [2.0, 2.0]


def test_it_is_built_from_a_recipes_lists() -> None:
    options = {"low": [0, 1.5], "high": 4}
    assert CONSTRAINTS.check("box", options, given_by_us=GIVEN_BY_US) == []
    values = CONSTRAINTS.build("box", options, width=2)(torch.zeros(1, 2))
    assert values.tolist() == [[2.0, 2.75]]

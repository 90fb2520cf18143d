from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pytest
import torch

from tamesu.constraints import CONSTRAINTS, GIVEN_BY_US, Order
from tamesu.testing.constraints import ConstraintContract, make_raw


class TestOrder(ConstraintContract):
    part = Order
    width = 4
    valid = ((0.0, 0.0, 0.0, 0.0), (-3.0, 1.0, 1.0, 200.0), (1.0, 2.0, 3.0, 4.0))
    invalid = ((1.0, 0.9, 2.0, 3.0), (0.0, 1.0, 2.0, 1.0))
    wrong_widths = (1,)

    def breach(self, values: np.ndarray) -> np.ndarray:
        # Exactly, not to rounding: a column below its neighbour is wrong by however little.
        return np.where(np.diff(values, axis=1) < 0, np.inf, 0.0).max(axis=1)


class TestWithLeastStep(ConstraintContract):
    part = Order
    options: ClassVar[Mapping[str, Any]] = {"minimum_step": 0.5}
    width = 3
    valid = ((0.0, 0.5, 1.0), (-7.0, 1.0, 2.0), (0.1, 0.6, 1.1))
    invalid = ((0.0, 0.4, 1.0), (0.0, 1.0, 1.0))

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.asarray((0.5 - np.diff(values, axis=1)).max(axis=1))


def test_agrees_with_a_running_sum() -> None:
    raw = make_raw(200, 5).double()
    first, steps = raw.numpy()[:, :1], 0.25 + np.logaddexp(0.0, raw.numpy()[:, 1:])
    wanted = np.cumsum(np.concatenate([first, steps], axis=1), axis=1)
    np.testing.assert_allclose(Order(width=5, minimum_step=0.25)(raw).numpy(), wanted, rtol=1e-9)


def test_many_columns_never_fall_by_rounding() -> None:
    generator = torch.Generator().manual_seed(0)
    raw = 8.0 * torch.randn(500, 90, generator=generator) - 6.0
    raw[:, 0] *= 100.0
    assert (Order(width=90)(raw).diff(dim=1) >= 0).all()


def test_the_inverse_finds_the_raw_numbers_themselves() -> None:
    raw = torch.tensor([[0.3, 1.2, -4.0], [-200.0, -3.0, 9.0]], dtype=torch.float64)
    order = Order(width=3, minimum_step=0.1)
    torch.testing.assert_close(order.inverse(order(raw)), raw)


def test_a_negative_least_step_is_refused() -> None:
    faults = CONSTRAINTS.check("order", {"minimum_step": -1.0}, given_by_us=GIVEN_BY_US)
    assert [fault.code for fault in faults] == ["CONFIG_RANGE"]


@pytest.mark.parametrize("width", [2, 7])
def test_the_first_column_is_free(width: int) -> None:
    raw = torch.zeros(3, width)
    raw[:, 0] = torch.tensor([-5.0, 0.0, 1e4])
    assert Order(width=width)(raw)[:, 0].tolist() == [-5.0, 0.0, 1e4]

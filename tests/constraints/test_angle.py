from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from torch import Tensor

from tamesu.constraints import CONSTRAINTS, GIVEN_BY_US, Angle
from tamesu.testing.constraints import ConstraintContract, make_raw


class TestFromZero(ConstraintContract):
    part = Angle
    width = 1
    valid = ((0.0,), (90.0,), (180.0,), (359.0,), (0.01,))
    invalid = ((-1.0,), (361.0,))
    wrong_widths = (2,)

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.maximum(-values, values - 360.0)[:, 0]

    def apart(self, values: Tensor, others: Tensor) -> Tensor:
        # Both ends of the range are one direction.
        return (torch.remainder(values - others + 180.0, 360.0) - 180.0).abs()


class TestFromMinus180(TestFromZero):
    options: ClassVar[Mapping[str, Any]] = {"low": -180}
    valid = ((0.0,), (90.0,), (180.0,), (-179.0,), (-90.0,))
    invalid = ((-181.0,), (181.0,))

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.abs(values[:, 0]) - 180.0


@pytest.mark.parametrize(("low", "turn"), [(0, 0.0), (-180, 180.0)])
def test_agrees_with_numpys_angle(low: Any, turn: float) -> None:
    raw = make_raw(200, 2).double()
    raw = raw[raw.abs().amax(dim=1) >= 1e-6]
    degrees = np.angle(raw[:, 0].numpy() + 1j * raw[:, 1].numpy(), deg=True)
    wanted = np.mod(degrees + turn, 360.0) - turn
    difference = Angle(width=1, low=low)(raw).numpy()[:, 0] - wanted
    # Both ends of the range are one direction.
    assert np.abs(difference - 360.0 * np.round(difference / 360.0)).max() < 1e-9
    assert (np.abs(difference) < 1e-9).mean() > 0.95


def test_the_end_of_the_range_comes_back_as_its_begin() -> None:
    angle = Angle(width=1)
    found = angle(angle.inverse(torch.tensor([[360.0]], dtype=torch.float64))).item()
    assert min(found, 360.0 - found) < 1e-9


def test_only_two_ranges_are_there() -> None:
    assert [f.code for f in CONSTRAINTS.check("angle", {"low": 90}, given_by_us=GIVEN_BY_US)] == ["CONFIG_TYPE"]
    assert CONSTRAINTS.check("angle", {"low": -180}, given_by_us=GIVEN_BY_US) == []

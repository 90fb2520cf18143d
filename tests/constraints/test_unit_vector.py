from __future__ import annotations

import numpy as np
import pytest
import torch

from tamesu.constraints import UnitVector
from tamesu.constraints.unit_vector import SHORTEST, to_length_one
from tamesu.testing.constraints import ConstraintContract, make_raw


class TestUnitVector(ConstraintContract):
    part = UnitVector
    width = 3
    valid = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.6, 0.0, 0.8), (-0.48, 0.6, 0.64))
    invalid = ((1.0, 1.0, 0.0), (0.0, 0.0, 0.0), (0.5, 0.5, 0.5))
    wrong_widths = (1,)

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.abs(np.sqrt((values**2).sum(axis=1)) - 1.0)


def test_agrees_with_torchs_normalise_away_from_zero() -> None:
    raw = make_raw(200, 3).double()
    raw = raw[raw.abs().amax(dim=1) >= SHORTEST]
    torch.testing.assert_close(to_length_one(raw), torch.nn.functional.normalize(raw, dim=1, eps=1e-30))


@pytest.mark.parametrize("size", [1e-45, 1e-30, 1e-20, 1e20, 1e30, 3e38])
def test_the_length_is_1_at_any_size(size: float) -> None:
    raw = size * torch.tensor([[1.0, -1.0], [0.0, 1.0], [-0.5, 0.0]])
    lengths = np.linalg.norm(to_length_one(raw).double().numpy(), axis=1)
    np.testing.assert_allclose(lengths, 1.0, rtol=1e-6)


def test_a_row_of_zeros_can_leave() -> None:
    raw = torch.zeros(1, 2, requires_grad=True)
    to_length_one(raw)[0, 1].backward()
    assert raw.grad is not None and torch.isfinite(raw.grad).all() and raw.grad[0, 1] > 0


def test_directions_written_with_three_decimals_are_taken() -> None:
    written = np.array([[0.577, 0.577, 0.577], [0.5, 0.5, 0.707]])
    assert UnitVector(width=3).check_values(written).tolist() == [True, True]
    assert UnitVector(width=3).check_values(written * 1.01).tolist() == [False, False]

from __future__ import annotations

import numpy as np
import torch

from tamesu.constraints import PositiveValues
from tamesu.testing.constraints import ConstraintContract, make_raw


class TestPositive(ConstraintContract):
    part = PositiveValues
    width = 2
    valid = ((0.0, 1.0), (1e-6, 1e6), (0.5, 30.0))
    invalid = ((-0.001, 1.0), (1.0, -5.0))
    wrong_widths = (0,)

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(-values.min(axis=1))


def test_agrees_with_numpy() -> None:
    raw = make_raw(200, 3).double()
    np.testing.assert_allclose(PositiveValues(width=3)(raw).numpy(), np.logaddexp(0.0, raw.numpy()), rtol=1e-9)


def test_the_inverse_finds_the_raw_numbers_themselves() -> None:
    raw = torch.tensor([[0.3, -20.0], [15.0, 700.0]], dtype=torch.float64)
    positive = PositiveValues(width=2)
    torch.testing.assert_close(positive.inverse(positive(raw)), raw)

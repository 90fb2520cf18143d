from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from tamesu.losses import SmoothL1
from tamesu.testing.losses import LossContract, make_case


def reference(difference: np.ndarray, beta: float) -> np.ndarray:
    """Girshick 2015, equation 3, with the corner at beta."""
    distance = np.abs(difference)
    return np.where(distance < beta, 0.5 * distance**2 / beta, distance - 0.5 * beta)


@pytest.mark.parametrize("beta", [0.1, 1.0, 5.0])
def test_agrees_with_the_formula(beta: float) -> None:
    logits, target = make_case("value")
    expected = reference((logits.numpy() - target.double().numpy())[:, 0], beta)
    np.testing.assert_allclose(SmoothL1(beta=beta)(logits, target).numpy(), expected, rtol=1e-9)


class TestNarrow(LossContract):
    part = SmoothL1
    options: ClassVar = {"beta": 0.1}

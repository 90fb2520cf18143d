from __future__ import annotations

import numpy as np
import pytest
import torch

from tamesu.losses import Wing
from tamesu.testing.losses import make_case


def reference(distance: np.ndarray, w: float, epsilon: float) -> np.ndarray:
    """Feng et al. 2018, equation 5, with C = w - w ln(1 + w / epsilon)."""
    constant = w - w * np.log(1 + w / epsilon)
    return np.where(distance < w, w * np.log(1 + distance / epsilon), distance - constant).mean(axis=1)


@pytest.mark.parametrize(("omega", "epsilon"), [(0.1, 0.02), (1.0, 0.5), (10.0, 2.0)])
def test_agrees_with_the_formula(omega: float, epsilon: float) -> None:
    logits, target = make_case("points")
    expected = reference(np.abs(logits.numpy() - target.double().numpy()), omega, epsilon)
    np.testing.assert_allclose(Wing(omega=omega, epsilon=epsilon)(logits, target).numpy(), expected, rtol=1e-9)


def test_by_hand_and_without_a_step() -> None:
    loss = Wing(omega=2.0, epsilon=1.0)
    inside, corner, outside = loss(torch.tensor([[1.0], [2.0], [5.0]], dtype=torch.float64), torch.zeros(3, 1)).tolist()
    assert inside == pytest.approx(2 * np.log(2))
    assert corner == pytest.approx(2 * np.log(3))
    assert outside == pytest.approx(2 * np.log(3) + 3)

from __future__ import annotations

import numpy as np
import pytest
import torch

from tamesu.losses import SmoothL1
from tamesu.testing.losses import make_case


def reference(difference: np.ndarray, beta: float) -> np.ndarray:
    """Girshick 2015, equation 3, with the corner at beta; the mean over columns."""
    distance = np.abs(difference)
    return np.where(distance < beta, 0.5 * distance**2 / beta, distance - 0.5 * beta).mean(axis=1)


@pytest.mark.parametrize("beta", [0.1, 1.0, 5.0])
@pytest.mark.parametrize("kind", ["value", "points"])
def test_agrees_with_the_formula(kind: str, beta: float) -> None:
    logits, target = make_case(kind)
    expected = reference(logits.numpy() - target.double().numpy(), beta)
    np.testing.assert_allclose(SmoothL1(beta=beta)(logits, target).numpy(), expected, rtol=1e-9)


def test_ordinal_codes_by_hand() -> None:
    loss = SmoothL1(labels=4)
    assert loss.outputs("ordinal", 4) == 1
    np.testing.assert_allclose(loss(torch.tensor([[1.5], [0.0]]), torch.tensor([1, 3])).numpy(), [0.125, 2.5])
    np.testing.assert_allclose(loss.decode("ordinal", np.array([[1.25]])), [[0.0, 0.75, 0.25, 0.0]])
    np.testing.assert_allclose(loss.decode("points", np.array([[1.25, -3.0]])), [[1.25, -3.0]])

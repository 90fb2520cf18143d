from __future__ import annotations

import numpy as np
import pytest
import torch

from tamesu.losses import LogCosh
from tamesu.testing.losses import make_case


@pytest.mark.parametrize("kind", ["value", "points"])
def test_agrees_with_the_formula(kind: str) -> None:
    logits, target = make_case(kind)
    expected = np.log(np.cosh(logits.numpy() - target.double().numpy())).mean(axis=1)
    np.testing.assert_allclose(LogCosh()(logits, target).numpy(), expected, rtol=1e-9)


def test_by_hand_near_and_far() -> None:
    near, far = LogCosh()(torch.tensor([[0.01], [-1000.0]], dtype=torch.float64), torch.zeros(2, 1)).tolist()
    assert near == pytest.approx(0.01**2 / 2, rel=1e-4)
    assert far == pytest.approx(1000 - np.log(2))

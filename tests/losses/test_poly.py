from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import softmax

from tamesu.losses import CrossEntropy, Poly
from tamesu.testing.losses import make_case


@pytest.mark.parametrize("epsilon", [-1.0, 2.0])
def test_agrees_with_the_series(epsilon: float) -> None:
    logits, target = make_case("class")
    p = softmax(logits.numpy(), axis=1)[np.arange(6), target.numpy()]
    # (1 + epsilon) (1 - p) + (1 - p)^2 / 2 + (1 - p)^3 / 3 + ...
    expected = epsilon * (1 - p) + sum((1 - p) ** j / j for j in range(1, 2000))
    np.testing.assert_allclose(Poly(epsilon=epsilon)(logits, target).numpy(), expected, rtol=1e-6)


def test_by_hand() -> None:
    # log 4 + 3 (1 - 1/4)
    assert Poly(epsilon=3.0)(torch.zeros(1, 4), torch.tensor([1])).item() == pytest.approx(np.log(4) + 2.25)


def test_epsilon_0_is_cross_entropy() -> None:
    logits, target = make_case("class")
    torch.testing.assert_close(Poly(epsilon=0.0)(logits, target), CrossEntropy()(logits, target))

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import mean_pinball_loss

from tamesu.losses import Quantile
from tamesu.testing.losses import make_case


@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("kind", ["value", "points"])
def test_agrees_with_scikit_learn(kind: str, quantile: float) -> None:
    logits, target = make_case(kind)
    pairs = zip(target.double().numpy(), logits.numpy(), strict=True)
    expected = [mean_pinball_loss(true, guess, alpha=quantile) for true, guess in pairs]
    np.testing.assert_allclose(Quantile(quantile=quantile)(logits, target).numpy(), expected)


def test_its_best_constant_is_the_quantile() -> None:
    truth = torch.arange(11.0)[:, None]
    costs = [Quantile(quantile=0.8)(torch.full((11, 1), float(guess)), truth).mean().item() for guess in range(11)]
    assert int(np.argmin(costs)) == 8

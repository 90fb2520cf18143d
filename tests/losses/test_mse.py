from __future__ import annotations

import pytest
from sklearn.metrics import mean_squared_error

from tamesu.losses import MeanSquaredError
from tamesu.testing.losses import make_case


def test_agrees_with_scikit_learn() -> None:
    logits, target = make_case("value")
    ours = MeanSquaredError()(logits, target).mean().item()
    assert ours == pytest.approx(mean_squared_error(target.double().numpy(), logits.numpy()))

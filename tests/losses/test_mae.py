from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import mean_absolute_error

from tamesu.losses import MeanAbsoluteError
from tamesu.testing.losses import make_case


@pytest.mark.parametrize("kind", ["value", "points"])
def test_agrees_with_scikit_learn(kind: str) -> None:
    logits, target = make_case(kind)
    expected = mean_absolute_error(target.double().numpy().T, logits.numpy().T, multioutput="raw_values")
    np.testing.assert_allclose(MeanAbsoluteError()(logits, target).numpy(), expected)


def test_ordinal_codes_by_hand() -> None:
    loss = MeanAbsoluteError(labels=4)
    assert loss.outputs("ordinal", 4) == 1
    np.testing.assert_allclose(loss(torch.tensor([[1.5], [0.0]]), torch.tensor([1, 3])).numpy(), [0.5, 3.0])
    np.testing.assert_allclose(loss.decode("ordinal", np.array([[1.25]])), [[0.0, 0.75, 0.25, 0.0]])
    np.testing.assert_allclose(loss.decode("points", np.array([[1.25, -3.0]])), [[1.25, -3.0]])

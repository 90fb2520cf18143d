from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import huber

from tamesu.losses import Huber, SmoothL1
from tamesu.testing.losses import make_case


@pytest.mark.parametrize("delta", [0.1, 1.0, 5.0])
@pytest.mark.parametrize("kind", ["value", "points"])
def test_agrees_with_scipy(kind: str, delta: float) -> None:
    logits, target = make_case(kind)
    expected = huber(delta, logits.numpy() - target.double().numpy()).mean(axis=1)
    np.testing.assert_allclose(Huber(delta=delta)(logits, target).numpy(), expected, rtol=1e-9)


def test_it_is_smooth_l1_times_delta() -> None:
    logits, target = make_case("value")
    torch.testing.assert_close(Huber(delta=0.4)(logits, target), 0.4 * SmoothL1(beta=0.4)(logits, target))


def test_ordinal_codes_by_hand() -> None:
    loss = Huber(labels=4)
    assert loss.outputs("ordinal", 4) == 1
    np.testing.assert_allclose(loss(torch.tensor([[1.5], [0.0]]), torch.tensor([1, 3])).numpy(), [0.125, 2.5])
    np.testing.assert_allclose(loss.decode("ordinal", np.array([[1.25]])), [[0.0, 0.75, 0.25, 0.0]])
    np.testing.assert_allclose(loss.decode("points", np.array([[1.25, -3.0]])), [[1.25, -3.0]])

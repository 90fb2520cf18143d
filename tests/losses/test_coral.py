from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import expit

from tamesu.losses import Coral


def test_agrees_with_the_formula() -> None:
    logits = torch.randn(6, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    target = torch.tensor([0, 1, 2, 3, 0, 1])
    levels = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1], [0, 0, 0], [1, 0, 0]])
    probs = expit(logits.numpy())
    expected = -(np.log(probs) * levels + np.log(1 - probs) * (1 - levels)).sum(axis=1)
    np.testing.assert_allclose(Coral()(logits, target).numpy(), expected / 3)


def test_farther_misses_cost_more() -> None:
    sure_of_the_first = torch.full((4, 3), -3.0)
    values = Coral()(sure_of_the_first, torch.arange(4))
    assert values.diff().tolist() == pytest.approx([1.0, 1.0, 1.0])


def test_probs_by_hand() -> None:
    # P(above 0) = 0.8, P(above 1) = 0.5, P(above 2) = 0.1
    logits = np.log([[0.8 / 0.2, 0.5 / 0.5, 0.1 / 0.9]])
    np.testing.assert_allclose(Coral().decode("ordinal", logits), [[0.2, 0.3, 0.4, 0.1]])
    assert Coral().outputs("ordinal", 4) == 3


def test_steps_that_cross_give_no_negative_probs() -> None:
    logits = np.random.default_rng(0).normal(size=(500, 4)) * 3
    probs = Coral().decode("ordinal", logits)
    assert probs.min() >= 0.0
    np.testing.assert_allclose(probs.sum(axis=1), 1.0)
    # As large as the step before allows.
    np.testing.assert_allclose(Coral().decode("ordinal", np.log([[1.0, 3.0]])), [[0.5, 0.0, 0.5]])

from __future__ import annotations

import numpy as np
import pytest
import torch

from tamesu.balances import Fixed


def test_the_weighted_sum() -> None:
    rng = np.random.default_rng(0)
    losses, weights = rng.random(7), rng.random(7)
    total = Fixed(terms=list("abcdefg"))(torch.tensor(losses), torch.tensor(weights))
    assert total.item() == pytest.approx(float(losses @ weights))


def test_it_learns_and_keeps_nothing() -> None:
    balance = Fixed(terms=["a"])
    assert list(balance.parameters()) == [] and balance.state_dict() == {}

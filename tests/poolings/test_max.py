from __future__ import annotations

import numpy as np
import torch

from tamesu.poolings import MaxPooling
from tamesu.testing.poolings import make_maps


def test_is_the_maximum() -> None:
    maps = make_maps(3, 4, (5, 6))
    np.testing.assert_array_equal(MaxPooling()(maps).numpy(), maps.numpy().max(axis=(2, 3)))


def test_equal_largest_values_share_the_gradient() -> None:
    maps = torch.tensor([[[[2.0, 2.0, 1.0]]]], requires_grad=True)
    MaxPooling()(maps).sum().backward()
    assert maps.grad is not None
    assert maps.grad.flatten().tolist() == [0.5, 0.5, 0.0]

from __future__ import annotations

import numpy as np
import pytest

from tamesu.poolings import POOLINGS, AveragePooling
from tamesu.testing.poolings import PoolingContract, make_maps


class TestEveryPooling(PoolingContract):
    @pytest.fixture(params=sorted(POOLINGS), autouse=True)
    def choose(self, request: pytest.FixtureRequest) -> None:
        self.part = POOLINGS[request.param]


def test_is_the_mean() -> None:
    maps = make_maps(3, 4, (5, 6))
    np.testing.assert_allclose(AveragePooling()(maps).numpy(), maps.numpy().mean(axis=(2, 3)), rtol=1e-6)

from __future__ import annotations

import numpy as np

from tamesu.poolings import AverageMaxPooling
from tamesu.testing.poolings import make_maps


def test_means_then_maxima() -> None:
    maps = make_maps(3, 4, (5, 6))
    features = AverageMaxPooling()(maps).numpy()
    np.testing.assert_allclose(features[:, :4], maps.numpy().mean(axis=(2, 3)), rtol=1e-6)
    np.testing.assert_array_equal(features[:, 4:], maps.numpy().max(axis=(2, 3)))

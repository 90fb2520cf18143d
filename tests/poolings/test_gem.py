from __future__ import annotations

import numpy as np
import pytest
import torch

from tamesu.poolings import POOLINGS, GeneralizedMeanPooling
from tamesu.testing.poolings import make_maps


def reference(maps: np.ndarray, p: float) -> np.ndarray:
    """Radenović et al. 2018, equation 3: ( mean x^p ) ^ (1 / p)."""
    return (maps**p).mean(axis=(2, 3)) ** (1 / p)


@pytest.mark.parametrize("p", [1.0, 2.5, 3.0, 10.0])
def test_agrees_with_the_formula(p: float) -> None:
    maps = make_maps(3, 4, (5, 6)).double()
    np.testing.assert_allclose(GeneralizedMeanPooling(p=p)(maps).detach().numpy(), reference(maps.numpy(), p), rtol=1e-6)


def test_a_large_exponent_is_nearly_the_maximum_and_stays_finite() -> None:
    maps = make_maps(3, 4, (5, 6)) * 1000.0
    features = GeneralizedMeanPooling(p=100.0)(maps).detach().numpy()
    largest = maps.numpy().max(axis=(2, 3))
    # The mean of 30 places is at least 1 / 30 of the largest power, and 30 ** (1 / 100) is 1.035.
    assert np.all(features <= largest * 1.0001)
    assert np.all(features >= largest / 1.036)


def test_an_empty_map_is_no_fault() -> None:
    maps = torch.zeros(1, 2, 3, 3, requires_grad=True)
    features = GeneralizedMeanPooling()(maps)
    features.sum().backward()
    assert maps.grad is not None
    assert torch.isfinite(features).all()
    assert torch.isfinite(maps.grad).all()


def test_the_exponent_is_learned_only_when_asked() -> None:
    assert [p.requires_grad for p in GeneralizedMeanPooling().parameters()] == [True]
    assert [p.requires_grad for p in GeneralizedMeanPooling(learn_p=False).parameters()] == [False]


def test_the_gradient_of_the_exponent_is_that_of_the_formula() -> None:
    maps = make_maps(1, 1, (2, 3)).double()
    pooling = GeneralizedMeanPooling(p=3.0).double()
    pooling(maps).sum().backward()
    step = 1e-6
    slope = (reference(maps.numpy(), 3.0 + step) - reference(maps.numpy(), 3.0 - step)) / (2 * step)
    assert pooling.p.grad is not None
    assert pooling.p.grad.item() == pytest.approx(slope.item(), rel=1e-4)


def test_under_autocast_it_is_computed_in_float32() -> None:
    maps = (make_maps(2, 3, (4, 4)) * 100).bfloat16()
    pooling = GeneralizedMeanPooling(p=5.0)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = pooling(maps)
    assert torch.equal(inside, pooling(maps))


@pytest.mark.parametrize("p", [0.5, -1.0, 101.0, float("nan")])
def test_exponents_out_of_range_are_refused(p: float) -> None:
    assert [fault.code for fault in POOLINGS.check("gem", {"p": p})] == ["CONFIG_RANGE"]

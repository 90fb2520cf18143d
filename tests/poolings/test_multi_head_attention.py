from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy.special import softmax

from tamesu.poolings import GIVEN_BY_US, POOLINGS, MultiHeadAttentionPooling
from tamesu.testing.poolings import PoolingContract, make_maps


class TestJoined(PoolingContract):
    part = MultiHeadAttentionPooling

    @pytest.fixture(
        params=[
            {"heads": 3, "join": "mean", "diversity": 0.5},
            {"heads": 1, "diversity": 2.0},
            {"heads": 3, "join": "concat", "diversity": 1.0},
        ],
        autouse=True,
    )
    def choose(self, request: pytest.FixtureRequest) -> None:
        self.options = request.param


def build(**options: Any) -> MultiHeadAttentionPooling:
    torch.manual_seed(1)
    pooling = MultiHeadAttentionPooling(channels=4, **options).double()
    with torch.no_grad():
        pooling.weight.copy_(torch.randn(pooling.heads, 4) * 3)
    return pooling


def numpy_masks(pooling: MultiHeadAttentionPooling, maps: torch.Tensor) -> np.ndarray:
    logits = np.einsum("kc,bchw->bkhw", pooling.weight.detach().numpy(), maps.numpy())
    return np.asarray(softmax(logits, axis=(2, 3)))


def test_agrees_with_numpy() -> None:
    maps = make_maps(3, 4, (5, 6)).double()
    pooling = build(heads=3)
    masks = numpy_masks(pooling, maps)
    means = np.einsum("bkhw,bchw->bkc", masks, maps.numpy())
    np.testing.assert_allclose(pooling(maps).detach().numpy(), means.reshape(3, 12), rtol=1e-9)
    assert pooling.masks is not None
    np.testing.assert_allclose(pooling.masks.numpy(), masks, rtol=1e-9)
    np.testing.assert_allclose(build(heads=3, join="mean")(maps).detach().numpy(), means.mean(axis=1), rtol=1e-9)


def test_agrees_with_torchs_own_attention() -> None:
    """Masks are what scaled dot-product attention gives of the weights as queries and the places as keys and values."""
    maps = make_maps(3, 4, (5, 6)).double()
    pooling = build(heads=2)
    places = maps.flatten(2).transpose(1, 2)
    queries = pooling.weight.expand(3, 2, 4)
    wanted = torch.nn.functional.scaled_dot_product_attention(queries, places, places, scale=1.0)
    torch.testing.assert_close(pooling(maps), wanted.flatten(1))


@pytest.mark.parametrize("heads", [1, 3])
def test_the_penalty_is_the_papers(heads: int) -> None:
    """Lin et al. 2017, equation 8, sample by sample."""
    maps = make_maps(3, 4, (5, 6)).double()
    pooling = build(heads=heads, diversity=0.25)
    pooling(maps)
    matrices = numpy_masks(pooling, maps).reshape(3, heads, 30)
    wanted = [0.25 * np.linalg.norm(a @ a.T - np.eye(heads), "fro") ** 2 for a in matrices]
    assert pooling.penalty is not None
    np.testing.assert_allclose(pooling.penalty.detach().numpy(), wanted, rtol=1e-9)


def test_the_sizes_of_the_penalty_that_the_docstring_tells() -> None:
    pooling = MultiHeadAttentionPooling(channels=1, heads=3, diversity=1.0)
    with torch.no_grad():
        pooling.weight.zero_()
    pooling(torch.rand(1, 1, 30, 30))
    assert pooling.penalty is not None and pooling.penalty.item() == pytest.approx(3.0, rel=0.01)
    with torch.no_grad():
        pooling.weight.fill_(1000.0)
    maps = torch.zeros(1, 1, 3, 3)
    maps[0, 0, 1, 1] = 1.0
    pooling(maps)
    assert pooling.penalty.item() == pytest.approx(6.0)


def test_the_penalty_drives_masks_apart() -> None:
    torch.manual_seed(3)
    pooling = MultiHeadAttentionPooling(channels=6, heads=3, diversity=1.0)
    maps = torch.eye(6).reshape(1, 6, 2, 3)
    optimizer = torch.optim.Adam(pooling.parameters(), lr=0.5)
    for _ in range(60):
        pooling(maps)
        assert pooling.penalty is not None
        optimizer.zero_grad()
        pooling.penalty.mean().backward()
        optimizer.step()
    assert pooling.masks is not None
    assert len(set(pooling.masks.flatten(2).argmax(dim=2)[0].tolist())) == 3


def test_no_penalty_when_it_is_not_wanted() -> None:
    maps = make_maps(2, 4, (5, 6)).double()
    pooling = build(heads=2)
    pooling(maps)
    assert pooling.penalty is None
    pooling = build(heads=2, diversity=1.0)
    pooling(maps)
    assert pooling.penalty is not None
    pooling.eval()(maps)
    assert pooling.penalty is None


def test_masks_begin_different() -> None:
    weight = MultiHeadAttentionPooling(channels=16, heads=3).weight
    assert len({tuple(row) for row in weight.tolist()}) == 3


@pytest.mark.parametrize(
    ("options", "code"),
    [({"heads": 0}, "CONFIG_RANGE"), ({"diversity": -0.1}, "CONFIG_RANGE"), ({"join": "sum"}, "CONFIG_TYPE")],
)
def test_options_out_of_range_are_refused(options: dict[str, Any], code: str) -> None:
    assert [fault.code for fault in POOLINGS.check("multi_head_attention", options, given_by_us=GIVEN_BY_US)] == [code]

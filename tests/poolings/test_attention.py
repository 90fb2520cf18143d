from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from scipy.special import expit, softmax

from tamesu.poolings import POOLINGS, AttentionPooling
from tamesu.poolings.attention import pool_by_masks
from tamesu.testing.poolings import PoolingContract, make_maps


class TestSigmoid(PoolingContract):
    part = AttentionPooling
    options: ClassVar[Mapping[str, Any]] = {"normalise": "sigmoid"}


def reference(maps: np.ndarray, weight: np.ndarray, bias: float, normalise: str) -> tuple[np.ndarray, np.ndarray]:
    """Each place weighted on its own, one sample after the other."""
    pooled, masks = [], []
    for sample in maps:
        logits = np.tensordot(weight, sample, axes=1) + bias
        mask = softmax(logits) if normalise == "softmax" else expit(logits) / expit(logits).sum()
        pooled.append((sample * mask).sum(axis=(1, 2)))
        masks.append(mask[None])
    return np.stack(pooled), np.stack(masks)


def with_weights(normalise: str) -> AttentionPooling:
    pooling = AttentionPooling(channels=4, normalise=normalise).double()  # type: ignore[arg-type]
    with torch.no_grad():
        pooling.weight.copy_(torch.tensor([[3.0, -2.0, 0.5, 1.0]]))
        if pooling.bias is not None:
            pooling.bias.fill_(-1.5)
    return pooling


@pytest.mark.parametrize("normalise", ["softmax", "sigmoid"])
def test_agrees_with_numpy(normalise: str) -> None:
    pooling, maps = with_weights(normalise), make_maps(3, 4, (5, 6)).double()
    features, masks = reference(maps.numpy(), np.array([3.0, -2.0, 0.5, 1.0]), -1.5, normalise)
    np.testing.assert_allclose(pooling(maps).detach().numpy(), features, rtol=1e-9)
    assert pooling.masks is not None
    np.testing.assert_allclose(pooling.masks.numpy(), masks, rtol=1e-9)


@pytest.mark.parametrize("normalise", ["softmax", "sigmoid"])
def test_agrees_with_a_convolution(normalise: str) -> None:
    pooling, maps = with_weights(normalise), make_maps(3, 4, (5, 6)).double()
    logits = torch.nn.functional.conv2d(maps, pooling.weight[:, :, None, None], pooling.bias)
    mask = logits.flatten(1).softmax(1) if normalise == "softmax" else logits.sigmoid().flatten(1)
    mask = mask / mask.sum(1, keepdim=True)
    wanted = torch.einsum("bp,bcp->bc", mask, maps.flatten(2))
    torch.testing.assert_close(pooling(maps), wanted)


@pytest.mark.parametrize("normalise", ["softmax", "sigmoid"])
@pytest.mark.parametrize("channels", [8, 512])
def test_begins_near_the_average(normalise: str, channels: int) -> None:
    torch.manual_seed(0)
    pooling = AttentionPooling(channels=channels, normalise=normalise)  # type: ignore[arg-type]
    maps = torch.randn(4, channels, 7, 7)
    pooling(maps)
    assert pooling.masks is not None
    # 49 even places have 0.0204 each; logits of about 0.1 move that by about a tenth.
    assert pooling.masks.min() > 0.01 and pooling.masks.max() < 0.04
    # Softmax alone would take any number added to its logits for nothing.
    assert (pooling.bias is None) == (normalise == "softmax")


def test_a_sigmoid_mask_of_very_negative_logits_is_no_nan() -> None:
    pooling = with_weights("sigmoid").float()
    maps = -1000.0 * torch.ones(2, 4, 3, 3)
    features = pooling(maps.requires_grad_())
    features.sum().backward()
    torch.testing.assert_close(features, maps.mean(dim=(2, 3)))
    assert maps.grad is not None and torch.isfinite(maps.grad).all()


def test_half_precision_masks_are_not_rounded() -> None:
    """Two places whose logits differ by less than bf16 can say are told apart."""
    maps = torch.tensor([[[[1.0, 1.0]], [[0.0, 0.001]]]]).bfloat16()
    weight = torch.tensor([[4.0, 1.0]])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        _, masks = pool_by_masks(maps, weight, None, "softmax")
    difference = float(maps[0, 1, 0, 1])
    np.testing.assert_allclose(masks[0, 0].numpy(), softmax([0.0, difference]), rtol=1e-6)
    assert masks[0, 0, 0] < masks[0, 0, 1]


def test_an_unknown_way_is_refused() -> None:
    faults = POOLINGS.check("attention", {"normalise": "sigmoyd"}, given_by_us=frozenset({"channels"}))
    assert [(fault.code, fault.near) for fault in faults] == [("CONFIG_TYPE", "sigmoid")]
    assert [fault.code for fault in POOLINGS.check("attention", {"channels": 8}, given_by_us=frozenset({"channels"}))] == [
        "CONFIG_UNKNOWN_OPTION"
    ]

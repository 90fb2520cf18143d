from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
import torch

from tamesu.poolings import ClsTokenPooling
from tamesu.testing.poolings import PoolingContract, make_maps, make_tokens


class TestWithAverage(PoolingContract):
    part = ClsTokenPooling
    options: ClassVar[Mapping[str, Any]] = {"with_average": True}


def test_is_the_first_token() -> None:
    maps = make_maps(3, 4, (5, 6))
    tokens = make_tokens(maps)
    tokens[:, 0] = torch.arange(12.0).reshape(3, 4)
    assert torch.equal(ClsTokenPooling()(maps, tokens), torch.arange(12.0).reshape(3, 4))


def test_the_average_beside_it_is_that_of_the_other_tokens() -> None:
    maps = make_maps(3, 4, (5, 6))
    tokens = make_tokens(maps)
    features = ClsTokenPooling(with_average=True)(maps, tokens)
    torch.testing.assert_close(features, torch.cat([tokens[:, 0], tokens[:, 1:].mean(dim=1)], dim=1))


def test_is_the_token_that_timm_takes() -> None:
    timm = pytest.importorskip("timm")
    torch.manual_seed(0)
    model = timm.create_model("test_vit", pretrained=False, num_classes=0, global_pool="token").eval()
    images = torch.randn(2, 3, *model.default_cfg["input_size"][1:])
    tokens = model.forward_features(images)
    size = images.shape[-1] // 16
    maps = tokens[:, model.num_prefix_tokens :].transpose(1, 2).unflatten(2, (size, size))
    torch.testing.assert_close(ClsTokenPooling()(maps, tokens), model.forward_head(tokens, pre_logits=True))

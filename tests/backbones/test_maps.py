from __future__ import annotations

import pytest
import torch
from torch import nn

from tamesu.backbones.maps import Layout, find_last_norm, find_layout, to_map


class Described(nn.Module):
    def __init__(self, **said: object) -> None:
        super().__init__()
        for name, value in said.items():
            setattr(self, name, value)


@pytest.mark.parametrize(
    ("said", "shape", "layout"),
    [
        ({"num_features": 8}, (1, 8, 3, 3), Layout("channels_first", 8)),
        ({"num_features": 8}, (1, 3, 3, 8), Layout("channels_last", 8)),
        ({"num_features": 8, "output_fmt": "NHWC"}, (1, 8, 8, 8), Layout("channels_last", 8)),
        ({"num_features": 8}, (1, 8, 8, 8), Layout("channels_first", 8)),
        ({"num_features": 8, "num_prefix_tokens": 5}, (1, 14, 8), Layout("tokens", 8, 5)),
        ({"num_features": 8}, (1, 10, 8), Layout("tokens", 8, 1)),
        ({"num_features": 8}, (1, 9, 8), Layout("tokens", 8, 0)),
        ({"num_features": 8}, (1, 8), Layout("vector", 8)),
        ({"num_features": 8}, (1, 12, 8), None),
        ({}, (1, 8, 3, 3, 3), None),
    ],
)
def test_the_layout_is_found(said: dict[str, object], shape: tuple[int, ...], layout: Layout | None) -> None:
    assert find_layout(Described(**said), torch.zeros(shape)) == layout


def test_several_maps_are_none() -> None:
    assert find_layout(Described(), [torch.zeros(1, 8, 3, 3)]) is None


def test_every_layout_of_the_same_features_gives_the_same_map() -> None:
    maps = torch.randn(2, 8, 3, 3)
    tokens = torch.cat([torch.randn(2, 2, 8), maps.flatten(2).transpose(1, 2)], dim=1)
    assert torch.equal(to_map(maps, Layout("channels_first", 8)), maps)
    assert torch.equal(to_map(maps.permute(0, 2, 3, 1), Layout("channels_last", 8)), maps)
    assert torch.equal(to_map(tokens, Layout("tokens", 8, 2)), maps)
    assert to_map(maps[:, :, 0, 0], Layout("vector", 8)).shape == (2, 8, 1, 1)


def test_the_norm_is_over_the_channels_of_each_place() -> None:
    norm = nn.LayerNorm(8)
    nn.init.normal_(norm.weight)
    maps = torch.randn(2, 8, 3, 3)
    normed = to_map(maps, Layout("channels_first", 8), norm)
    torch.testing.assert_close(normed[1, :, 2, 0], norm(maps[1, :, 2, 0]))


def test_only_a_norm_of_the_features_width_is_taken() -> None:
    norm = nn.LayerNorm(8)
    assert find_last_norm(Described(fc_norm=norm), 8) is norm
    assert find_last_norm(Described(head=Described(norm=norm)), 8) is norm
    assert find_last_norm(Described(head=Described(norm=norm)), 16) is None
    assert find_last_norm(Described(fc_norm=nn.Identity()), 8) is None

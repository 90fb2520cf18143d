from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from tamesu.backbones import BACKBONES, Backbone
from tamesu.backbones.backbone import is_within
from tamesu.errors import InputError
from tamesu.testing.backbones import BackboneContract


class Own(Backbone):
    """A backbone that is not timm's, as a plugin would write it."""

    def __init__(self, *, width: int = 4, in_channels: int = 3) -> None:
        super().__init__()
        self.name = "own"
        self.stem = nn.Sequential(nn.Conv2d(in_channels, width, 3), nn.BatchNorm2d(width), nn.Dropout(0.5))
        self.top = nn.Conv2d(width, 2 * width, 3)
        self.out_channels = 2 * width
        self.mean, self.std = (0.5,) * in_channels, (0.5,) * in_channels
        self.stages = [[name for name, _ in self.named_parameters() if name.startswith(part)] for part in ("stem", "top")]

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.top(torch.relu(self.stem(images)))


class TestOwn(BackboneContract):
    def build(self) -> Backbone:
        return Own()

    def test_gradient_reaches_the_first_stage(self) -> None:
        torch.manual_seed(0)
        super().test_gradient_reaches_the_first_stage()


def test_a_frozen_stage_is_the_same_function_in_training() -> None:
    backbone = Own()
    backbone.freeze(1)
    backbone.train()
    images = torch.randn(4, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    expected = backbone.stem.eval()(images)
    backbone.train()
    # Neither the dropout nor the batch's own statistics touch it.
    assert torch.equal(backbone.stem(images), expected)
    assert backbone.top.training


def test_freezing_survives_the_network_around_it_and_a_copy() -> None:
    network = nn.Sequential(Own(), nn.BatchNorm2d(8))
    network[0].freeze(1)
    for one in (network, copy.deepcopy(network)):
        one.eval()
        one.train()
        assert not one[0].stem[1].training
        assert one[0].top.training
        assert one[1].training


def test_more_stages_than_there_are_are_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"3 stages cannot be frozen: 'own' has 2"):
        Own().freeze(3)


def test_a_plugins_backbone_is_built_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BACKBONES, "_parts", {"own": Own})
    assert BACKBONES.check("own", {"width": 8}) == []
    assert [fault.near for fault in BACKBONES.check("own", {"widht": 8})] == ["width"]
    backbone = BACKBONES.build("own", {"width": 8}, in_channels=1, size_px=64)
    assert (backbone.out_channels, len(backbone.mean)) == (16, 1)


def test_a_module_without_parameters_is_never_frozen() -> None:
    assert not is_within(nn.ReLU(), set())

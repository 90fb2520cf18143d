from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from tamesu.backbones import Backbone
from tamesu.testing.backbones import BackboneContract


class Good(Backbone):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.name, self.out_channels = "good", 4
        self.mean, self.std = (0.5,) * 3, (0.5,) * 3
        self.low = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
        self.high = nn.Conv2d(4, 4, 3)
        names = [name for name, _ in self.named_parameters()]
        self.stages = [[name for name in names if name.startswith(part)] for part in ("low", "high")]

    def forward(self, images: Tensor) -> Tensor:
        return self.high(self.low(images))


class Pooled(Good):
    def forward(self, images: Tensor) -> Tensor:
        return super().forward(images).mean(dim=(2, 3))


class NoScale(Good):
    def __init__(self) -> None:
        super().__init__()
        self.std = (0.0,) * 3


class OfTheBatch(Good):
    def forward(self, images: Tensor) -> Tensor:
        return super().forward(images - images.mean(dim=0))


class ForgetsOne(Good):
    def __init__(self) -> None:
        super().__init__()
        self.stages[1].pop()


class Thaws(Good):
    def train(self, mode: bool = True) -> Backbone:
        nn.Module.train(self, mode)
        return self


class StaysFrozen(Good):
    def freeze(self, stages: int) -> None:
        super().freeze(max(stages, 1))


class TakesAnything(Good):
    def freeze(self, stages: int) -> None:
        super().freeze(min(stages, 2))


class Cut(Good):
    def forward(self, images: Tensor) -> Tensor:
        return self.high(self.low(images).detach())


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        (Pooled, "gives_one_map"),
        (NoScale, "says_how_it_wants_its_images"),
        (OfTheBatch, "samples_do_not_see_each_other"),
        (ForgetsOne, "stages_hold_every_parameter_once"),
        (Thaws, "freezing_stops_the_first_stages"),
        (StaysFrozen, "freezing_can_be_undone"),
        (TakesAnything, "more_stages_than_there_are"),
        (Cut, "gradient_reaches_the_first_stage"),
    ],
)
def test_each_rule_can_fail(part: type[Backbone], rule: str) -> None:
    class Kept(BackboneContract):
        def build(self) -> Backbone:
            return Good()

    class Broken(BackboneContract):
        def build(self) -> Backbone:
            return part()

    getattr(Kept(), f"test_{rule}")()
    with pytest.raises(AssertionError):
        getattr(Broken(), f"test_{rule}")()

from __future__ import annotations

import copy
from collections.abc import Collection

import pytest
import torch
from torch import Tensor, nn

from tamesu.backbones import Backbone
from tamesu.backbones.backbone import Features
from tamesu.backbones.maps import Layout
from tamesu.backbones.taps import Tap
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


class Tapped(Good):
    """With one tap, and a branch behind it."""

    @property
    def taps(self) -> tuple[Tap, ...]:
        return (Tap("low", Layout("channels_first", 4), 1), Tap("high", Layout("channels_first", 4), 1))

    def look(self, images: Tensor, taps: Collection[int] = ()) -> Features:
        low = self.low(images)
        high = self.high(low)
        found = {0: low, 1: high}
        return Features(high, {tap: found[tap] for tap in taps}, {tap: found[tap] for tap in taps})

    def make_branch(self, count: int) -> nn.Module:
        return Copy(self) if count == 1 else super().make_branch(count)


class Copy(nn.Module):
    """A copy of the last stage of `Tapped`."""

    def __init__(self, backbone: Tapped) -> None:
        super().__init__()
        self.high = copy.deepcopy(backbone.high)
        self.own = [name for name, _ in self.named_parameters()]
        self.names = list(self.own)

    def forward(self, _images: Tensor, trunk: Tensor) -> Tensor:
        return self.high(trunk)


class LooksElsewhere(Tapped):
    def look(self, images: Tensor, taps: Collection[int] = ()) -> Features:
        seen = super().look(images, taps)
        return Features(seen.last * 2, seen.taps, seen.stages)


class FindsAny(Tapped):
    def find_tap(self, tap: str | int) -> int | None:
        return None if tap == "last" else int(tap) % 2


class BranchesAnew(Tapped):
    def make_branch(self, count: int) -> nn.Module:
        branch = super().make_branch(count)
        branch.high.reset_parameters()
        return branch


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
        (LooksElsewhere, "looking_gives_the_same_map"),
        (FindsAny, "no_tap_where_there_is_none"),
        (BranchesAnew, "a_branch_goes_on_as_the_trunk_does"),
        (Cut, "gradient_reaches_the_first_stage"),
    ],
)
def test_each_rule_can_fail(part: type[Backbone], rule: str) -> None:
    class Kept(BackboneContract):
        def build(self) -> Backbone:
            return Tapped()

    class Broken(BackboneContract):
        def build(self) -> Backbone:
            return part()

    getattr(Kept(), f"test_{rule}")()
    with pytest.raises(AssertionError):
        getattr(Broken(), f"test_{rule}")()

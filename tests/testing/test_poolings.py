from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tamesu.poolings import AveragePooling
from tamesu.testing.poolings import PoolingContract


class TooWide(AveragePooling):
    def out_features(self, channels: int) -> int:
        return channels + 1


class NoModule:
    def out_features(self, channels: int) -> int:
        return channels

    def __call__(self, maps: Tensor) -> Tensor:
        return maps.mean(dim=(2, 3))


class OfTheBatch(AveragePooling):
    def forward(self, maps: Tensor) -> Tensor:
        return maps.mean(dim=(2, 3)) - maps.mean()


class ByMemory(AveragePooling):
    def forward(self, maps: Tensor) -> Tensor:
        # A view that is right for one memory format alone.
        return torch.as_strided(maps, (len(maps), maps.shape[1]), (maps[0].numel(), maps[0, 0].numel())) + 0.0


class AlwaysFloat(AveragePooling):
    def forward(self, maps: Tensor) -> Tensor:
        return maps.float().mean(dim=(2, 3))


class WrongGradient(AveragePooling):
    def forward(self, maps: Tensor) -> Tensor:
        return (2.0 * maps.detach() - maps).mean(dim=(2, 3))


class WithoutGradient(AveragePooling):
    def forward(self, maps: Tensor) -> Tensor:
        return maps.round().mean(dim=(2, 3))


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        (TooWide, "width_is_as_said"),
        (NoModule, "is_a_module"),
        (OfTheBatch, "samples_do_not_see_each_other"),
        (ByMemory, "memory_format_is_irrelevant"),
        (AlwaysFloat, "half_precision"),
        (WrongGradient, "gradient"),
        (WithoutGradient, "gradient"),
    ],
)
def test_each_rule_can_fail(part: Any, rule: str) -> None:
    contract = PoolingContract()
    contract.part = AveragePooling
    getattr(contract, f"test_{rule}")()
    contract.part = part
    with pytest.raises((AssertionError, RuntimeError)):
        getattr(contract, f"test_{rule}")()


def test_parts_are_modules() -> None:
    assert issubclass(AveragePooling, nn.Module)

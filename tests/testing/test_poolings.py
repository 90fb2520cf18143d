from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tamesu.poolings import AttentionPooling, AveragePooling, ClsTokenPooling, MultiHeadAttentionPooling
from tamesu.testing.poolings import PoolingContract, make_maps, make_tokens


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


class Halved(AttentionPooling):
    def forward(self, maps: Tensor) -> Tensor:
        features = super().forward(maps)
        self.masks = self.masks / 2  # type: ignore[operator]
        return features


class Attached(AttentionPooling):
    def forward(self, maps: Tensor) -> Tensor:
        features = super().forward(maps)
        self.masks = self.masks + 0.0 * self.weight.sum()  # type: ignore[operator]
        return features


class Flat(AttentionPooling):
    def forward(self, maps: Tensor) -> Tensor:
        features = super().forward(maps)
        self.masks = self.masks.flatten(2)  # type: ignore[union-attr]
        return features


class RoundedMasks(AttentionPooling):
    def forward(self, maps: Tensor) -> Tensor:
        features = super().forward(maps)
        self.masks = self.masks.to(maps.dtype)  # type: ignore[union-attr]
        return features


class Unlearned(AttentionPooling):
    def __init__(self, *, channels: int) -> None:
        super().__init__(channels=channels)
        self.forgotten = nn.Parameter(torch.zeros(1))


class InBf16(AttentionPooling):
    def forward(self, maps: Tensor) -> Tensor:
        # A bias that a softmax does not feel, where nothing is rounded.
        weight, bias = self.weight[:, :, None, None].to(maps.dtype), torch.full((1,), 1000.0, dtype=maps.dtype)
        logits = torch.nn.functional.conv2d(maps, weight, bias)
        return (logits.flatten(2).softmax(2).unflatten(2, maps.shape[2:]).to(maps.dtype) * maps).sum(dim=(2, 3))


class Apart(MultiHeadAttentionPooling):
    def __init__(self, *, channels: int) -> None:
        super().__init__(channels=channels, heads=2, diversity=1.0)


class OneNumber(Apart):
    def forward(self, maps: Tensor) -> Tensor:
        features = super().forward(maps)
        self.penalty = None if self.penalty is None else self.penalty.mean()
        return features


class InEvalMode(Apart):
    def forward(self, maps: Tensor) -> Tensor:
        features = super().forward(maps)
        self.penalty = torch.zeros(len(maps)) if self.penalty is None else self.penalty
        return features


class Detached(Apart):
    def forward(self, maps: Tensor) -> Tensor:
        features = super().forward(maps)
        self.penalty = None if self.penalty is None else self.penalty.detach().requires_grad_()
        return features


class Carried(Apart):
    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        (Halved, "masks_are_kept"),
        (Attached, "masks_are_kept"),
        (Flat, "masks_are_kept"),
        (RoundedMasks, "masks_are_kept"),
        (Unlearned, "all_parameters_are_learned"),
        (InBf16, "autocast_is_irrelevant"),
        (OneNumber, "penalty"),
        (InEvalMode, "penalty"),
        (Detached, "penalty"),
        (Carried, "can_be_copied"),
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
    for good in (AveragePooling, AttentionPooling, Apart, ClsTokenPooling):
        contract.part = good
        getattr(contract, f"test_{rule}")()
    contract.part = part
    with pytest.raises((AssertionError, RuntimeError)):
        getattr(contract, f"test_{rule}")()


def test_parts_are_modules() -> None:
    assert issubclass(AveragePooling, nn.Module)


def test_a_part_that_reads_tokens_gets_some() -> None:
    contract, maps = PoolingContract(), make_maps(2, 8, (3, 3))
    contract.part = ClsTokenPooling
    assert torch.equal(contract.pool(contract.build(), maps), make_tokens(maps)[:, 0])

"""The contract of a pooling, as a test class: subclass it, say which part, and pytest does the rest.

from tamesu.testing.poolings import PoolingContract

class TestMine(PoolingContract):
    part = MyPooling
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

SIZES = ((1, 1), (7, 7), (3, 5))


def make_maps(batch: int, channels: int, size: tuple[int, int], seed: int = 0) -> Tensor:
    """Feature maps as they come after a ReLU, float32 (batch, channels, *size).

    Examples:
        >>> make_maps(2, 3, (4, 5)).shape
        torch.Size([2, 3, 4, 5])
    """
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(batch, channels, *size, generator=generator)


class PoolingContract:
    """What must be true of every pooling. Subclass it in a test module.

    Attributes:
        part: the class under test.
        options: its options.
    """

    part: type
    options: ClassVar[Mapping[str, Any]] = {}

    def build(self) -> Any:
        """The part under test."""
        return self.part(**self.options)

    def test_width_is_as_said(self) -> None:
        """(B, C, h, w) → (B, out_features(C)), for any size of map."""
        for channels in (1, 8):
            for size in SIZES:
                pooling = self.build()
                features = pooling(make_maps(2, channels, size))
                wanted = (2, pooling.out_features(channels))
                assert features.shape == wanted, f"{tuple(features.shape)} instead of {wanted} for maps of {size}"
                assert bool(torch.isfinite(features).all()), f"maps of {size}"

    def test_is_a_module(self) -> None:
        """It is part of the network: moved, saved and trained with it."""
        assert isinstance(self.build(), nn.Module)

    def test_samples_do_not_see_each_other(self) -> None:
        """A sample's features are the same alone and in a batch."""
        pooling, maps = self.build().eval(), make_maps(4, 8, (5, 5))
        alone = torch.cat([pooling(maps[i : i + 1]) for i in range(4)])
        assert torch.allclose(pooling(maps), alone, atol=1e-6)

    def test_memory_format_is_irrelevant(self) -> None:
        """Channels-last maps give the same features."""
        pooling, maps = self.build().eval(), make_maps(2, 8, (5, 5))
        last = maps.contiguous(memory_format=torch.channels_last)
        assert torch.allclose(pooling(maps), pooling(last), atol=1e-6)

    def test_half_precision(self) -> None:
        """bf16 maps give bf16 features, near those of float32."""
        pooling, maps = self.build().eval(), make_maps(2, 8, (5, 5)) * 50.0
        half = pooling(maps.bfloat16())
        assert half.dtype == torch.bfloat16, f"{half.dtype} from bfloat16"
        assert torch.allclose(half.float(), pooling(maps), rtol=0.05)

    def test_gradient(self) -> None:
        """The gradient is that of the features, by finite differences."""
        maps = make_maps(2, 3, (2, 3)).double().requires_grad_()
        pooling = self.build().double()
        (gradient,) = torch.autograd.grad(pooling(maps).sum(), maps)
        assert bool((gradient != 0).any()), "nothing is learned through it"
        assert torch.autograd.gradcheck(pooling, (maps,))

"""The contract of a pooling, as a test class: subclass it, say which part, and pytest does the rest.

from tamesu.testing.poolings import PoolingContract

class TestMine(PoolingContract):
    part = MyPooling
"""

from __future__ import annotations

import copy
import inspect
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


def make_tokens(maps: Tensor) -> Tensor:
    """Tokens as a transformer has them beside its map, (batch, 1 + places, channels): one for the image, then one per place.

    Examples:
        >>> make_tokens(torch.tensor([[[[1.0, 3.0]]]])).tolist()
        [[[3.0], [1.0], [3.0]]]
    """
    places = maps.flatten(2).transpose(1, 2)
    return torch.cat([places.prod(dim=1, keepdim=True), places], dim=1)


class PoolingContract:
    """What must be true of every pooling. Subclass it in a test module.

    Attributes:
        part: the class under test.
        options: its options; the class attribute `example` of a part whose options have no default comes first.
    """

    part: type
    options: ClassVar[Mapping[str, Any]] = {}

    def build(self, channels: int = 8) -> Any:
        """The part under test, for maps of so many channels."""
        torch.manual_seed(channels)
        ours = {"channels": channels} if "channels" in inspect.signature(self.part).parameters else {}
        return self.part(**{**getattr(self.part, "example", {}), **self.options, **ours})

    def pool(self, pooling: Any, maps: Tensor) -> Any:
        """The features of maps; a pooling that reads tokens gets some beside them."""
        return pooling(maps, make_tokens(maps)) if getattr(pooling, "reads_tokens", False) else pooling(maps)

    def test_width_is_as_said(self) -> None:
        """(B, C, h, w) → (B, out_features(C)), for any size of map."""
        for channels in (1, 8):
            for size in SIZES:
                pooling = self.build(channels)
                features = self.pool(pooling, make_maps(2, channels, size))
                wanted = (2, pooling.out_features(channels))
                assert features.shape == wanted, f"{tuple(features.shape)} instead of {wanted} for maps of {size}"
                assert bool(torch.isfinite(features).all()), f"maps of {size}"

    def test_is_a_module(self) -> None:
        """It is part of the network: moved, saved and trained with it."""
        assert isinstance(self.build(), nn.Module)

    def test_samples_do_not_see_each_other(self) -> None:
        """A sample's features are the same alone and in a batch."""
        pooling, maps = self.build().eval(), make_maps(4, 8, (5, 5))
        alone = torch.cat([self.pool(pooling, maps[i : i + 1]) for i in range(4)])
        assert torch.allclose(self.pool(pooling, maps), alone, atol=1e-6)

    def test_memory_format_is_irrelevant(self) -> None:
        """Channels-last maps give the same features."""
        pooling, maps = self.build().eval(), make_maps(2, 8, (5, 5))
        last = maps.contiguous(memory_format=torch.channels_last)
        assert torch.allclose(self.pool(pooling, maps), self.pool(pooling, last), atol=1e-6)

    def test_half_precision(self) -> None:
        """bf16 maps give bf16 features, near those of float32."""
        pooling, maps = self.build().eval(), make_maps(2, 8, (5, 5)) * 50.0
        half = self.pool(pooling, maps.bfloat16())
        assert half.dtype == torch.bfloat16, f"{half.dtype} from bfloat16"
        assert torch.allclose(half.float(), self.pool(pooling, maps), rtol=0.05)

    def test_autocast_is_irrelevant(self) -> None:
        """Features are what they are outside autocast, within the rounding of bf16."""
        pooling, maps = self.build().eval(), make_maps(2, 8, (5, 5)) * 50.0
        with torch.autocast("cpu", dtype=torch.bfloat16):
            inside = self.pool(pooling, maps)
        assert torch.allclose(inside.float(), self.pool(pooling, maps), rtol=0.01)

    def test_gradient(self) -> None:
        """The gradient is that of the features, by finite differences."""
        maps = make_maps(2, 3, (2, 3)).double().requires_grad_()
        pooling = self.build(3).double()
        (gradient,) = torch.autograd.grad(self.pool(pooling, maps).sum(), maps)
        assert bool((gradient != 0).any()), "nothing is learned through it"
        assert torch.autograd.gradcheck(lambda x: self.pool(pooling, x), (maps,))

    def test_all_parameters_are_learned(self) -> None:
        """Every parameter that asks for a gradient gets a finite one."""
        pooling = self.build(3).double()
        self.pool(pooling, make_maps(2, 3, (2, 3)).double().requires_grad_()).square().sum().backward()
        for name, parameter in pooling.named_parameters():
            if parameter.requires_grad:
                assert parameter.grad is not None, f"{name} gets no gradient"
                assert bool(torch.isfinite(parameter.grad).all() and (parameter.grad != 0).any()), f"{name}: {parameter.grad}"

    def test_masks_are_kept(self) -> None:
        """`masks`, where it has some: of the last forward, float32 (batch, any, h, w), without gradient, each adding to 1."""
        pooling = self.build()
        if not hasattr(pooling, "masks"):
            return
        for size in SIZES:
            for maps in (make_maps(2, 8, size), make_maps(2, 8, size) * 1e4, make_maps(2, 8, size).bfloat16()):
                self.pool(pooling, maps)
                masks = pooling.masks
                if masks is None:
                    return
                assert masks.ndim == 4 and masks.shape[0] == 2 and masks.shape[2:] == size, f"masks of {tuple(masks.shape)}"
                assert masks.dtype == torch.float32, f"masks in {masks.dtype}"
                assert not masks.requires_grad, "kept masks keep the whole graph in memory"
                assert bool((masks >= 0).all()) and torch.allclose(masks.sum(dim=(2, 3)), torch.ones(()), atol=1e-4), (
                    "no shares"
                )

    def test_penalty(self) -> None:
        """`penalty`, where it has one: per sample, finite, not negative, with a gradient; None in eval mode."""
        pooling, maps = self.build(), make_maps(4, 8, (5, 5))
        if not hasattr(pooling, "penalty"):
            return
        self.pool(pooling.eval(), maps)
        in_eval_mode = pooling.penalty
        assert in_eval_mode is None, "a penalty in eval mode"
        self.pool(pooling.train(), maps.bfloat16())
        penalty = pooling.penalty
        if penalty is None:
            return
        assert penalty.shape == (4,), f"shape {tuple(penalty.shape)} instead of one value per sample"
        assert penalty.dtype == torch.float32, f"{penalty.dtype} from bfloat16"
        assert bool(torch.isfinite(penalty).all() and (penalty >= 0).all()), f"{penalty.tolist()}"
        learned = [parameter for parameter in pooling.parameters() if parameter.requires_grad]
        found = torch.autograd.grad(penalty.sum(), learned, allow_unused=True)
        assert any(gradient is not None and bool((gradient != 0).any()) for gradient in found), "nothing is learned from it"
        self.pool(pooling, maps[1:2].bfloat16())
        assert torch.allclose(pooling.penalty, penalty[1:2], atol=1e-5), "the batch changes a sample's penalty"

    def test_can_be_copied(self) -> None:
        """A copy in the midst of training, as an average of weights makes one, gives the same features."""
        pooling, maps = self.build(), make_maps(2, 8, (5, 5))
        self.pool(pooling, maps)
        twin = copy.deepcopy(pooling)
        assert torch.equal(self.pool(twin, maps), self.pool(pooling, maps))

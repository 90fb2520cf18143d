"""The contract of a backbone, as a test class: subclass it, say how it is built, and pytest does the rest.

from tamesu.testing.backbones import BackboneContract

class TestMine(BackboneContract):
    size_px = 64

    def build(self):
        return MyBackbone(width=32)
"""

from __future__ import annotations

import torch
from torch import Tensor

from tamesu.backbones import Backbone
from tamesu.errors import InputError


class BackboneContract:
    """What must be true of every backbone. Subclass it in a test module.

    Attributes:
        size_px: height and width of the images to test with.
        in_channels: their channels.
    """

    size_px: int = 32
    in_channels: int = 3

    def build(self) -> Backbone:
        """The backbone under test, with random weights."""
        raise NotImplementedError

    def images(self, seed: int = 0) -> Tensor:
        """Two normalised images."""
        generator = torch.Generator().manual_seed(seed)
        return torch.randn(2, self.in_channels, self.size_px, self.size_px, generator=generator)

    def test_gives_one_map(self) -> None:
        """(B, out_channels, h, w), finite, with at least one place."""
        backbone = self.build()
        maps = backbone(self.images())
        assert maps.ndim == 4 and maps.shape[:2] == (2, backbone.out_channels), tuple(maps.shape)
        assert min(maps.shape) >= 1 and bool(torch.isfinite(maps).all())

    def test_says_how_it_wants_its_images(self) -> None:
        """A mean and a positive standard deviation for each channel."""
        backbone = self.build()
        assert len(backbone.mean) == len(backbone.std) == self.in_channels
        assert min(backbone.std) > 0.0

    def test_samples_do_not_see_each_other(self) -> None:
        """In evaluation mode an image's map is the same alone and in a batch."""
        backbone, images = self.build().eval(), self.images()
        with torch.no_grad():
            assert torch.allclose(backbone(images)[:1], backbone(images[:1]), atol=1e-4)

    def test_stages_hold_every_parameter_once(self) -> None:
        """From the image to the head; none twice, none left out, none empty."""
        backbone = self.build()
        names = [name for stage in backbone.stages for name in stage]
        assert sorted(names) == sorted(name for name, _ in backbone.named_parameters())
        assert all(backbone.stages), "a stage is empty"
        assert [len(stage) for stage in backbone.stage_parameters()] == [len(stage) for stage in backbone.stages]

    def test_freezing_stops_the_first_stages(self) -> None:
        """Neither their parameters nor their batch statistics move, also after `train()`; the others are trained."""
        stages = len(self.build().stages)
        for count in sorted({0, 1, stages // 2, stages - 1, stages}):
            backbone = self.build()
            backbone.freeze(count)
            backbone.train()
            frozen = {name for stage in backbone.stages[:count] for name in stage}
            assert frozen == {name for name, parameter in backbone.named_parameters() if not parameter.requires_grad}
            before = {name: tensor.clone() for name, tensor in backbone.state_dict().items()}
            maps = backbone(self.images())
            if count == len(backbone.stages):
                assert not maps.requires_grad, "all is frozen, and yet there is a gradient"
            else:
                torch.autograd.backward(maps.sum())
            modules = {name.rpartition(".")[0] for name in frozen}
            moved = {name for name, tensor in backbone.state_dict().items() if not torch.equal(tensor, before[name])}
            assert not {name for name in moved if name.rpartition(".")[0] in modules}, "statistics of a frozen stage moved"

    def test_freezing_can_be_undone(self) -> None:
        """`freeze(0)` trains everything again."""
        backbone = self.build()
        backbone.freeze(1)
        backbone.freeze(0)
        assert all(parameter.requires_grad for parameter in backbone.parameters())
        assert all(module.training for module in backbone.modules())

    def test_more_stages_than_there_are(self) -> None:
        """Refused, with how many there are."""
        backbone = self.build()
        try:
            backbone.freeze(len(backbone.stages) + 1)
        except InputError as error:
            assert error.codes == ("BACKBONE_STAGES",)
        else:
            raise AssertionError("more stages are frozen than there are")

    def test_looking_gives_the_same_map(self) -> None:
        """`look` gives the last map as `forward` does, and at each tap a map of its channels and its reduction."""
        backbone, images = self.build().eval(), self.images()
        with torch.no_grad():
            seen = backbone.look(images, range(len(backbone.taps)))
            assert torch.allclose(seen.last, backbone(images), atol=1e-5), "looking changes the last map"
        for number, tap in enumerate(backbone.taps):
            maps = seen.taps[number]
            assert maps.shape[:2] == (2, tap.channels) and maps.shape[2] == maps.shape[3], tuple(maps.shape)
            assert round(self.size_px / maps.shape[3]) == tap.reduction

    def test_no_tap_where_there_is_none(self) -> None:
        """Taps are counted from 0, or from the last one back; others are refused."""
        backbone = self.build()
        count = len(backbone.taps)
        assert backbone.find_tap("last") is None
        assert [backbone.find_tap(tap) for tap in range(-count, count)] == [*range(count), *range(count)]
        for tap in (count, -count - 1):
            try:
                backbone.find_tap(tap)
            except InputError as error:
                assert error.codes == ("BACKBONE_TAP",)
            else:
                raise AssertionError("a tap that is not there was found")

    def test_a_branch_goes_on_as_the_trunk_does(self) -> None:
        """A fresh branch gives the trunk's last map; only its own stages are trained; where it cannot be cut it is refused."""
        backbone, images = self.build().eval(), self.images()
        taps = len(backbone.taps)
        with torch.no_grad():
            # Values of their own, so that nothing is equal because all of it is 0.
            for number, parameter in enumerate(backbone.parameters()):
                noise = torch.randn(parameter.shape, generator=torch.Generator().manual_seed(number))
                parameter.add_(0.05 * noise)
        for count in range(1, taps + 1):
            try:
                branch = backbone.make_branch(count).eval()
            except InputError as error:
                assert error.codes == ("BACKBONE_BRANCH",)
                continue
            seen = backbone.look(images, [taps - 1 - count])
            found = branch(images, seen.stages[taps - 1 - count])
            assert torch.allclose(found, seen.last, atol=1e-4), f"a branch of {count} stages goes another way"
            torch.autograd.backward((found**2).sum())
            trained = {name for name, parameter in branch.named_parameters() if parameter.requires_grad}
            assert trained == set(branch.own) and len(branch.own) == len(branch.names)  # type: ignore[arg-type]
            named = {name for stage in backbone.stages for name in stage}
            assert named.issuperset(branch.names)  # type: ignore[arg-type]
            backbone.zero_grad(set_to_none=True)

    def test_gradient_reaches_the_first_stage(self) -> None:
        """The whole network learns."""
        backbone = self.build()
        torch.autograd.backward((backbone(self.images()) ** 2).sum())
        first = backbone.stage_parameters()[0]
        assert any(parameter.grad is not None and bool(parameter.grad.abs().sum() > 0) for parameter in first)

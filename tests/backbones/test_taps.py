"""Taps and branches of timm's networks against timm's own intermediate features."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import timm
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from tamesu.backbones import BACKBONES, TimmBackbone
from tamesu.backbones.maps import Layout
from tamesu.backbones.taps import Given, Passed, Tap, cut_before, find_stage_layout, find_taps, names_after
from tamesu.errors import InputError

NAMES = ["test_resnet", "test_vit", "test_convnext", "test_mambaout", "mobilenetv2_035"]


def build(name: str, size_px: int = 64) -> TimmBackbone:
    """A network in evaluation mode in which no value is 0 or 1 by birth."""
    torch.manual_seed(0)
    backbone: TimmBackbone = BACKBONES.build(name, {"weights": "none"}, size_px=size_px)
    with torch.no_grad():
        for parameter in backbone.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
        for key, buffer in backbone.named_buffers():
            if "running" in key:
                buffer.add_(0.1 * torch.rand_like(buffer))
    return backbone.eval()  # type: ignore[return-value]


def look_at(size_px: int = 64) -> Tensor:
    return torch.randn(2, 3, size_px, size_px, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("name", NAMES)
@torch.no_grad()
def test_maps_at_taps_are_timms_own(name: str) -> None:
    backbone, images = build(name), look_at()
    theirs = backbone.model.forward_intermediates(images, norm=False, intermediates_only=True)
    seen = backbone.look(images, range(len(backbone.taps)))
    assert len(theirs) == len(backbone.taps)
    for number, expected in enumerate(theirs):
        torch.testing.assert_close(seen.taps[number], expected)
        assert backbone.taps[number].reduction == 64 // expected.shape[-1]
    torch.testing.assert_close(seen.last, backbone(images))


@torch.no_grad()
def test_maps_are_those_of_features_only() -> None:
    backbone, images = build("test_resnet"), look_at()
    model = timm.create_model("test_resnet", features_only=True).eval()
    model.load_state_dict(backbone.model.state_dict(), strict=False)
    seen = backbone.look(images, [1, 3])
    assert list(seen.taps) == [1, 3]
    for number, expected in enumerate(model(images)):
        if number in seen.taps:
            torch.testing.assert_close(seen.taps[number], expected)
    assert [tap.reduction for tap in backbone.taps] == model.feature_info.reduction()
    assert [tap.channels for tap in backbone.taps] == model.feature_info.channels()


def test_a_map_as_wide_as_it_has_channels_lies_as_the_network_says() -> None:
    """At 64 px the first stage of this network is 16 x 16 x 16."""
    backbone = build("test_mambaout")
    assert backbone.taps[0] == Tap("stages.0", Layout("channels_last", 16), 4)
    assert find_stage_layout(nn.Identity(), torch.zeros(1, 8, 8, 8), 8) == Layout("channels_first", 8)
    assert find_stage_layout(nn.Identity(), torch.zeros(1, 4, 4, 8), 8) == Layout("channels_last", 8)
    assert find_stage_layout(nn.Identity(), torch.zeros(1, 4, 4, 7), 8) is None
    assert find_stage_layout(nn.Identity(), (torch.zeros(1),), 8) is None


@pytest.mark.parametrize("name", NAMES)
def test_a_branch_with_copied_weights_says_what_the_trunk_says(name: str) -> None:
    backbone, images = build(name), look_at()
    taps = len(backbone.taps)
    before = {key: value.clone() for key, value in backbone.state_dict().items()}
    for count in (1, 2, taps - 1):
        branch = backbone.make_branch(count).eval()
        seen = backbone.look(images, [taps - 1 - count])
        torch.testing.assert_close(branch(images, seen.stages[taps - 1 - count]), seen.last)
    assert all(torch.equal(value, before[key]) for key, value in backbone.state_dict().items())


@pytest.mark.parametrize("name", NAMES)
def test_a_branch_trains_the_stages_behind_its_cut_and_no_others(name: str) -> None:
    backbone, images = build(name), look_at()
    branch = backbone.make_branch(1)
    cut = len(backbone.taps) - 2
    trunk = backbone.look(images, [cut]).stages[cut].detach().requires_grad_()
    branch(images, trunk).square().sum().backward()
    # Behind the cut is what the last map hangs on and the map at the cut does not; what nothing hangs on may be copied too.
    seen = backbone.look(images, [cut])
    named = dict(backbone.named_parameters())

    def reach(maps: Tensor) -> set[str]:
        found = torch.autograd.grad(maps.sum(), list(named.values()), retain_graph=True, allow_unused=True)
        return {key for key, gradient in zip(named, found, strict=True) if gradient is not None}

    last, before = reach(seen.last), reach(seen.stages[cut])
    assert last - before <= set(branch.names)
    assert not set(branch.names) & before
    own = dict(branch.named_parameters())
    assert {key for key, parameter in own.items() if parameter.requires_grad} == set(branch.own)
    got = {name for name, key in zip(branch.names, branch.own, strict=True) if own[key].grad is not None}
    assert got == last - before
    assert trunk.grad is not None and trunk.grad.abs().sum() > 0
    for original, key in zip(branch.names, branch.own, strict=True):
        assert own[key] is not named[original] and torch.equal(own[key], named[original])


def test_a_copy_of_a_branch_keeps_to_itself() -> None:
    backbone, images = build("test_resnet"), look_at()
    branch = backbone.make_branch(2)
    trunk = backbone.look(images, [2]).stages[2].detach()
    average = AveragedModel(branch, use_buffers=True).eval()
    branch.eval()
    torch.testing.assert_close(average(images, trunk), branch(images, trunk))
    with torch.no_grad():
        for parameter in branch.parameters():
            parameter.mul_(0.5)
    assert not torch.allclose(average(images, trunk), branch(images, trunk))
    # What is given to one of them never stays, and never stands in the other.
    for one in (branch, average, copy.deepcopy(branch)):
        assert [module.value for module in one.modules() if isinstance(module, Given)] == [None]


def test_a_branch_forgets_what_it_was_given_also_after_an_error() -> None:
    backbone, images = build("test_resnet"), look_at()
    branch = backbone.make_branch(1)
    with pytest.raises(RuntimeError):
        branch(images, torch.zeros(2, 5, 4, 4))
    assert [module.value for module in branch.modules() if isinstance(module, Given)] == [None]


def test_a_copy_of_a_backbone_looks_with_its_own_weights() -> None:
    backbone, images = build("test_convnext"), look_at()
    other = copy.deepcopy(backbone)
    with torch.no_grad():
        for parameter in backbone.parameters():
            parameter.zero_()
        assert backbone.look(images, [1]).taps[1].abs().sum() == 0
        assert other.look(images, [1]).taps[1].abs().sum() > 0
        assert other.look(images).last.abs().sum() > 0


@torch.no_grad()
def test_tokens_are_those_before_the_patches() -> None:
    backbone, images = build("test_vit"), look_at()
    assert backbone.has_tokens and not build("test_resnet").has_tokens
    tokens = backbone.look(images).tokens
    assert tokens is not None
    theirs = backbone.model.forward_features(images)[:, : backbone.model.num_prefix_tokens]
    norm = backbone.norm[0]
    torch.testing.assert_close(tokens, theirs if norm is None else norm(theirs))
    assert build("test_resnet").look(images).tokens is None


def test_looking_leaves_no_hooks_behind_and_the_mode_alone() -> None:
    backbone = BACKBONES.build("test_resnet", {"weights": "none"}, size_px=32)
    assert backbone.training and backbone.taps and backbone.model.training
    backbone.make_branch(1)
    assert backbone.model.training
    backbone.look(look_at(32), [0, 1])
    assert not any(module._forward_hooks for module in backbone.modules())
    with pytest.raises(RuntimeError):
        backbone.look(torch.zeros(2, 4, 32, 32), [0])
    assert not any(module._forward_hooks for module in backbone.modules())


@pytest.mark.parametrize(("tap", "number"), [("last", None), (0, 0), (4, 4), (-1, 4), (-5, 0)])
def test_a_tap_is_counted_from_either_end(tap: Any, number: int | None) -> None:
    assert BACKBONES.build("test_resnet", {"weights": "none"}, size_px=32).find_tap(tap) == number


@pytest.mark.parametrize("tap", [5, -6, 100])
def test_a_tap_that_is_not_there(tap: int) -> None:
    with pytest.raises(InputError) as raised:
        BACKBONES.build("test_resnet", {"weights": "none"}, size_px=32).find_tap(tap)
    assert raised.value.codes == ("BACKBONE_TAP",)
    assert raised.value.faults[0].values["known"] == "0, 1, 2, 3, 4, last"


@pytest.mark.parametrize("count", [5, 6, 50])
def test_a_branch_of_all_stages_or_more_is_refused(count: int) -> None:
    with pytest.raises(InputError) as raised:
        BACKBONES.build("test_resnet", {"weights": "none"}, size_px=32).make_branch(count)
    assert raised.value.codes == ("BACKBONE_BRANCH",)


class Plain(nn.Module):
    """A network that lists what stages it is said to have."""

    def __init__(self, *infos: dict[str, Any]) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 5, 1)
        self.feature_info = list(infos)

    def forward_features(self, images: Tensor) -> Tensor:
        return self.two(self.one(images))


def test_a_network_that_lists_no_stages_or_wrong_ones_has_no_taps() -> None:
    images = torch.zeros(1, 3, 4, 4)
    assert find_taps(nn.Identity(), images) == []
    assert find_taps(Plain({"module": "three", "num_chs": 4}), images) == []
    assert find_taps(Plain({"module": "one", "num_chs": 7}), images) == []
    assert find_taps(Plain({"module": "one", "num_chs": 4}), images) == [Tap("one", Layout("channels_first", 4), 1)]


def test_names_behind_a_module() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU(), nn.Conv2d(4, 5, 1))
    assert names_after(model, "0") == names_after(model, "1") == {"2.weight", "2.bias"}
    assert names_after(model, "2") == set()


def test_what_stands_before_a_cut_is_done_without() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU(), nn.Conv2d(4, 5, 1))
    given = cut_before(model, "1", keep_stem=False)
    assert isinstance(model[0], Passed) and model[1] is given
    given.value = torch.ones(1, 4, 2, 2)
    assert model(torch.zeros(1, 9)).shape == (1, 5, 2, 2)
    assert Passed()("images", "mask", more=1) == "images"


def test_what_is_frozen_of_a_branch_neither_learns_nor_moves_its_statistics() -> None:
    backbone = TimmBackbone("test_resnet", weights="none", size_px=32)
    images = torch.rand(4, 3, 32, 32)
    cut = len(backbone.taps) - 3
    trunk = backbone.look(images, [cut]).stages[cut].detach()
    branch = backbone.make_branch(2).train()
    still = {name for stage in backbone.stages[:-1] for name in stage}
    branch.freeze(still)
    branch.train()
    before = {name: tensor.clone() for name, tensor in branch.state_dict().items()}
    branch(images, trunk).square().sum().backward()
    learning = {original for original, parameter in branch.copies() if parameter.grad is not None}
    assert learning and not learning & still and learning <= set(backbone.stages[-1])
    moved = {name for name, tensor in branch.state_dict().items() if not torch.equal(tensor, before[name])}
    frozen = {f"branch.{name.rpartition('.')[0]}." for name in still}
    assert moved and not {name for name in moved if name.startswith(tuple(frozen))}


def test_looking_for_taps_leaves_frozen_stages_as_they_are() -> None:
    backbone = TimmBackbone("test_resnet", weights="none", size_px=32)
    backbone.freeze(2)
    backbone.train()
    before = {name: module.training for name, module in backbone.named_modules()}
    assert backbone.taps and backbone.make_branch(1) is not None
    assert {name: module.training for name, module in backbone.named_modules()} == before

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import TargetSpec
from tamesu.errors import InputError
from tamesu.training.loop import make_average
from tamesu.training.network import Network, build_network
from tamesu.training.roads import LAST

TARGETS = {
    "kind": TargetSpec(kind="class", labels=["a", "b", "c"]),
    "tags": TargetSpec(kind="multilabel", labels=["p", "q"]),
    "size": TargetSpec(kind="value", labels=[]),
}


def make(**changes: object) -> Recipe:
    heads = {"kind": {"loss": "cross_entropy"}, "tags": {"loss": "bce"}, "size": {"loss": "mse"}}
    backbone = {"test_resnet": {"weights": "none", "mean": [0.1, 0.2, 0.3], "std": [0.5, 0.25, 1.0]}}
    return Recipe.model_validate({"backbone": backbone, "heads": heads, "image": {"size": 32}} | changes)


def test_one_tensor_of_logits_per_target() -> None:
    network = build_network(make(), TARGETS, folder=Path())
    logits = network(torch.zeros(2, 32, 32, 3, dtype=torch.uint8))
    assert {name: tuple(values.shape) for name, values in logits.items()} == {"kind": (2, 3), "tags": (2, 2), "size": (2, 1)}
    assert all(values.dtype == torch.float32 for values in logits.values())


def test_normalise_is_the_formula_in_channels_last_memory() -> None:
    network = build_network(make(), TARGETS, folder=Path())
    images = torch.randint(0, 256, (2, 32, 32, 3), dtype=torch.uint8)
    floats = network.normalise(images)
    expected = (images.double().numpy() / 255 - np.array([0.1, 0.2, 0.3])) / np.array([0.5, 0.25, 1.0])
    np.testing.assert_allclose(floats.permute(0, 2, 3, 1).numpy(), expected, atol=1e-5)
    assert floats.is_contiguous(memory_format=torch.channels_last)


def test_every_parameter_is_in_exactly_one_stage_and_frozen_ones_stay() -> None:
    network = build_network(make(freeze=2), TARGETS, folder=Path())
    staged = [id(parameter) for stage in network.stages() for parameter in stage]
    assert sorted(staged) == sorted(id(parameter) for parameter in network.parameters())
    assert not any(parameter.requires_grad for stage in network.stages()[:2] for parameter in stage)
    assert all(parameter.requires_grad for parameter in network.stages()[-1])
    before = {name: value.clone() for name, value in network.state_dict().items()}
    network.train()
    optimizer = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=0.1)
    torch.stack(
        [v.square().mean() for v in network(torch.randint(0, 256, (4, 32, 32, 3), dtype=torch.uint8)).values()]
    ).sum().backward()
    optimizer.step()
    changed = {name for name, value in network.state_dict().items() if not torch.equal(value, before[name])}
    frozen = {id(p) for stage in network.stages()[:2] for p in stage}
    assert not changed & {name for name, p in network.named_parameters() if id(p) in frozen}
    assert any(name.startswith("heads") for name in changed)


IMAGES = torch.randint(0, 256, (4, 32, 32, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(2))
HEADS: dict[str, Any] = {
    "kind": {"loss": "cross_entropy"},
    "tags": {"loss": "bce", "tap": 3, "pooling": "gem"},
    "size": {"loss": "mse", "branch": 2, "hidden": 8, "constraint": "positive"},
    "seg": {"loss": "cross_entropy", "tap": 2},
    "near": {"target": "kind", "loss": "triplet", "hidden": 5},
    "arc": {"target": "kind", "loss": "subcenter_arcface", "branch": 1},
}
SEG = {"seg": TargetSpec(kind="mask", labels=["a", "b"])}


def build(**changes: object) -> Network:
    """A network in which nothing is 0 by birth, in training mode."""
    torch.manual_seed(3)
    network = build_network(make(**changes), TARGETS | SEG, folder=Path())
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.02 * torch.randn(parameter.shape))
    return network


@pytest.mark.parametrize("changes", [{}, {"freeze": 2}, {"neck": 12}, {"freeze": 5, "neck": 12, "pooling": "attention"}])
def test_stages_hold_every_parameter_that_learns_once(changes: dict[str, object]) -> None:
    network = build(heads=HEADS, **changes)
    staged = [id(parameter) for stage in network.stages() for parameter in stage]
    assert len(staged) == len(set(staged))
    learning = {name: parameter for name, parameter in network.named_parameters() if parameter.requires_grad}
    assert {id(parameter) for parameter in learning.values()} <= set(staged)
    # A branch learns at the pace of the stage it was copied from, and is frozen where that is.
    frozen = {id(parameter) for stage in network.stages()[: int(str(changes.get("freeze", 0)))] for parameter in stage}
    assert not frozen & {id(parameter) for parameter in learning.values()}
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    for stage in network.stages()[:-1]:
        for name in (names[id(parameter)] for parameter in stage):
            assert name.startswith(("backbone.", "branches."))
    above = [names[id(parameter)] for parameter in network.stages()[-1]]
    assert all(name.startswith(("heads", "pooling", "own_pool", "neck", "constr")) for name in above)


def test_every_head_has_its_shape() -> None:
    logits = build(heads=HEADS)(IMAGES)
    shapes = {name: tuple(values.shape) for name, values in logits.items()}
    assert shapes == {"kind": (4, 3), "tags": (4, 2), "size": (4, 1), "seg": (4, 2, 4, 4), "near": (4, 5), "arc": (4, 3)}
    assert (logits["size"] > 0).all() and (logits["arc"].abs() <= 1 + 1e-5).all()


def test_heads_read_where_they_say() -> None:
    """The same layers, applied by hand to the maps of timm's own network."""
    network = build(heads=HEADS).eval()
    with torch.no_grad():
        told = network(IMAGES)
        maps = network.backbone.model.forward_intermediates(network.normalise(IMAGES), norm=False, intermediates_only=True)
        heads = network.heads
        torch.testing.assert_close(told["kind"], heads["head_0"](maps[4].mean(dim=(2, 3))))
        gem = network.own_poolings["head_1"]
        powered = maps[3].clamp(min=1e-6).pow(gem.p).mean(dim=(2, 3))
        torch.testing.assert_close(told["tags"], heads["head_1"](powered ** (1.0 / gem.p)), rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(told["seg"], heads["head_3"]([maps[2]]))
        torch.testing.assert_close(told["near"], heads["head_4"](maps[4].mean(dim=(2, 3))))
        # `build` has moved the branch, so it says something else than the trunk.
        assert not torch.allclose(told["arc"], heads["head_5"](maps[4].mean(dim=(2, 3))), atol=1e-4)


def test_the_shared_pooling_is_computed_once() -> None:
    network = build(heads={name: HEADS[name] for name in ("seg", "kind", "near", "tags")}, pooling="attention")
    calls = []
    network.pooling.register_forward_hook(lambda *_: calls.append(1))
    network(IMAGES)
    assert len(calls) == 1


def test_the_penalty_of_the_shared_pooling_belongs_to_one_head() -> None:
    pooling = {"multi_head_attention": {"heads": 2, "diversity": 0.5}}
    heads = {name: HEADS[name] for name in ("seg", "kind", "near")} | {"tags": {"loss": "bce", "pooling": pooling}}
    network = build(heads=heads, pooling=pooling)
    seen = network.see(IMAGES)
    assert set(seen.penalties) == {"kind", "tags"} and all(found.shape == (4,) for found in seen.penalties.values())
    assert not network.eval().see(IMAGES).penalties


def test_places_are_what_the_backbone_gave() -> None:
    network = build(heads=HEADS)
    seen = network.see(IMAGES)
    # Taps 2 and 3, and the cuts of the branches: 4 - 2 and 4 - 1.
    assert sorted(seen.places) == [2, 3, LAST]
    assert seen.shared is seen.places[2]
    assert build(heads=HEADS, freeze=3).see(IMAGES).shared.requires_grad


def test_each_head_trains_its_own_way_and_no_other() -> None:
    network = build(heads=HEADS)
    names = list(HEADS)
    for name in names:
        network.zero_grad(set_to_none=True)
        network(IMAGES)[name].square().sum().backward()
        moved = {key for key, parameter in network.named_parameters() if parameter.grad is not None}
        own = f"head_{names.index(name)}."
        parts = [key for key in moved if key.startswith(("heads.", "branches.", "own_poolings."))]
        assert parts and all(own in key for key in parts)
        # What stands behind a tap or a cut is left alone.
        reached = {key.split(".")[2] for key in moved if key.startswith("backbone.")}
        behind = {"size": {"layer3", "layer4"}, "seg": {"layer3", "layer4"}, "tags": {"layer4"}, "arc": {"layer4"}}
        assert not reached & behind.get(name, set()) and "layer2" in reached


@pytest.mark.parametrize("changes", [{}, {"neck": 12, "pooling": "attention"}])
def test_a_copy_says_the_same_and_shares_nothing(changes: dict[str, object]) -> None:
    network = build(heads=HEADS, **changes)
    network(IMAGES)
    average = make_average(network, 0.9)
    assert average is not None
    average.update_parameters(network)
    network.eval()
    other = average.module.eval()
    with torch.no_grad():
        told, said = network(IMAGES), other(IMAGES)
        assert all(torch.allclose(told[name], said[name], atol=1e-5) for name in HEADS)
        assert not {id(p) for p in network.parameters()} & {id(p) for p in other.parameters()}
        for parameter in network.parameters():
            parameter.zero_()
        after = other(IMAGES)
    assert all(torch.equal(after[name], said[name]) for name in HEADS)


def test_what_is_saved_and_loaded_says_the_same() -> None:
    network = build(heads=HEADS, neck=12)
    network(IMAGES)
    torch.manual_seed(9)
    other = build_network(make(heads=HEADS, neck=12), TARGETS | SEG, folder=Path(), pretrained=False)
    other.load_state_dict(copy.deepcopy(network.state_dict()))
    with torch.no_grad():
        told, said = network.eval()(IMAGES), other.eval()(IMAGES)
    assert all(torch.equal(told[name], said[name]) for name in HEADS)


def test_a_class_token_is_that_of_the_place_where_a_head_reads() -> None:
    heads = {
        "kind": {"loss": "cross_entropy"},
        "tags": {"loss": "bce", "tap": 2},
        "size": {"loss": "mse", "branch": 2},
    }
    backbone = {"test_vit": {"weights": "none", "mean": [0.1, 0.2, 0.3], "std": [0.5, 0.25, 1.0]}}
    network = build(heads=heads, backbone=backbone, pooling="cls_token").eval()
    with torch.no_grad():
        told = network(IMAGES)
        images = network.normalise(IMAGES)
        features = network.backbone.look(images, [2, 3])
        tokens = features.stages[2][:, 0]
        torch.testing.assert_close(told["tags"], network.heads["head_1"](tokens))
        torch.testing.assert_close(told["kind"], network.heads["head_0"](features.tokens[:, 0]))
        _, own = network.branches["head_2"].look(images, features.stages[3])
        torch.testing.assert_close(told["size"], network.heads["head_2"](own[:, 0]))
    network(IMAGES)["size"].sum().backward()
    branch = [p.grad for p in network.branches.parameters() if p.requires_grad]
    assert any(grad is not None and grad.abs().sum() > 0 for grad in branch)
    assert not torch.equal(told["size"], network.heads["head_2"](features.tokens[:, 0]))


def test_a_class_token_does_not_go_through_a_neck() -> None:
    heads, backbone = {"kind": {"loss": "cross_entropy"}}, {"test_vit": {"weights": "none"}}
    with pytest.raises(InputError) as caught:
        build(heads=heads, backbone=backbone, pooling="cls_token", neck=12)
    assert caught.value.codes == ("BACKBONE_NO_TOKEN",)


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ({"loss": "cross_entropy", "tap": 9}, "BACKBONE_TAP"),
        ({"loss": "cross_entropy", "branch": 5}, "BACKBONE_BRANCH"),
        ({"loss": "cross_entropy", "branch": 9}, "BACKBONE_BRANCH"),
        ({"loss": "cross_entropy", "pooling": "cls_token"}, "BACKBONE_NO_TOKEN"),
    ],
)
def test_a_head_that_finds_no_place(head: dict[str, object], code: str) -> None:
    with pytest.raises(InputError) as caught:
        build(heads={"kind": head})
    assert caught.value.codes == (code,)


def test_a_branch_of_frozen_stages_stands_still_in_training() -> None:
    network = build(heads={"kind": {"loss": "cross_entropy"}, "size": {"loss": "mse", "branch": 2}}, freeze=5)
    network.train()
    before = {name: value.clone() for name, value in network.branches.state_dict().items()}
    torch.stack([values.square().mean() for values in network(IMAGES).values()]).sum().backward()
    assert all(torch.equal(value, before[name]) for name, value in network.branches.state_dict().items())
    assert all(parameter.grad is None for parameter in network.branches.parameters())


def test_what_is_never_decayed_is_not_decayed_in_a_branch_either() -> None:
    network = build(heads={"kind": {"loss": "cross_entropy"}, "size": {"loss": "mse", "branch": 1}})
    (spared,) = [name for name, _ in network.copies()][:1]
    network.backbone.never_decayed = frozenset({spared})
    copied = dict(network.copies())[spared]
    original = dict(network.backbone.named_parameters())[spared]
    assert [id(parameter) for parameter in network.undecayed_parameters()] == [id(original), id(copied)]

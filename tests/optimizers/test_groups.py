from __future__ import annotations

import pytest
import timm
import torch
from timm.optim import param_groups_layer_decay, param_groups_weight_decay

from tamesu.backbones import BACKBONES
from tamesu.optimizers import make_groups


def test_norms_and_biases_are_not_decayed_as_in_timm() -> None:
    model = timm.create_model("test_resnet", num_classes=3)
    ours = make_groups([list(model.parameters())], weight_decay=0.05)
    theirs = param_groups_weight_decay(model, weight_decay=0.05)
    decay = {id(p): group["weight_decay"] for group in ours for p in group["params"]}
    assert decay == {id(p): group["weight_decay"] for group in theirs for p in group["params"]}


def test_layer_decay_as_in_timm() -> None:
    backbone = BACKBONES.build("test_vit", {"weights": "none"}, size_px=160)
    head = torch.nn.Linear(backbone.out_channels, 3)
    ours = make_groups(
        [*backbone.stage_parameters(), list(head.parameters())],
        weight_decay=0.05,
        layer_decay=0.5,
        never_decayed=backbone.undecayed_parameters(),
    )
    model = backbone.model
    theirs = param_groups_layer_decay(model, 0.05, no_weight_decay_list=model.no_weight_decay(), layer_decay=0.5)
    # timm's network had its head taken off, so that all its scales are one stage higher than with the head on.
    scale = {id(p): group["lr_scale"] * 0.5 for group in theirs for p in group["params"]}
    decay = {id(p): group["weight_decay"] for group in theirs for p in group["params"]}
    for group in ours[:-2]:
        for parameter in group["params"]:
            assert group["lr_scale"] == pytest.approx(scale[id(parameter)])
            assert group["weight_decay"] == decay[id(parameter)]
    assert [group["lr_scale"] for group in ours[-2:]] == [1.0, 1.0]


def test_every_trained_parameter_is_in_one_group_and_no_frozen_one() -> None:
    backbone = BACKBONES.build("test_resnet", {"weights": "none"}, size_px=32)
    backbone.freeze(2)
    groups = make_groups(backbone.stage_parameters(), weight_decay=0.1, layer_decay=0.9)
    grouped = [id(p) for group in groups for p in group["params"]]
    assert sorted(grouped) == sorted(id(p) for p in backbone.parameters() if p.requires_grad)
    assert len(grouped) < len(list(backbone.parameters()))


def test_nothing_to_train_gives_no_group() -> None:
    frozen = torch.nn.Parameter(torch.zeros(2, 2), requires_grad=False)
    assert make_groups([[frozen], []], weight_decay=0.1) == []

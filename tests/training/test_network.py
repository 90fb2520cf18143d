from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import TargetSpec
from tamesu.training.network import build_network

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

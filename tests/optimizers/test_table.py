from __future__ import annotations

import copy
import hashlib
import inspect
import json
from typing import Any

import pytest
import timm.optim
import torch
from torch import nn

from tamesu.errors import InputError
from tamesu.optimizers import OPTIMIZERS, build_optimizer, make_groups
from tamesu.optimizers.table import IMPLEMENTATION, list_timm_optimizers

# torch's that cannot be had, and why.
NOT_HERE = {
    "lbfgs": "asks for the loss several times a step",
    "sparseadam": "for sparse gradients",
    "muon": "torch's takes matrices alone; timm's takes the rest too, and has the name",
}


def small_network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 4, 4))


def train(network: nn.Module, optimizer: torch.optim.Optimizer, first: int, steps: int) -> list[float]:
    losses = []
    for step in range(first, first + steps):
        images = torch.randn(8, 3, 4, 4, generator=torch.Generator().manual_seed(step))
        loss = nn.functional.cross_entropy(network(images), (images.mean(dim=(1, 2, 3)) > 0).long())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def digest(network: nn.Module) -> str:
    return hashlib.sha256(b"".join(p.detach().numpy().tobytes() for p in network.parameters())).hexdigest()


def make(name: str, network: nn.Module, **options: Any) -> torch.optim.Optimizer:
    groups = make_groups([list(network.parameters())], weight_decay=0.01)
    return build_optimizer(name, {"lr": 1e-3, **options}, groups)


def test_every_optimizer_of_torch_is_here_or_has_a_reason() -> None:
    classes = [part for part in vars(torch.optim).values() if inspect.isclass(part) and issubclass(part, torch.optim.Optimizer)]
    names = {part.__name__.lower() for part in classes if part is not torch.optim.Optimizer}
    assert names - set(OPTIMIZERS._parts) == set(NOT_HERE)


def test_timms_are_here_but_for_those_that_cannot_run() -> None:
    left_out = {name for name in timm.optim.list_optimizers() if name not in OPTIMIZERS}
    assert left_out == {"adahessian", "kron", "kronc", "kronw"} | {n for n in left_out if n.startswith(("bnb", "fused"))}


@pytest.mark.parametrize("name", sorted({*OPTIMIZERS._parts, *list_timm_optimizers()}))
def test_every_optimizer_trains_the_same_way_twice_and_from_its_saved_state(name: str) -> None:
    network = small_network()
    optimizer = make(name, network)
    losses = train(network, optimizer, 0, 3)
    assert all(torch.isfinite(torch.tensor(losses)))
    assert digest(network) != digest(small_network())
    weights, state = copy.deepcopy(network.state_dict()), copy.deepcopy(optimizer.state_dict())
    train(network, optimizer, 3, 2)

    again = small_network()
    train(again, make(name, again), 0, 5)
    assert digest(again) == digest(network)

    resumed = small_network(seed=1)
    other = make(name, resumed)
    resumed.load_state_dict(weights)
    other.load_state_dict(state)
    train(resumed, other, 3, 2)
    assert digest(resumed) == digest(network)


@pytest.mark.parametrize("name", ["adamw", "adam", "sgd", "adagrad", "rmsprop", "nadam"])
def test_agrees_with_torch_used_plainly(name: str) -> None:
    ours, theirs = small_network(), small_network()
    classes = {part.__name__.lower(): part for part in vars(torch.optim).values() if inspect.isclass(part)}
    weights = [p for p in theirs.parameters() if p.ndim > 1]
    others = [p for p in theirs.parameters() if p.ndim == 1]
    groups = [{"params": weights, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
    plain = classes[name](groups, lr=1e-3, foreach=False)
    torch.testing.assert_close(train(ours, make(name, ours), 0, 5), train(theirs, plain, 0, 5), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["lion", "lamb", "nadamw", "sgdw", "nesterov"])
def test_agrees_with_timms_own_factory(name: str) -> None:
    ours, theirs = small_network(), small_network()
    plain = timm.optim.create_optimizer_v2(theirs, opt=name, lr=1e-3, weight_decay=0.01, momentum=0.9)
    torch.testing.assert_close(train(ours, make(name, ours), 0, 5), train(theirs, plain, 0, 5), rtol=1e-5, atol=1e-6)


def test_fused_gives_the_same_bytes_with_one_thread_and_two() -> None:
    digests = []
    threads = torch.get_num_threads()
    try:
        for count in (1, 2):
            torch.set_num_threads(count)
            torch.manual_seed(0)
            parameters = [nn.Parameter(torch.randn(100_003)), nn.Parameter(torch.randn(7, 11))]
            optimizer = build_optimizer("adamw", {"lr": 1e-3}, make_groups([parameters], weight_decay=0.05))
            assert optimizer.defaults["fused"]
            for _ in range(3):
                for parameter in parameters:
                    parameter.grad = torch.sin(parameter.detach())
                optimizer.step()
            digests.append(hashlib.sha256(b"".join(p.detach().numpy().tobytes() for p in parameters)).hexdigest())
    finally:
        torch.set_num_threads(threads)
    assert digests[0] == digests[1]


def test_groups_carry_their_learning_rate() -> None:
    layers = [nn.Linear(2, 2) for _ in range(3)]
    groups = make_groups([list(layer.parameters()) for layer in layers], weight_decay=0.1, layer_decay=0.5)
    optimizer = build_optimizer("adamw", {"lr": 0.2}, groups)
    assert [group["lr"] for group in optimizer.param_groups] == pytest.approx([0.05, 0.05, 0.1, 0.1, 0.2, 0.2])
    assert {group["base_lr"] for group in optimizer.param_groups} == {0.2}
    assert [group["weight_decay"] for group in optimizer.param_groups] == [0.1, 0.0] * 3


@pytest.mark.parametrize(
    ("name", "options", "codes", "near"),
    [
        ("adamw", {"lr": 1e-3}, [], None),
        ("adamw", {"lr": 1e-3, "betas": [0.9, 0.95], "amsgrad": True}, [], None),
        ("adamw", {}, ["CONFIG_MISSING_OPTION"], None),
        ("lion", {}, ["CONFIG_MISSING_OPTION"], None),
        ("adamw", {"lr": 0.0}, ["CONFIG_RANGE"], None),
        ("adamw", {"lr": -1e-3}, ["CONFIG_RANGE"], None),
        ("adamw", {"lr": float("nan")}, ["CONFIG_RANGE"], None),
        ("adamw", {"lr": float("inf")}, ["CONFIG_RANGE"], None),
        ("adamw", {"lr": "1e-3"}, ["CONFIG_TYPE"], None),
        ("adamw", {"lr": 1e-3, "weight_decay": -0.1}, ["CONFIG_RANGE"], None),
        ("adamw", {"lr": 1e-3, "weigth_decay": 0.1}, ["CONFIG_UNKNOWN_OPTION"], "weight_decay"),
        ("adamw", {"lr": 1e-3, "betas": [0.9]}, ["CONFIG_TYPE"], None),
        ("adamw", {"lr": 1e-3, "betas": [0.9, 1.1]}, ["CONFIG_RANGE"], None),
        ("adan", {"lr": 1e-3, "betas": [0.9, 0.9, 0.9]}, [], None),
        ("sgd", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "dampening": 0.1}, [], None),
        ("sgd", {"lr": 0.1, "nesterov": "yes"}, ["CONFIG_TYPE"], None),
        ("admw", {"lr": 0.1}, ["CONFIG_UNKNOWN_PART"], "adamw"),
        ("lbfgs", {"lr": 0.1}, ["CONFIG_UNKNOWN_PART"], None),
        ("kron", {"lr": 0.1}, ["CONFIG_UNKNOWN_PART"], None),
    ],
)
def test_options_are_checked(name: str, options: dict[str, Any], codes: list[str], near: str | None) -> None:
    faults = OPTIMIZERS.check(name, options)
    assert [fault.code for fault in faults] == codes
    assert near is None or faults[0].near == near


def test_how_a_step_is_computed_is_not_the_users() -> None:
    for name in OPTIMIZERS:
        assert not IMPLEMENTATION & set(OPTIMIZERS.parameters(name)), name


def test_every_default_is_spelled_out_as_json_can_say_it() -> None:
    for name in OPTIMIZERS:
        full = OPTIMIZERS.resolve(name, {"lr": 1e-3})
        assert OPTIMIZERS.check(name, json.loads(json.dumps(full))) == [], name
    assert OPTIMIZERS.resolve("adamw", {"lr": 1e-3})["weight_decay"] == 0.01
    assert OPTIMIZERS.resolve("sgd", {"lr": 1e-3})["momentum"] == 0
    assert OPTIMIZERS.resolve("nesterov", {"lr": 1e-3})["momentum"] == 0.9


def test_options_that_do_not_go_together() -> None:
    with pytest.raises(InputError) as raised:
        build_optimizer("sgd", {"lr": 0.1, "nesterov": True}, make_groups([[nn.Parameter(torch.zeros(1))]]))
    assert raised.value.codes == ("OPTIMIZER_OPTIONS",)
    assert "Nesterov" in str(raised.value)

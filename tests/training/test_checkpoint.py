from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from tamesu.artifacts.files import find_leftovers
from tamesu.errors import DamagedError
from tamesu.optimizers import OPTIMIZERS, build_optimizer, make_groups
from tamesu.training.checkpoint import (
    Checkpoints,
    flatten_optimizer,
    load_named_state,
    named_state,
    restore_optimizer,
    separate,
)


def test_two_generations_are_kept_and_a_damaged_newest_falls_back(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    for step in range(4):
        checkpoints.write({"x": torch.full((3,), float(step))}, {"step": step})
    files = sorted(tmp_path.glob("checkpoint-*.safetensors"))
    assert [path.name for path in files] == ["checkpoint-000003.safetensors", "checkpoint-000004.safetensors"]
    found = Checkpoints(tmp_path).read()
    assert found is not None
    assert (found[0]["x"].tolist(), found[1]) == ([3.0] * 3, {"step": 3})
    content = bytearray(files[1].read_bytes())
    content[-1] ^= 1
    files[1].write_bytes(content)
    older = Checkpoints(tmp_path).read()
    assert older is not None
    assert older[1] == {"step": 2}
    files[0].unlink()
    assert Checkpoints(tmp_path).read() is None


def test_pointer_damaged_or_missing_means_from_the_start(tmp_path: Path) -> None:
    assert Checkpoints(tmp_path).read() is None
    checkpoints = Checkpoints(tmp_path)
    checkpoints.write({"x": torch.zeros(1)}, {})
    (tmp_path / "checkpoint.json").write_text("{")
    assert Checkpoints(tmp_path).read() is None
    checkpoints.clear()
    assert list(tmp_path.iterdir()) == []
    assert list(find_leftovers(tmp_path)) == []


def test_checkpoints_come_when_they_are_cheap_and_at_the_limit_when_they_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("tamesu.training.checkpoint.time.monotonic", lambda: now[0])
    checkpoints = Checkpoints(tmp_path, limit_s=120.0, cost_share=0.02)
    checkpoints.write({"x": torch.zeros(1)}, {})
    checkpoints._cost_s = 0.4
    now[0] = 19.9
    assert not checkpoints.due()
    now[0] = 20.1
    assert checkpoints.due()
    checkpoints._cost_s = 60.0
    now[0] = 119.0
    assert not checkpoints.due()
    now[0] = 121.0
    assert checkpoints.due()


@pytest.mark.parametrize("name", ["AdamW", "SGD", "NAdam", "RMSprop"])
def test_optimizer_goes_on_as_if_nothing_had_happened(name: str) -> None:
    def make() -> tuple[nn.Module, torch.optim.Optimizer]:
        torch.manual_seed(0)
        layer = nn.Linear(4, 3)
        options = {"momentum": 0.9} if name in ("SGD", "RMSprop") else {}
        return layer, getattr(torch.optim, name)([{"params": [layer.weight]}, {"params": [layer.bias]}], lr=0.1, **options)

    def steps(layer: nn.Module, optimizer: torch.optim.Optimizer, seeds: range) -> None:
        for seed in seeds:
            torch.manual_seed(seed)
            layer(torch.randn(5, 4)).square().sum().backward()
            optimizer.step()
            optimizer.zero_grad()

    layer, optimizer = make()
    steps(layer, optimizer, range(6))
    halfway, first = make()
    steps(halfway, first, range(3))
    tensors, scalars = flatten_optimizer(first)
    resumed, second = make()
    load_named_state(resumed, {f"n.{key}": value for key, value in halfway.state_dict().items()}, "n")
    restore_optimizer(second, separate(tensors), scalars)
    steps(resumed, second, range(3, 6))
    torch.testing.assert_close(resumed.state_dict(), layer.state_dict(), rtol=0, atol=0)


def test_state_comes_back_in_the_layout_of_its_parameter() -> None:
    def make() -> tuple[nn.Module, torch.optim.Optimizer]:
        torch.manual_seed(0)
        layer = nn.Conv2d(3, 5, 3).to(memory_format=torch.channels_last)
        return layer, torch.optim.AdamW(layer.parameters(), lr=0.1, fused=True)

    layer, optimizer = make()
    layer(torch.randn(2, 3, 8, 8)).square().mean().backward()
    optimizer.step()
    tensors, scalars = flatten_optimizer(optimizer)
    resumed, second = make()
    restore_optimizer(second, separate(tensors), scalars)
    for parameter in resumed.parameters():
        assert second.state[parameter]["exp_avg"].stride() == parameter.stride()


def test_shared_memory_is_separated_and_layouts_are_made_plain() -> None:
    weight = torch.randn(4, 3, 2, 2).to(memory_format=torch.channels_last)
    plain = separate({"a": weight, "b": weight})
    assert plain["a"].is_contiguous()
    torch.testing.assert_close(plain["a"], plain["b"], rtol=0, atol=0)
    assert plain["a"].data_ptr() != plain["b"].data_ptr()


def test_weights_that_do_not_fit_are_said() -> None:
    state = dict(named_state(nn.Linear(2, 3), "network"))
    with pytest.raises(DamagedError, match="do not fit"):
        load_named_state(nn.Linear(2, 4), state, "network")


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name not in ("adafactorbv",)])
def test_every_optimizer_goes_on_as_if_nothing_had_happened(name: str) -> None:
    def make() -> tuple[nn.Module, torch.optim.Optimizer]:
        torch.manual_seed(0)
        layer = nn.Linear(4, 3)
        return layer, build_optimizer(name, {"lr": 0.01}, make_groups([list(layer.parameters())]))

    def steps(layer: nn.Module, optimizer: torch.optim.Optimizer, seeds: range) -> None:
        layer.train()
        for seed in seeds:
            torch.manual_seed(seed)
            layer(torch.randn(5, 4)).square().sum().backward()
            optimizer.step()
            optimizer.zero_grad()

    layer, optimizer = make()
    steps(layer, optimizer, range(4))
    halfway, first = make()
    steps(halfway, first, range(2))
    tensors, scalars = flatten_optimizer(first)
    scalars = json.loads(json.dumps(scalars))
    resumed, second = make()
    load_named_state(resumed, {f"n.{key}": value for key, value in halfway.state_dict().items()}, "n")
    restore_optimizer(second, separate(tensors), scalars)
    steps(resumed, second, range(2, 4))
    torch.testing.assert_close(resumed.state_dict(), layer.state_dict(), rtol=0, atol=0)

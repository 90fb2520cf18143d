"""Checkpoints: everything a job needs to go on to the same bytes, as safetensors and JSON.

A generation is one file `checkpoint-<n>.safetensors`; `checkpoint.json`, written after it, names the newest and the one
before with their SHA-256. The older generations are removed last. A damaged newest one falls back to the one before.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor, nn

from tamesu.artifacts.files import read_checked, read_sealed, write_bytes, write_sealed
from tamesu.errors import DamagedError

POINTER = "checkpoint.json"

# What optimizers keep in their groups and change as they go; everything else in a group comes from the recipe.
GROUP_STATE = frozenset({"step", "k", "scheduled_lr", "lr_max", "weight_sum", "train_mode"})


class Checkpoints:
    """The checkpoints of one job.

    Args:
        folder: the job's folder.
        limit_s: the longest time between two, in seconds.
        cost_share: the largest share of the time that may be spent on writing them.
    """

    def __init__(self, folder: Path, *, limit_s: float = 120.0, cost_share: float = 0.01) -> None:
        self.folder = folder
        self.limit_s = limit_s
        self.cost_share = cost_share
        self._last = time.monotonic()
        self._cost_s = 0.1

    def due(self) -> bool:
        """Whether it is time: the interval grows with what a checkpoint costs, up to `limit_s`."""
        return time.monotonic() - self._last >= min(self.limit_s, self._cost_s / self.cost_share)

    def write(self, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> None:
        """Keep a new generation; the one before stays, older ones go.

        Args:
            tensors: by name; copied to the CPU.
            about: JSON values.
        """
        start = time.monotonic()
        generations = self._generations()
        number = generations[0]["number"] + 1 if generations else 1
        content = save(separate(tensors))
        name = f"checkpoint-{number:06d}.safetensors"
        sha256 = write_bytes(self.folder / name, content)
        kept = [{"number": number, "file": name, "sha256": sha256, "about": dict(about)}, *generations[:1]]
        write_sealed(self.folder / POINTER, kept)
        self.clear(keep={entry["file"] for entry in kept})
        self._last = time.monotonic()
        self._cost_s = self._last - start

    def read(self) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
        """The newest whole generation, or None when there is none."""
        for generation in self._generations():
            try:
                return load(read_checked(self.folder / generation["file"], generation["sha256"])), generation["about"]
            except DamagedError:
                continue
        return None

    def clear(self, keep: set[str] | None = None) -> None:
        """Remove generations that are not in `keep` (all, and the pointer, when None)."""
        if keep is None:
            (self.folder / POINTER).unlink(missing_ok=True)
        for path in self.folder.glob("checkpoint-*.safetensors"):
            if keep is None or path.name not in keep:
                path.unlink()

    def _generations(self) -> list[dict[str, Any]]:
        try:
            found: list[dict[str, Any]] = read_sealed(self.folder / POINTER)
            return found
        except DamagedError:
            return []


def separate(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Contiguous CPU copies that share no memory, as safetensors wants them."""
    seen: set[int] = set()
    plain = {}
    for name, tensor in tensors.items():
        tensor = tensor.detach().to("cpu").contiguous()
        if tensor.data_ptr() in seen:
            tensor = tensor.clone()
        seen.add(tensor.data_ptr())
        plain[name] = tensor
    return plain


def flatten_optimizer(optimizer: torch.optim.Optimizer) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """An optimizer's state as named tensors and JSON values, without pickle."""
    state = optimizer.state_dict()
    tensors: dict[str, Tensor] = {}
    scalars: dict[str, Any] = {}
    for index, values in state["state"].items():
        for key, value in values.items():
            if isinstance(value, Tensor):
                tensors[f"optimizer.{index}.{key}"] = value
            elif value is not None:
                scalars[f"{index}.{key}"] = value
    for index, group in enumerate(state["param_groups"]):
        # Some optimizers of timm count their steps per group. The learning rate is set anew before every step.
        for key, value in group.items():
            if key in GROUP_STATE:
                if isinstance(value, Tensor):
                    tensors[f"group.{index}.{key}"] = value
                else:
                    scalars[f"group.{index}.{key}"] = value
    return tensors, scalars


def restore_optimizer(optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor], scalars: Mapping[str, Any]) -> None:
    """The inverse of `flatten_optimizer`, into an optimizer built alike."""
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    state: dict[int, dict[str, Any]] = {}
    for name, value in tensors.items():
        if name.startswith("optimizer."):
            index, _, key = name.removeprefix("optimizer.").partition(".")
            parameter = parameters[int(index)]
            if value.shape == parameter.shape:
                # A fused step walks parameter and state side by side in memory, so their layouts must be the same.
                value = torch.empty_like(parameter, dtype=value.dtype).copy_(value)
            state.setdefault(int(index), {})[key] = value
    groups: dict[tuple[int, str], Any] = {}
    for name, scalar in scalars.items():
        index, _, key = name.removeprefix("group.").partition(".")
        if name.startswith("group."):
            groups[int(index), key] = scalar
        else:
            state.setdefault(int(index), {})[key] = scalar
    for name, value in tensors.items():
        if name.startswith("group."):
            index, _, key = name.removeprefix("group.").partition(".")
            groups[int(index), key] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    for (number, key), value in groups.items():
        optimizer.param_groups[number][key] = value


def named_state(module: nn.Module, prefix: str) -> Iterator[tuple[str, Tensor]]:
    """Every parameter and buffer of a module, its name under `prefix`."""
    for name, tensor in module.state_dict().items():
        yield f"{prefix}.{name}", tensor


def load_named_state(module: nn.Module, tensors: Mapping[str, Tensor], prefix: str) -> None:
    """The inverse of `named_state`; every name must be there.

    Raises:
        DamagedError: names or shapes differ.
    """
    start = prefix + "."
    state = {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}
    try:
        module.load_state_dict(state, strict=True)
    except RuntimeError as error:
        raise DamagedError(f"the weights do not fit the network: {error}") from error

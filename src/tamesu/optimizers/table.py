"""The table of optimizers: torch's in sight, timm's by their names, options read from the class's own signature."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, cast

import torch
from pydantic import Field

from tamesu.errors import Fault, InputError, Where
from tamesu.registry import Registry

Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
AboveZero = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]

# How a step is computed, which is ours to choose, and never what is computed.
IMPLEMENTATION = frozenset({"foreach", "fused", "capturable", "differentiable", "maximize", "verbose", "momentum_dtype"})

# Ranges that hold for every optimizer; any other option has the type of its default.
RANGES: dict[str, Any] = {"lr": AboveZero, "weight_decay": NotNegative, "momentum": Share, "eps": NotNegative}

# timm's own default where a class says 0: `create_optimizer_v2(momentum=0.9)`.
TIMM_MOMENTUM = 0.9

# Its random numbers are a state of their own, which cannot be saved as tensors; ours are a function of the seed.
OWN_RANDOM_STATE = ("kron",)


class OptimizerTable(Registry):
    """Names of `torch.optim` in small letters, then the names of `timm.optim`.

    timm's optimizers that need another package (apex, bitsandbytes), second derivatives, or random numbers of their own are
    not there.

    Examples:
        >>> table = OptimizerTable({"sgd": torch.optim.SGD})
        >>> [fault.code for fault in table.check("sgd", {"momentun": 0.9})]
        ['CONFIG_UNKNOWN_OPTION', 'CONFIG_MISSING_OPTION']
        >>> "lion" in table, table.resolve("lion", {"lr": 1e-4})["betas"]
        (True, (0.9, 0.99))
    """

    def __init__(self, parts: Mapping[str, type]) -> None:
        super().__init__("optimizer", parts)

    def __contains__(self, name: object) -> bool:
        # torch's names are answered without importing timm, which takes seconds.
        return name in self._parts or name in list_timm_optimizers()

    def __getitem__(self, name: str) -> type:
        if name in self._parts:
            return self._parts[name]
        if name in list_timm_optimizers():
            return cast(type, list_timm_optimizers()[name].opt_class)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._parts, *list_timm_optimizers()}))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def parameters(self, name: str, given_by_us: frozenset[str] = frozenset()) -> dict[str, inspect.Parameter]:
        """The options a user may write; `lr` has no default.

        Args:
            name: an entry.
            given_by_us: options filled by tamesu itself.
        """
        defaults = self.defaults(name)
        options = {}
        for option, parameter in list(inspect.signature(self[name]).parameters.items())[1:]:
            if option in IMPLEMENTATION or option in given_by_us:
                continue
            default = inspect.Parameter.empty if option == "lr" else defaults.get(option, parameter.default)
            options[option] = inspect.Parameter(
                option, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotate(option, default)
            )
        return options

    def defaults(self, name: str) -> dict[str, Any]:
        """Where timm's name stands for a class with other defaults than the class's own."""
        if name in self._parts:
            return {}
        info = list_timm_optimizers()[name]
        momentum = {"momentum": TIMM_MOMENTUM} if info.has_momentum else {}
        return momentum | dict(info.defaults or {})

    def build(self, name: str, options: Mapping[str, Any], **ours: Any) -> torch.optim.Optimizer:
        """An optimizer.

        Args:
            name: torch's or timm's name.
            options: its options; `lr` is among them.
            **ours: `groups`, parameter groups from `make_groups`.

        Returns:
            The optimizer; each group has `base_lr`, `lr_scale` and `lr` = `base_lr` × `lr_scale`.

        Raises:
            InputError: OPTIMIZER_OPTIONS, the optimizer refuses the options together.
        """
        full = self.resolve(name, options)
        lr = full["lr"]
        groups = [
            group | {"base_lr": lr, "lr_scale": group.get("lr_scale", 1.0), "lr": lr * group.get("lr_scale", 1.0)}
            for group in ours["groups"]
        ]
        try:
            optimizer: torch.optim.Optimizer = self[name](groups, **full, **choose_implementation(self[name], groups))
        except (ValueError, AssertionError, TypeError) as error:
            values = {"name": name, "reason": str(error) or type(error).__name__}
            raise InputError(Fault("OPTIMIZER_OPTIONS", "refuse", Where(key=f"optimizer.{name}"), values)) from error
        return optimizer


@functools.cache
def list_timm_optimizers() -> dict[str, Any]:
    """timm's optimizers that can run here, by name, as timm describes them."""
    optim: Any = importlib.import_module("timm.optim")
    found = {name: optim.get_optimizer_info(name) for name in optim.list_optimizers()}
    return {
        name: info
        for name, info in found.items()
        # A class that is still text is an import of a package that timm does not bring.
        if not isinstance(info.opt_class, str) and not info.second_order and not name.startswith(OWN_RANDOM_STATE)
    }


def annotate(option: str, default: Any) -> Any:
    """The type of an option: its range where it has one everywhere, else from its default.

    Examples:
        >>> annotate("nesterov", False), annotate("t0", 1e6) is Number
        (<class 'bool'>, True)
    """
    if option in RANGES and not isinstance(default, tuple):
        return RANGES[option] | None if default is None else RANGES[option]
    if option.startswith("betas") and isinstance(default, tuple):
        return tuple[(Share,) * len(default)]  # type: ignore[misc]
    if isinstance(default, bool | str):
        return type(default)
    if isinstance(default, tuple):
        return tuple[tuple(Number if isinstance(value, float | int) else Number | None for value in default)]  # type: ignore[misc]
    if default is None:
        return Any
    # A default of 0 does not tell whole numbers from others: 0.1 must be allowed for `dampening`.
    return int if isinstance(default, int) and default != 0 else Number


def choose_implementation(optimizer: type, groups: list[dict[str, Any]]) -> dict[str, Any]:
    """The fastest form of the step that gives the same bytes run after run: fused where it exists, else the class's choice.

    Measured on two cores over a ResNet-34's 21 M parameters with AdamW: 6 ms fused, 40 ms otherwise.
    """
    if "fused" not in inspect.signature(optimizer).parameters:
        return {}
    devices = {parameter.device.type for group in groups for parameter in group["params"]}
    floating = all(parameter.is_floating_point() for group in groups for parameter in group["params"])
    # Adagrad's fused form exists on the CPU alone.
    usable = {"cpu"} if optimizer is torch.optim.Adagrad else {"cpu", "cuda"}
    return {"fused": True} if floating and len(devices) == 1 and devices <= usable else {}

"""Taps: feature maps from inside a network, and own copies of its last stages."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from tamesu.backbones.maps import Layout, find_layout, to_map

# How near a branch must come to the network it was copied from; they compute the same sums in the same order.
SAME = 1e-5


@dataclass(frozen=True, slots=True)
class Tap:
    """A stage whose output can be read.

    Attributes:
        module: the name of the module that ends the stage.
        layout: how its output lies in memory.
        reduction: how many pixels of the image one place of its map is wide.
    """

    module: str
    layout: Layout
    reduction: int

    @property
    def channels(self) -> int:
        """Channels of its map."""
        return self.layout.channels


class Passed(nn.Module):
    """Stands where nothing is to be done: gives what it gets, whatever comes with it."""

    def forward(self, features: Any, *_: Any, **__: Any) -> Any:
        """The first argument."""
        return features


class Given(nn.Module):
    """Stands where a stage was, and gives what was computed elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.value: Any = None

    def forward(self, *_: Any, **__: Any) -> Any:
        """What was put into `value`."""
        return self.value


def find_taps(model: nn.Module, images: Tensor) -> list[Tap]:
    """The stages of a timm network, from the image on, as its `feature_info` lists them; none where it lists none.

    Args:
        model: a timm network in evaluation mode.
        images: one to try it with, (1, C, H, W).
    """
    named = [str(info["module"]) for info in getattr(model, "feature_info", None) or [] if info.get("module")]
    known = dict(model.named_modules())
    if not named or any(name not in known for name in named):
        return []
    seen: dict[str, Any] = {}
    hooks = [
        known[name].register_forward_hook(lambda _, __, output, name=name: seen.__setitem__(name, output))
        for name in dict.fromkeys(named)
    ]
    try:
        with torch.no_grad():
            model.forward_features(images)  # type: ignore[operator]
    finally:
        for hook in hooks:
            hook.remove()
    taps = []
    infos: Any = model.feature_info
    for name, info in zip(named, infos, strict=True):
        output = seen.get(name)
        layout = find_stage_layout(model, output, int(info["num_chs"]))
        if output is None or layout is None:
            return []
        rows = to_map(output, layout).shape[-1]
        taps.append(Tap(name, layout, max(1, round(images.shape[-1] / rows))))
    return taps


def find_stage_layout(model: nn.Module, output: object, channels: int) -> Layout | None:
    """How the output of a stage lies in memory, or None when it is no square map of that many channels."""
    if not isinstance(output, Tensor):
        return None
    if output.ndim == 4:
        first, last = output.shape[1] == channels, output.shape[3] == channels
        # A map that is as wide as it has channels does not show how it lies; then the network says it.
        if first and not (last and str(getattr(model, "output_fmt", "")).endswith("NHWC")):
            return Layout("channels_first", channels)
        return Layout("channels_last", channels) if last else None
    if output.ndim == 3 and output.shape[2] == channels:
        return find_layout(model, output)
    return None


class Branch(nn.Module):
    """Its own copy of a network's last stages: what the shared stages gave, on through the copies.

    Args:
        model: the network; it is copied and left as it is.
        taps: its stages.
        count: how many last stages are copied, at least 1 and fewer than there are.
        images: one to try it with.

    Raises:
        ValueError: the network cannot be taken apart there.
    """

    def __init__(self, model: nn.Module, taps: Sequence[Tap], count: int, images: Tensor) -> None:
        super().__init__()
        self.cut = taps[len(taps) - 1 - count]
        wanted, trunk = run_to(model, images, self.cut.module)
        for keep_stem in (False, True):
            copied = copy.deepcopy(model)
            given = cut_before(copied, self.cut.module, keep_stem=keep_stem)
            given.value = trunk
            try:
                with torch.no_grad():
                    found = copied.forward_features(images)  # type: ignore[operator]
            except Exception:
                continue
            if (
                isinstance(found, Tensor)
                and found.shape == wanted.shape
                and torch.allclose(found, wanted, rtol=SAME, atol=SAME)
            ):
                given.value = None
                self.model = copied
                break
        else:
            raise ValueError(f"{self.cut.module} cannot be cut")
        spare = {name for name, _ in self.model.named_parameters()} - names_after(model, self.cut.module)
        for name, parameter in self.model.named_parameters():
            if name in spare:
                parameter.requires_grad_(False)
        self.names = [name for name, _ in self.model.named_parameters() if name not in spare]

    def forward(self, images: Tensor, trunk: Any) -> Any:
        """The network's features of what the shared stages gave; only a transformer's stem looks at the images."""
        # Found anew each time: a copy of this module must not write into the one it was copied from.
        given = next(module for module in self.model.modules() if isinstance(module, Given))
        given.value = trunk
        try:
            return self.model.forward_features(images)  # type: ignore[operator]
        finally:
            given.value = None


def run_to(model: nn.Module, images: Tensor, module: str) -> tuple[Tensor, Any]:
    """The features of a network, and the output of one of its modules on the way."""
    kept: list[Any] = []
    hook = model.get_submodule(module).register_forward_hook(lambda _, __, output: kept.append(output))
    try:
        with torch.no_grad():
            found = model.forward_features(images)  # type: ignore[operator]
    finally:
        hook.remove()
    return found, kept[-1]


def names_after(model: nn.Module, module: str) -> set[str]:
    """The names of parameters that stand behind a module, in the order in which they are written."""
    own = {id(parameter) for parameter in model.get_submodule(module).parameters()}
    names = [name for name, _ in model.named_parameters()]
    inside = [index for index, (_, parameter) in enumerate(model.named_parameters()) if id(parameter) in own]
    if inside:
        return set(names[inside[-1] + 1 :])
    # A module without parameters, such as an activation: what comes after it in the order of modules.
    order = [name for name, _ in model.named_modules()]
    later = order[order.index(module) + 1 :]
    return {name for name in names if any(name.rpartition(".")[0] == other for other in later)}


def cut_before(model: nn.Module, module: str, *, keep_stem: bool) -> Given:
    """Replace a module by a `Given`, and what stands before it by nothing where it can be done without.

    Args:
        model: changed in place.
        module: the last of the shared stages.
        keep_stem: whether the children before the one that holds the stage stay: a transformer adds positions to what its stem
            gives.
    """
    given = Given()
    first, _, rest = module.partition(".")
    children = [name for name, _ in model.named_children()]
    if not keep_stem:
        for name in children[: children.index(first)]:
            setattr(model, name, Passed())
    if not rest:
        setattr(model, first, given)
        return given
    holder = model.get_submodule(first)
    own, _, deeper = rest.partition(".")
    siblings = [name for name, _ in holder.named_children()]
    if isinstance(holder, nn.Sequential | nn.ModuleList):
        for name in siblings[: siblings.index(own)]:
            replace_child(holder, name, Passed())
    if deeper:
        # Deeper still: only the module itself is replaced.
        parent, _, last = module.rpartition(".")
        replace_child(model.get_submodule(parent), last, given)
    else:
        replace_child(holder, own, given)
    return given


def replace_child(parent: nn.Module, name: str, child: nn.Module) -> None:
    """Put a module in the place of a child."""
    parent._modules[name] = child

"""What every backbone is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from jaxtyping import Float
from torch import Tensor, nn

from tamesu.backbones.taps import Tap
from tamesu.errors import Fault, InputError, Where


@dataclass(slots=True)
class Features:
    """What a backbone saw.

    Attributes:
        last: its feature map (B, C, h, w).
        taps: maps of the stages that were asked for, by number.
        stages: the same as the network itself passes them on, for branches.
        tokens: class and register tokens (B, P, C), where there are any.
        tap_tokens: the same as they leave the stages that were asked for, by number.
    """

    last: Tensor
    taps: dict[int, Tensor] = field(default_factory=dict)
    stages: dict[int, Any] = field(default_factory=dict)
    tokens: Tensor | None = None
    tap_tokens: dict[int, Tensor] = field(default_factory=dict)


class Backbone(nn.Module):
    """Images in, one feature map out; knows its stages, from the image to the head.

    A backbone of your own sets the attributes and writes `forward`; heads then read its last map.

    Attributes:
        name: as written in the recipe.
        out_channels: C' of the feature map.
        mean, std: per input channel, for images scaled to 0..1; what the network wants subtracted and divided.
        stages: names of parameters, stage by stage, from the image to the head; every parameter stands in one stage.
        never_decayed: names of parameters that get no weight decay whatever their shape.
        has_tokens: whether `look` gives a class token.
        last_side: height and width of the last map, for heads that make a map of it.
    """

    name: str
    out_channels: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    stages: list[list[str]]
    never_decayed: frozenset[str]
    has_tokens: bool = False
    last_side: int = 0

    def __init__(self) -> None:
        super().__init__()
        self.never_decayed = frozenset()
        self.frozen: list[nn.Module] = []

    @property
    def taps(self) -> tuple[Tap, ...]:
        """The places, from the image on, where a head may read; none where only the last map can be had."""
        return ()

    def forward(self, images: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch maps rows columns"]:
        """The feature map of normalised images."""
        raise NotImplementedError

    def look(self, images: Float[Tensor, "batch channels height width"], taps: Collection[int] = ()) -> Features:
        """The last map of normalised images, and the maps of some stages.

        Args:
            images: normalised.
            taps: numbers from 0 to `len(self.taps) - 1`.
        """
        del taps
        return Features(self(images))

    def make_branch(self, count: int) -> nn.Module:
        """A copy of the last stages: (images, what the stage before them gave) → map.

        Its `copies()` are what it trains, with the backbone's names; `freeze(names)` stops some of them.

        Args:
            count: how many stages, as taps count them.

        Raises:
            InputError: BACKBONE_BRANCH.
        """
        values = {"branch": count, "backbone": self.name, "count": len(self.taps)}
        raise InputError(Fault("BACKBONE_BRANCH", "refuse", Where(), values))

    def find_tap(self, tap: str | int) -> int | None:
        """The number of a tap as written in a recipe, from 0 on; None for the last map.

        Raises:
            InputError: BACKBONE_TAP.
        """
        if tap == "last":
            return None
        number = int(tap) + (len(self.taps) if int(tap) < 0 else 0)
        if not 0 <= number < len(self.taps):
            known = ", ".join([*map(str, range(len(self.taps))), "last"])
            values = {"tap": tap, "backbone": self.name, "count": len(self.taps), "known": known}
            raise InputError(Fault("BACKBONE_TAP", "refuse", Where(), values))
        return number

    def stage_parameters(self) -> list[list[nn.Parameter]]:
        """The parameters themselves, stage by stage, from the image to the head."""
        parameters = dict(self.named_parameters())
        return [[parameters[name] for name in stage] for stage in self.stages]

    def undecayed_parameters(self) -> list[nn.Parameter]:
        """The parameters of `never_decayed`."""
        return [parameter for name, parameter in self.named_parameters() if name in self.never_decayed]

    def freeze(self, stages: int) -> None:
        """Stop the first stages from learning, and from moving their batch statistics, also after `train()`.

        Args:
            stages: how many, from the image on; 0 frees all.

        Raises:
            InputError: BACKBONE_STAGES, there are fewer.
        """
        if not 0 <= stages <= len(self.stages):
            values = {"stages": stages, "backbone": self.name, "known": len(self.stages)}
            raise InputError(Fault("BACKBONE_STAGES", "refuse", Where(key="freeze"), values))
        still = {id(parameter) for stage in self.stage_parameters()[:stages] for parameter in stage}
        for parameter in self.parameters():
            parameter.requires_grad_(True)
        self.frozen = freeze_within(self, still)
        self.train(self.training)

    def train(self, mode: bool = True) -> Backbone:
        """Training mode for what is trained; frozen stages stay in evaluation mode."""
        super().train(mode)
        for module in self.frozen:
            module.eval()
        return self


def freeze_within(module: nn.Module, still: set[int]) -> list[nn.Module]:
    """Stop some parameters of a module from learning.

    Args:
        module: that holds them.
        still: the parameters, by id.

    Returns:
        The modules inside whose parameters are all among them, to be kept in evaluation mode; not the module itself, whose own
        `train` does that.
    """
    for parameter in module.parameters():
        if id(parameter) in still:
            parameter.requires_grad_(False)
    return [inside for inside in module.modules() if inside is not module and is_within(inside, still)]


def is_within(module: nn.Module, parameters: set[int]) -> bool:
    """Whether a module has parameters and all of them, by id, are among these."""
    own = [id(parameter) for parameter in module.parameters()]
    return bool(own) and parameters.issuperset(own)

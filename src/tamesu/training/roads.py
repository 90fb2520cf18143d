"""A head's road: where it reads, its branch, pooling, layers and constraint."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, cast

from jaxtyping import Float
from torch import Tensor, nn

from tamesu.artifacts.competition import DENSE, Part
from tamesu.artifacts.recipe import Head, Recipe
from tamesu.artifacts.run import TargetSpec
from tamesu.backbones import Backbone
from tamesu.constraints import CONSTRAINTS
from tamesu.errors import Fault, InputError, Where
from tamesu.heads import DECODERS, HEADS
from tamesu.losses.loss import trait
from tamesu.poolings import POOLINGS
from tamesu.training.head_losses import build_loss, count_outputs

# The last map, among the numbers of the places where heads read.
LAST = 1_000


@dataclass(slots=True)
class Road:
    """How a head gets from the backbone's maps to its logits.

    Attributes:
        place: the number of the stage whose map it reads or branches off from; `LAST` for the last map.
        taps: every stage that it needs.
        decodes: whether it makes a map.
        side: height and width of that map; 0 for others.
        width: of the features that its head gets.
        head: its layers. `branch`: its copy of the last stages. `own_pooling`, `constraint`: None where it has none.
    """

    place: int
    taps: tuple[int, ...]
    decodes: bool
    side: int
    width: int
    head: nn.Module
    branch: nn.Module | None = None
    own_pooling: nn.Module | None = None
    constraint: nn.Module | None = None


class Neck(nn.Module):
    """One 1 × 1 convolution, batch norm and ReLU over the last map: more (or fewer) channels for all heads there.

    Args:
        channels: of the map.
        width: channels wanted.

    Examples:
        >>> import torch
        >>> Neck(4, 16)(torch.zeros(2, 4, 3, 3)).shape
        torch.Size([2, 16, 3, 3])
    """

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        convolution = nn.Conv2d(channels, width, 1, bias=False)
        nn.init.kaiming_normal_(convolution.weight, mode="fan_out", nonlinearity="relu")
        self.layers = nn.Sequential(convolution, nn.BatchNorm2d(width), nn.ReLU(inplace=True))

    def forward(self, maps: Float[Tensor, "batch channels rows columns"]) -> Float[Tensor, "batch width rows columns"]:
        """The widened map."""
        return cast(Tensor, self.layers(maps))


def make_pooling(part: Part, channels: int, backbone: Backbone) -> Any:
    """A pooling over maps of so many channels.

    Raises:
        InputError: BACKBONE_NO_TOKEN.
    """
    pooling = POOLINGS.build(part.name, part.options, channels=channels)
    if getattr(pooling, "reads_tokens", False) and not (backbone.has_tokens and channels == backbone.out_channels):
        # A neck makes a map of another width and leaves the tokens as they are.
        name = f"{backbone.name} + neck" if backbone.has_tokens else backbone.name
        raise InputError(Fault("BACKBONE_NO_TOKEN", "refuse", Where(key="pooling"), {"backbone": name}))
    return pooling


def make_road(head: Head, spec: TargetSpec, recipe: Recipe, backbone: Backbone, width: int, pooling: Any) -> Road:
    """The road of one head, without its branch.

    Args:
        head: of the recipe.
        spec: its target.
        recipe: for the pooling and the image's size.
        backbone: built.
        width: channels of the last map, as heads see it.
        pooling: the one that heads at the last map share.
    """
    tap = backbone.find_tap(head.tap)
    if spec.kind in DENSE:
        return make_dense_road(head, spec, recipe, backbone, tap)
    place, taps, channels = (LAST, (), width) if tap is None else (tap, (tap,), backbone.taps[tap].channels)
    if head.branch:
        cut = len(backbone.taps) - 1 - head.branch
        if cut < 0:
            backbone.make_branch(head.branch)
        place, taps, channels = cut, (cut,), backbone.out_channels
    part = head.pooling or recipe.pooling
    shares = head.pooling is None and place == LAST
    own = None if shares else make_pooling(part, channels, backbone)
    features = (pooling if own is None else own).out_features(channels)
    features += recipe.columns.width if recipe.columns is not None else 0
    loss = build_loss(head, spec, width=head.hidden or features)
    reads = trait(loss, "reads")
    outputs = count_outputs(spec, loss)
    constraint = None
    if head.constraint is not None:
        constraint = CONSTRAINTS.build(head.constraint.name, head.constraint.options, width=spec.width)
        outputs = constraint.raw
    options = {"hidden": head.hidden, "activation": head.activation, "dropout": head.dropout}
    made = HEADS.build(reads, {}, features=features, outputs=outputs, subcenters=getattr(loss, "subcenters", 1), **options)
    return Road(place, taps, False, 0, features, made, own_pooling=own, constraint=constraint)


def make_dense_road(head: Head, spec: TargetSpec, recipe: Recipe, backbone: Backbone, tap: int | None) -> Road:
    """The road of a head for a mask or map.

    Raises:
        InputError: HEAD_DECODER, the backbone's maps do not fit the decoder.
    """
    part = head.decoder or Part(name="linear")
    loss = build_loss(head, spec)
    outputs = count_outputs(spec, loss)
    if part.name == "linear":
        options = part.options | ({"dropout": head.dropout} if "dropout" not in part.options else {})
        channels = backbone.out_channels if tap is None else backbone.taps[tap].channels
        made = DECODERS.build("linear", options, channels=[channels], outputs=outputs)
        side = backbone.last_side if tap is None else -(-recipe.image.size // backbone.taps[tap].reduction)
        return Road(LAST if tap is None else tap, () if tap is None else (tap,), True, side, channels, made)
    stride = int(part.options.get("stride", 4))
    last = len(backbone.taps) - 1 if tap is None else tap
    chosen = [number for number in range(last + 1) if backbone.taps[number].reduction >= stride]
    reductions = [backbone.taps[number].reduction for number in chosen]
    doubling = all(b == 2 * a for a, b in itertools.pairwise(reductions))
    wanted = 4 if part.name == "fpn" else 2
    if len(chosen) < wanted or not doubling or reductions[0] != stride:
        found = ", ".join(f"1/{tap.reduction}" for tap in backbone.taps) or "1"
        values = {"decoder": part.name, "backbone": backbone.name, "found": found}
        raise InputError(Fault("HEAD_DECODER", "refuse", Where(key="decoder"), values))
    chosen = chosen[-4:] if part.name == "fpn" else chosen
    widths = [backbone.taps[number].channels for number in chosen]
    made = DECODERS.build(part.name, part.options, channels=widths, outputs=outputs)
    side = -(-recipe.image.size // backbone.taps[chosen[0]].reduction)
    return Road(chosen[-1], tuple(chosen), True, side, widths[0], made)

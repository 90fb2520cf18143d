"""Network: decoded images in, one tensor of logits per head out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import torch
from jaxtyping import Float, UInt8
from torch import Tensor, nn

from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import TargetSpec
from tamesu.backbones import BACKBONES, Backbone
from tamesu.backbones.backbone import Features
from tamesu.training.columns import ColumnNet, FittedColumns
from tamesu.training.roads import LAST, Neck, Road, make_pooling, make_road

# What a head may have of its own, and where the network keeps it.
PARTS = {"head": "heads", "branch": "branches", "own_pooling": "own_poolings", "constraint": "constraints"}


@dataclass(slots=True)
class Seen:
    """What a network says about images, and where its heads read.

    Attributes:
        logits: by head, float32.
        places: by number of the tap (`LAST` for the last map): what the backbone gave there.
        penalties: by head, one value per sample, of poolings that have one.
    """

    logits: dict[str, Tensor]
    places: dict[int, Any]
    penalties: dict[str, Tensor] = field(default_factory=dict)

    @property
    def shared(self) -> Tensor:
        """What the backbone gave at the first place that is trained and where a head reads: all that is learned hangs on it."""
        trained = [place for place, found in self.places.items() if found.requires_grad]
        return cast(Tensor, self.places[min(trained or self.places)])


class Network(nn.Module):
    """Normalise → backbone → for each head its map, pooling and layers.

    Args:
        backbone: feature maps from normalised images.
        neck: a layer over the last map that all heads there share, or None.
        pooling: (B, C, h, w) → (B, D), shared by the heads that have none of their own.
        roads: by head, its way from the maps to its logits.
        mean, std: per channel, for images scaled to 0..1.
        columns: how columns of the table become numbers; None where the recipe has none.
        column_net: features of those numbers, which stand beside every pooled map.
    """

    def __init__(
        self,
        backbone: Backbone,
        neck: Neck | None,
        pooling: nn.Module,
        roads: Mapping[str, Road],
        mean: Sequence[float],
        std: Sequence[float],
        columns: FittedColumns | None = None,
        column_net: ColumnNet | None = None,
    ) -> None:
        super().__init__()
        self.backbone = backbone
        self.neck = neck
        self.columns = columns
        self.column_net = column_net
        self.pooling = pooling
        self.roads = dict(roads)
        # By number, as names of heads may hold dots; those without a part of a kind are left out.
        for kind, plural in PARTS.items():
            parts = {f"head_{i}": getattr(road, kind) for i, road in enumerate(roads.values())}
            setattr(self, plural, nn.ModuleDict({name: part for name, part in parts.items() if part is not None}))
        self.taps = sorted({tap for road in roads.values() for tap in road.taps})
        self.register_buffer("mean", torch.tensor(mean).mul(255.0).view(1, -1, 1, 1), persistent=False)
        self.register_buffer("scale", torch.tensor(std).mul(255.0).reciprocal().view(1, -1, 1, 1), persistent=False)

    def part(self, kind: str, index: int) -> nn.Module | None:
        """A head's branch, pooling, head or constraint; found by name, so that a copy of the network uses its own."""
        parts = dict(cast(nn.ModuleDict, getattr(self, PARTS[kind])))
        return parts.get(f"head_{index}")

    def stages(self) -> list[list[nn.Parameter]]:
        """The parameters stage by stage, from the image to the heads; those of a branch stand where they were copied from."""
        stages = [list(stage) for stage in self.backbone.stage_parameters()]
        place = {name: number for number, stage in enumerate(self.backbone.stages) for name in stage}
        for original, parameter in self.copies():
            stages[place[original]].append(parameter)
        branched = {id(parameter) for parameter in cast(nn.ModuleDict, self.branches).parameters()}
        below = {id(parameter) for stage in stages for parameter in stage} | branched
        # The pooling stands before the heads, as it always has.
        order = [*self.pooling.parameters(), *cast(nn.ModuleDict, self.heads).parameters(), *self.parameters()]
        above = list({id(parameter): parameter for parameter in order if id(parameter) not in below}.values())
        return [*stages, above]

    def copies(self) -> list[tuple[str, nn.Parameter]]:
        """The parameters of all branches, each with the backbone's name of what it was copied from."""
        return [copied for branch in cast(nn.ModuleDict, self.branches).values() for copied in cast(Any, branch).copies()]

    def undecayed_parameters(self) -> list[nn.Parameter]:
        """The parameters that get no weight decay whatever their shape, those of branches among them."""
        copied = [parameter for original, parameter in self.copies() if original in self.backbone.never_decayed]
        return [*self.backbone.undecayed_parameters(), *copied]

    def normalise(self, images: UInt8[Tensor, "batch height width channels"]) -> Float[Tensor, "batch channels height width"]:
        """uint8 images as decoded → what the backbone was trained on, in channels-last memory."""
        # A permuted view of (B, H, W, C) memory *is* channels-last: no copy until the conversion to float.
        floats = images.permute(0, 3, 1, 2).float()
        return floats.sub_(cast(Tensor, self.mean)).mul_(cast(Tensor, self.scale))

    def forward(
        self, images: UInt8[Tensor, "batch height width channels"], numbers: Float[Tensor, "batch numbers"] | None = None
    ) -> dict[str, Float[Tensor, "batch ..."]]:
        """Logits by head, in float32; `numbers` are the rows' columns as `columns` makes them."""
        return self.see(images, numbers).logits

    def see(
        self, images: UInt8[Tensor, "batch height width channels"], numbers: Float[Tensor, "batch numbers"] | None = None
    ) -> Seen:
        """Logits by head, and where the heads read."""
        return self.see_normalised(self.normalise(images), numbers)

    def see_normalised(
        self, images: Float[Tensor, "batch channels height width"], numbers: Float[Tensor, "batch numbers"] | None = None
    ) -> Seen:
        """The same for images that are normalised already."""
        beside = None if self.column_net is None else self.column_net(numbers)
        features = self.backbone.look(images, self.taps)
        places: dict[int, Any] = {**features.stages, LAST: features.last}
        last = features.last if self.neck is None else self.neck(features.last)
        shared: Tensor | None = None
        seen = Seen({}, places)
        for index, (name, road) in enumerate(self.roads.items()):
            head = cast(nn.Module, self.part("head", index))
            if road.decodes:
                logits = head(self.read_pyramid(features, road))
            else:
                own = self.part("own_pooling", index)
                if own is None and road.place == LAST:
                    if shared is None:
                        shared = pool(self.pooling, last, features.tokens)
                    pooled, pooling = shared, self.pooling
                else:
                    pooling = own if own is not None else self.pooling
                    pooled = pool(pooling, *self.read(features, last, images, index, road))
                penalty = getattr(pooling, "penalty", None)
                if penalty is not None and (own is not None or not any(penalty is other for other in seen.penalties.values())):
                    seen.penalties[name] = penalty
                logits = head(pooled if beside is None else torch.cat([pooled, beside.to(pooled.dtype)], dim=1))
                constraint = self.part("constraint", index)
                if constraint is not None:
                    logits = constraint(logits)
            # The loss is taken in float32: a bf16 softmax over many classes rounds small probs to zero.
            seen.logits[name] = logits if logits.dtype == torch.float64 else logits.float()
        return seen

    def read(self, features: Features, last: Tensor, images: Tensor, index: int, road: Road) -> tuple[Tensor, Tensor | None]:
        """The one map that a head reads, and the tokens that came with it."""
        branch = self.part("branch", index)
        if branch is not None:
            look = cast(Any, getattr(branch, "look", None))
            trunk = features.stages[road.place]
            return look(images, trunk) if look is not None else (branch(images, trunk), None)
        if road.place == LAST:
            return last, features.tokens
        return features.taps[road.place], features.tap_tokens.get(road.place)

    def read_pyramid(self, features: Features, road: Road) -> list[Tensor]:
        """The maps that a decoder reads, from the finest to the coarsest."""
        return [features.taps[tap] for tap in road.taps] if road.taps else [features.last]


def pool(pooling: nn.Module, maps: Tensor, tokens: Tensor | None) -> Tensor:
    """Pooled features; a pooling that reads tokens gets them too."""
    return cast(Tensor, pooling(maps, tokens) if getattr(pooling, "reads_tokens", False) else pooling(maps))


def build_network(
    recipe: Recipe,
    targets: Mapping[str, TargetSpec],
    *,
    folder: Path,
    pretrained: bool = True,
    columns: FittedColumns | None = None,
) -> Network:
    """The network of a recipe.

    Args:
        recipe: with every default spelled out.
        targets: kind and labels of every target that has a head.
        folder: the competition's folder; weight files are relative to it.
        pretrained: False leaves the recipe's weights out, for a network that is about to be loaded.
        columns: how the recipe's columns become numbers, where it has any.

    Returns:
        A network on the CPU, in channels-last memory, its first `recipe.freeze` stages frozen.

    Raises:
        InputError: the weights cannot be had or do not fit; a head reads where nothing is (BACKBONE_TAP, BACKBONE_BRANCH,
            BACKBONE_NO_TOKEN, HEAD_DECODER), or its constraint does not fit its target (CONSTRAINT_WIDTH).
    """
    options = recipe.backbone.options if pretrained else recipe.backbone.options | {"weights": "none"}
    backbone = BACKBONES.build(recipe.backbone.name, options, in_channels=3, size_px=recipe.image.size, folder=folder)
    neck = Neck(backbone.out_channels, recipe.neck) if recipe.neck else None
    width = recipe.neck or backbone.out_channels
    pooling, roads = make_road_map(recipe, targets, backbone, width)
    if recipe.freeze:
        backbone.freeze(recipe.freeze)
    for name, head in recipe.heads.items():
        if head.branch:
            branch = backbone.make_branch(head.branch)
            # A copy of what is frozen is frozen too.
            cast(Any, branch).freeze({copied for stage in backbone.stages[: recipe.freeze] for copied in stage})
            roads[name].branch = branch
    beside = recipe.columns
    column_net = None if beside is None or columns is None else ColumnNet(columns.width, beside.width, beside.dropout)
    network = Network(backbone, neck, pooling, roads, backbone.mean, backbone.std, columns, column_net)
    return network.to(memory_format=torch.channels_last)


def make_road_map(
    recipe: Recipe, targets: Mapping[str, TargetSpec], backbone: Backbone, width: int
) -> tuple[nn.Module, dict[str, Road]]:
    """The pooling that heads share, and each head's road without its branch.

    Args:
        recipe: with its heads.
        targets: by name.
        backbone: built.
        width: channels of the last map, as the heads there see it.
    """
    pooling = make_pooling(recipe.pooling, width, backbone)
    roads = {
        name: make_road(head, targets[head.target or name], recipe, backbone, width, pooling)
        for name, head in recipe.heads.items()
    }
    return pooling, roads

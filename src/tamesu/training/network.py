"""Network: decoded images in, one tensor of logits per target out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import torch
from jaxtyping import Float, UInt8
from torch import Tensor, nn

from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import TargetSpec
from tamesu.backbones import BACKBONES, Backbone
from tamesu.heads import HEADS
from tamesu.poolings import POOLINGS


class Network(nn.Module):
    """Normalise → backbone → pooling → one head per target.

    Args:
        backbone: feature maps (B, C, h, w) from normalised images.
        pooling: (B, C, h, w) → (B, D).
        heads: by target, (B, D) → (B, outputs).
        mean, std: per channel, for images scaled to 0..1.
    """

    def __init__(
        self,
        backbone: Backbone,
        pooling: nn.Module,
        heads: Mapping[str, nn.Module],
        mean: Sequence[float],
        std: Sequence[float],
    ) -> None:
        super().__init__()
        self.backbone = backbone
        self.pooling = pooling
        self.heads = nn.ModuleDict({f"head_{index}": head for index, head in enumerate(heads.values())})
        self.targets = tuple(heads)
        self.register_buffer("mean", torch.tensor(mean).mul(255.0).view(1, -1, 1, 1), persistent=False)
        self.register_buffer("scale", torch.tensor(std).mul(255.0).reciprocal().view(1, -1, 1, 1), persistent=False)

    def stages(self) -> list[list[nn.Parameter]]:
        """The parameters stage by stage, from the image to the heads."""
        above = [*self.pooling.parameters(), *self.heads.parameters()]
        return [*self.backbone.stage_parameters(), above]

    def normalise(self, images: UInt8[Tensor, "batch height width channels"]) -> Float[Tensor, "batch channels height width"]:
        """uint8 images as decoded → what the backbone was trained on, in channels-last memory."""
        # A permuted view of (B, H, W, C) memory *is* channels-last: no copy until the conversion to float.
        floats = images.permute(0, 3, 1, 2).float()
        return floats.sub_(cast(Tensor, self.mean)).mul_(cast(Tensor, self.scale))

    def forward(self, images: UInt8[Tensor, "batch height width channels"]) -> dict[str, Float[Tensor, "batch outputs"]]:
        """Logits by target, in float32."""
        return self.forward_normalised(self.normalise(images))

    def forward_normalised(
        self, images: Float[Tensor, "batch channels height width"]
    ) -> dict[str, Float[Tensor, "batch outputs"]]:
        """Logits by target of images that are normalised already."""
        features = self.pooling(self.backbone(images))
        # The loss is taken in float32: a bf16 softmax over many classes rounds small probs to zero.
        return {target: head(features).float() for target, head in zip(self.targets, self.heads.values(), strict=True)}


def build_network(recipe: Recipe, targets: Mapping[str, TargetSpec], *, folder: Path, pretrained: bool = True) -> Network:
    """The network of a recipe.

    Args:
        recipe: with every default spelled out.
        targets: kind and labels of every target that has a head.
        folder: the competition's folder; weight files are relative to it.
        pretrained: False leaves the recipe's weights out, for a network that is about to be loaded.

    Returns:
        A network on the CPU, in channels-last memory, its first `recipe.freeze` stages frozen.

    Raises:
        InputError: the weights cannot be had or do not fit.
    """
    options = recipe.backbone.options if pretrained else recipe.backbone.options | {"weights": "none"}
    backbone = BACKBONES.build(recipe.backbone.name, options, in_channels=3, size_px=recipe.image.size, folder=folder)
    pooling = POOLINGS.build(recipe.pooling.name, recipe.pooling.options)
    features = pooling.out_features(backbone.out_channels)
    heads = {
        name: HEADS.build("linear", {"dropout": head.dropout}, features=features, outputs=count_outputs(targets[name]))
        for name, head in recipe.heads.items()
    }
    network = Network(backbone, pooling, heads, backbone.mean, backbone.std)
    if recipe.freeze:
        backbone.freeze(recipe.freeze)
    return network.to(memory_format=torch.channels_last)


def count_outputs(target: TargetSpec) -> int:
    """How many logits a target needs: one per label, one for a value."""
    return 1 if target.kind == "value" else len(target.labels)

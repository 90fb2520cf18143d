"""Small networks of ours, built from recipes, for tests of heat maps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import TargetSpec
from tamesu.training.network import Network, build_network

TARGETS = {"kind": TargetSpec(kind="class", labels=["a", "b", "c"])}


def make_network(backbone: str, size: int = 96, seed: int = 0, **changes: Any) -> Network:
    """A network with random weights, in evaluation mode."""
    recipe = {
        "backbone": {backbone: {"weights": "none"}},
        "heads": {"kind": {"loss": "cross_entropy"}},
        "image": {"size": size},
    }
    torch.manual_seed(seed)
    return build_network(Recipe.model_validate(recipe | changes), TARGETS, folder=Path()).eval()


def draw_images(count: int = 2, size: int = 96, seed: int = 0) -> Tensor:
    """Noise, uint8 (count, size, size, 3)."""
    return torch.randint(0, 255, (count, size, size, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(seed))

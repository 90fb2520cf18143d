"""Average pooling."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn


class AveragePooling(nn.Module):
    """The mean over the map: every place counts the same.

    Examples:
        >>> import torch
        >>> AveragePooling()(torch.tensor([[[[1.0, 3.0]]]]))
        tensor([[2.]])
    """

    def __init__(self) -> None:
        super().__init__()

    def out_features(self, channels: int) -> int:
        """How many features come of `channels` channels: as many."""
        return channels

    def forward(self, maps: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch channels"]:
        """The mean over height and width."""
        return maps.mean(dim=(2, 3))

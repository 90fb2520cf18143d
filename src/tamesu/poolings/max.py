"""Max pooling."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn


class MaxPooling(nn.Module):
    """The largest value over the map: one place is enough. Equal largest values share the gradient.

    Examples:
        >>> import torch
        >>> MaxPooling()(torch.tensor([[[[1.0, 3.0]]]]))
        tensor([[3.]])
    """

    def __init__(self) -> None:
        super().__init__()

    def out_features(self, channels: int) -> int:
        """How many features come of `channels` channels: as many."""
        return channels

    def forward(self, maps: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch channels"]:
        """The maximum over height and width."""
        return maps.amax(dim=(2, 3))

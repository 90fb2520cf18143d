"""Average and max pooling side by side."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn


class AverageMaxPooling(nn.Module):
    """The means, then the maxima: twice as many features, and the head chooses.

    Examples:
        >>> AverageMaxPooling()(torch.tensor([[[[1.0, 3.0]]]]))
        tensor([[2., 3.]])
    """

    def __init__(self) -> None:
        super().__init__()

    def out_features(self, channels: int) -> int:
        """How many features come of `channels` channels: twice as many."""
        return 2 * channels

    def forward(self, maps: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch features"]:
        """Mean over height and width, then maximum over them, shape (batch, 2 × channels)."""
        return torch.cat([maps.mean(dim=(2, 3)), maps.amax(dim=(2, 3))], dim=1)

"""Generalised-mean pooling."""

from __future__ import annotations

from typing import Annotated

import torch
from annotated_types import Ge, Le
from jaxtyping import Float
from torch import Tensor, nn

# Values at or below zero have no root; they count as this.
SMALLEST = 1e-6


class GeneralizedMeanPooling(nn.Module):
    """The p-th root of the mean of p-th powers: the mean at p = 1, towards the maximum as p grows.

    For maps that end in a ReLU: negative values count as nothing.

    Args:
        p: the exponent, 1 to 100; where learning starts when it is learned.
        learn_p: train the exponent with the network.

    Source: Radenović, Tolias and Chum, Fine-tuning CNN Image Retrieval with No Human Annotation, TPAMI 2018, equation 3.

    Examples:
        >>> GeneralizedMeanPooling(p=1.0, learn_p=False)(torch.tensor([[[[1.0, 3.0]]]]))
        tensor([[2.]])
    """

    def __init__(self, *, p: Annotated[float, Ge(1.0), Le(100.0)] = 3.0, learn_p: bool = True) -> None:
        super().__init__()
        self.p = nn.Parameter(torch.tensor([p]), requires_grad=learn_p)

    def out_features(self, channels: int) -> int:
        """How many features come of `channels` channels: as many."""
        return channels

    def forward(self, maps: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch channels"]:
        """The generalised mean over height and width."""
        # Powers leave the range of half precision quickly: 41 ** 3 is over float16's largest number.
        with torch.autocast(maps.device.type, enabled=False):
            wide = maps if maps.dtype == torch.float64 else maps.float()
            # Scaled by the largest value, so that a large exponent stays finite.
            wide = wide.clamp(min=SMALLEST)
            largest = wide.detach().amax(dim=(2, 3), keepdim=True)
            mean = (wide / largest).pow(self.p).mean(dim=(2, 3)).pow(1.0 / self.p)
            return (mean * largest[:, :, 0, 0]).to(maps.dtype)

"""Attention pooling: a mask over the map, learned, says how much each place counts."""

from __future__ import annotations

from typing import Any, Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

# Standard deviation of a mask's logit at the start, for features of size 1: every place still counts nearly the same.
START = 0.1


class AttentionPooling(nn.Module):
    """The mean over the map, weighted by one mask that a 1×1 convolution makes of the map itself.

    At the start the mask is nearly even, so that learning begins near average pooling. `masks` holds the mask of the last
    forward, float32 (batch, 1, height, width), without gradient, adding to 1 over the places; None before the first.

    Args:
        channels: of the map.
        normalise: `softmax`: the exponentials of the mask's logits, divided by their sum; few places may take nearly all.
            `sigmoid`: their sigmoids, divided by their sum; places that are wanted at all count nearly the same.

    Source: Xu et al., Show, Attend and Tell, ICML 2015, section 4.2 (soft attention), with a
        mask that looks at the map alone.

    Examples:
        >>> pooling = AttentionPooling(channels=1)
        >>> with torch.no_grad():
        ...     _ = pooling.weight.fill_(torch.tensor(3.0).log() / 2)
        >>> pooling(torch.tensor([[[[1.0, 3.0]]]])).detach(), pooling.masks  # logits log(3) / 2 and 3 log(3) / 2: odds 1 to 3
        (tensor([[2.5000]]), tensor([[[[0.2500, 0.7500]]]]))
    """

    masks: Tensor | None

    def __init__(self, *, channels: int, normalise: Literal["softmax", "sigmoid"] = "softmax") -> None:
        super().__init__()
        self.normalise: Literal["softmax", "sigmoid"] = normalise
        self.weight = nn.Parameter(torch.randn(1, channels) * (START / channels**0.5))
        # A number added to all places changes nothing under a softmax.
        self.bias = nn.Parameter(torch.zeros(1)) if normalise == "sigmoid" else None
        self.masks = None

    def __getstate__(self) -> dict[str, Any]:
        """A copy does not carry the masks of the last forward along."""
        return self.__dict__ | {"masks": None}

    def out_features(self, channels: int) -> int:
        """How many features come of `channels` channels: as many."""
        return channels

    def forward(self, maps: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch channels"]:
        """The weighted mean over height and width."""
        pooled, masks = pool_by_masks(maps, self.weight, self.bias, self.normalise)
        self.masks = masks.detach().reshape(*masks.shape[:2], *maps.shape[2:])
        return pooled[:, 0].to(maps.dtype)


def pool_by_masks(
    maps: Float[Tensor, "batch channels height width"],
    weight: Float[Tensor, "masks channels"],
    bias: Float[Tensor, " masks"] | None,
    normalise: Literal["softmax", "sigmoid"],
) -> tuple[Float[Tensor, "batch masks channels"], Float[Tensor, "batch masks places"]]:
    """Masks made of the map at each place, and the mean of the map under each of them.

    Args:
        maps: of any precision and memory format.
        weight: of the 1×1 convolution that makes the masks' logits.
        bias: of the same, or None.
        normalise: see `AttentionPooling`.

    Returns:
        The means and the masks, in float32, or float64 where the map is. Each mask adds to 1 over the places.

    Examples:
        >>> maps = torch.tensor([[[[1.0, 3.0]]]])
        >>> [tensor.tolist() for tensor in pool_by_masks(maps, torch.zeros(2, 1), None, "softmax")]
        [[[[2.0], [2.0]]], [[[0.5, 0.5], [0.5, 0.5]]]]
    """
    # In half precision a softmax over many places rounds the small ones to zero; autocast would multiply in half precision.
    with torch.autocast(maps.device.type, enabled=False):
        wide = maps if maps.dtype == torch.float64 else maps.float()
        places = wide.flatten(2)
        logits = torch.matmul(weight.to(wide.dtype), places)
        if bias is not None:
            logits = logits + bias.to(wide.dtype)[:, None]
        if normalise == "sigmoid":
            # sigmoid(x) divided by its sum is the softmax of log sigmoid(x), which has no sum that can round to zero.
            logits = nn.functional.logsigmoid(logits)
        masks = logits.softmax(dim=2)
        return torch.matmul(masks, places.transpose(1, 2)), masks

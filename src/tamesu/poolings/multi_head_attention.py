"""Multi-head attention pooling: several learned masks over one map."""

from __future__ import annotations

from typing import Any, Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.poolings.attention import START, pool_by_masks
from tamesu.registry import Count, NonNegative


class MultiHeadAttentionPooling(nn.Module):
    """Weighted means over the map under several masks, side by side or averaged; a penalty may keep the masks apart.

    `masks` holds the masks of the last forward, float32 (batch, heads, height, width), without gradient, each adding to 1 over
    the places. `penalty` is, after a forward in training mode, `diversity` times || A Aᵀ - I ||² (squared Frobenius norm) of
    each sample, float32 (batch,), where row h of A is mask h over the places; None in eval mode and where `diversity` is 0.

    The penalty is the paper's, not divided by the number of masks or places. It is about `heads` while all masks are even over
    many places, heads × (heads - 1) when all lie on one and the same place, and 0 when each lies on one place of its own: it
    asks for masks that are narrow as well as for masks that differ.

    Args:
        channels: of the map.
        heads: how many masks.
        join: `concat`: one mean after the other, heads × channels features; `mean`: the average of them, channels features.
        diversity: weight of the penalty; 0 leaves it out.

    Source: Lin et al., A Structured Self-Attentive Sentence Embedding, ICLR 2017, equation 8.

    Examples:
        >>> pooling = MultiHeadAttentionPooling(channels=1, heads=2, diversity=0.5)
        >>> with torch.no_grad():
        ...     _ = pooling.weight.copy_(torch.tensor([[100.0], [-100.0]]))
        >>> pooling(torch.tensor([[[[1.0, 3.0]]]])).detach()
        tensor([[3., 1.]])
        >>> pooling.penalty.tolist()  # each mask lies on a place of its own
        [0.0]
    """

    masks: Tensor | None
    penalty: Tensor | None

    def __init__(
        self, *, channels: int, heads: Count = 4, join: Literal["concat", "mean"] = "concat", diversity: NonNegative = 0.0
    ) -> None:
        super().__init__()
        self.heads = heads
        self.join = join
        self.diversity = diversity
        # Not zero: masks that begin the same get the same gradient and stay the same.
        self.weight = nn.Parameter(torch.randn(heads, channels) * (START / channels**0.5))
        self.masks = None
        self.penalty = None

    def __getstate__(self) -> dict[str, Any]:
        """A copy does not carry the last forward along; a tensor with a gradient could not be copied at all."""
        return self.__dict__ | {"masks": None, "penalty": None}

    def out_features(self, channels: int) -> int:
        """How many features come of `channels` channels: `heads` times as many side by side, else as many."""
        return self.heads * channels if self.join == "concat" else channels

    def forward(self, maps: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch features"]:
        """The weighted means over height and width: mask by mask, or their average."""
        pooled, masks = pool_by_masks(maps, self.weight, None, "softmax")
        self.masks = masks.detach().reshape(*masks.shape[:2], *maps.shape[2:])
        self.penalty = self.diversity * overlap(masks) if self.training and self.diversity > 0 else None
        joined = pooled.flatten(1) if self.join == "concat" else pooled.mean(dim=1)
        return joined.to(maps.dtype)


def overlap(masks: Float[Tensor, "batch masks places"]) -> Float[Tensor, " batch"]:
    """|| A Aᵀ - I ||² of each sample's masks A: the sum of squares over all pairs of masks.

    Examples:
        >>> overlap(torch.tensor([[[0.5, 0.5], [0.5, 0.5]]]))  # all four products are 1 / 2
        tensor([1.])
        >>> overlap(torch.tensor([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [1.0, 0.0]]]))
        tensor([0., 2.])
    """
    with torch.autocast(masks.device.type, enabled=False):
        products = torch.matmul(masks, masks.transpose(1, 2))
        apart = products - torch.eye(masks.shape[1], dtype=masks.dtype, device=masks.device)
        return apart.square().sum(dim=(1, 2))

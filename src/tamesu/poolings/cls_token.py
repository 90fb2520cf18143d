"""The class token of a transformer as the pooled features."""

from __future__ import annotations

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn


class ClsTokenPooling(nn.Module):
    """The token that a transformer keeps for the whole image; only for a backbone that has one.

    `reads_tokens` says that `forward` wants the tokens beside the map.

    Args:
        with_average: put the mean of the map beside it; twice as many features.

    Source: Dosovitskiy et al., An Image is Worth 16x16 Words, ICLR 2021, equation 4. The mean beside it: Caron et al., Emerging
        Properties in Self-Supervised Vision Transformers, ICCV 2021, for linear classification with ViT-B.

    Examples:
        >>> maps, tokens = torch.tensor([[[[1.0, 3.0]]]]), torch.tensor([[[7.0], [1.0], [3.0]]])
        >>> ClsTokenPooling()(maps, tokens), ClsTokenPooling(with_average=True)(maps, tokens)
        (tensor([[7.]]), tensor([[7., 2.]]))
    """

    reads_tokens: ClassVar[bool] = True

    def __init__(self, *, with_average: bool = False) -> None:
        super().__init__()
        self.with_average = with_average

    def out_features(self, channels: int) -> int:
        """How many features come of `channels` channels: as many, twice as many with the average."""
        return 2 * channels if self.with_average else channels

    def forward(
        self,
        maps: Float[Tensor, "batch channels height width"],
        tokens: Float[Tensor, "batch tokens channels"],
    ) -> Float[Tensor, "batch features"]:
        """The first token, and the mean over height and width where that is wanted.

        Args:
            maps: the tokens of the patches as a map.
            tokens: all tokens as they leave the backbone, the class token first.
        """
        if not self.with_average:
            return tokens[:, 0]
        return torch.cat([tokens[:, 0], maps.mean(dim=(2, 3))], dim=1)

"""Cosines between features and one direction per class, for losses with a margin between angles."""

from __future__ import annotations

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from tamesu.heads.layers import make_layers
from tamesu.registry import Count, Natural, Probability


class CosineHead(nn.Module):
    """The cosine of the angle between the features and each class's direction; of several directions the nearest.

    Args:
        features: width of what comes in; filled by tamesu.
        outputs: classes; filled by tamesu.
        subcenters: directions per class; filled by tamesu from the loss.
        hidden: width of a hidden layer before; 0 for none.
        activation: what follows the hidden layer.
        dropout: probability that a feature is left out in training.

    Source: Deng et al., ArcFace, CVPR 2019; several directions per class: Deng et al., Sub-center ArcFace, ECCV 2020, eq. 4.

    Examples:
        >>> head = CosineHead(features=2, outputs=3)
        >>> bool((head(torch.randn(4, 2)).abs() <= 1 + 1e-6).all())
        True
    """

    reads: ClassVar[str] = "cosines"

    def __init__(
        self,
        *,
        features: Count,
        outputs: Count,
        subcenters: Count = 1,
        hidden: Natural = 0,
        activation: str = "relu",
        dropout: Probability = 0.0,
    ) -> None:
        super().__init__()
        self.before, width = make_layers(features, hidden, activation, dropout)
        self.directions = nn.Parameter(torch.empty(outputs, subcenters, width))
        nn.init.xavier_uniform_(self.directions)

    def forward(self, features: Float[Tensor, "batch features"]) -> Float[Tensor, "batch outputs"]:
        """Cosines, -1 to 1, in float32: half precision cannot tell small angles apart."""
        before = self.before(features)
        with torch.autocast(features.device.type, enabled=False):
            wide = before if before.dtype == torch.float64 else before.float()
            units = F.normalize(self.directions.to(wide), dim=2)
            outputs, subcenters, width = units.shape
            cosines = F.normalize(wide, dim=1) @ units.reshape(-1, width).T
            return cosines.view(-1, outputs, subcenters).amax(dim=2)

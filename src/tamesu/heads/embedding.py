"""Features as they are, for losses that compare images."""

from __future__ import annotations

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor, nn

from tamesu.heads.layers import make_layers
from tamesu.registry import Count, Natural, Probability


class EmbeddingHead(nn.Module):
    """The pooled features, or a hidden layer over them; it predicts nothing.

    Args:
        features: width of what comes in; filled by tamesu.
        hidden: width of the layer; 0 gives the pooled features themselves.
        activation: what follows the layer.
        dropout: probability that a feature is left out in training.

    Examples:
        >>> import torch
        >>> EmbeddingHead(features=8, hidden=4, activation="none")(torch.zeros(2, 8)).shape
        torch.Size([2, 4])
    """

    reads: ClassVar[str] = "features"

    def __init__(self, *, features: Count, hidden: Natural = 0, activation: str = "relu", dropout: Probability = 0.0) -> None:
        super().__init__()
        self.before, self.width = make_layers(features, hidden, activation, dropout)

    def forward(self, features: Float[Tensor, "batch features"]) -> Float[Tensor, "batch width"]:
        """The embedding."""
        embedding: Tensor = self.before(features)
        return embedding

"""One linear layer."""

from __future__ import annotations

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor, nn

from tamesu.registry import Count, Probability

INITIAL_STD = 0.02


class LinearHead(nn.Module):
    """Dropout, then one linear layer, for any kind of target.

    Weights start from a normal distribution of standard deviation 0.02 (as timm's transformers and ConvNeXt do), biases
    from 0: the first predictions are near even, so the first loss is near the logarithm of the class count.

    Args:
        features: width of what comes in; filled by tamesu.
        outputs: logits; one per label, one for a value; filled by tamesu.
        dropout: probability that a feature is left out in training.

    Examples:
        >>> import torch
        >>> LinearHead(features=8, outputs=3)(torch.zeros(2, 8)).shape
        torch.Size([2, 3])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "multilabel", "value"})

    def __init__(self, *, features: Count, outputs: Count, dropout: Probability = 0.0) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(features, outputs)
        nn.init.normal_(self.linear.weight, std=INITIAL_STD)
        nn.init.zeros_(self.linear.bias)

    def forward(self, features: Float[Tensor, "batch features"]) -> Float[Tensor, "batch outputs"]:
        """Logits."""
        logits: Tensor = self.linear(self.dropout(features))
        return logits

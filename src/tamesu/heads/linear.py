"""One linear layer, behind a hidden one where it is asked for."""

from __future__ import annotations

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor, nn

from tamesu.heads.layers import make_layers
from tamesu.registry import Count, Natural, Probability

INITIAL_STD = 0.02


class LinearHead(nn.Module):
    """Hidden layer, dropout, then one linear layer, for any kind of target.

    Weights start from a normal distribution of standard deviation 0.02 (as timm's transformers and ConvNeXt do), biases
    from 0: the first predictions are near even, so the first loss is near the logarithm of the class count.

    Args:
        features: width of what comes in; filled by tamesu.
        outputs: logits; one per label, one per value; filled by tamesu.
        hidden: width of a hidden layer; 0 for none.
        activation: what follows the hidden layer.
        dropout: probability that a feature is left out in training.

    Examples:
        >>> import torch
        >>> LinearHead(features=8, outputs=3)(torch.zeros(2, 8)).shape
        torch.Size([2, 3])
    """

    reads: ClassVar[str] = "logits"

    def __init__(
        self,
        *,
        features: Count,
        outputs: Count,
        hidden: Natural = 0,
        activation: str = "relu",
        dropout: Probability = 0.0,
    ) -> None:
        super().__init__()
        self.before, width = make_layers(features, hidden, activation, dropout)
        self.linear = nn.Linear(width, outputs)
        nn.init.normal_(self.linear.weight, std=INITIAL_STD)
        nn.init.zeros_(self.linear.bias)

    def forward(self, features: Float[Tensor, "batch features"]) -> Float[Tensor, "batch outputs"]:
        """Logits."""
        logits: Tensor = self.linear(self.before(features))
        return logits

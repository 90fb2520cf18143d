"""What stands before the last layer of a head: a hidden layer, its activation, dropout."""

from __future__ import annotations

from torch import nn

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "hardswish": nn.Hardswish,
    "none": nn.Identity,
}


def make_layers(features: int, hidden: int, activation: str, dropout: float) -> tuple[nn.Sequential, int]:
    """The layers before the last one, and the width of what they give.

    Args:
        features: width of what comes in.
        hidden: width of the hidden layer; 0 for none.
        activation: its name in `ACTIVATIONS`.
        dropout: probability that a feature is left out in training.

    Examples:
        >>> layers, width = make_layers(8, 4, "relu", 0.1)
        >>> [type(layer).__name__ for layer in layers], width
        (['Linear', 'ReLU', 'Dropout'], 4)
        >>> make_layers(8, 0, "relu", 0.0)
        (Sequential(
          (0): Dropout(p=0.0, inplace=False)
        ), 8)
    """
    before: list[nn.Module] = []
    if hidden:
        linear = nn.Linear(features, hidden)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        nn.init.zeros_(linear.bias)
        before = [linear, ACTIVATIONS[activation]()]
    return nn.Sequential(*before, nn.Dropout(dropout)), hidden or features

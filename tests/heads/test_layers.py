from __future__ import annotations

from typing import get_args

import pytest
import torch
from torch.nn import functional as F

from tamesu.artifacts.recipe import Activation
from tamesu.heads.layers import ACTIVATIONS, make_layers

X = torch.randn(64, 8, generator=torch.Generator().manual_seed(0))


def test_every_activation_of_a_recipe_is_there() -> None:
    assert set(ACTIVATIONS) == set(get_args(Activation))


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "none"])
def test_a_hidden_layer_is_linear_and_its_activation(name: str) -> None:
    layers, width = make_layers(8, 5, name, 0.5)
    layers.eval()
    linear = layers[0]
    assert width == 5 and not linear.bias.any()
    torch.testing.assert_close(layers(X), getattr(F, name, getattr(torch, name, None))(X @ linear.weight.T))


def test_none_is_nothing() -> None:
    layers, _ = make_layers(8, 5, "none", 0.0)
    torch.testing.assert_close(layers(X), X @ layers[0].weight.T)


def test_without_a_hidden_layer_there_is_dropout_alone() -> None:
    layers, width = make_layers(8, 0, "gelu", 0.5)
    assert width == 8 and len(layers) == 1
    torch.manual_seed(0)
    kept = layers(X) / X
    assert set(kept.unique().tolist()) == {0.0, 2.0} and 0.4 < (kept > 0).float().mean() < 0.6
    assert torch.equal(layers.eval()(X), X)


def test_values_keep_their_size() -> None:
    """He initialisation: behind a rectifier the mean square is that of the input."""
    torch.manual_seed(1)
    layers, _ = make_layers(512, 512, "relu", 0.0)
    features = torch.randn(256, 512)
    assert layers(features).square().mean().item() == pytest.approx(1.0, rel=0.1)

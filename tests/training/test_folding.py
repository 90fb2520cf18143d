from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from tamesu.backbones import BACKBONES
from tamesu.training.folding import fold_norms


def unsettle(network: nn.Module) -> None:
    """Norms as after a training: no statistics of 0 and 1, no weights of 1."""
    torch.manual_seed(0)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for values in (module.running_var, module.weight):
                assert values is not None
                nn.init.uniform_(values, 0.5, 1.5)
            for values in (module.running_mean, module.bias):
                assert values is not None
                nn.init.normal_(values, std=0.1)


@pytest.mark.parametrize("name", ["test_resnet", "test_efficientnet", "test_byobnet", "test_vit"])
def test_gives_what_the_network_gives(name: str) -> None:
    network = BACKBONES.build(name, {"weights": "none"}, in_channels=3, size_px=64).eval()
    unsettle(network)
    images = torch.randn(2, 3, 64, 64)
    folded = fold_norms(network, torch.randn(1, 3, 64, 64))
    with torch.no_grad():
        assert torch.allclose(folded(images), network(images), rtol=1e-3, atol=1e-4)
    norms, left = ([module for module in each.modules() if isinstance(module, nn.BatchNorm2d)] for each in (network, folded))
    # The last layer of a ResNet's deep stem lies in another module than its normalisation.
    assert len(left) <= (name == "test_resnet")
    assert (folded is network) == (not norms)


def test_the_network_stays_as_it_was() -> None:
    network = BACKBONES.build("test_resnet", {"weights": "none"}, in_channels=3, size_px=64).eval()
    before = {name: values.clone() for name, values in network.state_dict().items()}
    assert fold_norms(network, torch.randn(1, 3, 64, 64)) is not network
    assert all(torch.equal(values, before[name]) for name, values in network.state_dict().items())


class Crossed(nn.Module):
    """Names its layers one after the other and uses them in another order."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 3, 1)
        self.norm = nn.BatchNorm2d(3)
        self.act = nn.ReLU()

    def forward(self, images: Tensor) -> Tensor:
        return self.first(self.act(self.norm(images)))


class Asked(Crossed):
    """Reads the normalisation's own statistics."""

    def forward(self, images: Tensor) -> Tensor:
        assert isinstance(self.norm.running_mean, Tensor)
        return self.norm(self.first(images)) + self.norm.running_mean.mean()


def test_layers_used_in_another_order_are_left_alone() -> None:
    for network in (Crossed().eval(), Asked().eval()):
        unsettle(network)
        assert fold_norms(network, torch.randn(1, 3, 8, 8)) is network

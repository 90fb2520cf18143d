"""Receptive fields: stacks of convolutions whose fields are worked out by hand, and networks whose fields are published."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tamesu.training.receptive import ReceptiveField, describe_energy, measure_receptive_field


def plain(layers: int, stride: int = 1, side: int = 3) -> nn.Sequential:
    torch.manual_seed(0)
    parts: list[nn.Module] = []
    for layer in range(layers):
        parts += [nn.Conv2d(3 if layer == 0 else 8, 8, side, stride, side // 2), nn.ReLU()]
    return nn.Sequential(*parts)


def ones(layers: int) -> nn.Sequential:
    parts = [nn.Conv2d(1, 1, 3, padding=1, bias=False) for _ in range(layers)]
    for part in parts:
        nn.init.ones_(part.weight)
    return nn.Sequential(*parts)


@pytest.mark.parametrize("layers", [1, 2, 4, 7])
def test_k_convolutions_of_3_see_2k_plus_1(layers: int) -> None:
    field = measure_receptive_field(plain(layers), 33)
    assert (field.theoretical_px, field.stride) == (2 * layers + 1, 1)


@pytest.mark.parametrize(("layers", "expected"), [(1, 3), (2, 7), (3, 15), (4, 31)])
def test_strided_ones_double_each_time(layers: int, expected: int) -> None:
    # Field r + 2 j with jump j: 3, 3 + 2*2, 7 + 2*4, 15 + 2*8.
    field = measure_receptive_field(plain(layers, stride=2), 64)
    assert (field.theoretical_px, field.stride) == (expected, 2**layers)


def test_dilation_widens_the_field() -> None:
    network = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=4, dilation=4))
    assert measure_receptive_field(network, 33).theoretical_px == 3 + 2 * 4


@pytest.mark.parametrize(("layers", "expected"), [(1, 3), (2, 5), (3, 5), (6, 7)])
def test_the_effective_field_of_equal_weights_is_a_power_of_ones(layers: int, expected: int) -> None:
    # The gradient of k layers of ones is the k-th convolution power of (1, 1, 1), in each direction.
    line = torch.ones(1)
    for _ in range(layers):
        line = torch.nn.functional.conv1d(line.view(1, 1, -1), torch.ones(1, 1, 3), padding=2).view(-1)
    energy = line.square() / line.square().sum()
    middle = len(energy) // 2
    by_hand = next(2 * r + 1 for r in range(middle + 1) if energy[middle - r : middle + r + 1].sum() ** 2 >= 0.95)
    assert by_hand == expected
    field = measure_receptive_field(ones(layers), 33, channels=1, inputs=2)
    assert (field.effective_px, field.theoretical_px) == (expected, 2 * layers + 1)


def test_a_network_of_timm_without_trained_weights_and_its_published_field() -> None:
    import timm

    # 435 px: Araujo, Norris and Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill 2019.
    torch.manual_seed(0)
    network = timm.create_model("resnet18", num_classes=0)
    network.train()
    before = {key: value.clone() for key, value in network.state_dict().items()}
    field = measure_receptive_field(network, 448, inputs=1)
    assert field.stride == 32
    assert field.theoretical_px == 435
    assert 100 < field.effective_px < 435
    # Nothing of the network itself is changed.
    assert network.training and all(parameter.requires_grad for parameter in network.parameters())
    assert all(torch.equal(value, network.state_dict()[key]) for key, value in before.items())


def test_attention_sees_everything() -> None:
    import timm

    torch.manual_seed(0)
    network = timm.create_model("vit_tiny_patch16_224", num_classes=0, img_size=64, depth=2)
    field = measure_receptive_field(network, 64, inputs=1)
    assert (field.theoretical_px, field.stride) == (64, 16)


def test_the_same_seed_gives_the_same_field() -> None:
    network = plain(4)
    assert measure_receptive_field(network, 33, seed=5) == measure_receptive_field(network, 33, seed=5)


def test_energy_by_hand() -> None:
    energy = torch.zeros(11, 11)
    energy[2:9, 2:9] = 0.05 / 40
    energy[4:7, 4:7] = 0.951 / 9
    assert describe_energy(energy, 8.0) == ReceptiveField(11, 8.0, 7, 3)
    assert describe_energy(torch.zeros(5, 5), 1.0) == ReceptiveField(5, 1.0, 0, 0)


def test_a_network_with_its_head_is_refused() -> None:
    with pytest.raises(ValueError, match="without its head"):
        measure_receptive_field(nn.Sequential(nn.Flatten(), nn.Linear(3 * 64, 5)), 8)

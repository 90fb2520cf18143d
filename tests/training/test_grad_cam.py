"""Grad-CAM: against captum's, against the whole network's gradient, and against cases worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from tests.training.heat_cases import draw_images, make_network
from torch import Tensor, nn

from tamesu.backbones.backbone import Backbone
from tamesu.training.grad_cam import choose_scores, count_cells, find_place, grad_cam, reads_tokens, watching
from tamesu.training.network import Network
from tamesu.training.roads import LAST, Road


def make_map(network: Network, images: Tensor, code: int, head: str = "kind") -> Tensor:
    place = find_place(network, head)
    with watching(network, place):
        seen = network.see(images)
        return grad_cam(seen, place, seen.logits[head][:, code], images.shape[1])


@pytest.mark.parametrize("name", ["test_resnet", "test_efficientnet"])
@pytest.mark.parametrize("pooling", ["average", {"gem": {}}])
def test_it_is_captums_on_a_cnn(name: str, pooling: Any) -> None:
    from captum.attr import LayerAttribution, LayerGradCam

    network, images = make_network(name, pooling=pooling), draw_images()

    class Plain(nn.Module):
        """As captum wants it: a module that makes the last map, and a tensor of logits."""

        def __init__(self) -> None:
            super().__init__()
            self.backbone = network.backbone

        def forward(self, normal: Tensor) -> Tensor:
            return network.part("head", 0)(network.pooling(self.backbone(normal)))

    plain = Plain()
    assert any(float(make_map(network, images, code).max()) > 0 for code in range(3))
    for code in range(3):
        theirs = LayerGradCam(plain, plain.backbone).attribute(network.normalise(images), target=code, relu_attributions=True)
        fine = LayerAttribution.interpolate(theirs, (96, 96), interpolate_mode="bilinear")[:, 0].detach()
        torch.testing.assert_close(make_map(network, images, code), fine, rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize(("name", "stride"), [("test_resnet", 32), ("test_vit", 16)])
def test_cells_are_as_many_as_the_stride_leaves(name: str, stride: int) -> None:
    network, images = make_network(name), draw_images()
    place = find_place(network, "kind")
    with watching(network, place):
        assert count_cells(network.see(images), place) == images.shape[1] // stride


@pytest.mark.parametrize("name", ["test_vit", "test_resnet", "test_convnext", "test_vit_relpos"])
def test_remembering_only_the_end_of_a_network_changes_nothing(name: str) -> None:
    network, images = make_network(name), draw_images()
    ours = [make_map(network, images, code) for code in range(3)]
    network.requires_grad_(True)
    for code in range(3):
        seen = network.see(images)
        (slope,) = torch.autograd.grad(seen.logits["kind"][:, code].sum(), seen.places[LAST])
        cam = torch.einsum("bk,bkhw->bhw", slope.mean((2, 3)), seen.places[LAST]).relu()[:, None]
        fine = nn.functional.interpolate(cam, size=(96, 96), mode="bilinear")[:, 0].detach()
        torch.testing.assert_close(ours[code], fine, rtol=1e-4, atol=1e-9)
    assert any(float(maps.max()) > 0 for maps in ours)


def test_a_class_token_is_explained_by_the_tokens_that_it_was_made_of() -> None:
    network, images = make_network("test_vit", pooling="cls_token"), draw_images()
    place = find_place(network, "kind")
    taps: Any = network.backbone.taps
    assert place.number == len(taps) - 2 and reads_tokens(network.pooling)
    ours = make_map(network, images, 2)
    # The tokens before the last stage, by a hook of our own and the whole gradient.
    kept: list[Tensor] = []
    model: Any = network.backbone.model
    model.get_submodule(taps[-2].module).register_forward_hook(lambda _m, _i, output: kept.append(output))
    network.requires_grad_(True)
    logits = network.see(images).logits["kind"]
    (slope,) = torch.autograd.grad(logits[:, 2].sum(), kept[0])
    prefix = taps[-2].layout.prefix
    patches, slopes = kept[0][:, prefix:].detach(), slope[:, prefix:]
    cam = torch.einsum("bnc,bc->bn", patches, slopes.mean(1)).relu()
    side = round(cam.shape[1] ** 0.5)
    fine = nn.functional.interpolate(cam.reshape(2, 1, side, side), size=(96, 96), mode="bilinear")[:, 0]
    torch.testing.assert_close(ours, fine, rtol=1e-4, atol=1e-9)
    assert float(ours.max()) > 0


def test_a_head_at_a_tap_is_explained_there() -> None:
    network = make_network("test_resnet", heads={"kind": {"loss": "cross_entropy", "tap": 2}})
    place = find_place(network, "kind")
    assert place.number == 2
    assert float(make_map(network, draw_images(), 0).max()) > 0


class Linear(Backbone):
    """The image itself as two maps: its red, and twice its green."""

    name, out_channels, mean, std = "linear", 2, (0.0, 0.0, 0.0), (1 / 255,) * 3

    def __init__(self) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.tensor([1.0, 2.0]))
        self.stages = [["gain"]]

    def forward(self, images: Tensor) -> Tensor:
        return images[:, :2] * self.gain[None, :, None, None]


class Mean(nn.Module):
    """Average pooling."""

    def forward(self, maps: Tensor) -> Tensor:
        return maps.mean((2, 3))


def make_linear(weights: list[list[float]]) -> Network:
    layer = nn.Linear(2, len(weights), bias=False)
    layer.weight = nn.Parameter(torch.tensor(weights))
    road = Road(LAST, (), False, 0, 2, layer)
    return Network(Linear(), None, Mean(), {"kind": road}, Linear.mean, Linear.std).eval()


def test_a_linear_network_by_hand() -> None:
    # Two maps of 2 x 2 cells, A = red and B = 2 green. Of a mean over four cells the gradient is w / 4 in every cell, so the
    # map is relu(w_a A + w_b B) / 4.
    red, green = np.array([[1, 0], [4, 8]]), np.array([[3, 1], [0, 2]])
    images = torch.from_numpy(np.stack([red, green, np.zeros((2, 2))], axis=2)[None].astype(np.uint8))
    network = make_linear([[1.0, 0.0], [1.0, -1.0]])
    assert make_map(network, images, 0)[0].tolist() == (red / 4).tolist()
    assert make_map(network, images, 1)[0].tolist() == (np.maximum(red - 2 * green, 0) / 4).tolist()


def test_what_hangs_on_nothing_has_a_map_of_zeros() -> None:
    network = make_linear([[1.0, 1.0]])
    place = find_place(network, "kind")
    with watching(network, place):
        seen = network.see(torch.ones(1, 2, 2, 3, dtype=torch.uint8))
        beside = torch.zeros(1, requires_grad=True)
        assert grad_cam(seen, place, beside * 2, 2).tolist() == [[[0.0, 0.0], [0.0, 0.0]]]


def test_watching_leaves_the_network_as_it_was() -> None:
    network = make_network("test_vit", pooling="cls_token")
    next(network.parameters()).requires_grad_(False)
    before = [parameter.requires_grad for parameter in network.parameters()]
    taps = list(network.taps)
    with pytest.raises(ValueError, match="stop"), watching(network, find_place(network, "kind")):
        raise ValueError("stop")
    assert [parameter.requires_grad for parameter in network.parameters()] == before
    assert network.taps == taps
    assert not any(module._forward_hooks for module in network.modules())
    with torch.no_grad():
        assert not network.see(draw_images()).logits["kind"].requires_grad


def test_a_target_without_classes_is_explained_as_a_whole() -> None:
    logits = torch.tensor([[1.0, 5.0]])
    assert choose_scores(logits, torch.tensor([0]), 0).tolist() == [6.0]

"""One batch by every method: what is told, which class is explained, and what the masks of a pooling say."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from tests.training.heat_cases import draw_images, make_network
from torch import Tensor

from tamesu.training.attributions import integrate, soften
from tamesu.training.heat_maps import Teller, attribute, look, scale


def make_teller(backbone: str = "test_efficientnet", classes: int = 3, **changes: Any) -> Teller:
    def tell(logits: Tensor) -> Tensor:
        return logits.double().softmax(1)

    return Teller(make_network(backbone, **changes), "kind", classes, tell)


def test_the_class_that_is_told_is_explained_unless_another_is_given() -> None:
    teller, images = make_teller(), draw_images(4)
    with torch.no_grad():
        logits = teller.network.see(images).logits["kind"].double().numpy()
    powers = np.exp(logits)
    looked = look(teller, images)
    assert looked.codes.tolist() == logits.argmax(1).tolist()
    np.testing.assert_allclose(looked.probs.numpy(), powers.max(1) / powers.sum(1), rtol=1e-6)
    other = (looked.codes + 1) % 3
    again = look(teller, images, codes=other, truth=looked.codes)
    assert again.codes.tolist() == other.tolist()
    assert not torch.allclose(again.maps["grad_cam"], looked.maps["grad_cam"])
    assert again.truth is not None and looked.truth is None
    torch.testing.assert_close(again.truth, looked.maps["grad_cam"])


@pytest.mark.parametrize(
    "pooling", ["attention", {"multi_head_attention": {"heads": 3}}, {"concat": {"parts": ["max", "attention"]}}]
)
def test_the_masks_of_a_pooling_are_shown_as_large_as_the_picture(pooling: Any) -> None:
    teller, images = make_teller(pooling=pooling), draw_images()
    found = look(teller, images).maps["attention"]
    masks = teller.network.pooling.masks
    assert isinstance(masks, Tensor)
    # Each mask adds to 1, and so does their mean; stretched bilinearly it keeps its mean over the picture.
    cells = masks.shape[2] * masks.shape[3]
    torch.testing.assert_close(found.mean((1, 2)), torch.full((2,), 1 / cells), rtol=0.02, atol=0)
    middle = masks.mean(1)[:, 1, 1]
    torch.testing.assert_close(found[:, 48, 48], middle, rtol=0.03, atol=0)


def test_a_pooling_without_masks_has_none() -> None:
    assert list(look(make_teller(), draw_images()).maps) == ["grad_cam"]


def test_a_head_of_its_own_pooling_shows_its_own_masks() -> None:
    heads = {"kind": {"loss": "cross_entropy", "pooling": "attention"}}
    teller = make_teller(heads=heads)
    assert "attention" in look(teller, draw_images()).maps
    assert teller.pooling is not teller.network.pooling


def test_without_classes_nothing_is_told() -> None:
    looked = look(make_teller(classes=0), draw_images())
    assert looked.codes.tolist() == [0, 0] and all(map(math.isnan, looked.probs.tolist()))


def test_slow_methods_are_of_the_class_that_is_asked_and_leave_the_network_alone() -> None:
    teller, images = make_teller(), draw_images()
    codes = torch.tensor([2, 0])
    first = next(teller.network.parameters())
    found = attribute(teller, "integrated_gradients", images, codes)
    expected = soften(integrate(teller.network, teller.network.normalise(images), "kind", codes, 3))
    torch.testing.assert_close(found, expected.detach())
    covered = attribute(teller, "occlusion", images, codes)
    assert covered.shape == found.shape == (2, 96, 96)
    assert float(covered.min()) >= 0 and float(covered.max()) > 0
    assert first.requires_grad and first.grad is None


def test_scaling_keeps_what_is_no_number_out() -> None:
    maps = torch.tensor([[[1.0, 4.0]], [[0.0, 0.0]], [[1.0, math.inf]], [[math.nan, 1.0]]])
    assert scale(maps)[0].tolist() == [[0.25, 1.0]]
    assert torch.isnan(scale(maps)[1:]).all()

"""Integrated gradients add up to the difference of the logits, and occlusion is a loop over windows."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytest
import torch
from tests.training.heat_cases import draw_images, make_network

from tamesu.errors import InputError
from tamesu.training.attributions import import_captum, integrate, occlude, soften


@pytest.mark.parametrize("name", ["test_resnet", "test_vit"])
def test_parts_add_to_the_difference_of_the_logits(name: str) -> None:
    network = make_network(name, size=64).requires_grad_(False)
    images = network.normalise(draw_images(2, 64))
    codes = torch.tensor([0, 2])
    parts = integrate(network, images, "kind", codes, 3, steps=64)
    with torch.no_grad():
        there = network.see_normalised(images).logits["kind"].gather(1, codes[:, None])[:, 0]
        grey = network.see_normalised(torch.zeros_like(images)).logits["kind"].gather(1, codes[:, None])[:, 0]
    assert (there - grey).abs().min() > 1e-4
    torch.testing.assert_close(parts.sum((1, 2, 3)), there - grey, rtol=0.03, atol=1e-4)


def test_occlusion_is_the_mean_fall_over_the_windows_over_a_pixel() -> None:
    network = make_network("test_resnet", size=40)
    images = network.normalise(draw_images(2, 40))
    codes = torch.tensor([1, 2])
    found = occlude(network, images, "kind", codes, 3, parts=4)
    side, step = 10, 5
    with torch.no_grad():
        whole = network.see_normalised(images).logits["kind"].gather(1, codes[:, None])[:, 0].numpy()
        fall, times = np.zeros((2, 40, 40)), np.zeros((40, 40))
        for top in range(0, 40 - side + 1, step):
            for left in range(0, 40 - side + 1, step):
                covered = images.clone()
                covered[:, :, top : top + side, left : left + side] = 0
                told = network.see_normalised(covered).logits["kind"].gather(1, codes[:, None])[:, 0].numpy()
                fall[:, top : top + side, left : left + side] += (whole - told)[:, None, None]
                times[top : top + side, left : left + side] += 1
    np.testing.assert_allclose(found.numpy(), fall / times, rtol=1e-3, atol=1e-6)


def test_what_is_seen_is_above_zero_and_few_pixels_do_not_hide_the_others() -> None:
    parts = torch.ones(1, 3, 40, 40)
    parts[:, :, 0, 0] = 900.0
    parts[:, :, 30:] = -1.0
    maps = soften(parts)[0]
    # A twentieth of the side is 3 wide: the corner has four cells, one of them of 900 a channel.
    assert float(maps[20, 20]) == 3.0 and float(maps.min()) == 0.0
    assert 3.0 <= float(maps.max()) < 3 * 900 / 4


def test_without_captum_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    true_import = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name.split(".")[0] == "captum":
            raise ImportError(name)
        return true_import(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(InputError) as caught:
        import_captum()
    assert caught.value.codes == ("EXPLAIN_NEEDS_EXTRA",) or list(caught.value.codes) == ["EXPLAIN_NEEDS_EXTRA"]
    assert "pip install 'tamesu[explain]'" in str(caught.value)
    monkeypatch.setenv("TAMESU_LANG", "ja")
    assert "入っていません" in caught.value.faults[0].text("ja")

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from tamesu.penalties import EdgeSmoothness
from tamesu.penalties.edge_smoothness import slope


def reference(depth: np.ndarray, image: np.ndarray, normalise: bool) -> float:
    """Equation 3 with loops over pixels: depth (height, width), image (3, height, width)."""
    if normalise:
        depth = depth / np.abs(depth).mean()
    height, width = depth.shape
    across, down = [], []
    for y in range(height):
        for x in range(width):
            if x + 1 < width:
                edge = np.mean([abs(image[c, y, x + 1] - image[c, y, x]) for c in range(3)])
                across.append(abs(depth[y, x + 1] - depth[y, x]) * math.exp(-edge))
            if y + 1 < height:
                edge = np.mean([abs(image[c, y + 1, x] - image[c, y, x]) for c in range(3)])
                down.append(abs(depth[y + 1, x] - depth[y, x]) * math.exp(-edge))
    return sum(np.mean(steps) for steps in (across, down) if steps)


@pytest.mark.parametrize("normalise", [False, True])
@pytest.mark.parametrize("shape", [(4, 5), (1, 3), (3, 1)])
def test_agrees_with_the_paper(normalise: bool, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    depth, images = rng.random((3, 1, *shape)), rng.random((3, 3, *shape))
    found = EdgeSmoothness(of="depth", normalise=normalise)({"depth": torch.tensor(depth)}, torch.tensor(images))
    expected = [reference(one[0], image, normalise) for one, image in zip(depth, images, strict=True)]
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-6)


def test_the_picture_is_brought_to_the_map_by_means_of_areas() -> None:
    rng = np.random.default_rng(1)
    depth, image = rng.random((1, 1, 3, 2)), rng.random((1, 3, 12, 6))
    small = image.reshape(1, 3, 3, 4, 2, 3).mean(axis=(3, 5))
    found = EdgeSmoothness(of="depth")({"depth": torch.tensor(depth)}, torch.tensor(image))
    np.testing.assert_allclose(found.numpy(), [reference(depth[0, 0], small[0], True)], rtol=1e-6)
    # And where it does not divide, as torch's own area mode.
    odd = torch.tensor(rng.random((1, 3, 7, 5)))
    law = EdgeSmoothness(of="depth")
    fields = {"depth": torch.tensor(depth)}
    assert torch.allclose(law(fields, odd), law(fields, F.interpolate(odd, (3, 2), mode="area")))


def test_a_step_of_depth_costs_less_where_the_picture_has_an_edge() -> None:
    depth = torch.tensor([[1.0, 1.0, 2.0, 2.0]]).expand(2, 1, 3, 4)
    edge_there, edge_elsewhere = torch.tensor([0.0, 0.0, 1.0, 1.0]), torch.tensor([0.0, 1.0, 1.0, 1.0])
    images = torch.stack([edge_there, edge_elsewhere])[:, None, None, :].expand(2, 3, 3, 4)
    there, elsewhere = EdgeSmoothness(of="d", normalise=False)({"d": depth}, images).tolist()
    assert there == pytest.approx(math.exp(-1) / 3) and elsewhere == pytest.approx(1 / 3)


def test_making_everything_small_does_not_pay() -> None:
    rng = np.random.default_rng(2)
    depth, images = torch.tensor(rng.random((1, 1, 4, 4)) + 0.5), torch.tensor(rng.random((1, 3, 4, 4)))
    law = EdgeSmoothness(of="d")
    assert law({"d": depth * 0.01}, images).item() == pytest.approx(law({"d": depth}, images).item(), rel=1e-4)


def test_a_map_of_zeros_is_smooth() -> None:
    zeros = torch.zeros(1, 1, 3, 3, requires_grad=True)
    values = EdgeSmoothness(of="d")({"d": zeros}, torch.rand(1, 3, 3, 3, generator=torch.Generator().manual_seed(0)))
    values.sum().backward()
    assert values.item() == 0.0 and zeros.grad is not None and bool(torch.isfinite(zeros.grad).all())


def test_one_pixel_has_no_slope() -> None:
    assert slope(torch.ones(2, 1, 1, 1), torch.ones(2, 3, 1, 1), -1).tolist() == [0.0, 0.0]

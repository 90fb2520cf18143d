from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from tamesu.penalties import LeftRightConsistency
from tamesu.penalties.left_right_consistency import look


def at(row: np.ndarray, place: float) -> float:
    """The value of a row between its pixels, and of its border beyond."""
    place = min(max(place, 0.0), len(row) - 1.0)
    before = math.floor(place)
    after = min(before + 1, len(row) - 1)
    return float(row[before] * (1 - (place - before)) + row[after] * (place - before))


def reference(left: np.ndarray, right: np.ndarray) -> float:
    """Equation 4 for both views, with loops over pixels; maps (height, width)."""
    height, width = left.shape
    total = 0.0
    for y in range(height):
        for x in range(width):
            total += abs(left[y, x] - at(right[y], x - left[y, x] * width)) / (height * width)
            total += abs(right[y, x] - at(left[y], x + right[y, x] * width)) / (height * width)
    return total


@pytest.mark.parametrize("shape", [(4, 7), (1, 1), (2, 3)])
def test_agrees_with_the_paper(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    left, right = rng.random((2, 3, 1, *shape)) * 0.4
    found = LeftRightConsistency(left="l", right="r")({"l": torch.tensor(left), "r": torch.tensor(right)}, None)
    expected = [reference(one[0], other[0]) for one, other in zip(left, right, strict=True)]
    np.testing.assert_allclose(found.numpy(), expected)


def test_two_views_of_one_scene_agree() -> None:
    # A plane at disparity 1 pixel, and a box at 2 pixels: pixel x of the left view is pixel x - 2 of the right.
    left = torch.tensor([[[[1.0, 1, 1, 1, 2, 2, 1, 1, 1, 1]]]]) / 10
    right = torch.tensor([[[[1.0, 1, 2, 2, 1, 1, 1, 1, 1, 1]]]]) / 10
    law = LeftRightConsistency(left="l", right="r")
    agreed = law({"l": left, "r": right}, None).item()
    # Only what one view alone sees beside the box is left over: pixel 3 of the left view, pixel 4 of the right.
    assert agreed == pytest.approx(2 * 0.1 / 10)
    assert law({"l": left, "r": left}, None).item() > agreed


def test_looking_sideways_agrees_with_grid_sample() -> None:
    generator = torch.Generator().manual_seed(0)
    maps = torch.rand(2, 1, 4, 9, generator=generator, dtype=torch.float64)
    shift = torch.randn(2, 1, 4, 9, generator=generator, dtype=torch.float64) * 0.3
    x = ((torch.arange(9) + 0.5) / 9 * 2 - 1) + 2 * shift[:, 0]
    y = ((torch.arange(4) + 0.5) / 4 * 2 - 1)[:, None].expand_as(x)
    theirs = F.grid_sample(maps, torch.stack([x, y.double()], dim=-1), padding_mode="border", align_corners=False)
    assert torch.allclose(look(maps, shift), theirs)


def test_one_output_beside_itself_is_read_once() -> None:
    assert LeftRightConsistency(left="a", right="a").reads() == ("a",)

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from tamesu.augmentations.operations import Boxes, Colours, GaussianBlurs, Kernels, Noise, Several, Tables
from tamesu.augmentations.part import Operation
from tamesu.training.on_device_operations import change, reflected, to_bytes

DEVICES = [
    "cpu",
    pytest.param("cuda", marks=[pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")]),
]
NUMBERS = np.array([2, 0])
RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (2, 12, 12, 3), dtype=np.uint8)
CORNERS = np.sort(RNG.integers(0, 13, (3, 4, 2, 2)), axis=2).reshape(3, 4, 4)
FILLS = RNG.integers(0, 256, (3, 4, 3), dtype=np.uint8)


@dataclass(frozen=True)
class Own(Operation):
    """A plugin's own operation, which has no twin on the device."""

    def apply(self, number: int, image: np.ndarray) -> None:
        """Write the sample's number into the first row."""
        image[0] = number


EXACT = {
    "grey table": Tables(RNG.integers(0, 256, (3, 256), dtype=np.uint8)),
    "table per channel": Tables(RNG.integers(0, 256, (3, 256, 3), dtype=np.uint8)),
    "boxes over each other": Boxes(CORNERS, FILLS),
    "boxes of noise, past the end of the list": Boxes(CORNERS, FILLS, np.array([2**20 - 30, 5, 7])),
    "no boxes": Boxes(np.zeros((3, 0, 4), np.int64), FILLS[:, :0]),
    "a plugin's own": Own(),
}
ROUNDED = {
    "colours": Colours(RNG.uniform(-0.5, 1.2, (3, 3, 4)).astype(np.float32)),
    "kernel of two sides": Kernels(RNG.uniform(-0.2, 0.4, (3, 3, 7)).astype(np.float32)),
    "kernel wider than the image": Kernels(np.full((3, 1, 31), 1 / 31, np.float32)),
    "blurs of several widths": GaussianBlurs(np.array([0.3, 1.0, 2.5])),
    "noise": Noise(
        np.array([2**20 - 30, 5, 7]), np.array([3.0, 0.0, 1.0]), np.array([0.0, 0.1, 0.2]), np.array([2.0, 0.0, 1.0])
    ),
    "grey noise": Noise(np.arange(3), np.full(3, 9.0), np.zeros(3), np.zeros(3), grey=True),
    "several": Several((Tables(255 - np.arange(256, dtype=np.uint8)[None].repeat(3, 0)), Own(), GaussianBlurs(np.ones(3)))),
}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", [*EXACT, *ROUNDED])
def test_operations_agree_with_their_twins_on_any_of_their_samples(name: str, device: str) -> None:
    operation = {**EXACT, **ROUNDED}[name]
    expected = IMAGES.copy()
    for number, image in zip(NUMBERS.tolist(), expected, strict=True):
        operation.apply(number, image)
    made = change(operation, NUMBERS, torch.from_numpy(IMAGES.copy()).to(device))
    assert made.dtype == torch.uint8
    assert made.device.type == device
    assert np.abs(made.cpu().numpy().astype(int) - expected).max() <= (0 if name in EXACT else 1)


def test_floats_become_bytes_half_to_even_and_within_the_range() -> None:
    values = torch.tensor([-3.0, 0.5, 1.5, 2.5, 2.51, 254.5, 255.5, 900.0])
    assert to_bytes(values).tolist() == [0, 0, 2, 2, 3, 254, 255, 255]


@pytest.mark.parametrize(("size_px", "beyond"), [(5, 2), (3, 8), (2, 3), (1, 4)])
def test_reflection_repeats_no_edge_however_far_it_goes(size_px: int, beyond: int) -> None:
    expected = np.pad(np.arange(size_px), beyond, mode="reflect")
    np.testing.assert_array_equal(reflected(size_px, beyond, torch.device("cpu")).numpy(), expected)

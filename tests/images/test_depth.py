"""Depth and transparency against the plain formulas."""

from __future__ import annotations

import numpy as np
import pytest

from tamesu.images.depth import flatten_alpha, scale_to_8_bit
from tamesu.images.faults import UnreadableImageError


def test_every_sixteen_bit_value() -> None:
    values = np.arange(65536, dtype=np.uint16)
    np.testing.assert_array_equal(scale_to_8_bit(values, []), np.rint(values / 257))


@pytest.mark.parametrize(
    ("largest", "code"),
    [(0, "IMG_16BIT_SCALED"), (1, "IMG_16BIT_RANGE"), (4095, "IMG_16BIT_RANGE"), (4096, "IMG_16BIT_SCALED")],
)
def test_twelve_bits_are_asked_about(largest: int, code: str) -> None:
    notes: list[str] = []
    scale_to_8_bit(np.array([[0, largest]], np.uint16), notes)
    assert notes == [code]


def test_eight_bits_pass_untouched() -> None:
    pixels, notes = np.array([[1, 2]], np.uint8), list[str]()
    assert scale_to_8_bit(pixels, notes) is pixels
    assert not notes


def test_integers_are_read_in_sixteen_bit_range() -> None:
    notes: list[str] = []
    assert scale_to_8_bit(np.array([-5, 0, 257 * 7, 70000], np.int32), notes).tolist() == [0, 0, 7, 255]
    assert notes == ["IMG_16BIT_RANGE"]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_not_finite(bad: float) -> None:
    with pytest.raises(UnreadableImageError, match="IMG_NOT_FINITE"):
        scale_to_8_bit(np.array([0.5, bad], np.float32), [])


def test_white_shows_through() -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (600, 5, 4)).astype(np.uint8)
    alpha = pixels[..., 3:] / 255
    notes: list[str] = []
    wanted = pixels[..., :3] * alpha + 255 * (1 - alpha)
    assert np.abs(flatten_alpha(pixels, notes) - wanted).max() <= 0.501
    assert notes == ["IMG_ALPHA_FLATTENED"]

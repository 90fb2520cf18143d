"""Kept sizes by hand, kept pixels as area means."""

from __future__ import annotations

import numpy as np
import pytest
from tests.images import cases

from tamesu.images.decode import decode_image
from tamesu.images.shrink import kept_size, load_kept, shrink_image


@pytest.mark.parametrize(
    ("full", "short_px", "kept"),
    [
        ((3000, 4000), 224, (224, 299)),
        ((4000, 3000), 224, (299, 224)),
        ((224, 5000), 224, (80, 1792)),
        ((100, 90), 224, (100, 90)),
        ((224, 300), 224, (224, 300)),
        ((1, 4000), 224, (1, 1792)),
        ((100_000, 1), 10, (80, 1)),
        ((1, 1), 224, (1, 1)),
        ((225, 225), 224, (224, 224)),
    ],
)
def test_kept_size(full: tuple[int, int], short_px: int, kept: tuple[int, int]) -> None:
    assert kept_size(*full, short_px) == kept


def test_never_larger_than_the_file_or_the_limit() -> None:
    rng = np.random.default_rng(0)
    for height, width, short_px in rng.integers(1, 900, (500, 3)):
        new = kept_size(height, width, short_px)
        assert new[0] <= height
        assert new[1] <= width
        assert min(new) <= short_px or min(new) == min(height, width)
        assert 3 * new[0] * new[1] <= 3 * 8 * short_px**2 or new == (height, width)


def test_pixels_are_area_means() -> None:
    pixels = cases.picture(90, 120)
    kept, notes = load_kept(cases.encode(pixels, "PNG"), 30)
    assert np.abs(kept - pixels.reshape(30, 3, 40, 3, 3).mean((1, 3))).max() <= 0.5
    assert notes == ()


def test_a_large_jpeg_through_the_fast_path() -> None:
    content = cases.encode(np.kron(cases.picture(30, 40), np.ones((16, 16, 1), np.uint8)), "JPEG", quality=95)
    kept, _ = load_kept(content, 30)
    slow = decode_image(content).pixels.reshape(30, 16, 40, 16, 3).mean((1, 3))
    assert kept.shape == (30, 40, 3)
    assert np.abs(kept - slow).max() < 2


def test_small_images_stay() -> None:
    np.testing.assert_array_equal(load_kept(cases.encode(cases.picture(), "PNG"), 48)[0], cases.picture())


@pytest.mark.parametrize("reduced", [True, False])
def test_a_reduced_decoding_is_brought_to_the_size_of_the_whole(reduced: bool) -> None:
    content = cases.encode(cases.picture(301, 403), "JPEG")
    decoded = decode_image(content, at_least_px=64 if reduced else None)
    pixels = shrink_image(decoded, 64)
    assert pixels.shape[:2] == kept_size(301, 403, 64)
    np.testing.assert_allclose(pixels.mean((0, 1)), cases.picture(301, 403).mean((0, 1)), atol=1.5)


def test_a_small_image_is_not_touched() -> None:
    decoded = decode_image(cases.encode(cases.picture(), "PNG"))
    assert shrink_image(decoded, 64) is decoded.pixels

"""Landmarks: the same places, with the same hashes, in a copy; the mirror's by one XOR."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tamesu.images.landmarks import LANDMARKS, MIRROR, describe_landmarks, find_landmarks


def make_picture(height: int = 200, width: int = 260, seed: int = 0) -> NDArray[np.uint8]:
    """Overlapping rectangles of all sizes, smoothed a little: corners at every scale."""
    random = np.random.default_rng(seed)
    grey = np.full((height, width), 128, np.uint8)
    for _ in range(80):
        x, y = int(random.integers(width)), int(random.integers(height))
        w, h = random.integers(6, 60, 2).tolist()
        grey[y : y + h, x : x + w] = random.integers(256)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.2), np.uint8)


def test_the_mirror_image_has_the_hashes_with_the_odd_columns_turned() -> None:
    grey = make_picture(128, 160)
    plain, places = find_landmarks(grey)
    turned, turned_places = find_landmarks(np.ascontiguousarray(grey[:, ::-1]))
    known = dict(zip((plain ^ MIRROR).tolist(), places.tolist(), strict=True))
    same = [(known[h], place) for h, place in zip(turned.tolist(), turned_places.tolist(), strict=True) if h in known]
    assert len(same) >= 0.8 * len(plain)
    there = np.array([[159 - x, y] for (x, y), _ in same])
    assert np.median(np.abs(there - np.array([place for _, place in same]))) < 1


def test_a_hash_is_the_signs_of_the_cosine_transform() -> None:
    """Worked out with OpenCV's own DCT, of a patch cut out by hand around a corner at full size."""
    grey = make_picture(128, 128)
    hashes, places = find_landmarks(grey)
    x, y = np.rint(places[0]).astype(int)
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.0)
    patch = np.zeros((18, 18), np.float32)
    patch[:17, :17] = smooth[y - 8 : y + 9, x - 8 : x + 9]
    # cv2.dct wants even sides: the basis by hand for 17.
    k, t = np.arange(8)[:, None], np.arange(17)[None]
    basis = np.cos(np.pi * (2 * t + 1) * k / 34)
    signs = (basis @ patch[:17, :17] @ basis.T > 0).ravel()[1:]
    assert int(hashes[0]) == sum(1 << int(i) for i in np.flatnonzero(signs)) + (1 << 63)


def test_a_darker_copy_keeps_its_hashes() -> None:
    grey = make_picture()
    dark = np.rint(grey * 0.6 + 10).astype(np.uint8)
    plain, other = find_landmarks(grey)[0], find_landmarks(dark)[0]
    nearest = np.bitwise_count(plain[:, None] ^ other[None]).min(axis=1)
    assert np.mean(nearest <= 6) > 0.9


def test_a_part_that_is_cut_out_keeps_landmarks_of_the_whole() -> None:
    grey = make_picture(260, 300)
    part = grey[30:230, 40:270]
    plain, places = find_landmarks(grey)
    other, part_places = find_landmarks(part)
    apart = np.bitwise_count(other[:, None] ^ plain[None])
    close = apart.min(axis=1) <= 8
    assert close.sum() >= 15
    moved = part_places[close] + [40, 30] - places[apart.argmin(axis=1)[close]]
    assert np.median(np.abs(moved)) < 1.5


@pytest.mark.parametrize("shape", [(8, 8), (47, 200), (1, 500)])
def test_small_pictures_have_none(shape: tuple[int, int]) -> None:
    grey = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    assert find_landmarks(grey)[0].size == 0
    assert not describe_landmarks(grey)[0].any()


def test_the_row_has_a_fixed_length_and_places_in_255ths() -> None:
    grey = make_picture()
    hashes, places = find_landmarks(grey)
    row, where = describe_landmarks(grey)
    assert row.shape == (LANDMARKS,) and row.dtype == np.uint64
    np.testing.assert_array_equal(row[: len(hashes)], hashes)
    assert not row[len(hashes) :].any()
    back = where[: len(hashes)] / 255 * [260, 200] - 0.5
    assert np.abs(back - places).max() <= 260 / 255 / 2 + 1e-3

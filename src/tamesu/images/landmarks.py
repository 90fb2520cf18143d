"""Landmarks: hashes of small upright patches around corners, so that a picture is known again after a part was cut off."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

SHORT_PX = 128
PATCH_PX = 17  # odd: a mirrored patch has its corner in the same place
FREQUENCIES = 8
# A crop by 15 % at each side is enlarged by 1.43 when the short side is made the same again: levels must meet across that.
LEVEL_FACTOR = 1.25
CORNERS = (24, 18, 13, 9)
LANDMARKS = sum(CORNERS)
LEAST_SHORT_PX = 48  # below it all patches are one blur
# Of the 63 bits of a hash.
USED_BIT = np.uint64(1 << 63)


def _cosines() -> NDArray[np.float32]:
    """(17 * 17, 63): patches to their low DCT coefficients without the mean, row by row of vertical frequency."""
    k, x = np.arange(FREQUENCIES)[:, None], np.arange(PATCH_PX)[None]
    one = np.cos(np.pi * (2 * x + 1) * k / (2 * PATCH_PX))
    both = np.einsum("ua,vb->abuv", one, one).reshape(PATCH_PX**2, -1)
    return np.asarray(both[:, 1:], np.float32)


COSINES = _cosines()
BITS = np.uint64(1) << np.arange(FREQUENCIES**2 - 1, dtype=np.uint64)
# Odd horizontal frequencies change their sign in the mirror.
MIRROR = np.uint64(sum(1 << i for i in range(FREQUENCIES**2 - 1) if (i + 1) % FREQUENCIES % 2))


def find_landmarks(grey: NDArray[np.uint8]) -> tuple[NDArray[np.uint64], NDArray[np.float32]]:
    """Corners at four sizes of the picture, and what their surroundings look like.

    Args:
        grey: (h, w).

    Returns:
        uint64 (k,): per landmark 63 signs of the low DCT coefficients of its patch, and the highest bit set; k up to 64.
        float32 (k, 2): x and y of its centre in pixels of `grey`.

    Source: corners after Shi and Tomasi (CVPR 1994); signs of DCT coefficients as in the perceptual hash (Zauner 2010), here of
        patches: upright, since copies are seldom turned.

    Examples:
        >>> hashes, places = find_landmarks(np.random.default_rng(0).integers(0, 256, (150, 200), dtype=np.uint8))
        >>> hashes.shape, places.shape
        ((64,), (64, 2))
        >>> find_landmarks(np.zeros((150, 200), np.uint8))[0].size
        0
    """
    height, width = grey.shape
    hashes, places = [np.zeros(0, np.uint64)], [np.zeros((0, 2), np.float32)]
    if min(height, width) < LEAST_SHORT_PX:
        return hashes[0], places[0]
    level = _resize(grey, SHORT_PX / min(height, width))
    base = level
    for index, wanted in enumerate(CORNERS):
        if index:
            level = _resize(base, LEVEL_FACTOR**-index)
        smooth = np.asarray(cv2.GaussianBlur(level, (0, 0), 1.0), np.uint8)
        corners = _find_corners(smooth, wanted)
        hashes.append(_hash_patches(smooth, corners))
        scale = np.array([width / level.shape[1], height / level.shape[0]], np.float32)
        places.append((corners + np.float32(0.5)) * scale - np.float32(0.5))
    return np.concatenate(hashes), np.concatenate(places)


def describe_landmarks(grey: NDArray[np.uint8]) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """What `find_landmarks` finds, in arrays of fixed length, 0 where there are fewer.

    Args:
        grey: (h, w).

    Returns:
        uint64 (64,): the hashes.
        uint8 (64, 2): x and y of their centres in 255ths of width and height.

    Examples:
        >>> hashes, places = describe_landmarks(np.zeros((8, 8), np.uint8))
        >>> int(hashes.any()), places.shape
        (0, (64, 2))
    """
    row, where = np.zeros(LANDMARKS, np.uint64), np.zeros((LANDMARKS, 2), np.uint8)
    hashes, places = find_landmarks(grey)
    height, width = grey.shape
    row[: len(hashes)] = hashes
    where[: len(hashes)] = np.rint(255 * (places + 0.5) / (width, height)).clip(0, 255)
    return row, where


def _resize(grey: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    size = (max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor)))
    if size == grey.shape[::-1]:
        return grey
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)


def _find_corners(grey: NDArray[np.uint8], wanted: int) -> NDArray[np.float32]:
    """x and y of corners whose patch lies inside the picture."""
    margin = PATCH_PX // 2
    if min(grey.shape) <= 2 * margin:
        return np.zeros((0, 2), np.float32)
    inside = np.zeros(grey.shape, np.uint8)
    inside[margin:-margin, margin:-margin] = 1
    found = cv2.goodFeaturesToTrack(grey, wanted, 0.01, 4, mask=inside)
    return np.zeros((0, 2), np.float32) if found is None else np.asarray(found[:, 0], np.float32)


def _hash_patches(grey: NDArray[np.uint8], corners: NDArray[np.float32]) -> NDArray[np.uint64]:
    x, y = np.rint(corners.T).astype(np.int64) - PATCH_PX // 2
    windows = np.lib.stride_tricks.sliding_window_view(grey, (PATCH_PX, PATCH_PX))
    patches = windows[y, x].reshape(-1, PATCH_PX**2).astype(np.float32)
    return np.asarray(((patches @ COSINES > 0) * BITS).sum(axis=1, dtype=np.uint64) | USED_BIT, np.uint64)

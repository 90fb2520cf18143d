"""Matching: altered copies agree, look-alikes do not, and nothing is a copy because it is small."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tamesu.images.landmarks import find_landmarks
from tamesu.images.matching import Match, match_pictures, prepare_picture
from tamesu.images.placing import Placement, place_landmarks


def make_picture(seed: int = 0, height: int = 240, width: int = 300) -> NDArray[np.uint8]:
    random = np.random.default_rng(seed)
    pixels = np.full((height, width, 3), 150, np.uint8)
    for _ in range(60):
        x, y = int(random.integers(width)), int(random.integers(height))
        w, h = random.integers(8, 70, 2).tolist()
        pixels[y : y + h, x : x + w] = random.integers(256, size=3)
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.5), np.uint8)


def save(pixels: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR))


@pytest.mark.parametrize("quality", [30, 70])
def test_saved_again(quality: int) -> None:
    one = make_picture()
    found = match_pictures(prepare_picture(one), prepare_picture(save(one, quality)), mirrored=False)
    assert found is not None and found.is_copy
    assert found.shared > 0.98 and abs(found.brighter) < 3


def test_mirrored_only_as_a_mirror_image() -> None:
    one = prepare_picture(make_picture())
    two = np.ascontiguousarray(one[:, ::-1])
    as_mirror, plain = match_pictures(one, two, mirrored=True), match_pictures(one, two, mirrored=False)
    assert as_mirror is not None and as_mirror.is_copy and as_mirror.mirrored
    assert plain is None or not plain.is_copy


@pytest.mark.parametrize("factor", [0.8, 1.2])
def test_brighter_or_darker_is_told_in_grey_levels(factor: float) -> None:
    one = make_picture()
    two = np.clip(one * factor, 0, 255).astype(np.uint8)
    found = match_pictures(prepare_picture(one), prepare_picture(two), mirrored=False)
    assert found is not None and found.is_copy
    assert found.brighter == pytest.approx(float(two.mean()) - float(one.mean()), abs=3)


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_part_is_found_where_it_was_cut(mirrored: bool) -> None:
    one = make_picture(height=260, width=320)
    part = one[20:230, 30:290]
    other = np.ascontiguousarray(part[:, ::-1]) if mirrored else part
    grey, part_grey = (cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) for pixels in (one, other))
    (hashes, places), (other_hashes, other_places) = find_landmarks(grey), find_landmarks(part_grey)
    placement = place_landmarks(
        hashes, places / 260, other_hashes, other_places / 210, other_width=260 / 210, mirrored=mirrored
    )
    assert placement is not None and placement.scale == pytest.approx(260 / 210, rel=0.02)
    found = match_pictures(prepare_picture(one), prepare_picture(other), mirrored=mirrored, placement=placement)
    assert found is not None and found.is_copy
    assert found.shared == pytest.approx(210 * 260 / (260 * 320), abs=0.05)
    whole = match_pictures(prepare_picture(one), prepare_picture(other), mirrored=mirrored)
    assert whole is None or not whole.is_copy


def test_a_placement_that_is_a_little_off_is_mended() -> None:
    one = prepare_picture(make_picture())
    off = Placement(1.01, (0.02, -0.015), False, 9)
    found = match_pictures(one, one, mirrored=False, placement=off)
    assert found is not None and found.is_copy and found.score > 0.97


def test_one_other_object_on_the_same_ground_is_no_copy() -> None:
    """Two parts on one conveyor: the wholes agree, the blocks of the object do not."""
    one = make_picture()
    two = one.copy()
    two[90:150, 110:190] = make_picture(seed=9)[90:150, 110:190]
    found = match_pictures(prepare_picture(one), prepare_picture(two), mirrored=False)
    assert found is not None and found.local < 0.5 and not found.is_copy


def test_strangers_do_not_agree() -> None:
    for seed in range(1, 12):
        found = match_pictures(prepare_picture(make_picture()), prepare_picture(make_picture(seed)), mirrored=False)
        assert found is None or found.score < 0.6


def test_flat_pictures_and_a_sliver_in_common_say_nothing() -> None:
    flat = prepare_picture(np.full((200, 200, 3), 90, np.uint8))
    assert match_pictures(flat, flat, mirrored=False) is None
    one = prepare_picture(make_picture())
    assert match_pictures(one, one, mirrored=False, placement=Placement(1.0, (0.9, 0.9), False, 9)) is None
    tiny = np.full((8, 8), 3, np.uint8)
    assert match_pictures(tiny, tiny, mirrored=False) is None


def test_digits_of_eight_pixels_are_copies_only_of_themselves() -> None:
    from sklearn.datasets import load_digits

    digits = (load_digits().images * 15).astype(np.uint8)
    flat = digits.reshape(len(digits), -1).astype(float)
    flat -= flat.mean(axis=1, keepdims=True)
    likeness = np.triu(np.corrcoef(flat), 1)
    for a, b in zip(*np.unravel_index(np.argsort(likeness, axis=None)[-50:], likeness.shape), strict=True):
        found = match_pictures(digits[a], digits[b], mirrored=False)
        assert found is not None and not found.is_copy
        assert found.score == pytest.approx(likeness[a, b], abs=1e-6)
    brighter = match_pictures(digits[0], digits[0] + 20, mirrored=False)
    assert brighter is not None and brighter.is_copy and brighter.brighter == pytest.approx(20)


def test_a_picture_that_differs_in_one_place_is_no_copy() -> None:
    assert Match(0.95, 0.6, 1.0, mirrored=False, brighter=0.0).is_copy
    assert not Match(0.95, 0.4, 1.0, mirrored=False, brighter=0.0).is_copy
    assert not Match(0.9, 0.6, 1.0, mirrored=False, brighter=0.0).is_copy

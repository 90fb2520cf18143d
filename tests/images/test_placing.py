"""Placing: the scale and shift that were planted come out, whatever else the pictures hold."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tamesu.images.landmarks import MIRROR
from tamesu.images.placing import place_landmarks

RANDOM = np.random.default_rng(3)


def draw(count: int) -> tuple[NDArray[np.uint64], NDArray[np.float32]]:
    hashes = RANDOM.integers(1, 2**62, count).astype(np.uint64) | np.uint64(1 << 63)
    return hashes, RANDOM.random((count, 2)).astype(np.float32)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("scale", [0.7, 1.0, 1.4])
def test_the_planted_placement_comes_out_among_strangers(scale: float, mirrored: bool) -> None:
    hashes, places = draw(40)
    other, there = draw(40)
    shift = np.array([0.1, -0.05], np.float32)
    there[:15] = scale * places[:15] + shift
    if mirrored:
        there[:15, 0] = 1.5 - there[:15, 0]
    # Of 63 bits five are different, as in a recompressed copy.
    noise = np.array([sum(1 << int(b) for b in RANDOM.choice(63, 5, replace=False)) for _ in range(15)], np.uint64)
    other[:15] = hashes[:15] ^ noise ^ (MIRROR if mirrored else np.uint64(0))
    found = place_landmarks(hashes, places, other, there, other_width=1.5, mirrored=mirrored)
    assert found is not None and found.mirrored == mirrored
    assert found.scale == pytest.approx(scale, abs=0.01)
    assert found.shift == pytest.approx(shift.tolist(), abs=0.01)
    assert 10 <= found.witnesses <= 15


def test_strangers_have_none_or_few_witnesses() -> None:
    for _ in range(50):
        (hashes, places), (other, there) = draw(64), draw(64)
        found = place_landmarks(hashes, places, other, there, other_width=1.0, mirrored=False)
        assert found is None or found.witnesses < 4


def test_landmarks_of_one_cell_are_one_witness() -> None:
    hashes, places = draw(20)
    places = (0.3 + 0.02 * places).astype(np.float32)
    places[-1] = (0.9, 0.9)
    found = place_landmarks(hashes, places, hashes, places, other_width=1.0, mirrored=False)
    assert found is not None and found.witnesses == 2


def test_empty_places_do_not_count() -> None:
    hashes, places = draw(10)
    none = np.zeros(10, np.uint64)
    assert place_landmarks(none, places, none, places, other_width=1.0, mirrored=False) is None
    assert place_landmarks(hashes, places, none, places, other_width=1.0, mirrored=True) is None
    assert place_landmarks(hashes[:0], places[:0], hashes, places, other_width=1.0, mirrored=False) is None


def test_one_place_alone_says_nothing() -> None:
    hashes, places = draw(5)
    together = np.repeat(places[:1], 5, axis=0)
    assert place_landmarks(hashes, together, hashes, together, other_width=1.0, mirrored=False) is None

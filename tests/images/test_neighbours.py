"""Neighbours: what all pairs compared one by one would find, without comparing them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tamesu.images.landmarks import MIRROR
from tamesu.images.likeness import mirror_likeness
from tamesu.images.neighbours import COMMON, LEAST_COSINE, find_neighbours

NONE = np.uint64(0)


def make_likeness(count: int, seed: int = 0) -> NDArray[np.int8]:
    return np.clip(np.random.default_rng(seed).normal(0, 32, (count, 1024)), -127, 127).astype(np.int8)


def make_landmarks(count: int, seed: int = 0) -> NDArray[np.uint64]:
    return np.random.default_rng(seed).integers(1, 2**63, (count, 64)).astype(np.uint64)


def all_pairs(likeness: NDArray[np.int8]) -> set[tuple[int, int, bool]]:
    """Every pair with a cosine of `LEAST_COSINE` or more, by brute force."""
    found = set()
    for turned in (False, True):
        one, two = (x / np.linalg.norm(x.astype(float), axis=1, keepdims=True) for x in (likeness, likeness))
        if turned:
            two = two.reshape(-1, 32, 32)[:, :, ::-1].reshape(-1, 1024)
        found |= {(int(a), int(b), turned) for a, b in np.argwhere(one @ two.T >= LEAST_COSINE) if a < b}
    return found


def test_finds_what_brute_force_finds() -> None:
    """Copies with noise: cosines from 0.85 to 1."""
    likeness = make_likeness(600)
    random = np.random.default_rng(1)
    for place in range(100):
        noisy = likeness[place] + random.normal(0, 32 * place / 200, 1024)
        copy = np.clip(noisy, -127, 127).astype(np.int8)
        likeness[500 + place] = mirror_likeness(copy) if place % 2 else copy
    wanted = all_pairs(likeness)
    found = find_neighbours(likeness, np.zeros((600, 64), np.uint64))
    got = {(a, b, turned) for (a, b), turned in zip(found.pairs.tolist(), found.mirrored.tolist(), strict=True)}
    assert got <= wanted and len(wanted) > 90
    assert len(got) >= 0.95 * len(wanted)
    assert (found.pairs[:, 0] < found.pairs[:, 1]).all()


def test_cosines_are_those_of_the_rows() -> None:
    likeness = make_likeness(20)
    likeness[4] = np.clip(likeness[9] // 2 + 3, -127, 127)
    likeness[5] = mirror_likeness(likeness[8])
    found = find_neighbours(likeness, np.zeros((20, 64), np.uint64))
    assert found.pairs.tolist() in ([[5, 8], [4, 9]], [[4, 9], [5, 8]])
    for (a, b), turned, cosine in zip(found.pairs, found.mirrored, found.cosines, strict=True):
        one, two = likeness[a].astype(float), likeness[b].astype(float)
        two = two.reshape(32, 32)[:, ::-1].ravel() if turned else two
        assert cosine == pytest.approx(one @ two / np.linalg.norm(one) / np.linalg.norm(two), abs=1e-4)


@pytest.mark.parametrize("turned", [False, True])
def test_a_few_common_landmarks_are_enough(turned: bool) -> None:
    """Ten of 64 landmarks, each with four bits of 63 changed."""
    landmarks = make_landmarks(300)
    random = np.random.default_rng(2)
    for pair in range(20):
        bits = np.array([sum(1 << int(b) for b in random.choice(63, 4, replace=False)) for _ in range(10)], np.uint64)
        landmarks[200 + pair, 20:30] = landmarks[pair, :10] ^ bits ^ (MIRROR if turned else NONE)
    found = find_neighbours(make_likeness(300), landmarks)
    got = {tuple(pair) for pair, is_turned in zip(found.pairs.tolist(), found.mirrored, strict=True) if is_turned == turned}
    assert len(got & {(pair, 200 + pair) for pair in range(20)}) >= 19
    assert len(found) <= 22


def test_a_landmark_that_all_share_is_no_sign() -> None:
    """A watermark: ten equal landmarks in every image."""
    landmarks = make_landmarks(COMMON + 40)
    landmarks[:, :10] = landmarks[0, :10]
    assert len(find_neighbours(make_likeness(COMMON + 40), landmarks)) == 0


def test_pairs_are_bounded_and_the_likeliest_stay() -> None:
    likeness = np.repeat(make_likeness(1), 50, axis=0)
    random = np.random.default_rng(0)
    likeness[2:] = np.clip(likeness[2:] + random.normal(0, 10, (48, 1024)), -127, 127).astype(np.int8)
    found = find_neighbours(likeness, np.zeros((50, 64), np.uint64), most_per_image=2.0)
    assert len(found) == 100
    assert found.pairs[0].tolist() == [0, 1]


def test_empty_rows_have_no_neighbours() -> None:
    assert len(find_neighbours(np.zeros((30, 1024), np.int8), np.zeros((30, 64), np.uint64))) == 0
    assert len(find_neighbours(np.zeros((0, 1024), np.int8), np.zeros((0, 64), np.uint64))) == 0
    assert len(find_neighbours(make_likeness(1), make_landmarks(1))) == 0


def test_the_same_seed_finds_the_same() -> None:
    likeness, landmarks = make_likeness(60), make_landmarks(60)
    likeness[30:] = likeness[:30]
    one, two = (find_neighbours(likeness, landmarks, seed=5) for _ in range(2))
    np.testing.assert_array_equal(one.pairs, two.pairs)
    np.testing.assert_array_equal(one.votes, two.votes)


def test_copies_of_one_picture_all_meet_and_a_watermark_does_not() -> None:
    """Eight pictures with the same landmarks are 28 pairs; a frame that more than 64 entries share says nothing."""
    random = np.random.default_rng(5)
    likeness = random.integers(-60, 60, (200, 1024)).astype(np.int8)
    landmarks = random.integers(2**63, 2**64, (200, 64), dtype=np.uint64)
    landmarks[:8] = landmarks[0]
    landmarks[:, 60:] = landmarks[0, 60:]
    found = find_neighbours(likeness, landmarks, most_per_image=10.0)
    assert sorted(map(tuple, found.pairs.tolist())) == [(a, b) for a in range(8) for b in range(a + 1, 8)]

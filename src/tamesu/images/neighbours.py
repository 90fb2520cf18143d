"""Which images could be one picture: found by hashes that collide, in about n log n time; `matching` confirms from pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tamesu.images.landmarks import MIRROR
from tamesu.images.likeness import mirror_likeness

HASH_BITS = 63
# More tables find more, and cost as much more. Twelve find 98 % of clothing10's photos cut by 5 to 15 % at each side, mirrored
# and recompressed (8: 96 %).
PART_TABLES, WHOLE_TABLES = 12, 8
# Bits compared beyond log2 of the number of hashes: fewer than one pair in 2^SPARE_BITS collides by chance.
SPARE_BITS = 4
LEAST_BITS, MOST_BITS = 16, 32
# Words of random projections for the likeness of the whole picture.
WORDS = 4
LEAST_COSINE = 0.85
# Landmarks whose hashes differ by more bits are different places. A third of random pairs differ by 29 or less.
MOST_APART = 12
LEAST_VOTES = 2.5
# A landmark of more than so many images is a watermark or a frame, and says nothing.
COMMON = 32
BLOCK = 8192
PARTS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Pairs of images that could be one picture, the likeliest first.

    Attributes:
        pairs: int64 (k, 2), the smaller number first.
        mirrored: bool (k,), whether one seems to be the mirror image of the other.
        cosines: float32 (k,), of the likeness of the whole pictures; mirrored where they are.
        votes: float32 (k,): how often their landmarks met, less where many images share them.
    """

    pairs: NDArray[np.int64]
    mirrored: NDArray[np.bool_]
    cosines: NDArray[np.float32]
    votes: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.pairs)


def find_neighbours(
    likeness: NDArray[np.int8], landmarks: NDArray[np.uint64], *, seed: int = 0, most_per_image: float = 3.0
) -> Neighbours:
    """Pairs of images that look alike as wholes, or in many places.

    Args:
        likeness: (n, 1024), as `Facts.likeness`; rows of 0 have no neighbours.
        landmarks: (n, w), as `Facts.landmarks`, 0 where there is none.
        seed: of the bits that are compared.
        most_per_image: pairs returned at most, per image; those with fewest votes are left out.

    Returns:
        The pairs, also of images mirrored left to right.

    Source: locality-sensitive hashing (Indyk and Motwani, STOC 1998): of signs of random projections (Charikar, STOC 2002) for
        the whole, and of bits of the landmarks' hashes for parts.

    Examples:
        >>> random = np.random.default_rng(0)
        >>> likeness = random.integers(-60, 60, (50, 1024)).astype(np.int8)
        >>> likeness[7] = mirror_likeness(likeness[3])
        >>> found = find_neighbours(likeness, np.zeros((50, 64), np.uint64))
        >>> found.pairs.tolist(), found.mirrored.tolist()
        ([[3, 7]], [True])
    """
    n = len(likeness)
    random = np.random.default_rng(seed)
    found, votes = _vote(landmarks, landmarks ^ MIRROR, random, PART_TABLES, is_part=True)
    whole = _find_whole(likeness, random)
    keys = np.union1d(found, whole)
    pairs, mirrored = _unpack(keys, n)
    cosines = _cosines(likeness, pairs, mirrored)
    count = np.zeros(len(keys), np.float32)
    count[np.searchsorted(keys, found)] = votes
    kept = (count >= LEAST_VOTES) | (cosines >= LEAST_COSINE)
    # A whole picture that agrees counts as much as all of its landmarks would.
    weight = count + np.where(cosines >= LEAST_COSINE, landmarks.shape[1] * PART_TABLES * cosines, 0)
    order = np.flatnonzero(kept)[np.argsort(-weight[kept], kind="stable")][: int(most_per_image * n)]
    return Neighbours(pairs[order], mirrored[order], cosines[order], count[order])


def _find_whole(likeness: NDArray[np.int8], random: np.random.Generator) -> NDArray[np.int64]:
    """Keys of pairs whose wholes collide, whatever their cosine."""
    used = likeness.any(axis=1)
    plain, mirrored = np.zeros((2, len(likeness), WORDS), np.uint64)
    axes = random.standard_normal((likeness.shape[1], WORDS * HASH_BITS)).astype(np.float32)
    bits = np.uint64(1) << np.arange(HASH_BITS, dtype=np.uint64)
    for start in range(0, len(likeness), BLOCK):
        part = slice(start, start + BLOCK)
        for words, codes in ((plain, likeness[part]), (mirrored, mirror_likeness(likeness[part]))):
            signs = (codes.astype(np.float32) @ axes > 0).reshape(-1, WORDS, HASH_BITS)
            words[part] = (signs * bits).sum(axis=2, dtype=np.uint64) | np.uint64(1 << HASH_BITS)
    plain[~used] = 0
    found = [_vote(plain[:, [k]], mirrored[:, [k]], random, WHOLE_TABLES, is_part=False)[0] for k in range(WORDS)]
    return np.unique(np.concatenate(found))


def _vote(
    plain: NDArray[np.uint64],
    mirrored: NDArray[np.uint64],
    random: np.random.Generator,
    tables: int,
    *,
    is_part: bool,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Keys of pairs of images with alike hashes, and their votes: one for a hash that two entries share, 1 / (k - 1) for k.

    Of parts only those pairs with `LEAST_VOTES` come back.

    Args:
        plain: uint64 (n, w), of the images; 0 where there is none.
        mirrored: of their mirror images, in the same places.
        random: chooses the bits.
        tables: how often other bits are compared.
        is_part: whether hashes are of parts: then those that too many share are left out, and the whole hashes must be alike.
    """
    n, width = plain.shape
    used = (plain > 0).ravel()
    owner = np.repeat(np.arange(n), width)[used]
    hashes = np.concatenate([plain.ravel()[used], mirrored.ravel()[used]])
    # An entry: the image, and in its lowest bit whether it is mirrored.
    entries = np.concatenate([2 * owner, 2 * owner + 1])
    bits = int(np.clip(np.ceil(np.log2(max(len(owner), 1))) + SPARE_BITS, LEAST_BITS, MOST_BITS))
    met: list[tuple[NDArray[np.int64], NDArray[np.float32]]] = [(np.zeros(0, np.int64), np.zeros(0, np.float32))]
    for _ in range(tables):
        mask = np.uint64(sum(1 << int(bit) for bit in random.choice(HASH_BITS, bits, replace=False)))
        met += _meet(hashes, entries, mask, n, is_part)
    return _count_votes(met, LEAST_VOTES if is_part else 0.0)


def _count_votes(
    met: Sequence[tuple[NDArray[np.int64], NDArray[np.float32]]], least: float
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Each key once, ascending, with the sum of its votes, of those that reach `least`.

    Most pairs meet once and by chance: a part of all keys is counted at a time, so that they never stand in memory together
    with what sorting them takes.
    """
    found: list[tuple[NDArray[np.int64], NDArray[np.float32]]] = []
    for part in range(PARTS):
        own = [keys % PARTS == part for keys, _ in met]
        keys, places = np.unique(
            np.concatenate([one[kept] for (one, _), kept in zip(met, own, strict=True)]), return_inverse=True
        )
        each = np.concatenate([one[kept] for (_, one), kept in zip(met, own, strict=True)])
        votes = np.asarray(np.bincount(places, each, len(keys)), np.float64)
        enough = votes >= least
        found.append((keys[enough], votes[enough].astype(np.float32)))
    counted, sums = np.concatenate([keys for keys, _ in found]), np.concatenate([votes for _, votes in found])
    order = np.argsort(counted)
    return counted[order], sums[order]


def _meet(
    hashes: NDArray[np.uint64], entries: NDArray[np.int64], mask: np.uint64, n: int, is_part: bool
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Keys and votes of pairs whose hashes are equal under a mask; in long runs each with its next `COMMON`."""
    masked = hashes & mask
    order = np.argsort(masked, kind="stable")
    masked = masked[order]
    starts = np.flatnonzero(np.concatenate([[True], masked[1:] != masked[:-1]])) if len(masked) else np.zeros(0, np.int64)
    lengths = np.diff(np.append(starts, len(masked)))
    fits = (lengths > 1) & (lengths <= (2 * COMMON if is_part else len(masked)))
    inside = np.repeat(fits, lengths)
    order, run = order[inside], np.repeat(np.arange(len(lengths)), lengths)[inside]
    for step in range(1, COMMON + 1):
        at = np.flatnonzero(run[step:] == run[:-step])
        if not len(at):
            return
        one, two = order[at], order[at + step]
        if is_part:
            near = np.bitwise_count(hashes[one] ^ hashes[two]) <= MOST_APART
            at, one, two = at[near], one[near], two[near]
        keys, kept = _pack(entries[one], entries[two], n)
        yield keys, (1 / (lengths[run[at[kept]]] - 1)).astype(np.float32)


def _pack(one: NDArray[np.int64], two: NDArray[np.int64], n: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Pairs of entries to keys (smaller image, larger image, whether one is mirrored), and which pairs are kept: each once."""
    a, b = np.minimum(one, two), np.maximum(one, two)
    # Two mirrored are two plain ones, and (mirrored, plain) is (plain, mirrored).
    kept = (a >> 1 != b >> 1) & (a & 1 == 0)
    return (((a >> 1) * n + (b >> 1)) * 2 + (b & 1))[kept], kept


def _unpack(keys: NDArray[np.int64], n: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    pairs = keys >> 1
    return np.stack([pairs // max(n, 1), pairs % max(n, 1)], axis=1), (keys & 1).astype(bool)


def _cosines(likeness: NDArray[np.int8], pairs: NDArray[np.int64], mirrored: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Of the wholes, in blocks; 0 where one has no structure."""
    found = np.zeros(len(pairs), np.float32)
    for start in range(0, len(pairs), BLOCK):
        part = slice(start, start + BLOCK)
        one, two = (likeness[pairs[part, side]].astype(np.float32) for side in (0, 1))
        two = np.where(mirrored[part, None], mirror_likeness(two), two)
        norms = np.sqrt((one**2).sum(axis=1) * (two**2).sum(axis=1))
        found[part] = (one * two).sum(axis=1) / np.maximum(norms, 1e-6)
    return found

"""Random numbers as a function: of a key, a sample and a counter; there is no state to save or to restore."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]

# The weyl step and the two multipliers of splitmix64; Source: Steele, Lea and Flood, "Fast splittable pseudorandom number
# generators", OOPSLA 2014, with the variant-13 finaliser of Stafford that splitmix64 uses.
STEP = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
MASK = (1 << 64) - 1


def make_key(*values: int | str) -> int:
    """One 64-bit key out of several values; the same in every process, on every machine.

    Args:
        *values: whole numbers and texts; their order counts, and 1 is not "1".

    Returns:
        A whole number in [0, 2^64).

    Examples:
        >>> make_key("augment", 0, 3) == make_key("augment", 0, 3), make_key(1, 23) == make_key(12, 3)
        (True, False)
    """
    # Each value carries its length, so that ("a", "bc") and ("ab", "c") differ.
    hashed = hashlib.blake2b(digest_size=8)
    for value in values:
        written = str(value if isinstance(value, str) else int(value)).encode("utf-8", "surrogatepass")
        hashed.update(f"{'s' if isinstance(value, str) else 'i'}{len(written)}:".encode() + written)
    return int.from_bytes(hashed.digest(), "little")


def sample_keys(ids: Sequence[str]) -> Keys:
    """A key per sample id, shape (ids,), uint64; compute it once and index it per batch."""
    return np.array([make_key(sample) for sample in ids], np.uint64)


def mix(numbers: Keys) -> Keys:
    """The finaliser of splitmix64: 64-bit numbers to 64-bit numbers, one to one, every bit depending on every bit."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * FIRST
    numbers = (numbers ^ (numbers >> np.uint64(27))) * SECOND
    return numbers ^ (numbers >> np.uint64(31))


def counters(stream: int, count: int) -> Keys:
    """The counters of the first `count` numbers of a stream, shape (count,), uint64.

    Args:
        stream: any key; streams of different keys are independent.
        count: how many numbers per sample are drawn from it.
    """
    return np.array([stream & MASK], np.uint64) + np.arange(1, count + 1, dtype=np.uint64) * STEP


def uniforms_at(key: int, samples: Keys, places: Keys) -> NDArray[np.float64]:
    """Uniform numbers at given counters; a number depends on (key, its sample, its counter) and on nothing else.

    Args:
        key: what is common to the batch, e.g. `make_key(seed, fold, epoch)`.
        samples: shape (batch,), from `sample_keys`.
        places: shape (count,), from `counters`.

    Returns:
        float64 in [0, 1), shape (batch, count), all 53 bits random.
    """
    rows = mix(samples ^ mix(np.array([key & MASK], np.uint64) + STEP))
    bits: NDArray[np.uint64] = mix(rows[:, None] + places[None, :])
    return (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53


def uniforms(key: int, samples: Keys, count: int) -> NDArray[np.float64]:
    """The first `count` uniform numbers of each sample under a key.

    Args:
        key: what is common to the batch, from `make_key`.
        samples: shape (batch,), from `sample_keys`.
        count: numbers per sample.

    Returns:
        float64 in [0, 1), shape (batch, count); row i depends on `key` and `samples[i]` alone.

    Examples:
        >>> both = uniforms(7, sample_keys(["007", "12"]), 3)
        >>> alone = uniforms(7, sample_keys(["12"]), 3)
        >>> both.shape, bool((both[1] == alone[0]).all())
        ((2, 3), True)
    """
    return uniforms_at(key, samples, counters(0, count))

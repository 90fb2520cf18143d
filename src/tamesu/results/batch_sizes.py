"""Which batch sizes to try, how many fit into memory, and how to cut an effective batch into batches that fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

SMALLEST = 8
# Beyond this a batch is no batch of images any more.
LARGEST = 4096
# A batch size with less than this more speed than a smaller one is not worth its memory.
WORTH = 1.05


@dataclass(frozen=True, slots=True)
class Trial:
    """Some steps at one batch size.

    Attributes:
        size: images in a batch.
        images_per_s: trained on, their making included; None when unknown.
        peak_bytes: the most memory used; None when unknown.
        fits: whether the steps could be taken.
    """

    size: int
    images_per_s: float | None
    peak_bytes: int | None
    fits: bool


@dataclass(frozen=True, slots=True)
class Memory:
    """How the memory of training grows with the batch: a straight line.

    Attributes:
        base: bytes without any image: network, optimizer, libraries, cache.
        each: bytes for one image more.
    """

    base: float
    each: float

    def of(self, size: int) -> float:
        """Bytes with a batch of so many images."""
        return self.base + self.each * size

    def largest(self, room: float) -> int:
        """How many images fit into so many bytes; 0 when none does."""
        if self.each <= 0:
            return LARGEST if self.base <= room else 0
        return max(0, min(LARGEST, int((room - self.base) / self.each)))


def fit_memory(sizes: Sequence[int], peaks: Sequence[float]) -> Memory:
    """The line through measured peaks: with the steepest rise between neighbours, so that it rather says too much.

    Args:
        sizes: of batches, ascending, at least two.
        peaks: bytes used at each.

    Examples:
        >>> fit_memory([8, 16], [300.0, 380.0])
        Memory(base=220.0, each=10.0)
    """
    rises = [(high - low) / (larger - smaller) for (smaller, low), (larger, high) in pairwise(zip(sizes, peaks, strict=True))]
    each = max(0.0, *rises)
    return Memory(max(0.0, max(peak - each * size for size, peak in zip(sizes, peaks, strict=True))), each)


def list_sizes(largest: int) -> list[int]:
    """The sizes worth naming up to a largest: 8, 16, 32, ... and, between two of them, half as much again.

    Examples:
        >>> list_sizes(50), list_sizes(7)
        ([8, 12, 16, 24, 32, 48], [])
    """
    doubles = [SMALLEST << power for power in range((LARGEST // SMALLEST).bit_length())]
    return sorted(size for double in doubles for size in (double, double * 3 // 2) if size <= largest and size <= LARGEST)


def largest_named(fitting: int) -> int:
    """The largest size worth naming that fits; below 8 the number itself.

    Examples:
        >>> largest_named(100), largest_named(5)
        (96, 5)
    """
    return max(list_sizes(fitting), default=fitting)


def search_largest(attempt: Callable[[int], bool], most: int) -> int:
    """The largest size that can be taken: doubled until one cannot, then half as much again; halved where 8 cannot.

    Args:
        attempt: whether a size can be taken; asked for each size once.
        most: no larger one is asked for.

    Returns:
        The size; 0 when not even 1 can be taken.

    Examples:
        >>> search_largest(lambda size: size <= 50, 1000), search_largest(lambda size: size <= 3, 1000)
        (48, 2)
        >>> search_largest(lambda size: True, 100), search_largest(lambda size: False, 100)
        (96, 0)
    """
    size = min(SMALLEST, most)
    if not attempt(size):
        while size > 1:
            size //= 2
            if attempt(size):
                return size
        return 0
    while size * 2 <= most and attempt(size * 2):
        size *= 2
    between = size * 3 // 2
    return between if size >= SMALLEST and between <= most and attempt(between) else size


def divide_batch(effective: int, largest: int) -> tuple[int, int]:
    """An effective batch as (`batch_size`, `accumulate`), no batch larger than what fits.

    The product is the effective batch itself wherever a divisor is at least half as large as what fits; otherwise it is as
    near as equal batches come.

    Args:
        effective: images in an optimizer step.
        largest: images that fit at once, at least 1.

    Examples:
        >>> divide_batch(32, 100), divide_batch(64, 24), divide_batch(37, 16)
        ((32, 1), (16, 4), (12, 3))
    """
    if effective <= largest:
        return effective, 1
    divisor = max(size for size in range(1, largest + 1) if effective % size == 0)
    if divisor * 2 >= largest:
        return divisor, effective // divisor
    parts = -(-effective // largest)
    return max(1, round(effective / parts)), parts


def fastest_enough(speeds: Iterable[tuple[int, float | None]]) -> int | None:
    """The smallest size beyond which speed no longer grows by 5 %; None when no speed is known.

    Args:
        speeds: (batch size, images per second).

    Examples:
        >>> fastest_enough([(8, 50.0), (16, 80.0), (32, 82.0), (64, None)])
        16
    """
    known = [(size, speed) for size, speed in speeds if speed is not None]
    best = max((speed for _, speed in known), default=0.0)
    return next((size for size, speed in sorted(known) if speed * WORTH >= best), None)

"""A batch as the network gets it, made by the processor: training, contact sheets and pages all come here for their pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tamesu.augmentations.drawn import Drawn
from tamesu.augmentations.mixing import Mix
from tamesu.augmentations.plan import Plan
from tamesu.augmentations.random import Keys

# What says where a batch's objects are: (rows of the table, what was drawn, the target that knows) → bool (B, size, size).
FindObjects = Callable[[np.ndarray, Drawn, str], np.ndarray]


@runtime_checkable
class HasPixels(Protocol):
    """Decoded images by number.

    Attributes:
        readable: bool (n,), whether `pixels` works.
        sizes: int (n, 2), height and width of the pixels.
        means: float (n, 3), their mean red, green and blue, 0 to 255.
    """

    readable: Any
    sizes: Any
    means: Any

    def pixels(self, i: int) -> NDArray[np.uint8]:
        """RGB, uint8, shape (height, width, 3)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """A batch.

    Attributes:
        images: uint8, shape (B, size_px, size_px, 3).
        drawn: the geometry, colours and mixes of the batch.
        owns: for each of `drawn.mixes`, how much of each sample's target is its own, float64, shape (B,).
    """

    images: NDArray[np.uint8]
    drawn: Drawn
    owns: tuple[np.ndarray, ...] = ()


def make_inputs(
    images: HasPixels,
    rows: NDArray[np.int64],
    keys: Keys,
    plan: Plan,
    key: int,
    codes: NDArray[np.int64] | None = None,
    find_objects: FindObjects | None = None,
) -> Inputs:
    """A batch in the caller's thread.

    Args:
        images: the decoded images.
        rows: which of them, shape (B,); all are readable.
        keys: the random key of each image there is, from `sample_keys`.
        plan: what is done to them.
        key: of the epoch, from `make_key`.
        codes: the class of each image there is, -1 when unknown; None without classes.
        find_objects: of use for parts that paste objects.

    Raises:
        UnreadableImageError: a file has changed since it was looked at.
        InputError: a mask cannot be read.
    """
    drawn = plan.draw(key, keys[rows], images.sizes[rows], images.means[rows], None if codes is None else codes[rows])
    out = np.empty((len(rows), plan.size_px, plan.size_px, 3), np.uint8)
    fill_inputs(out, drawn, images, rows, range(len(rows)))
    return Inputs(out, drawn, tuple(mix_inputs(out, drawn, rows, find_objects)))


def fill_inputs(
    out: NDArray[np.uint8], drawn: Drawn, images: HasPixels, rows: NDArray[np.int64], places: Iterable[int]
) -> None:
    """Write the inputs of some places of a batch, before its images are mixed; any thread may do its share.

    Args:
        out: shape (B, size_px, size_px, 3), contiguous.
        drawn: of the batch.
        images: the decoded images.
        rows: which of them the batch is made of, shape (B,).
        places: in the batch.
    """
    for place in places:
        drawn.apply(place, images.pixels(int(rows[place])), out[place])


def mix_inputs(
    images: NDArray[np.uint8], drawn: Drawn, rows: NDArray[np.int64], find_objects: FindObjects | None
) -> Iterator[np.ndarray]:
    """Put the images of a batch together as drawn, in place; yields how much of each target is its own, shape (B,)."""
    for mix in drawn.mixes:
        yield mix.apply(images, find_masks(drawn, rows, mix, find_objects))


def find_masks(drawn: Drawn, rows: NDArray[np.int64], mix: Mix, find_objects: FindObjects | None) -> np.ndarray | None:
    """Where each image's object is, bool (B, size_px, size_px); None for a mix that needs no objects."""
    if mix.needs is None:
        return None
    assert find_objects is not None, "a plan that pastes objects is given what finds them"
    return find_objects(rows, drawn, mix.needs)


def share_targets(drawn: Drawn, owns: Iterable[np.ndarray]) -> NDArray[np.float64]:
    """Whose targets a batch has after its mixes.

    Args:
        drawn: of the batch.
        owns: for each of its mixes, how much of each target is its own.

    Returns:
        Row i says how much of sample i's target is that of each sample, shape (B, B); rows add up to 1.

    Examples:
        >>> from tamesu.augmentations import make_plan
        >>> plan = make_plan([("mixup", {})], size_px=4, fit="crop")
        >>> drawn = plan.draw(0, np.arange(2, dtype=np.uint64), np.full((2, 2), 4), np.zeros((2, 3)))
        >>> share_targets(drawn, [np.array([0.75, 1.0])]).tolist()
        [[0.75, 0.25], [0.0, 1.0]]
    """
    shares = np.eye(len(drawn))
    for mix, own in zip(drawn.mixes, owns, strict=True):
        shares = own[:, None] * shares + (1.0 - own)[:, None] * shares[mix.partners]
    return shares

"""Batches: which rows in which order, and their pixels as the network gets them.

Order and augmentation are functions of (seed, repeat, fold, epoch, id), so they are the same for any number of threads
and after any restart.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import cv2
import numpy as np
import torch
from torch import Tensor

from tamesu.augmentations.drawn import Drawn
from tamesu.augmentations.random import uniforms
from tamesu.images.cache import Images

T = TypeVar("T")

# What says where a batch's objects are: (rows of the table, what was drawn, the target that knows) → bool (B, size, size).
FindObjects = Callable[[np.ndarray, Drawn, str], np.ndarray]


class Draws(Protocol):
    """A `Plan`, or a `View` for test-time augmentation."""

    def draw(self, key: int, samples: np.ndarray, sizes: Any, means: Any, codes: Any = None) -> Drawn:
        """See `Plan.draw`."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Images as the network gets them, and what was done to them.

    Attributes:
        images: uint8 (B, size_px, size_px, 3).
        drawn: the geometry, colours and mixes of the batch.
        owns: for each of `drawn.mixes`, how much of each sample's target is its own, float64 (B,).
    """

    images: Tensor
    drawn: Drawn
    owns: tuple[np.ndarray, ...] = ()


class Pixels:
    """Draws, warps and stacks images into batches, on threads.

    Args:
        images: the decoded images.
        sample_keys: uint64 (images,), one random key per image.
        size_px: height and width of the batch.
        workers: how many threads share the work; 0 does it in the caller's. No number changes a byte.
        codes: int64 (images,), the class of each image in the main target, -1 when unknown; None when it has no classes.
        find_objects: of use for parts that paste objects.
    """

    def __init__(
        self,
        images: Images,
        sample_keys: np.ndarray,
        size_px: int,
        workers: int,
        codes: np.ndarray | None = None,
        find_objects: FindObjects | None = None,
    ) -> None:
        self.images = images
        self.sample_keys = sample_keys
        self.size_px = size_px
        self.workers = workers
        self.codes = codes
        self.find_objects = find_objects
        self._pool = ThreadPoolExecutor(workers, "tamesu-pixels") if workers > 1 else None
        # OpenCV would start threads of its own under ours.
        cv2.setNumThreads(1)

    def draw(self, rows: np.ndarray, plan: Draws, key: int) -> Drawn:
        """What is drawn for some images; see `Plan.draw`."""
        codes = None if self.codes is None else self.codes[rows]
        return plan.draw(key, self.sample_keys[rows], self.images.sizes[rows], self.images.means[rows], codes)

    def make_batch(self, rows: np.ndarray, plan: Draws, key: int, pinned: bool = False) -> Batch:
        """One batch of images.

        Args:
            rows: indices of images, int64 (B,).
            plan: what is done to them.
            key: random key of the epoch.
            pinned: page-locked memory, for an asynchronous copy to a GPU.

        Returns:
            Images and what was done to them.
        """
        batch = torch.empty((len(rows), self.size_px, self.size_px, 3), dtype=torch.uint8, pin_memory=pinned)
        out = batch.numpy()
        drawn = self.draw(rows, plan, key)

        def fill(places: range) -> None:
            for place in places:
                drawn.apply(place, self.images.pixels(int(rows[place])), out[place])

        if self._pool is None:
            fill(range(len(rows)))
        else:
            list(self._pool.map(fill, [range(start, len(rows), self.workers) for start in range(self.workers)]))
        return Batch(batch, drawn, tuple(self.mix(rows, drawn, out)))

    def mix(self, rows: np.ndarray, drawn: Drawn, images: np.ndarray) -> Iterator[np.ndarray]:
        """Put the images of a batch together as drawn, in place; yields how much of each target is its own."""
        for mix in drawn.mixes:
            masks = None
            if mix.needs is not None:
                assert self.find_objects is not None, "a plan that pastes objects is given what finds them"
                masks = self.find_objects(rows, drawn, mix.needs)
            yield mix.apply(images, masks)

    def stream(self, batches: Sequence[np.ndarray], plan: Draws, key: int, device: torch.device) -> Iterator[Batch]:
        """The batches on `device`, in order.

        On an accelerator the next batches are made and copied while this one is computed. On the CPU there is nothing to
        overlap with: the cores that would make the next batch are the ones that compute, so it is made in between.
        """
        pinned = device.type == "cuda"
        made = (self.make_batch(rows, plan, key, pinned) for rows in batches)
        if device.type == "cpu":
            yield from made
        else:
            for batch in run_ahead(made, 3):
                yield Batch(batch.images.to(device, non_blocking=pinned), batch.drawn, batch.owns)

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown()


def order_rows(rows: np.ndarray, sample_keys: np.ndarray, key: int) -> np.ndarray:
    """The rows in a random order that depends on their ids and the key alone, not on their order in the table.

    Args:
        rows: indices into `sample_keys`, int64 (n,).
        sample_keys: uint64, one per image.
        key: random key of the epoch.
    """
    draws = uniforms(key, sample_keys[rows], 1)[:, 0]
    return rows[np.lexsort((sample_keys[rows], draws))]


def split_evenly(rows: np.ndarray, batch_size: int) -> list[np.ndarray]:
    """Batches whose sizes differ by one at most, none larger than `batch_size`.

    No row is dropped, and no tiny last batch upsets the batch statistics.

    Examples:
        >>> [len(batch) for batch in split_evenly(np.arange(100), 32)]
        [25, 25, 25, 25]
    """
    return np.array_split(rows, max(1, -(-len(rows) // batch_size)))


def run_ahead(items: Iterator[T], depth: int) -> Iterator[T]:
    """The same items in the same order, made by a thread that stays up to `depth` ahead; its error is raised here."""
    ready: queue.Queue[Callable[[], T] | None] = queue.Queue(depth)
    closed = threading.Event()

    def put(value: Callable[[], T] | None) -> bool:
        while not closed.is_set():
            try:
                ready.put(value, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def work() -> None:
        try:
            for item in items:
                if not put(lambda item=item: item):  # type: ignore[misc]
                    return
            put(None)
        except BaseException as error:
            caught = error

            def fail() -> T:
                raise caught

            put(fail)

    thread = threading.Thread(target=work, name="tamesu-ahead", daemon=True)
    thread.start()
    try:
        while (made := ready.get()) is not None:
            yield made()
    finally:
        closed.set()
        thread.join()

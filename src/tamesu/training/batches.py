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
from typing import Any, Protocol, TypeVar, runtime_checkable

import cv2
import numpy as np
import torch
from torch import Tensor

from tamesu.augmentations.drawn import Drawn
from tamesu.augmentations.inputs import FindObjects, fill_inputs, find_masks, mix_inputs
from tamesu.augmentations.mixing import Mix
from tamesu.augmentations.random import make_key, uniforms
from tamesu.images.cache import Images
from tamesu.images.direct import DirectImages
from tamesu.samplers import draw_copies
from tamesu.training.on_device import make_on_device, mix_on_device

T = TypeVar("T")

# An odd number with its bits well spread; copy 0 keeps the image's own key.
COPY_KEY = np.uint64(0x9E3779B97F4A7C15)


@runtime_checkable
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
    """Draws, warps and stacks images into batches, on threads or on a GPU.

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
        images: Images | DirectImages,
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

    def rows_of(self, samples: np.ndarray) -> np.ndarray:
        """The images of samples: sample `copy * images + row` is one more copy of a row in the same epoch."""
        return samples % len(self.sample_keys)

    def keys_of(self, samples: np.ndarray) -> np.ndarray:
        """The random keys of samples, uint64 (B,): copies of one image are augmented differently."""
        copies, rows = np.divmod(samples, len(self.sample_keys))
        return np.asarray(self.sample_keys[rows] ^ (copies.astype(np.uint64) * COPY_KEY))

    def draw(self, samples: np.ndarray, plan: Draws, key: int) -> Drawn:
        """What is drawn for some samples; see `Plan.draw`."""
        rows = self.rows_of(samples)
        codes = None if self.codes is None else self.codes[rows]
        return plan.draw(key, self.keys_of(samples), self.images.sizes[rows], self.images.means[rows], codes)

    def make_batch(self, rows: np.ndarray, plan: Draws, key: int) -> Batch:
        """One batch of images, made by the processor.

        Args:
            rows: indices of images, int64 (B,).
            plan: what is done to them.
            key: random key of the epoch.

        Returns:
            Images and what was done to them.
        """
        batch = torch.empty((len(rows), self.size_px, self.size_px, 3), dtype=torch.uint8)
        out = batch.numpy()
        drawn = self.draw(rows, plan, key)
        rows = self.rows_of(rows)

        def fill(places: range) -> None:
            fill_inputs(out, drawn, self.images, rows, places)

        if self._pool is None:
            fill(range(len(rows)))
        else:
            list(self._pool.map(fill, [range(start, len(rows), self.workers) for start in range(self.workers)]))
        return Batch(batch, drawn, tuple(self.mix(rows, drawn, out)))

    def make_batch_on(self, rows: np.ndarray, plan: Draws, key: int, device: torch.device) -> Batch:
        """One batch of images, made by PyTorch on a device: as `make_batch` makes it, within rounding.

        Args:
            rows: indices of images, int64 (B,).
            plan: what is done to them.
            key: random key of the epoch.
            device: where the pixels are worked on, and stay.

        Returns:
            Images and what was done to them.
        """
        drawn = self.draw(rows, plan, key)
        rows = self.rows_of(rows)
        images = make_on_device([self.images.pixels(int(row)) for row in rows], drawn, device, self._pool)
        owns = [mix_on_device(images, mix, self.masks(rows, drawn, mix)) for mix in drawn.mixes]
        return Batch(images, drawn, tuple(owns))

    def mix(self, rows: np.ndarray, drawn: Drawn, images: np.ndarray) -> Iterator[np.ndarray]:
        """Put the images of a batch together as drawn, in place; yields how much of each target is its own."""
        return mix_inputs(images, drawn, rows, self.find_objects)

    def masks(self, rows: np.ndarray, drawn: Drawn, mix: Mix) -> np.ndarray | None:
        """Where each image's object is, bool (B, size_px, size_px); None for a mix that needs no objects."""
        return find_masks(drawn, rows, mix, self.find_objects)

    def stream(self, batches: Sequence[np.ndarray], plan: Draws, key: int, device: torch.device) -> Iterator[Batch]:
        """The batches on `device`, in order.

        On an accelerator the next batches are made and copied while this one is computed; on CUDA they are made there. On the
        CPU there is nothing to overlap with: the cores that would make the next batch are the ones that compute, so it is
        made in between.
        """
        if device.type == "cuda":
            yield from self._stream_cuda(batches, plan, key, device)
            return
        made = (self.make_batch(rows, plan, key) for rows in batches)
        if device.type == "cpu":
            yield from made
            return
        for batch in run_ahead(made, 3):
            yield Batch(batch.images.to(device), batch.drawn, batch.owns)

    def _stream_cuda(self, batches: Sequence[np.ndarray], plan: Draws, key: int, device: torch.device) -> Iterator[Batch]:
        """The batches made on a GPU, on a stream of its own, so that they need not wait for the network's work in line."""
        beside = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]

        def make() -> Iterator[Batch]:
            for rows in batches:
                with torch.cuda.stream(beside):
                    batch = self.make_batch_on(rows, plan, key, device)
                # This thread is the one that may wait.
                beside.synchronize()
                yield batch

        for batch in run_ahead(make(), 3):
            # Its memory was taken on the other stream, which must not have it back before this one has read it.
            batch.images.record_stream(torch.cuda.current_stream(device))
            yield batch

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown()


def choose_rows(rows: np.ndarray, rates: np.ndarray | None, pixels: Pixels, key: int) -> np.ndarray:
    """The samples of an epoch: each row as often as drawn for it.

    Args:
        rows: of the training fold, int64 (n,).
        rates: how often each is expected, (n,); None for once.
        pixels: knows the rows' keys.
        key: random key of the epoch.

    Returns:
        Samples as `Pixels` counts them, int64.
    """
    if rates is None:
        return rows
    copies = draw_copies(rates, uniforms(make_key("copies", key), pixels.sample_keys[rows], 1)[:, 0])
    images = len(pixels.sample_keys)
    return np.concatenate([rows[copies > copy] + copy * images for copy in range(int(copies.max(initial=0)))])


def order_rows(samples: np.ndarray, pixels: Pixels, key: int) -> np.ndarray:
    """The samples in a random order that depends on their ids and the key alone, not on their order in the table.

    Args:
        samples: as `Pixels` counts them, int64 (n,).
        pixels: knows their keys.
        key: random key of the epoch.
    """
    keys = pixels.keys_of(samples)
    draws = uniforms(key, keys, 1)[:, 0]
    return samples[np.lexsort((keys, draws))]


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

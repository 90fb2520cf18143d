"""Images shown to the fold's network that has not seen them, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray

from tamesu.artifacts.run import Job, Run
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys
from tamesu.images.cache import Images
from tamesu.images.direct import DirectImages
from tamesu.training.batches import Batch, Pixels, split_evenly

BATCH = 16


def list_unseen(run: Run, seed: int, folds: NDArray[np.int64]) -> list[tuple[Job, NDArray[np.int64]]]:
    """The jobs of the first repeat that have images to be asked about, with the places of these.

    Args:
        run: the run.
        seed: of the jobs.
        folds: in which each image was validated in the first repeat, int64 (n,); -1 in none.
    """
    jobs = [job for job in run.jobs([seed]) if not job.repeat]
    found = [(job, np.flatnonzero(folds == job.fold)) for job in jobs]
    return [(job, own) for job, own in found if len(own)]


@contextmanager
def open_pixels(run: Run, images: Images | DirectImages, sha256: Sequence[str], workers: int) -> Iterator[Pixels]:
    """Images at the run's size, closed at the end.

    Args:
        run: for its recipe.
        images: decoded.
        sha256: of each image's file.
        workers: threads that make batches.
    """
    pixels = Pixels(images, sample_keys(sha256), run.recipe.image.size, workers)
    try:
        yield pixels
    finally:
        pixels.close()


def stream_batches(
    run: Run, pixels: Pixels, rows: NDArray[np.int64], own: NDArray[np.int64], device: torch.device
) -> Iterator[tuple[NDArray[np.int64], Batch]]:
    """Places and plain, unaugmented pictures of some images.

    Args:
        run: for its recipe.
        pixels: from `open_pixels`.
        rows: of all images that are asked about, int64 (n,).
        own: places of some of them.
        device: where the pictures are put.
    """
    plan = make_plan([], size_px=run.recipe.image.size, fit=run.recipe.image.fit)
    batches = split_evenly(own, BATCH)
    yield from zip(batches, pixels.stream([rows[batch] for batch in batches], plan, 0, device), strict=True)

"""How large a part of the picture a trained network looks at: objects' size where no box or mask tells it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from tamesu.artifacts.run import Run
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys
from tamesu.images.cache import Images
from tamesu.images.direct import DirectImages
from tamesu.training.batches import Pixels, split_evenly
from tamesu.training.grad_cam import choose_scores, find_place, grad_cam, watching
from tamesu.training.head_losses import find_tellers
from tamesu.training.job import load_network
from tamesu.training.network import Network

BATCH = 16
# Of the strongest place; what is above counts as looked at.
LEVEL = 0.5


def measure_saliency(
    run: Run,
    images: Images | DirectImages,
    sha256: Sequence[str],
    rows: NDArray[np.int64],
    folds: NDArray[np.int64],
    device: torch.device,
    workers: int,
    progress: Callable[[int, int], None] | None = None,
) -> NDArray[np.float64]:
    """The share of the picture's side that decides the class which the network tells, by the network that has not seen it.

    Args:
        run: complete in its first trained seed, of a class target, without columns beside the image.
        images: decoded, at the recipe's size.
        sha256: of each image's file.
        rows: of readable images, int64 (n,).
        folds: in which each row was validated in the first repeat, int64 (n,); rows with -1 were in none.
        device: where to compute.
        workers: threads that make batches.
        progress: called with (done, total).

    Returns:
        float64 (n,), 0 to 1: the root of the area where the map is at least half of its maximum; NaN where no network tells.
    """
    recipe, spec = run.recipe, run.spec
    found = np.full(len(rows), np.nan)
    head = find_tellers(recipe, spec.targets)[spec.main]
    seed = run.complete_seeds()[0]
    plan = make_plan([], size_px=recipe.image.size, fit=recipe.image.fit)
    pixels = Pixels(images, sample_keys(sha256), recipe.image.size, workers)
    done = 0
    try:
        for job in run.jobs([seed]):
            own = np.flatnonzero(folds == job.fold)
            if job.repeat or not len(own):
                continue
            network = load_network(run, job)[0].to(device).eval()
            batches = split_evenly(own, BATCH)
            stream = pixels.stream([rows[batch] for batch in batches], plan, 0, device)
            for places, batch in zip(batches, stream, strict=True):
                found[places] = look(network, batch.images, head)
                done += len(places)
                if progress is not None:
                    progress(done, len(rows))
    finally:
        pixels.close()
    return found


def look(network: Network, images: torch.Tensor, head: str) -> NDArray[np.float64]:
    """The share of the side for each image of a batch, (B,); NaN where nothing speaks for the class that is told."""
    place = find_place(network, head)
    with watching(network, place):
        seen = network.see(images)
        logits = seen.logits[head]
        told = choose_scores(logits, logits.argmax(1), logits.shape[1])
        fine = grad_cam(seen, place, told, images.shape[1])
    top = fine.amax((1, 2), keepdim=True)
    area = (fine >= LEVEL * top).double().mean((1, 2)).sqrt()
    return np.where(top[:, 0, 0].cpu().numpy() > 0, area.cpu().numpy(), np.nan)

"""How large a part of the picture a trained network looks at: objects' size where no box or mask tells it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from tamesu.artifacts.run import Run
from tamesu.images.cache import Images
from tamesu.images.direct import DirectImages
from tamesu.training.grad_cam import choose_scores, find_place, grad_cam, watching
from tamesu.training.head_losses import find_tellers
from tamesu.training.job import load_network
from tamesu.training.network import Network
from tamesu.training.unseen import list_unseen, open_pixels, stream_batches

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
    jobs = list_unseen(run, run.complete_seeds()[0], folds)
    with open_pixels(run, images, sha256, workers) as pixels:
        done = 0
        for job, own in jobs:
            network = load_network(run, job)[0].to(device).eval()
            for places, batch in stream_batches(run, pixels, rows, own, device):
                found[places] = look(network, batch.images, head)
                done += len(places)
                if progress is not None:
                    progress(done, len(rows))
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

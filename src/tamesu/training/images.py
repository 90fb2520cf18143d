"""Predictions for a folder of images that belongs to no table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from tamesu.artifacts.files import digest_of
from tamesu.artifacts.predictions import Predictions, average_predictions
from tamesu.artifacts.run import Run
from tamesu.augmentations.planning import choose_cache_px, plan_of
from tamesu.augmentations.random import sample_keys
from tamesu.errors import Fault, InputError, Where
from tamesu.images.cache import cache_folder, open_images
from tamesu.images.fingerprint import fingerprint_images
from tamesu.images.listing import list_images
from tamesu.progress import Move
from tamesu.training.batches import Pixels
from tamesu.training.devices import choose_precision
from tamesu.training.inference import logits_to_outputs, make_tellers, predict_logits
from tamesu.training.job import load_network
from tamesu.training.precision import make_autocast
from tamesu.training.views import join_views, make_views


def predict_images(run: Run, folder: Path, device: torch.device, workers: int, move: Move) -> Predictions:
    """What a run's networks say about every image under a folder; ids are the paths below it.

    Args:
        run: with at least one complete seed.
        folder: searched with its sub-folders.
        device: where to compute.
        workers: threads and processes for the images.
        move: shows how far it is, from 0 to 1.

    Raises:
        InputError: there is no image, or no seed of the run is complete.
        DamagedError: the weights are damaged.
    """
    if run.recipe.columns is not None:
        raise InputError(Fault("COLUMNS_NO_TABLE", "refuse", Where(folder), {"run": run.name}))
    names = list_images(folder).files
    if not names:
        raise InputError(Fault("IMAGES_NONE", "refuse", Where(folder)))
    jobs = run.jobs(run.complete_seeds())
    if not jobs:
        raise InputError(Fault("RUN_NOT_FINISHED", "refuse", Where(run.name), {"recipe": run.recipe.name}))
    recipe = run.recipe
    views = make_views(recipe.tta, size_px=recipe.image.size, fit=recipe.image.fit)
    # One memory per folder: files of the same name, size and time in another folder are other files.
    memory = run.folder / ".cache" / f"marks-{digest_of(str(folder.resolve()))[:12]}.json"
    marks = fingerprint_images(folder, names, memory)
    images = open_images(
        folder,
        names,
        marks,
        # Decoded at the size that training decoded at, so that the same image gives the same pixels.
        short_px=choose_cache_px([plan_of(recipe, run.folder, None), *(view.plan for view in views)], recipe.image.size),
        folder=cache_folder(run.folder),
        budget_bytes=0,
        workers=max(workers, 1),
        progress=None,
    )
    pixels = Pixels(images, sample_keys(names), recipe.image.size, workers)
    rows = np.flatnonzero(images.readable)
    autocast = make_autocast(choose_precision(run, device, lambda: None), device)
    tellers = make_tellers(recipe, run.spec.targets)
    heads = [teller.head for teller in tellers.values()]
    members = []
    for number, job in enumerate(jobs):
        network, scales = load_network(run, job)
        size = 2 * recipe.batch_size
        network = network.to(device)
        said = [
            predict_logits(network, pixels, rows, view, heads=heads, batch_size=size, device=device, autocast=autocast)
            for view in views
        ]
        seen = [logits_to_outputs(logits, run.spec.targets, scales, tellers) for logits in said]
        members.append(spread(join_views(seen, views, run.spec, {}), images.readable, names))
        move((number + 1) / len(jobs), job.name)
    return average_predictions(members)


def spread(outputs: dict[str, np.ndarray], readable: np.ndarray, names: Sequence[str]) -> Predictions:
    """Outputs of the readable images among all names; the others are NaN and flagged."""
    full = {}
    for name, values in outputs.items():
        full[name] = np.full((len(names), values.shape[1]), np.nan, dtype=np.float32)
        full[name][readable] = values
    return Predictions(tuple(names), full, ~readable)

"""What networks make of the images that an audit looks at: features of the frozen one, and where a trained one looks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.files import digest_of, read_sealed, write_sealed
from tamesu.artifacts.recipe import Recipe
from tamesu.errors import DamagedError, Fault, InputError
from tamesu.gathering import Subject
from tamesu.images.direct import DirectImages
from tamesu.preparation import count_workers, digest_weights
from tamesu.progress import Move
from tamesu.results.audit.data import AuditData
from tamesu.results.audit.inspection import Given
from tamesu.results.audit.sizes import Vision

# Rows that a frozen network looks at: enough for what a leak is worth, and seconds instead of hours on a laptop.
TRAIN_ROWS, TEST_ROWS, GREY_ROWS = 1500, 500, 400
FEATURE_PX = 128
# Pictures of which it is asked by which part a run tells their class.
LOOKED_ROWS = 64


def choose_seen(data: AuditData, train_rows: int, test_rows: int) -> NDArray[np.int64]:
    """The rows that a network looks at: readable, the same ones every time, by the hash of their content."""
    parts = []
    for start, end, most in ((0, data.train_rows, train_rows), (data.train_rows, len(data), test_rows)):
        parts += data.deal(row for row in range(start, end) if data.facts.readable[row])[:most]
    return np.array(sorted(parts), np.int64)


def describe_network(recipe: Recipe, folder: Path, size_px: int) -> list[object]:
    """What decides the features that are remembered: equal for the audit and for a search of alike images."""
    return [recipe.backbone.model_dump(mode="json"), digest_weights(folder, recipe), size_px, recipe.image.fit]


def add_features(subject: Subject, data: AuditData, given: Given, device: str, move: Move) -> tuple[AuditData, Given]:
    """The same with features of the recipe's frozen network, of colour and grey images, and what it sees.

    Args:
        subject: with a recipe.
        data: the rows.
        given: what else is known.
        device: as for `train`.
        move: shows how far it is, from 0 to 1.

    Raises:
        InputError: the weights cannot be had; no device of this name is here.
    """
    assert subject.recipe is not None, "features need a recipe's network"
    from tamesu.training import choose_device
    from tamesu.training.features import FeatureFile, build_frozen, compute_features

    recipe, folder = subject.recipe, subject.found.folder
    size_px = min(FEATURE_PX, recipe.image.size)
    built: list[Any] = []

    def build() -> Any:
        if not built:
            built.append(build_frozen(recipe.backbone, folder, size_px))
        return built[0]

    images = DirectImages(subject.root, data.paths, data.facts, size_px)
    names = [sha256 or "" for sha256 in data.sha256]
    place = choose_device(device)
    network = describe_network(recipe, folder, size_px)
    jobs = [(False, choose_seen(data, TRAIN_ROWS, TEST_ROWS))]
    if (data.facts.saturation[data.facts.readable] > 1.0).any():
        jobs.append((True, choose_seen(data, GREY_ROWS, 0)))
    jobs = [(grey, rows) for grey, rows in jobs if len(rows)]
    total, before = max(1, sum(len(rows) for _, rows in jobs)), 0
    features: list[NDArray[np.float32] | None] = [None, None]
    for grey, rows in jobs:

        def progress(done: int, of: int, before: int = before, own: int = len(rows)) -> None:
            move((before + own - of + done) / total, "")

        found = compute_features(
            build,
            images,
            names,
            rows,
            FeatureFile(folder / ".cache" / "features", [*network, grey]),
            size_px=size_px,
            fit=recipe.image.fit,
            grey=grey,
            device=place,
            workers=count_workers(None),
            progress=progress,
        )
        full = np.full((len(data), found.shape[1]), np.nan, np.float32)
        full[rows] = found
        features[int(grey)] = full
        before += len(rows)
    vision = see(recipe, folder, digest_of(network), build)
    looked = find_looked_at(subject, data, place) if given.objects is None else None
    return replace(data, features=features[0]), replace(given, grey=features[1], vision=vision, looked=looked)


def find_network_fault(subject: Subject) -> Fault | None:
    """Why the recipe's frozen network cannot be built, or None where it can; imports torch.

    Args:
        subject: with a recipe.
    """
    assert subject.recipe is not None, "there is no network without a recipe"
    from tamesu.training.features import build_frozen

    try:
        build_frozen(subject.recipe.backbone, subject.found.folder, min(FEATURE_PX, subject.recipe.image.size))
    except InputError as error:
        return error.faults[0]
    return None


def find_looked_at(subject: Subject, data: AuditData, place: Any) -> tuple[NDArray[np.float64], str] | None:
    """How large the parts are by which the run tells classes; None without a run whose network can be asked."""
    run = subject.run
    if run is None or not data.has_classes or run.recipe.columns is not None:
        return None
    from tamesu.training.saliency import measure_saliency

    images = DirectImages(subject.root, data.paths, data.facts, run.recipe.image.size)
    rows = choose_seen(data, LOOKED_ROWS, 0)
    names = [sha256 or "" for sha256 in data.sha256]
    try:
        sides = measure_saliency(run, images, names, rows, data.folds[0][rows], place, count_workers(None))
    except (DamagedError, RuntimeError):
        # A damaged file, which `doctor` tells of, or a network without a map that its head depends on.
        return None
    return sides, run.name


def see(recipe: Recipe, folder: Path, key: str, build: Any) -> Vision:
    """What the recipe's network sees at its own size; measured once and remembered."""
    from tamesu.training.receptive import measure_receptive_field

    memory = folder / ".cache" / "receptive.json"
    try:
        known = read_sealed(memory)
    except DamagedError:
        known = {}
    key = digest_of([key, recipe.image.size])
    if key not in known:
        field = measure_receptive_field(build(), recipe.image.size, inputs=2)
        known |= {key: [field.stride, field.theoretical_px, field.effective_px]}
        memory.parent.mkdir(parents=True, exist_ok=True)
        write_sealed(memory, known)
    stride, theoretical, effective = known[key]
    return Vision(recipe.image.size, stride, theoretical, effective, recipe.backbone.name)

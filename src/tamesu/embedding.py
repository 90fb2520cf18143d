"""What a recipe's backbone makes of training images before any training: which of them are alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.recipe import Recipe
from tamesu.frozen import FEATURE_PX, describe_network
from tamesu.images.direct import DirectImages
from tamesu.preparation import count_workers
from tamesu.progress import Move
from tamesu.results.audit.data import AuditData

# Rows that are embedded; more take longer than a page is waited for.
MOST_ROWS = 3000


def choose_rows(data: AuditData, wanted: NDArray[np.int64], most: int = MOST_ROWS) -> NDArray[np.int64]:
    """Readable training rows to embed: those that are asked about, and others by the hash of their content.

    Args:
        data: the rows.
        wanted: rows that are asked about, int64.
        most: in all.

    Returns:
        int64, ascending; the same ones every time.
    """
    readable = np.flatnonzero(data.facts.readable[: data.train_rows])
    first = set(wanted.tolist()) & set(readable.tolist())
    others = data.deal(row for row in readable.tolist() if row not in first)
    return np.array(sorted([*first, *others[: max(0, most - len(first))]]), np.int64)


def embed_rows(
    recipe: Recipe, folder: Path, data: AuditData, root: Path, wanted: NDArray[np.int64], device: str, move: Move
) -> NDArray[np.float32]:
    """Features of training rows, (train rows, d); NaN for rows that were not looked at.

    Without published weights the audit's likeness of grey pictures stands in: no network has learnt to see then.

    Args:
        recipe: of the run.
        folder: of the competition.
        data: rows and facts of their images.
        root: the data folder.
        wanted: rows that are asked about.
        device: as for `train`.
        move: shows how far it is, from 0 to 1.

    Raises:
        InputError: the weights cannot be had; no device of this name is here.
    """
    if recipe.backbone.options.get("weights") == "none":
        likeness = data.facts.likeness[: data.train_rows].astype(np.float32)
        return np.where(likeness.any(axis=1, keepdims=True), likeness, np.float32(np.nan))
    from tamesu.training import choose_device
    from tamesu.training.features import FeatureFile, build_frozen, compute_features

    size_px = min(FEATURE_PX, recipe.image.size)
    rows = choose_rows(data, wanted)
    network = describe_network(recipe, folder, size_px)
    found = compute_features(
        lambda: build_frozen(recipe.backbone, folder, size_px),
        DirectImages(root, data.paths, data.facts, size_px),
        [sha256 or "" for sha256 in data.sha256],
        rows,
        FeatureFile(folder / ".cache" / "features", [*network, False]),
        size_px=size_px,
        fit=recipe.image.fit,
        grey=False,
        device=choose_device(device),
        workers=count_workers(None),
        progress=lambda done, total: move(done / max(1, total), ""),
    )
    full = np.full((data.train_rows, found.shape[1]), np.nan, np.float32)
    full[rows] = found
    return full

"""Features of images from a frozen network: what a linear probe learns from, in seconds instead of a training.

They are remembered by the image's SHA-256 in a file named by the network, the size and the way images become square, so that
`results` can judge them without torch.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch
from numpy.typing import NDArray

from tamesu.artifacts.competition import Part
from tamesu.artifacts.files import digest_of, write_bytes
from tamesu.augmentations.part import Fit
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys
from tamesu.backbones import BACKBONES, Backbone
from tamesu.images.cache import Images
from tamesu.images.direct import DirectImages
from tamesu.training.batches import Pixels, split_evenly
from tamesu.training.folding import fold_norms
from tamesu.training.loop import evaluating

FORMAT = 1
BATCH = 16


class FeatureFile:
    """Features by SHA-256 in one file; may be deleted at any time, is made anew when damaged.

    Args:
        folder: where the files lie.
        facts: what decides the features: network, weights, size, fit, colour.
    """

    def __init__(self, folder: Path, facts: Sequence[object]) -> None:
        self.path = folder / f"{digest_of([FORMAT, *facts])[:16]}.npz"
        self.known: dict[str, NDArray[np.float16]] = {}
        with contextlib.suppress(OSError, ValueError, KeyError, EOFError, BadZipFile):
            stored = np.load(io.BytesIO(self.path.read_bytes()), allow_pickle=False)
            names, values = stored["names"], stored["values"]
            if len(names) == len(values) and np.isfinite(values).all():
                self.known = dict(zip(names.tolist(), values, strict=True))

    def write(self) -> None:
        """Remember; a file that cannot be written costs time next time and nothing else."""
        buffer = io.BytesIO()
        np.savez(buffer, names=np.array(list(self.known)), values=np.stack(list(self.known.values())))
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(self.path, buffer.getvalue())


def build_frozen(part: Part, folder: Path, size_px: int) -> Backbone:
    """A backbone with its weights, for looking only: its batch normalisations are folded into its convolutions.

    Args:
        part: of the recipe.
        folder: of the competition; weight files are relative to it.
        size_px: height and width of the input.

    Raises:
        InputError: the weights cannot be had or do not fit.
    """
    backbone = BACKBONES.build(part.name, part.options, in_channels=3, size_px=size_px, folder=folder)
    backbone = backbone.to(memory_format=torch.channels_last).eval()
    return fold_norms(backbone, torch.linspace(-2.0, 2.0, 3 * size_px**2).view(1, 3, size_px, size_px))


def compute_features(
    build: Callable[[], Backbone],
    images: Images | DirectImages,
    sha256: Sequence[str],
    rows: NDArray[np.int64],
    file: FeatureFile,
    *,
    size_px: int,
    fit: Fit,
    grey: bool,
    device: torch.device,
    workers: int,
    progress: Callable[[int, int], None] | None = None,
) -> NDArray[np.float32]:
    """Features of some images: the last map of the backbone, averaged over its places.

    Args:
        build: makes the network; called only when something is not remembered.
        images: decoded.
        sha256: of each image's file.
        rows: of readable images, int64 (n,).
        file: where features are remembered.
        size_px: height and width of the input.
        fit: how images become square.
        grey: whether colour is taken away first (ITU-R BT.601 luma in all three channels).
        device: where to compute.
        workers: threads that make batches.
        progress: called with (done, total) of what is not remembered.

    Returns:
        float32 (n, d), rounded to 16 bits; (0, 0) for no rows.
    """
    todo = np.array([row for row in rows if sha256[row] not in file.known], np.int64)
    if len(todo):
        backbone = build().to(device)
        pixels = Pixels(images, sample_keys(sha256), size_px, workers)
        plan = make_plan([], size_px=size_px, fit=fit)
        mean = torch.tensor(backbone.mean, device=device).mul(255.0).view(1, -1, 1, 1)
        scale = torch.tensor(backbone.std, device=device).mul(255.0).reciprocal().view(1, -1, 1, 1)
        luma = torch.tensor([0.299, 0.587, 0.114], device=device).view(1, -1, 1, 1)
        done = 0
        try:
            with evaluating(backbone):
                batches = split_evenly(todo, BATCH)
                for batch_rows, batch in zip(batches, pixels.stream(batches, plan, 0, device), strict=True):
                    floats = batch.images.permute(0, 3, 1, 2).float()
                    if grey:
                        floats = (floats * luma).sum(1, keepdim=True).expand(-1, 3, -1, -1)
                    found = backbone((floats - mean) * scale).float().mean((2, 3)).clamp(-6e4, 6e4)
                    for row, values in zip(batch_rows.tolist(), found.cpu().numpy().astype(np.float16), strict=True):
                        file.known[sha256[row]] = values
                    done += len(batch_rows)
                    if progress is not None:
                        progress(done, len(todo))
        finally:
            pixels.close()
            if done:
                file.write()
    return np.array([file.known[sha256[row]] for row in rows], np.float32) if len(rows) else np.zeros((0, 0), np.float32)

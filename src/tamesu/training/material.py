"""Material: everything the jobs of a run read, opened once per process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.folds import FoldTable
from tamesu.artifacts.run import Run
from tamesu.augmentations.plan import Plan
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys
from tamesu.images.cache import Images, open_images
from tamesu.images.fingerprint import FileMark
from tamesu.training.batches import Pixels


@dataclass(frozen=True, slots=True)
class Source:
    """Rows and their decoded images."""

    rows: Dataset
    images: Images
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class Material:
    """What the jobs of one run read.

    Attributes:
        run: the run they belong to.
        train: the rows the folds divide. `test`: the rows to predict, or None.
        folds: the fold table in the order of `train.rows`.
        plan: the augmentations of the recipe. `fit`: none but the fit, for validation and test.
    """

    run: Run
    train: Source
    test: Source | None
    folds: FoldTable
    plan: Plan
    fit: Plan

    def close(self) -> None:
        """End the threads that make batches."""
        for source in (self.train, self.test):
            if source is not None:
                source.pixels.close()


class Shelf:
    """Open materials by run, the few used last; rows and indices of many runs at once would fill the memory.

    Args:
        room: how many stay open.
    """

    def __init__(self, room: int = 4) -> None:
        self.room = room
        self._open: OrderedDict[Path, Material] = OrderedDict()

    def take(self, path: Path, make: Callable[[], Material]) -> Material:
        """The material of the run in this folder: the one that is open, or a new one."""
        if path not in self._open:
            made = make()
            while len(self._open) >= self.room:
                self._open.popitem(last=False)[1].close()
            self._open[path] = made
        self._open.move_to_end(path)
        return self._open[path]

    def close(self) -> None:
        """Close all of them."""
        while self._open:
            self._open.popitem()[1].close()


def choose_cache_px(plan: Plan, size_px: int) -> int:
    """Short side at which images are kept: what the largest zoom of the plan needs, in steps of 32 pixels.

    Examples:
        >>> from tamesu.augmentations.planning import make_plan
        >>> choose_cache_px(make_plan([], size_px=160, fit="crop"), 160)
        160
    """
    return max(size_px, -(-int(np.ceil(size_px * plan.zoom)) // 32) * 32) if plan.zoom > 1 else size_px


def open_material(
    run: Run,
    competition: Competition,
    train: tuple[Dataset, list[FileMark]],
    test: tuple[Dataset, list[FileMark]] | None,
    *,
    workers: int,
    cache_bytes: int,
    progress: Callable[[int, int], None] | None = None,
) -> Material:
    """Decode what is not decoded yet, and open everything.

    Args:
        run: the run to train.
        competition: its facts.
        train: rows, and the marks of their image files.
        test: the same of the rows to predict; None when there are none.
        workers: threads that warp, and processes that decode.
        cache_bytes: how large the image cache may grow.
        progress: called with (images done, images in all).
    """
    recipe = run.recipe
    parts = [(part.name, part.options) for part in recipe.augmentations]
    plan = make_plan(parts, size_px=recipe.image.size, fit=recipe.image.fit)
    fit = make_plan([], size_px=recipe.image.size, fit=recipe.image.fit)

    def open_source(rows: Dataset, marks: list[FileMark]) -> Source:
        images = open_images(
            competition.data_folder(run.folder),
            rows.paths,
            marks,
            short_px=choose_cache_px(plan, recipe.image.size),
            folder=cache_folder(run.folder),
            budget_bytes=cache_bytes,
            workers=max(workers, 1),
            progress=progress,
        )
        return Source(rows, images, Pixels(images, sample_keys(rows.ids), recipe.image.size, workers))

    table = run.folds
    place = {row: index for index, row in enumerate(table.ids)}
    order = np.array([place[row] for row in train[0].ids], dtype=np.int64)
    folds = FoldTable(train[0].ids, table.folds[order], table.n_splits, table.ordered)
    return Material(run, open_source(*train), None if test is None else open_source(*test), folds, plan, fit)


def cache_folder(folder: Path) -> Path:
    """Where decoded images are kept; may be deleted at any time."""
    return folder / ".cache" / "images"

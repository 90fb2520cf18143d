"""Material: everything the jobs of a run read, opened once per process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tamesu.artifacts.competition import CODED, Competition, Target
from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.derived import is_in_picture
from tamesu.artifacts.folds import FoldTable
from tamesu.artifacts.run import Run
from tamesu.augmentations.marks import Marks
from tamesu.augmentations.plan import Plan
from tamesu.augmentations.planning import choose_cache_px, find_classes, make_plan, plan_of
from tamesu.augmentations.random import sample_keys
from tamesu.images.cache import Images, cache_folder, open_images
from tamesu.images.fingerprint import FileMark
from tamesu.training.batches import Pixels
from tamesu.training.mark_targets import measure_marks
from tamesu.training.views import View, make_views


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
        plan: the augmentations of the recipe. `fit`: none but the fit, for validation while training.
        views: how images are looked at for the predictions that are kept; the fit alone unless the recipe has `tta`.
        targets: as written in competition.yaml.
        in_picture: those that lie in the picture, or are made from what does.
        marks: the files and points of the train rows; None when there are none.
    """

    run: Run
    train: Source
    test: Source | None
    folds: FoldTable
    plan: Plan
    fit: Plan
    views: list[View]
    targets: Mapping[str, Target]
    in_picture: frozenset[str]
    marks: Marks | None = None

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
    size_px, fit_way = recipe.image.size, recipe.image.fit
    plan = plan_of(recipe, run.folder, find_classes(run.spec.main, train[0]))
    fit = make_plan([], size_px=size_px, fit=fit_way)
    views = make_views(recipe.tta, size_px=size_px, fit=fit_way)

    pictured = frozenset(name for name, target in competition.targets.items() if is_in_picture(target))

    def open_source(rows: Dataset, files: list[FileMark]) -> tuple[Source, Marks]:
        images = open_images(
            competition.data_folder(run.folder),
            rows.paths,
            files,
            short_px=choose_cache_px([plan, *(view.plan for view in views)], size_px),
            folder=cache_folder(run.folder),
            budget_bytes=cache_bytes,
            workers=max(workers, 1),
            progress=progress,
        )
        main = rows.targets.get(run.spec.main)
        codes = main.values if main is not None and main.kind in CODED else None
        marks = Marks(rows, competition.targets, competition.data_folder(run.folder), images)
        find_objects = marks.find_objects if marks.targets else None
        if learned := pictured & set(run.recipe.learned):
            rows = replace(rows, targets=rows.targets | measure_marks(marks, competition.targets, learned))
        return Source(rows, images, Pixels(images, sample_keys(rows.ids), size_px, workers, codes, find_objects)), marks

    table = run.folds
    place = {row: index for index, row in enumerate(table.ids)}
    order = np.array([place[row] for row in train[0].ids], dtype=np.int64)
    folds = FoldTable(train[0].ids, table.folds[order], table.n_splits, table.ordered)
    source, marks = open_source(*train)
    return Material(
        run=run,
        train=source,
        test=None if test is None else open_source(*test)[0],
        folds=folds,
        plan=plan,
        fit=fit,
        views=views,
        targets=competition.targets,
        in_picture=pictured,
        marks=marks if marks.targets else None,
    )

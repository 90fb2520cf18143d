"""Where the objects of pictures are as a network saw them, from masks, boxes and points of the competition."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.competition import Target
from tamesu.artifacts.dataset import Dataset
from tamesu.augmentations.drawn import Drawn
from tamesu.augmentations.marks import HasSizes, Marks
from tamesu.errors import InputError
from tamesu.training.heat import FindWhere

# Fewer points span no area that could be called the object.
LEAST_POINTS = 3


def find_marked(dataset: Dataset, targets: Mapping[str, Target], root: Path, images: HasSizes) -> FindWhere | None:
    """What says where objects are, for `explain_images`; None where no target lies in the picture.

    Of a mask it is what is not background, of points the upright box around them. A row without a mask or points, or whose
    mask cannot be read, has no known object.

    Args:
        dataset: the training rows; their numbers are those of `images`.
        targets: as written in competition.yaml, by name.
        root: the data folder.
        images: of which only the sizes are asked, train first.
    """
    name = choose_marked({name: target for name, target in targets.items() if name in dataset.targets})
    if name is None:
        return None
    marks = Marks(dataset, targets, root, images)

    def find(rows: NDArray[np.int64], drawn: Drawn) -> NDArray[np.bool_]:
        found = np.zeros((len(rows), drawn.size_px, drawn.size_px), np.bool_)
        for place, row in enumerate(rows.tolist()):
            try:
                inside = marks.objects(row, name)
            except InputError:
                # Said where masks are checked.
                continue
            if inside is not None:
                found[place] = drawn.move_mask(place, inside) > 0
        return found

    return find


def choose_marked(targets: Mapping[str, Target]) -> str | None:
    """The target that says best where the object is: a mask, else a box, else points.

    Examples:
        >>> nose = Target(kind="points", columns=["x", "y"])
        >>> choose_marked({"nose": nose, "pet": Target(kind="mask", mask="{id}.png")}), choose_marked({"nose": nose})
        ('pet', None)
    """
    masks = [name for name, target in targets.items() if target.kind == "mask"]
    points = {name: target for name, target in targets.items() if target.kind == "points"}
    boxes = [name for name, target in points.items() if target.box]
    shapes = [name for name, target in points.items() if len(target.columns) >= 2 * LEAST_POINTS]
    return next(iter([*masks, *boxes, *shapes]), None)

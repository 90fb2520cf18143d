"""How large objects are, read from the targets that say where they are: boxes and masks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.competition import Target
from tamesu.artifacts.marks import list_values
from tamesu.artifacts.targets import TargetValues
from tamesu.errors import InputError
from tamesu.images.components import measure_objects
from tamesu.images.masks import read_mask

# Masks are read for this; more do not change a median.
READ_MASKS = 500


@dataclass(frozen=True, slots=True, eq=False)
class ObjectSizes:
    """Sizes of objects.

    Attributes:
        rows: int64 (objects,), the train row each object is in.
        heights, widths: float64 (objects,), as fractions of the picture's height and width, above 0.
    """

    rows: NDArray[np.int64]
    heights: NDArray[np.float64]
    widths: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def sides(self) -> NDArray[np.float64]:
        """Side of a square as large as the object, as a fraction of the picture."""
        return np.sqrt(self.heights * self.widths)


def object_sizes(
    target: Target, values: TargetValues, heights: NDArray[np.integer], widths: NDArray[np.integer], data_folder: Path
) -> ObjectSizes | None:
    """The objects of a target with boxes (`points` with `box: true`) or masks; None for other targets.

    Args:
        target: as in competition.yaml.
        values: as read, one per train row.
        heights: of the train images, px, 0 where not known.
        widths: likewise.
        data_folder: what the paths of masks are relative to.

    Returns:
        Every box; the objects of up to `READ_MASKS` masks, spread evenly over the rows. Masks that cannot be read are left out.
    """
    if target.kind == "points" and target.box:
        return box_sizes(values.values, target.unit == "fraction", heights, widths)
    if target.kind == "mask":
        return mask_sizes(target, values.values, data_folder)
    return None


def box_sizes(
    corners: NDArray[np.floating], in_fractions: bool, heights: NDArray[np.integer], widths: NDArray[np.integer]
) -> ObjectSizes:
    """Sizes of boxes.

    Args:
        corners: x and y of two corners, shape (rows, 2, 2); NaN where there is no box.
        in_fractions: whether they are fractions of the picture, else pixels.
        heights: of the pictures, px, 0 where not known; such rows are left out unless `in_fractions`.
        widths: likewise.

    Examples:
        >>> boxes = np.array([[[10.0, 20.0], [30.0, 60.0]], [[np.nan, 0], [1, 1]]])
        >>> sizes = box_sizes(boxes, False, np.array([80, 80]), np.array([100, 100]))
        >>> sizes.rows.tolist(), sizes.heights.tolist(), sizes.widths.tolist()
        ([0], [0.5], [0.2])
    """
    sides = np.abs(np.asarray(corners[:, 1] - corners[:, 0], np.float64))
    if not in_fractions:
        with np.errstate(divide="ignore", invalid="ignore"):
            sides = sides / np.stack([widths, heights], axis=1)
    good = np.flatnonzero(np.isfinite(sides).all(axis=1) & (sides > 0).all(axis=1))
    sides = np.minimum(sides[good], 1.0)
    return ObjectSizes(good, sides[:, 1], sides[:, 0])


def mask_sizes(target: Target, paths: NDArray[np.str_], data_folder: Path) -> ObjectSizes:
    """Sizes of the objects of masks; without listed values 0 is the background."""
    background = (list_values(target) or [0])[0]
    there = np.flatnonzero(paths != "")
    picked = there[np.unique(np.linspace(0, len(there) - 1, READ_MASKS).round().astype(np.int64))] if len(there) else there
    rows: list[int] = []
    found = [np.empty((0, 2))]
    for row in picked.tolist():
        try:
            sizes = measure_objects(read_mask(data_folder, str(paths[row])), background, target.unknown)
        except InputError:
            # Said where masks are checked.
            continue
        found.append(sizes)
        rows += [row] * len(sizes)
    sides = np.concatenate(found)
    return ObjectSizes(np.array(rows, np.int64), sides[:, 0], sides[:, 1])

"""Masks, maps and points at the size of the decoded images: for heads, for pasting, and for what a contact sheet draws."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import cv2
import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.competition import Target
from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.marks import MARKS, list_values, size_fault
from tamesu.augmentations.drawn import Drawn
from tamesu.errors import InputError
from tamesu.images.masks import read_map, read_mask, read_upright_size

Codes = NDArray[np.uint8]
# The code of a pixel about which nothing is known.
UNKNOWN = 255


@runtime_checkable
class HasSizes(Protocol):
    """Images of which the sizes are known.

    Attributes:
        sizes: int (n, 2), height and width of each as it is kept.
        readable: bool (n,).
    """

    sizes: Any
    readable: Any


class Marks:
    """The points, masks and maps of a dataset's rows, at the size at which its images are kept.

    Masks and maps are read once and kept small; the original size of an image is read from its header once.

    Args:
        dataset: the rows, in the order of `images`.
        targets: as written in competition.yaml, by name.
        root: the data folder.
        images: the decoded images.
    """

    def __init__(self, dataset: Dataset, targets: Mapping[str, Target], root: Path, images: HasSizes) -> None:
        self.dataset = dataset
        self.targets = {name: target for name, target in targets.items() if name in dataset.targets and target.kind in MARKS}
        self.root = root
        self.images = images
        self._full: dict[int, tuple[int, int]] = {}
        self._kept: dict[tuple[str, int], bytes] = {}

    def full_size(self, row: int) -> tuple[int, int]:
        """Height and width of a row's original image, upright."""
        if row not in self._full:
            self._full[row] = read_upright_size(self.root, self.dataset.paths[row])
        return self._full[row]

    def points(self, row: int, name: str) -> NDArray[np.float64]:
        """The points of a points target, x and y in the kept image, NaN when missing, shape (points, 2)."""
        kept_height, kept_width = self.images.sizes[row].tolist()
        given = np.asarray(self.dataset.targets[name].values[row], np.float64)
        height, width = (1, 1) if self.targets[name].unit == "fraction" else self.full_size(row)
        return np.asarray(given * (kept_width / width, kept_height / height))

    def codes(self, row: int, name: str) -> Codes | None:
        """The mask of a mask target: 0 for the background, else the number of the label, in the kept image.

        Where neither labels nor values are written the pixel values stand; a value that is not listed has the number after
        the last label, and one that is written as `unknown` is 255.

        Returns:
            uint8, shape (height, width); None when the row has no mask.

        Raises:
            InputError: MASK_UNREADABLE; MASK_SIZE, it has another size than the image.
        """
        path = str(self.dataset.targets[name].values[row])
        if not path:
            return None
        target = self.targets[name]
        table = make_table(list_values(target), target.unknown)
        return self._keep(row, name, path, np.uint8, lambda: np.ascontiguousarray(table[read_mask(self.root, path)]))

    def numbers(self, row: int, name: str) -> NDArray[np.float32] | None:
        """The map of a map target in its own unit, NaN where nothing is known, in the kept image.

        Returns:
            float32, shape (height, width); None when the row has no map.

        Raises:
            InputError: MASK_UNREADABLE; MASK_SIZE, it has another size than the image.
        """
        path = str(self.dataset.targets[name].values[row])
        target = self.targets[name]

        def read() -> NDArray[np.float32]:
            stored = read_map(self.root, path)
            scaled = stored.astype(np.float32) * np.float32(target.scale)
            scaled[np.isin(stored, target.unknown)] = np.nan
            return scaled

        return self._keep(row, name, path, np.float32, read) if path else None

    def _keep(self, row: int, name: str, path: str, kind: Any, read: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """What a file says at the size of the kept image; read once, kept small."""
        height, width = self.images.sizes[row].tolist()
        if (name, row) not in self._kept:
            found = read()
            if found.shape != self.full_size(row):
                raise InputError(size_fault({path: ((found.shape[0], found.shape[1]), self.full_size(row))}))
            # The middle of each kept pixel; INTER_NEAREST would take a corner.
            scaled = cv2.resize(found, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
            self._kept[name, row] = zlib.compress(np.asarray(scaled, kind).tobytes(), 1)
        return np.frombuffer(zlib.decompress(self._kept[name, row]), kind).reshape(height, width)

    def objects(self, row: int, name: str) -> Codes | None:
        """1 where the object is, in the kept image: what is not background, or the inside of the box around the points."""
        if self.targets[name].kind == "mask":
            codes = self.codes(row, name)
            return None if codes is None else ((codes > 0) & (codes != UNKNOWN)).astype(np.uint8)
        height, width = self.images.sizes[row].tolist()
        return fill_box(self.points(row, name), height, width)

    def find_objects(self, rows: np.ndarray, drawn: Drawn, name: str) -> np.ndarray:
        """Where the objects of a batch are; see `tamesu.augmentations.inputs.FindObjects`."""
        found = np.zeros((len(rows), drawn.size_px, drawn.size_px), np.bool_)
        for place, row in enumerate(rows.tolist()):
            inside = self.objects(row, name)
            if inside is not None:
                found[place] = drawn.move_mask(place, inside) > 0
        return found


def make_table(values: list[int], unknown: Sequence[int] = ()) -> Codes:
    """The code of each of 256 pixel values: its place among `values`, or itself when none are listed; 255 for `unknown`.

    Examples:
        >>> make_table([2, 1, 3])[:5].tolist(), make_table([])[:3].tolist()
        ([3, 1, 0, 2, 3], [0, 1, 2])
    """
    table = np.arange(256, dtype=np.uint8)
    if values:
        table[:] = min(len(values), UNKNOWN - 1)
        table[values] = np.arange(len(values))
    table[[value for value in unknown if 0 <= value <= 255]] = UNKNOWN
    return table


def fill_box(points: NDArray[np.float64], height: int, width: int) -> Codes | None:
    """1 in the pixels whose middle lies in the upright box around the known points; None with fewer than two of them.

    Examples:
        >>> fill_box(np.array([[1.0, 0.0], [3.0, 2.0]]), 3, 4).tolist()
        [[0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]]
    """
    known = points[~np.isnan(points).any(axis=1)]
    if len(known) < 2:
        return None
    (x0, y0), (x1, y1) = known.min(axis=0), known.max(axis=0)
    x, y = np.arange(width) + 0.5, np.arange(height) + 0.5
    return np.asarray(((y0 <= y) & (y <= y1))[:, None] & ((x0 <= x) & (x <= x1)), np.uint8)

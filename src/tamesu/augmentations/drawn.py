"""What was drawn for a batch, and how it moves pixels, masks, points and boxes: all by the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tamesu.augmentations.frames import move_boxes, move_points
from tamesu.augmentations.mixing import Mix
from tamesu.augmentations.part import Array, Operation
from tamesu.augmentations.sampling import Sampling, sample_mask, sample_pixels
from tamesu.augmentations.warping import INVERSION_STEPS, INVERTED_TO, Fields, Tiles
from tamesu.errors import Fault, InputError, Where

Pixels = NDArray[np.uint8]
T = TypeVar("T")

# For each sample of a batch: the entries that concern it, with its number among theirs.
Todo = list[list[tuple[T, int]]]


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """A flip or turn that some samples of a batch got.

    Attributes:
        symmetry: its name under `symmetries:` in competition.yaml.
        rows: the samples, indices into the batch.
        amounts: 1 for a flip, quarter turns or degrees (counter-clockwise) for a turn; shape (rows,).
    """

    symmetry: str
    rows: NDArray[np.int64]
    amounts: Array


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What was drawn for a batch. Nothing in it changes, so any number of threads may apply it.

    Attributes:
        sampling: the matrices, and how each sample's pixels are read through them.
        warps: per sample, the displacements after its matrix.
        tiles: per sample, the orders of tiles after that.
        steps: per sample, what is done to its pixels then.
        turns: the flips and turns among the matrices, in order; for labels that move with the image.
        mixes: what puts images of the batch together at the end.
    """

    sampling: Sampling
    warps: Todo[Fields]
    tiles: Todo[Tiles]
    steps: Todo[Operation]
    turns: tuple[Turn, ...] = ()
    mixes: tuple[Mix, ...] = ()

    def __len__(self) -> int:
        return len(self.sampling.ways)

    @property
    def size_px(self) -> int:
        """Height and width of the network's input."""
        return self.sampling.size_px

    @property
    def forward(self) -> Array:
        """Matrices image → input, before displacement and tiles, shape (batch, 3, 3)."""
        return self.sampling.forward

    def apply(self, index: int, pixels: Pixels, out: Pixels) -> None:
        """One sample's input, written into `out`; a pure function of its arguments, for any thread.

        Args:
            index: which sample of the batch.
            pixels: RGB, uint8, shape (height, width, 3), as `sizes` said when it was drawn.
            out: uint8, shape (size_px, size_px, 3), contiguous; not a view of `pixels`.

        Raises:
            ValueError: `pixels` or `out` has another shape; OpenCV would write elsewhere without a word.
        """
        sample_pixels(self.sampling, index, pixels, out, self.displacement(index))
        for tiles, number in self.tiles[index]:
            tiles.shuffle(number, out)
        for operation, number in self.steps[index]:
            operation.apply(number, out)

    def displacement(self, index: int) -> NDArray[np.float32] | None:
        """A sample's displacement in pixels of the input, float32, shape (size_px, size_px, 2); None when it has none.

        Several displacements add up.
        """
        fields = [field.at_pixels(number, self.size_px) for field, number in self.warps[index]]
        return np.sum(fields, axis=0) if fields else None

    def move_mask(self, index: int, mask: NDArray[Any], size_px: int | None = None, outside: float = 0) -> NDArray[Any]:
        """One sample's mask after the same geometry, each pixel taking the nearest value.

        Args:
            index: which sample of the batch.
            mask: any type OpenCV takes (uint8, int16, float32), shape (height, width), of the image's size.
            size_px: height and width of the result; the network's input, or a smaller number for a coarser output.
            outside: the value where the input lies outside the image; reflected instead when the plan reflects.

        Returns:
            The mask's type, shape (size_px, size_px).

        Raises:
            InputError: AUGMENT_MASK_SIZE, the mask has another size than the image.
        """
        height, width = self.sampling.shapes[index][:2]
        if mask.shape[:2] != (height, width):
            values = {"mask": f"{mask.shape[1]} x {mask.shape[0]}", "image": f"{width} x {height}"}
            raise InputError(Fault("AUGMENT_MASK_SIZE", "refuse", Where(), values))
        size_px = size_px or self.size_px
        if not self.tiles[index]:
            return sample_mask(self.sampling, index, mask, size_px, self.displacement(index), outside)
        # Tiles have their edges between pixels of the input, so they are put in order there.
        found = sample_mask(self.sampling, index, mask, self.size_px, self.displacement(index), outside)
        for tiles, number in self.tiles[index]:
            tiles.shuffle(number, found)
        middles = ((np.arange(size_px) + 0.5) * self.size_px / size_px).astype(np.int64)
        return np.ascontiguousarray(found[np.ix_(middles, middles)])

    def move_points(self, index: int, points: ArrayLike) -> Array:
        """One sample's points after the same geometry.

        Args:
            index: which sample of the batch.
            points: x, y in continuous coordinates of the image (a pixel's middle is its index + 0.5), shape (points, 2).

        Returns:
            Coordinates in the input, float64, shape (points, 2); points that left the picture are not removed.
        """
        moved = move_points(self.forward[index], points)
        if self.warps[index]:
            read_at = moved
            for _ in range(INVERSION_STEPS):
                before, moved = moved, read_at - self._displace(index, moved)
                if np.abs(moved - before).max(initial=0.0) < INVERTED_TO:
                    break
        for tiles, number in self.tiles[index]:
            moved = tiles.move(number, moved, self.size_px)
        return moved

    def move_points_back(self, index: int, points: ArrayLike) -> Array:
        """Points of the input as points of the image: the inverse of `move_points`, without tiles."""
        found = np.asarray(points, np.float64).reshape(-1, 2)
        return move_points(np.linalg.inv(self.forward[index]), found + self._displace(index, found))

    def _displace(self, index: int, points: Array) -> Array:
        """The displacement at points of the input, shape (points, 2)."""
        fields = [field.at_points(number, points, self.size_px) for field, number in self.warps[index]]
        return np.sum(fields, axis=0) if fields else np.zeros_like(points)

    def move_boxes(self, index: int, boxes: ArrayLike) -> Array:
        """The upright boxes around one sample's boxes after the same geometry.

        Args:
            index: which sample of the batch.
            boxes: x0, y0, x1, y1 in continuous coordinates of the image, shape (boxes, 4).

        Returns:
            float64, shape (boxes, 4), not clipped: around the moved corners; where the picture is distorted around many
            moved points of each box's edge, and where its tiles are shuffled of its inside, too.
        """
        given = np.asarray(boxes, np.float64).reshape(-1, 4)
        if not self.warps[index] and not self.tiles[index]:
            return move_boxes(self.forward[index], given)
        nets = [net_of_points(*box, inside=bool(self.tiles[index])) for box in given.tolist()]
        if not nets:
            return given
        moved = self.move_points(index, np.concatenate(nets)).reshape(len(nets), -1, 2)
        return np.concatenate([moved.min(axis=1), moved.max(axis=1)], axis=1)


# Points a side in the net that stands for a box; a tile's edge is missed by a 33rd of the box at most.
NET = 33


def net_of_points(x0: float, y0: float, x1: float, y1: float, *, inside: bool = True) -> Array:
    """Points spread over a box, its corners among them.

    Args:
        x0: left edge.
        y0: upper edge.
        x1: right edge.
        y1: lower edge.
        inside: whether points inside the box are wanted besides those on its edge.

    Returns:
        x, y, shape (points, 2).
    """
    x, y = np.meshgrid(np.linspace(x0, x1, NET), np.linspace(y0, y1, NET))
    net = np.stack([x, y], axis=-1)
    if inside:
        return net.reshape(-1, 2)
    return np.concatenate([net[0], net[-1], net[1:-1, 0], net[1:-1, -1]])


def count_todo(batch: int, entries: list[tuple[T, NDArray[np.int64]]]) -> Todo[T]:
    """Entries by sample, in order.

    Args:
        batch: how many samples there are.
        entries: what is done, and to which samples, in order.
    """
    todo: Todo[T] = [[] for _ in range(batch)]
    for entry, rows in entries:
        for number, row in enumerate(rows.tolist()):
            todo[row].append((entry, number))
    return todo

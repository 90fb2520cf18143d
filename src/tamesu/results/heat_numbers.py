"""Heat maps in numbers: how much lies on the object, in the corners and along the border, and whether learning made them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.heat import Heat

Shares = NDArray[np.float64]
CORNERS = ("top_left", "top_right", "bottom_left", "bottom_right")
# Side of a corner's square, and width of the border, as parts of the picture's side.
CORNER, BORDER = 4, 8
# Maps are compared on a grid this wide: what is finer was interpolated.
GRID = 16


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """Heat on objects, picture by picture; NaN where no mask or box tells, or where there is no map.

    Attributes:
        heat: float64 (n,), the share of the picture's heat that lies on its object.
        area: float64 (n,), the share of the picture that the object covers.
    """

    heat: Shares
    area: Shares

    @property
    def ratio(self) -> Shares:
        """How many times more heat lies on the object than if it lay evenly."""
        return self.heat / self.area

    @property
    def known(self) -> NDArray[np.bool_]:
        """Of which pictures there is a number."""
        return np.isfinite(self.heat)


@dataclass(frozen=True, slots=True, eq=False)
class ClassHeat:
    """The mean over the pictures that were told as one class.

    Attributes:
        code: of the class.
        count: how many pictures.
        heat: float32 (size, size), the mean of their maps.
        picture: uint8 (size, size, 3), the mean of the pictures.
    """

    code: int
    count: int
    heat: NDArray[np.float32]
    picture: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class HeatNumbers:
    """What can be counted about heat.

    Attributes:
        inside: by method; empty where no mask or box tells of any picture.
        corners: float64 (n, 4), the share of heat in each of `CORNERS`; of the main maps.
        border: float64 (n,), the share of heat in the border.
        corner_area, border_area: the shares of the picture that one corner, and the border, cover.
        scrambled: by method, float64 (k,): rank correlation of a map with that of a network whose weights were drawn anew.
        classes: the averages, the class with most pictures first.
    """

    inside: dict[str, Inside]
    corners: Shares
    border: Shares
    corner_area: float
    border_area: float
    scrambled: dict[str, Shares]
    classes: tuple[ClassHeat, ...]


def measure_heat(heat: Heat) -> HeatNumbers:
    """All numbers of heat maps.

    Args:
        heat: with maps of at least one method.
    """
    size, main = heat.images.shape[1], heat.main
    corners, border = make_corners(size), make_border(size)
    inside = {} if heat.objects is None or not heat.objects.any() else heat.maps
    return HeatNumbers(
        {method: measure_inside(maps, objects_of(heat)) for method, maps in inside.items()},
        np.stack([measure_shares(main, corner) for corner in corners], axis=1),
        measure_shares(main, border),
        float(corners[0].mean()),
        float(border.mean()),
        {name: correlate_ranks(heat.maps[name][: len(maps)], maps) for name, maps in heat.scrambled.items()},
        average_classes(main, heat.images, heat.told),
    )


def objects_of(heat: Heat) -> NDArray[np.bool_]:
    """Where the objects are; nowhere when nothing tells."""
    return np.zeros(heat.images.shape[:3], np.bool_) if heat.objects is None else heat.objects


def measure_shares(maps: NDArray[np.floating], where: NDArray[np.bool_]) -> Shares:
    """The share of each map's heat that lies in a part of the picture.

    Args:
        maps: 0 or more, (n, height, width).
        where: the part, (height, width), or one for each map.

    Returns:
        float64 (n,), 0 to 1; NaN where there is no map.

    Examples:
        >>> measure_shares(np.array([[[1.0, 3.0]], [[np.nan, np.nan]]]), np.array([[False, True]])).tolist()
        [0.75, nan]
    """
    every = np.broadcast_to(where, maps.shape)
    total = maps.sum((1, 2), dtype=np.float64)
    # Without copies of all maps; a map that is missing is no number here either.
    held = np.einsum("nhw,nhw->n", maps, every, dtype=np.float64, casting="unsafe")
    return np.asarray(held / np.where(total > 0, total, np.nan))


def measure_inside(maps: NDArray[np.floating], objects: NDArray[np.bool_]) -> Inside:
    """Heat on objects.

    Args:
        maps: (n, height, width).
        objects: of the same shape; a picture where it is False everywhere has no known object.

    Examples:
        >>> one = measure_inside(np.array([[[3.0, 1.0]], [[1.0, 1.0]]]), np.array([[[True, False]], [[False, False]]]))
        >>> one.heat.tolist(), one.area.tolist(), one.ratio.tolist()
        ([0.75, nan], [0.5, nan], [1.5, nan])
    """
    area, heat = objects.mean((1, 2)), measure_shares(maps, objects)
    there = (area > 0) & np.isfinite(heat)
    return Inside(np.where(there, heat, np.nan), np.where(there, area, np.nan))


def make_corners(size: int) -> list[NDArray[np.bool_]]:
    """The squares of a quarter of the side in the corners, in the order of `CORNERS`, bool (size, size).

    Examples:
        >>> [corner.astype(int).tolist() for corner in make_corners(3)[:2]]
        [[[1, 0, 0], [0, 0, 0], [0, 0, 0]], [[0, 0, 1], [0, 0, 0], [0, 0, 0]]]
    """
    side, found = max(1, size // CORNER), []
    for rows in (slice(0, side), slice(size - side, size)):
        for columns in (slice(0, side), slice(size - side, size)):
            corner = np.zeros((size, size), np.bool_)
            corner[rows, columns] = True
            found.append(corner)
    return found


def make_border(size: int) -> NDArray[np.bool_]:
    """The border, an eighth of the side wide, bool (size, size).

    Examples:
        >>> make_border(3).astype(int).tolist()
        [[1, 1, 1], [1, 0, 1], [1, 1, 1]]
    """
    wide = max(1, size // BORDER)
    border = np.ones((size, size), np.bool_)
    border[wide : size - wide, wide : size - wide] = False
    return border


def average_classes(maps: NDArray[np.float32], images: NDArray[np.uint8], codes: NDArray[np.int64]) -> tuple[ClassHeat, ...]:
    """The mean map and the mean picture of each class.

    Args:
        maps: (n, size, size); pictures without a map are left out.
        images: (n, size, size, 3).
        codes: of the class each picture was told as; -1 is left out.

    Returns:
        The class with most pictures first, then by code.
    """
    there = np.isfinite(maps[:, 0, 0]) & (codes >= 0)
    found = []
    for code in np.unique(codes[there]).tolist():
        own = there & (codes == code)
        picture = np.rint(images[own].mean(0)).astype(np.uint8)
        found.append(ClassHeat(code, int(own.sum()), maps[own].mean(0, dtype=np.float64).astype(np.float32), picture))
    return tuple(sorted(found, key=lambda one: (-one.count, one.code)))


def correlate_ranks(one: NDArray[np.floating], other: NDArray[np.floating]) -> Shares:
    """Spearman's rank correlation of two maps of each picture, on a coarse grid.

    Args:
        one: (n, size, size).
        other: of the same shape.

    Returns:
        float64 (n,), -1 to 1; NaN where a map is missing or the same everywhere.

    Source: Adebayo et al., Sanity checks for saliency maps, NeurIPS 2018, section 3.

    Examples:
        >>> ramp = np.arange(4.0).reshape(1, 2, 2)
        >>> correlate_ranks(ramp, ramp**3).tolist(), correlate_ranks(ramp, -ramp).tolist()
        ([1.0], [-1.0])
    """
    ranks = [rank(coarsen(maps)) for maps in (one, other)]
    centred = [rows - rows.mean(1, keepdims=True) for rows in ranks]
    lengths = np.sqrt((centred[0] ** 2).sum(1) * (centred[1] ** 2).sum(1))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (centred[0] * centred[1]).sum(1) / np.where(lengths > 0, lengths, np.nan)
    # A root may round to the wrong side of 1.
    return np.asarray(np.clip(np.round(found, 12), -1.0, 1.0))


def coarsen(maps: NDArray[np.floating]) -> Shares:
    """The means of the cells of a grid, at most `GRID` a side, float64 (n, cells)."""
    size = maps.shape[1]
    cells = min(GRID, size)
    edges = np.arange(cells) * size // cells
    wide = np.asarray(maps, np.float64)
    summed = np.add.reduceat(np.add.reduceat(wide, edges, axis=1), edges, axis=2)
    counts = np.diff(np.append(edges, size))
    return np.asarray((summed / np.outer(counts, counts)).reshape(len(maps), -1))


def rank(values: Shares) -> Shares:
    """The rank of each number in its row, equal numbers sharing their mean rank; NaN rows stay."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(values, axis=1, nan_policy="propagate"), np.float64)

"""Targets that lie in the picture, as they are in a batch: moved with its images, at the size that each head makes."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.competition import Target
from tamesu.artifacts.dataset import TargetValues
from tamesu.artifacts.derived import build_derivation
from tamesu.artifacts.in_picture import Area, HeatMap, InPicture, Presence
from tamesu.augmentations.drawn import Drawn
from tamesu.augmentations.labels import LAYOUTS, Moves, move_labels
from tamesu.augmentations.marks import UNKNOWN, Marks

# Area and presence are counted on so many places a side: fine enough for 0.02 % of the picture.
COUNTED_PX = 64
# A box of which a crop leaves less than this share is not known.
LEAST_LEFT = 0.1


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one head wants of a batch.

    Attributes:
        target: its name.
        side: height and width of the map that the head makes; 0 for one that makes none.
        raw: whether it learns values in their own unit.
    """

    target: str
    side: int
    raw: bool = False


class MarkTargets:
    """Makes the targets of heads that learn what lies in the picture.

    Args:
        marks: the files and points, at the size of the kept images.
        targets: of competition.yaml, by name.
        wanted: by head.
        moves: symmetry → target → what it does to labels and points.
        scales: (mean, standard deviation) of maps, by target.
    """

    def __init__(
        self,
        marks: Marks,
        targets: Mapping[str, Target],
        wanted: Mapping[str, Wanted],
        moves: Moves,
        scales: Mapping[str, tuple[Any, Any]],
    ) -> None:
        self.marks = marks
        self.targets = targets
        self.wanted = wanted
        self.moves = moves
        self.scales = scales
        # Built once: their options are checked each time.
        self.made = {of.target: build_derivation(targets[of.target]) for of in wanted.values()}

    def make(self, rows: NDArray[np.int64], drawn: Drawn) -> dict[str, NDArray[Any]]:
        """The targets of a batch, by head.

        Args:
            rows: of the dataset, (B,).
            drawn: what was done to their images.

        Returns:
            mask: int64 (B, side, side), -1 where not known; map: float32 (B, layers, side, side), standardised, NaN where not
            known; points: float32 (B, 2 × points), -1 to 1, NaN where not known or outside; area: float64 (B,) and presence:
            float32 (B, labels), NaN where there is no mask.
        """
        sources: dict[tuple[str, int], NDArray[Any]] = {}

        def take(name: str, side: int) -> NDArray[Any]:
            if (name, side) not in sources:
                sources[name, side] = self.move(name, side, rows, drawn)
            return sources[name, side]

        return {head: self.make_one(of, take) for head, of in self.wanted.items()}

    def make_one(self, of: Wanted, take: Any) -> NDArray[Any]:
        """One head's target from the moved masks, maps and points that `take(name, side)` gives."""
        target, made = self.targets[of.target], self.made[of.target]
        if isinstance(made, Area | Presence):
            codes = take(made.of, COUNTED_PX)
            labels = list(self.marks.dataset.targets[made.of].labels)
            return count_area(codes, made, labels) if isinstance(made, Area) else count_presence(codes, made, len(labels))
        if isinstance(made, HeatMap):
            bells = draw_bells(take(made.of, 0), of.side, made.sigma)
            return self.standardise(of.target, bells)
        moved: NDArray[Any] = take(of.target, of.side)
        if target.kind == "map":
            return self.standardise(of.target, moved[:, None])
        if target.kind == "points":
            return moved.reshape(len(moved), -1).astype(np.float32)
        known = len(self.marks.dataset.targets[of.target].labels)
        return np.where(moved < known, moved, -1)

    def standardise(self, name: str, values: NDArray[Any]) -> NDArray[np.float32]:
        """Map values in units of their standard deviation."""
        mean, std = self.scales.get(name, (0.0, 1.0))
        return np.asarray((values - mean) / std, np.float32)

    def move(self, name: str, side: int, rows: NDArray[np.int64], drawn: Drawn) -> NDArray[Any]:
        """A mask's codes, int64 (B, side, side), a map's numbers, or points, -1 to 1, after the geometry and the symmetries."""
        kind = self.targets[name].kind
        if self.targets[name].box:
            boxes = [self.marks.points(row, name).reshape(1, 4) for row in rows.tolist()]
            found: NDArray[Any] = np.stack([cut_box(drawn.move_boxes(i, box)[0], drawn.size_px) for i, box in enumerate(boxes)])
        elif kind == "points":
            found = np.stack(
                [drawn.move_points(place, self.marks.points(row, name)) for place, row in enumerate(rows.tolist())]
            )
            found = found * (2.0 / drawn.size_px) - 1.0
            # What the crop has cut away cannot be told.
            found[(np.abs(found) > 1.0).any(axis=2)] = np.nan
        else:
            found = np.stack([self.move_file(name, side, row, place, drawn) for place, row in enumerate(rows.tolist())])
        turns = [turn for turn in drawn.turns if name in self.moves.get(turn.symmetry, {}) and len(turn.rows)]
        return move_labels({name: found}, {name: LAYOUTS[kind]}, self.moves, turns)[name] if turns else found

    def move_file(self, name: str, side: int, row: int, place: int, drawn: Drawn) -> NDArray[Any]:
        """One sample's mask or map; nothing is known where it has none, and outside the image."""
        if self.targets[name].kind == "map":
            numbers = self.marks.numbers(row, name)
            if numbers is None:
                return np.full((side, side), np.nan, np.float32)
            return drawn.move_mask(place, numbers, side, outside=np.nan)
        codes = self.marks.codes(row, name)
        if codes is None:
            return np.full((side, side), -1, np.int64)
        moved = drawn.move_mask(place, codes, side, outside=UNKNOWN).astype(np.int64)
        moved[moved == UNKNOWN] = -1
        return moved


def cut_box(box: NDArray[np.float64], size_px: int) -> NDArray[np.float64]:
    """The corners of what a crop leaves of a box, -1 to 1, (2, 2); NaN where too little is left to tell what it was.

    Args:
        box: x0, y0, x1, y1 in pixels of the crop, in any order of the corners; NaN where not known.
        size_px: height and width of the crop.

    Examples:
        >>> cut_box(np.array([-5.0, 0.0, 5.0, 10.0]), 10).tolist()
        [[-1.0, -1.0], [0.0, 1.0]]
    """
    low, high = np.minimum(box[:2], box[2:]), np.maximum(box[:2], box[2:])
    inside_low, inside_high = np.clip(low, 0, size_px), np.clip(high, 0, size_px)
    left, whole = np.prod(inside_high - inside_low), np.prod(high - low)
    if not left > LEAST_LEFT * whole:
        return np.full((2, 2), np.nan)
    return np.stack([inside_low, inside_high]) * (2.0 / size_px) - 1.0


def count_area(codes: NDArray[np.int64], made: Area, labels: list[str]) -> NDArray[np.float64]:
    """The share of each picture's known pixels that the wanted labels cover, (B,); NaN where nothing is known.

    Examples:
        >>> count_area(np.array([[[0, 1], [1, -1]]]), Area(of="pet"), ["background", "pet"]).round(3).tolist()
        [0.667]
    """
    wanted = (
        [labels.index(label) for label in made.wanted if label in labels] if made.wanted else range(1, max(len(labels), 256))
    )
    covered = np.isin(codes, list(wanted)).sum(axis=(1, 2))
    known = (codes >= 0).sum(axis=(1, 2))
    return np.where(known > 0, covered / np.maximum(known, 1), np.nan)


def count_presence(codes: NDArray[np.int64], made: Presence, labels: int) -> NDArray[np.float32]:
    """Whether each label but the background covers enough of a picture, (B, labels - 1); NaN where nothing is known.

    Examples:
        >>> count_presence(np.array([[[0, 1], [1, 0]]]), Presence(of="pet"), 3).tolist()
        [[1.0, 0.0]]
    """
    known = (codes >= 0).sum(axis=(1, 2))
    shares = np.stack([(codes == label).sum(axis=(1, 2)) / np.maximum(known, 1) for label in range(1, labels)], axis=1)
    there = (shares > 0) & (shares >= made.least)
    return np.where(known[:, None] > 0, there, np.nan).astype(np.float32)


def draw_bells(points: NDArray[np.float64], side: int, sigma: float) -> NDArray[np.float64]:
    """A bell around each point: exp(-d² / (2 sigma²)), d as a share of the side.

    Args:
        points: -1 to 1, (B, points, 2); NaN where not known.
        side: places a side.
        sigma: standard deviation, as a share of the side.

    Returns:
        (B, points, side, side); NaN for a point that is not known.

    Examples:
        >>> draw_bells(np.array([[[0.0, 0.0]]]), 3, 0.5)[0, 0].round(2).tolist()
        [[0.64, 0.8, 0.64], [0.8, 1.0, 0.8], [0.64, 0.8, 0.64]]
    """
    middles = (np.arange(side) + 0.5) / side
    at = (points + 1.0) / 2.0
    x = np.square(middles[None, None, :] - at[:, :, :1])
    y = np.square(middles[None, None, :] - at[:, :, 1:])
    return np.asarray(np.exp(-(y[:, :, :, None] + x[:, :, None, :]) / (2.0 * sigma**2)))


def measure_marks(marks: Marks, targets: Mapping[str, Target], names: Set[str]) -> dict[str, TargetValues]:
    """What area and presence are in the whole pictures, for the targets made of masks: for the rows and scales of a fold.

    Args:
        marks: of all rows.
        targets: of competition.yaml.
        names: the targets that are learned; masks of the others are not read.
    """
    found = {}
    for name in sorted(names & marks.dataset.targets.keys()):
        values, made = marks.dataset.targets[name], build_derivation(targets[name])
        if not isinstance(made, Area | Presence):
            continue
        labels = list(marks.dataset.targets[made.of].labels)
        rows = []
        for row in range(len(marks.dataset)):
            codes = (
                marks.codes(row, made.of) if marks.dataset.targets[made.of].values[row] and marks.images.readable[row] else None
            )
            whole = np.full((1, 1, 1), -1) if codes is None else np.where(codes == UNKNOWN, -1, codes.astype(np.int64))[None]
            rows.append(count_area(whole, made, labels) if isinstance(made, Area) else count_presence(whole, made, len(labels)))
        found[name] = TargetValues(values.kind, values.labels, np.concatenate(rows))
    return found


def measure_scale(marks: Marks, name: str, target: Target, rows: NDArray[np.int64]) -> tuple[float, float]:
    """Mean and standard deviation of a map over the known pixels of some rows; of a heat map those of one bell."""
    if isinstance(build_derivation(target), InPicture):
        return 0.0, 1.0
    sums = np.zeros(3)
    for row in rows.tolist():
        numbers = marks.numbers(row, name)
        if numbers is not None:
            known = numbers[~np.isnan(numbers)].astype(np.float64)
            sums += (known.size, known.sum(), np.square(known).sum())
    if not sums[0]:
        return 0.0, 1.0
    mean = sums[1] / sums[0]
    variance = max(sums[2] / sums[0] - mean**2, 0.0)
    return float(mean), float(np.sqrt(variance)) or 1.0

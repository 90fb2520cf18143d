"""What a contact sheet shows: images as the network sees them, with their labels moved along. Never torch.

`tamesu augment` draws its sheets from here, and so does the page /augmentations: the decoding, the plan and the random numbers
are those of training (`tamesu.augmentations.inputs`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.competition import CODED, Competition
from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.subset import take_rows
from tamesu.artifacts.symmetry import Moves, resolve_symmetries
from tamesu.augmentations import AUGMENTATIONS, Plan, make_key, make_plan, sample_keys
from tamesu.augmentations.drawn import Drawn, Turn
from tamesu.augmentations.inputs import HasPixels, Inputs, make_inputs, share_targets
from tamesu.augmentations.labels import LAYOUTS, move_labels
from tamesu.augmentations.marks import Marks
from tamesu.augmentations.planning import choose_cache_px, find_classes, plan_of
from tamesu.errors import Fault, InputError, Where, nearest
from tamesu.report.contact_sheet import Tile

# Kinds whose labels are said in words; points and masks are drawn in.
SAID = ("class", "identity", "ordinal", "value")
# Of a mix, a label that has less than this share of a target is not said.
LEAST_SHARE = 0.005
NO_BOXES = np.empty((0, 4))


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The images a sheet shows, whose numbers are 0, 1, ...

    Attributes:
        recipe: what they are drawn by.
        folder: the competition's folder.
        main: the main target.
        rows: all training rows. `chosen`: which are shown.
        images: the chosen ones, decoded.
        keys: their random keys.
        codes: their classes in the main target, -1 when unknown; None when it has no classes.
        moves: how labels move, as declared.
        marks: their masks and points.
    """

    recipe: Recipe
    folder: Path
    main: str
    rows: Dataset
    chosen: NDArray[np.int64]
    images: HasPixels
    keys: NDArray[np.uint64]
    codes: NDArray[np.int64] | None
    moves: Moves
    marks: Marks

    @property
    def readable(self) -> NDArray[np.int64]:
        """The numbers of the images that can be read."""
        return np.flatnonzero(self.images.readable)

    def make_inputs(self, plan: Plan, key: int) -> Inputs:
        """The readable images as a batch, through a plan."""
        return make_inputs(self.images, self.readable, self.keys, plan, key, self.codes, self.marks.find_objects)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One image as the network sees it.

    Attributes:
        image: RGB, uint8, shape (size_px, size_px, 3); black where it cannot be read.
        labels: what it is called then, with an arrow where that has changed.
        parts: what was done to it, and how much.
        mask: as in `Tile`. `points`: as in `Tile`. `boxes`: as in `Tile`.
    """

    image: NDArray[np.uint8]
    labels: str = ""
    parts: str = ""
    mask: np.ndarray | None = None
    points: np.ndarray | None = None
    boxes: np.ndarray | None = None

    def as_tile(self, caption: str) -> Tile:
        """For a sheet, with a caption over the other words."""
        lines = tuple(line for line in (caption, self.labels, self.parts) if line)
        points = np.empty((0, 2)) if self.points is None else self.points
        return Tile(self.image, lines, self.mask, points, NO_BOXES if self.boxes is None else self.boxes)


def show_images(
    competition: Competition, recipe: Recipe, folder: Path, rows: Dataset, chosen: NDArray[np.int64], images: HasPixels
) -> Shown:
    """Everything a sheet needs of some rows.

    Args:
        competition: the facts.
        recipe: checked as far as it is drawn.
        folder: the competition's folder.
        rows: all training rows.
        chosen: which are shown.
        images: those, decoded with a short side of `find_short_px`.

    Raises:
        InputError: competition.yaml names labels or targets that are not there.
    """
    # OpenCV would start threads of its own under those of training.
    cv2.setNumThreads(1)
    main = rows.targets[competition.main]
    return Shown(
        recipe=recipe,
        folder=folder,
        main=competition.main,
        rows=rows,
        chosen=chosen,
        images=images,
        keys=sample_keys([rows.ids[row] for row in chosen]),
        codes=main.values[chosen] if main.kind in CODED else None,
        # Whether a recipe learns them or not, labels are true of the picture or false.
        moves=resolve_symmetries(competition, {name: target.labels for name, target in rows.targets.items()}),
        marks=Marks(take_rows(rows, chosen), competition.targets, competition.data_folder(folder), images),
    )


def find_short_px(recipe: Recipe, folder: Path) -> int:
    """The short side at which training keeps the images of a recipe.

    Raises:
        InputError: an augmentation of the recipe is at fault.
    """
    return choose_cache_px([plan_of(recipe, folder, None)], recipe.image.size)


def choose_rows(rows: Dataset, main: str, count: int) -> NDArray[np.int64]:
    """The first row of each class in turn, then the second, until there are `count`; the first rows without classes."""
    target = rows.targets[main]
    if target.kind not in CODED:
        return np.arange(min(count, len(rows)))
    rank: dict[int, int] = {}
    order = []
    for row, code in enumerate(target.values.tolist()):
        rank[code] = rank.get(code, -1) + 1
        order.append((rank[code], code, row))
    return np.array([row for _, _, row in sorted(order)[:count]], dtype=np.int64)


def find_rows(rows: Dataset, ids: Sequence[str]) -> NDArray[np.int64]:
    """The places of some rows, in the order asked for.

    Raises:
        InputError: AUGMENT_NO_ROW, a name that no training row has.
    """
    place = {row: index for index, row in enumerate(rows.ids)}
    faults = [Fault("AUGMENT_NO_ROW", "refuse", Where(), {"id": one}, nearest(one, place)) for one in ids if one not in place]
    if faults:
        raise InputError(faults)
    return np.array([place[one] for one in ids], dtype=np.int64)


def see_plain(shown: Shown) -> list[Seen]:
    """All shown images as they are at validation."""
    return see(shown, make_plan([], size_px=shown.recipe.image.size, fit=shown.recipe.image.fit), 0)


def see_recipe(shown: Shown, draw: int) -> list[Seen]:
    """All shown images as the first job sees them in an epoch.

    Args:
        shown: the images.
        draw: the epoch, from 1.
    """
    plan = plan_of(shown.recipe, shown.folder, find_classes(shown.main, shown.rows))
    return see(shown, plan, make_key("epoch", shown.recipe.seeds[0], 0, 0, draw - 1))


def see_part(shown: Shown, name: str, strength: float, draw: int = 1) -> list[Seen]:
    """All shown images changed by one part alone, as much as it can at a strength.

    Args:
        shown: the images.
        name: of the part; with the recipe's options where it has them.
        strength: from 0 to 1.
        draw: which of the draws there are, from 1; it decides directions, places and the like.

    Raises:
        InputError: there is no such part, or it needs options.
    """
    plan = make_plan(
        [(name, alone(shown.recipe, name, strength))],
        size_px=shown.recipe.image.size,
        fit=shown.recipe.image.fit,
        classes=find_classes(shown.main, shown.rows),
        folder=shown.folder,
    )
    return see(shown, plan, make_key("sheet", name, draw))


def alone(recipe: Recipe, name: str, strength: float) -> dict[str, Any]:
    """The options with which a part is looked at alone: those of the recipe, and the largest magnitude for every image.

    A strength shows then what it can do, and not what one draw happened to.

    Raises:
        InputError: CONFIG_UNKNOWN_PART.
    """
    if name not in AUGMENTATIONS:
        values = {"kind": "augmentation", "name": name, "known": ", ".join(sorted(AUGMENTATIONS))}
        raise InputError(Fault("CONFIG_UNKNOWN_PART", "refuse", Where(key=name), values, nearest(name, AUGMENTATIONS)))
    written = next((part.options for part in recipe.augmentations if part.name == name), {})
    options = {"fixed": True, **written, "strength": strength}
    return options | {"p": 1.0} if "p" in AUGMENTATIONS.parameters(name) else options


def see(shown: Shown, plan: Plan, key: int) -> list[Seen]:
    """All shown images through a plan, with labels, masks and points as they have become, and what was drawn."""
    readable = shown.readable
    inputs = shown.make_inputs(plan, key)
    said = plan.describe(key, shown.keys[readable], None if shown.codes is None else shown.codes[readable])
    labels = say_labels(shown, inputs, readable)
    black = np.zeros((plan.size_px, plan.size_px, 3), np.uint8)
    seen = [Seen(black) for _ in shown.chosen]
    for place, row in enumerate(readable.tolist()):
        mask, points, boxes = find_marks(shown, inputs.drawn, place, row)
        parts = ", ".join(f"{name} {what}".strip() for name, what in said[place])
        seen[row] = Seen(inputs.images[place], labels[place], parts, mask, points, boxes)
    return seen


def say_labels(shown: Shown, inputs: Inputs, readable: NDArray[np.int64]) -> list[str]:
    """The labels of the readable images after flips, turns and mixes, those that changed with an arrow."""
    rows = shown.chosen[readable]
    targets = {name: target for name, target in shown.rows.targets.items() if target.kind in SAID}
    before = {name: target.values[rows] for name, target in targets.items()}
    layouts = {name: LAYOUTS[target.kind] for name, target in targets.items()}
    after = move_labels(before, layouts, shown.moves, inputs.drawn.turns)
    shares = share_targets(inputs.drawn, inputs.owns)
    said = []
    for place in range(len(rows)):
        words = []
        for name, target in targets.items():
            old = show_value(before[name][place], target.labels)
            new = say_mixed(shares[place], [show_value(value, target.labels) for value in after[name]])
            words.append(old if old == new else f"{old} → {new}")
        said.append(", ".join(words[:3]))
    return said


def say_mixed(shares: NDArray[np.float64], labels: Sequence[str]) -> str:
    """Labels with their shares of one target, the largest first; one alone without.

    Examples:
        >>> say_mixed(np.array([0.75, 0.25, 0.0]), ["cat", "dog", "owl"]), say_mixed(np.array([0.75, 0.25]), ["cat", "cat"])
        ('75% cat + 25% dog', 'cat')
    """
    whole: dict[str, float] = {}
    for share, label in zip(shares.tolist(), labels, strict=True):
        whole[label] = whole.get(label, 0.0) + share
    told = sorted((item for item in whole.items() if item[1] >= LEAST_SHARE), key=lambda item: -item[1])
    return told[0][0] if len(told) == 1 else " + ".join(f"{100 * share:.0f}% {label}" for label, share in told)


def show_value(value: Any, labels: Sequence[str]) -> str:
    """A label or numbers in a few characters.

    Examples:
        >>> show_value(1, ["cat", "dog"]), show_value(2.50, []), show_value(-1, ["cat"])
        ('dog', '2.5', '?')
        >>> show_value(np.array([0.5, np.nan]), ["x", "y"])
        '0.5 ?'
    """
    if np.ndim(value):
        return " ".join(show_value(one, ()) for one in value)
    if labels:
        return labels[int(value)] if int(value) >= 0 else "?"
    return "?" if np.isnan(value) else f"{float(value):.4g}"


def find_marks(
    shown: Shown, drawn: Drawn, place: int, row: int
) -> tuple[np.ndarray | None, NDArray[np.float64], NDArray[np.float64]]:
    """The first mask, the points and the boxes of a shown image where its input has them.

    Args:
        shown: the images.
        drawn: what was drawn for a batch of them.
        place: the image's place in the batch.
        row: its number among the shown images.

    Returns:
        A mask as `Tile` has it, or None; points, shape (points, 2); boxes cut off at the picture's edges, shape (boxes, 4).

    Raises:
        InputError: MASK_UNREADABLE, MASK_SIZE.
    """
    turns = [Turn(turn.symmetry, np.zeros(1, np.int64), turn.amounts[turn.rows == place]) for turn in drawn.turns]
    turns = [turn for turn in turns if len(turn.amounts)]
    mask, points, boxes = None, [np.empty((0, 2))], [NO_BOXES]
    for name, target in shown.marks.targets.items():
        if target.kind == "mask" and mask is None:
            codes = shown.marks.codes(row, name)
            if codes is not None:
                mask = rename(name, "mask", drawn.move_mask(place, codes), shown.moves, turns)
        elif target.kind == "points":
            given = shown.marks.points(row, name)
            if target.box:
                boxes.append(cut_boxes(drawn.move_boxes(place, given.reshape(1, 4)), drawn.size_px))
                continue
            # Whoever draws passes over what is not a number; those who look for a point's tile do not.
            known = ~np.isnan(given).any(axis=1)
            given[known] = drawn.move_points(place, given[known])
            points.append(rename(name, "points", given, shown.moves, turns))
    return mask, np.concatenate(points), np.concatenate(boxes)


def cut_boxes(boxes: NDArray[np.float64], size_px: int) -> NDArray[np.float64]:
    """Boxes cut off at the picture's edges; NaN where nothing of them is left, shape (boxes, 4).

    Examples:
        >>> cut_boxes(np.array([[-5.0, 0.0, 5.0, 10.0], [12.0, 0.0, 15.0, 9.0]]), 10).tolist()
        [[0.0, 0.0, 5.0, 10.0], [nan, nan, nan, nan]]
    """
    cut = np.clip(boxes, 0.0, size_px)
    gone = (cut[:, 2:] <= cut[:, :2]).any(axis=1, keepdims=True)
    return np.where(gone, np.nan, cut)


def rename(
    name: str, kind: str, values: NDArray[Any], moves: Mapping[str, Mapping[str, Any]], turns: Sequence[Turn]
) -> NDArray[Any]:
    """A mask's codes or points of one sample after its labels have traded places as declared."""
    concerned = [turn for turn in turns if name in moves.get(turn.symmetry, {})]
    if not concerned:
        return values
    return np.asarray(move_labels({name: values[None]}, {name: LAYOUTS[kind]}, moves, concerned)[name][0])

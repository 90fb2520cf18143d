"""Masks and points against the files they belong to: sizes from headers, pixel values of some masks, points off the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import numpy as np

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.dataset import COMPETITION_FILE, Dataset
from tamesu.artifacts.documents import Document
from tamesu.artifacts.marks import MARKS, list_values, size_fault
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.row_faults import fault_of_rows
from tamesu.errors import Fault, InputError, Where, nearest
from tamesu.images.faults import UnreadableImageError
from tamesu.images.masks import read_map, read_mask, read_mask_size, read_upright_size

Size = tuple[int, int]

THREADS = 4
# So many masks of a target, spread over its rows, are decoded to see which values they hold.
DECODED = 100
SHOWN_UNREADABLE = 5
SHOWN_VALUES = 12


def check_marks(competition: Competition, folder: Path, train: Dataset) -> list[Fault]:
    """The faults of masks and points that show only in the files; nothing is read when there are no such targets.

    Args:
        competition: the facts.
        folder: its folder.
        train: the rows.

    Returns:
        MASK_UNREADABLE (the first few), MASK_SIZE (refuse); MASK_VALUES, POINTS_OUTSIDE (ask). Images that cannot be read are
        passed over: they are told elsewhere.
    """
    marks = [name for name in train.targets if train.targets[name].kind in MARKS]
    if not marks:
        return []
    root = competition.data_folder(folder)
    with ThreadPoolExecutor(THREADS) as pool:
        sizes = list(pool.map(lambda path: read_size(root, path), train.paths))
    table = str(PurePosixPath(competition.data, competition.train.table))
    faults: list[Fault] = []
    for name in marks:
        target = competition.targets[name]
        if target.derive is not None:
            continue
        if target.kind == "points":
            whole: Size = (1, 1)
            limits = [whole] * len(train) if target.unit == "fraction" else sizes
            faults += check_points(name, train, limits, table)
        else:
            listed = [] if target.kind == "map" else [*list_values(target), *target.unknown]
            faults += check_masks(
                name, listed if target.kind == "map" or list_values(target) else [], train, sizes, root, target.kind
            )
    return faults


def check_points(name: str, train: Dataset, sizes: Sequence[Size | None], table: str) -> list[Fault]:
    """POINTS_OUTSIDE for a points target."""
    points = train.targets[name].values
    limits = np.array([(size[1], size[0]) if size is not None else (np.inf, np.inf) for size in sizes]).reshape(-1, 1, 2)
    # A comparison with NaN is False, so a missing point is nowhere.
    outside = np.asarray(((points < 0) | (points > limits)).any(axis=2))
    rows = np.flatnonzero(outside.any(axis=1))
    if not len(rows):
        return []
    examples = [f"{train.ids[row]} ({x:g}, {y:g})" for row in rows[:4] for x, y in points[row][outside[row]][:1]]
    return [fault_of_rows("POINTS_OUTSIDE", "ask", table, [train.lines[row] for row in rows], examples, target=name)]


def check_masks(
    name: str, listed: Sequence[int], train: Dataset, sizes: Sequence[Size | None], root: Path, kind: str = "mask"
) -> list[Fault]:
    """MASK_UNREADABLE, MASK_SIZE and MASK_VALUES for a mask or map target."""
    paths: list[str] = train.targets[name].values.tolist()
    rows = [row for row, path in enumerate(paths) if path]
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda row: read_header(root, paths[row]), rows))
    faults = [mask for mask in found if isinstance(mask, Fault)][:SHOWN_UNREADABLE]
    read = [(row, mask) for row, mask in zip(rows, found, strict=True) if not isinstance(mask, Fault)]
    sized = [(paths[row], mask, size) for row, mask in read if (size := sizes[row]) is not None]
    if wrong := {path: (mask, size) for path, mask, size in sized if mask != size}:
        faults.append(size_fault(wrong))
    values: dict[int, str] = {}
    for place in np.unique(np.linspace(0, len(read) - 1, DECODED).astype(int)) if read else ():
        path = paths[read[place][0]]
        try:
            there = np.unique(read_mask(root, path) if kind == "mask" else read_map(root, path)).tolist()
        except InputError as error:
            faults += error.faults
            continue
        values = {value: path for value in there if listed and value not in listed} | values
    if values:
        shown = sorted(values)
        said: dict[str, object] = {
            "target": name,
            "found": ", ".join(map(str, shown[:SHOWN_VALUES])) + (", ..." if len(shown) > SHOWN_VALUES else ""),
            "known": ", ".join(map(str, listed)),
            "examples": repr(values[shown[0]]),
        }
        faults.append(Fault("MASK_VALUES", "ask", Where(COMPETITION_FILE, key=f"targets.{name}.values"), said))
    return faults


def read_size(root: Path, path: str) -> Size | None:
    """Height and width of an image, upright; None where it cannot be read."""
    try:
        return read_upright_size(root, path)
    except UnreadableImageError:
        return None


def read_header(root: Path, path: str) -> Size | Fault:
    """Height and width of a mask, or why it cannot be read."""
    try:
        return read_mask_size(root, path)
    except InputError as error:
        return error.faults[0]


def find_needs(recipe: Recipe) -> Iterator[tuple[int, str, str]]:
    """The parts of a recipe that need to know where objects are: index, part, and the target they name."""
    from tamesu.augmentations import AUGMENTATIONS

    for index, part in enumerate(recipe.augmentations):
        target = part.options.get("target")
        if isinstance(target, str) and getattr(AUGMENTATIONS.get(part.name), "kind", None) == "mixing":
            yield index, part.name, target


def check_needs(recipe: Recipe, competition: Competition, document: Document) -> list[Fault]:
    """AUGMENT_NO_OBJECTS for each part that names a target which does not say where objects are.

    Args:
        recipe: validated.
        competition: with the targets.
        document: where the recipe was read, for lines.
    """
    # One point has no inside.
    known = [
        name
        for name, target in competition.targets.items()
        if target.kind == "mask" or (target.kind == "points" and len(target.columns) > 2)
    ]
    return [
        Fault(
            "AUGMENT_NO_OBJECTS",
            "refuse",
            document.where(("augmentations", index, part, "target")),
            {"name": part, "target": target, "known": ", ".join(known) or "-"},
            nearest(target, known),
        )
        for index, part, target in find_needs(recipe)
        if target not in known
    ]

"""Targets that lie in the picture: points in columns, masks and maps in files.

targets:
  ears: {kind: points, columns: [lx, ly, rx, ry], labels: [left ear, right ear]}
  pet: {kind: mask, mask: "masks/{id}.png", labels: [background, body, border], values: [2, 1, 3], unknown: [255]}
  depth: {kind: map, mask: "depth/{id}.png", scale: 0.001, unknown: [0]}

A point is x, y in pixels of the upright image at its original size, from its left and upper edge, or fractions of its width and
height (`unit: fraction`). Two points may be corners of a box (`box: true`), which stays upright. The first label and value of a
mask are its background. A map holds one number per pixel, of 8 or 16 bits, times `scale`.
"""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from tamesu.artifacts.competition import Target
from tamesu.artifacts.documents import Document
from tamesu.artifacts.image_paths import Listing, leaves_folder, list_folder, parse_template, readable_name
from tamesu.artifacts.numbers import read_numbers
from tamesu.artifacts.row_faults import show_examples
from tamesu.artifacts.targets import TargetCells, TargetValues, missing_faults
from tamesu.errors import Fault, InputError, Where
from tamesu.messages.marks import (
    BOX_ALONE,
    MAP_LABELS,
    MASK_ALONE,
    MASK_NO_COLUMNS,
    MASK_NO_PATH,
    MASK_TWO,
    POINTS_NO_COLUMNS,
    SCALE_ALONE,
    UNIT_ALONE,
    UNKNOWN_ALONE,
    UNKNOWN_LISTED,
    VALUES_ALONE,
    VALUES_COUNT,
    VALUES_RANGE,
)
from tamesu.messages.message import Phrase

MARKS = frozenset({"points", "mask", "map"})
FILES = frozenset({"mask", "map"})
Size = tuple[int, int]


def name_marks(target: Target) -> tuple[str, ...]:
    """The names of a target's points, or of its mask's values; none for a mask that lists neither labels nor values.

    Examples:
        >>> name_marks(Target(kind="points", columns=["x0", "y0", "x1", "y1"]))
        ('1', '2')
        >>> name_marks(Target(kind="mask", mask="{id}.png", values=[2, 1]))
        ('2', '1')
    """
    if target.labels:
        return tuple(target.labels)
    if target.kind == "mask":
        return tuple(map(str, target.values))
    return tuple(str(number + 1) for number in range(len(target.columns) // 2))


def list_values(target: Target) -> list[int]:
    """The pixel values of a mask's labels, the background first; none when neither is written: then 0 is the background.

    Examples:
        >>> list_values(Target(kind="mask", mask="{id}.png", labels=["sky", "bird"]))
        [0, 1]
    """
    return target.values or list(range(len(target.labels)))


def columns_of_mask(target: Target) -> list[str]:
    """The columns that a mask's path is made of; none where it cannot be read, which `check_marks` tells."""
    with contextlib.suppress(InputError):
        return list(parse_template(target.mask or "", Where()).columns)
    return []


def check_mark(name: str, target: Target, document: Document) -> list[Fault]:
    """The faults of a points or mask target as written, besides contradictions, before any table is opened.

    Args:
        name: of the target.
        target: of any kind.
        document: where it was read, for lines.

    Returns:
        POINTS_COLUMNS, POINTS_LABELS, TABLE_IMAGE_TEMPLATE.
    """
    faults: list[Fault] = []
    if target.kind == "points" and target.columns:
        points = len(target.columns) // 2
        if len(target.columns) % 2:
            values: dict[str, object] = {"target": name, "count": len(target.columns)}
            faults.append(Fault("POINTS_COLUMNS", "refuse", document.where(("targets", name, "columns")), values))
        elif target.labels and len(target.labels) != points:
            values = {"target": name, "points": points, "labels": len(target.labels)}
            faults.append(Fault("POINTS_LABELS", "refuse", document.where(("targets", name, "labels")), values))
    if target.mask is not None and target.kind in FILES:
        try:
            parse_template(target.mask, document.where(("targets", name, "mask")))
        except InputError as error:
            faults += error.faults
    return faults


def find_problems(target: Target) -> Iterator[tuple[str, Phrase]]:
    """What contradicts itself in the keys of points and masks: the key, or empty text for the whole, and the problem."""
    if target.kind not in FILES:
        if target.mask is not None:
            yield "mask", MASK_ALONE
        if target.unknown:
            yield "unknown", UNKNOWN_ALONE
    if target.kind != "mask" and target.values:
        yield "values", VALUES_ALONE
    if target.kind != "map" and target.scale != 1.0:
        yield "scale", SCALE_ALONE
    if target.kind != "points" and target.unit != "pixel":
        yield "unit", UNIT_ALONE
    if target.box and (target.kind != "points" or len(target.columns) != 4):
        yield "box", BOX_ALONE
    if target.kind == "points" and (target.column is not None or not target.columns):
        yield "column" if target.column is not None else "", POINTS_NO_COLUMNS
    if target.kind not in FILES:
        return
    if target.mask is None:
        yield "", MASK_NO_PATH
    if target.column is not None or target.columns:
        yield "column" if target.column is not None else "columns", MASK_NO_COLUMNS
    if target.kind == "map":
        if target.labels:
            yield "labels", MAP_LABELS
        return
    if target.labels and target.values and len(target.labels) != len(target.values):
        yield "values", VALUES_COUNT
    if any(not 0 <= value <= 255 for value in target.values):
        yield "values", VALUES_RANGE
    if set(target.values) & set(target.unknown):
        yield "unknown", UNKNOWN_LISTED
    for key, names in (("labels", target.labels), ("values", target.values)):
        if len(names) == 1:
            yield key, MASK_TWO


def read_marks(given: TargetCells, data_folder: Path) -> tuple[TargetValues, list[Fault]]:
    """The values of a points, mask or map target, and what is to be said about them; as `read_target` for the other kinds.

    Args:
        given: the target and its cells; the columns it names are there.
        data_folder: what the paths of masks are relative to.
    """
    return read_points(given) if given.target.kind == "points" else read_masks(given, data_folder)


def read_points(given: TargetCells) -> tuple[TargetValues, list[Fault]]:
    """The points of each row; one without both its coordinates is not known.

    Examples:
        >>> target = Target(kind="points", columns=["x", "y"], labels=["nose"])
        >>> cells = TargetCells("nose", target, {"x": ("1.5", ""), "y": ("2", "")}, ("a", "b"), (2, 3), "t.csv", main=False)
        >>> values, faults = read_points(cells)
        >>> values.values.tolist(), [fault.code for fault in faults]
        ([[[1.5, 2.0]], [[nan, nan]]], ['TABLE_LABEL_MISSING'])
    """
    names = given.target.columns[: len(given.target.columns) // 2 * 2]
    columns = [read_numbers(given.columns[name], set(given.target.missing), given.commas_are_decimals) for name in names]
    bad = sorted({row for column in columns for row in column.bad})
    faults = []
    if bad:
        texts = [given.columns[name][row] for name, c in zip(names, columns, strict=True) for row in c.bad]
        faults.append(given.fault("TABLE_NOT_FINITE", "refuse", bad, texts))
    numbers = [column.values for column in columns] or [np.empty(0)]
    points = np.stack(numbers, axis=1).reshape(len(given.ids), -1, 2)
    points[np.isnan(points).any(axis=2)] = np.nan
    absent = np.flatnonzero(np.isnan(points).all(axis=(1, 2)))
    faults += missing_faults(given, absent[~np.isin(absent, bad)])
    return TargetValues("points", name_marks(given.target), points), faults


def read_masks(given: TargetCells, data_folder: Path) -> tuple[TargetValues, list[Fault]]:
    """The file of each row's mask or map, relative to `data_folder`, empty where there is none."""
    target, labels = given.target, name_marks(given.target)
    where = Where("competition.yaml", key=f"targets.{given.name}.mask")
    try:
        template = parse_template(target.mask or "", where)
    except InputError as error:
        return TargetValues(target.kind, labels, np.full(len(given.ids), "", dtype=np.str_)), list(error.faults)
    wanted = template.fill(given.columns)
    if outside := [row for row in range(len(wanted)) if any(leaves_folder(given.columns[c][row]) for c in template.columns)]:
        return (
            TargetValues(target.kind, labels, np.full(len(given.ids), "", dtype=np.str_)),
            [given.fault("TABLE_PATH_OUTSIDE", "refuse", outside, [wanted[row] for row in outside])],
        )
    paths = find_masks(wanted, data_folder)
    missing = [row for row, path in enumerate(paths) if not path]
    faults = []
    if missing and len(missing) == len(paths):
        folder = wanted[0].rpartition("/")[0]
        beside = show_examples(sorted(readable_name(name) for name in list_folder(data_folder, folder).names)) or "-"
        values = {"folder": repr(folder or "."), "beside": beside, "total": len(paths), "examples": show_examples(wanted)}
        faults.append(Fault("MASK_NO_FILE", "refuse", where, values | {"target": given.name}))
    elif missing:
        faults.append(given.fault("MASK_MISSING", "note", missing, [wanted[row] for row in missing], total=len(paths)))
    return TargetValues(target.kind, labels, np.array(paths, dtype=np.str_)), faults


def find_masks(wanted: Sequence[str], data_folder: Path) -> list[str]:
    """The file of every wanted path, exactly or in the other Unicode form; empty where it is not there.

    No other ending is tried: `a.jpg` beside a wanted `a.png` is the picture itself.

    Args:
        wanted: paths with `/`, relative to `data_folder`.
        data_folder: where the host's files are.
    """
    listings: dict[str, Listing] = {}
    found = []
    for path in wanted:
        folder, slash, name = path.rpartition("/")
        if folder not in listings:
            listings[folder] = list_folder(data_folder, folder)
        listing = listings[folder]
        names = [name] if name in listing.names else find_form(listing, name)
        found.append(f"{listing.folder}{slash}{names[0]}" if len(names) == 1 else "")
    return found


def find_form(listing: Listing, name: str) -> list[str]:
    """The names in a folder that equal a name but for their Unicode form."""
    listing.index()
    return listing.plain.get(unicodedata.normalize("NFC", name), [])


def size_fault(sizes: Mapping[str, tuple[Size, Size]]) -> Fault:
    """MASK_SIZE for masks of another size than their image.

    Args:
        sizes: by path of the mask: its height and width, and those of its image.

    Examples:
        >>> size_fault({"masks/a.png": ((4, 6), (8, 12))}).values["examples"]
        'masks/a.png (6 x 4, image 12 x 8)'
    """
    shown = [f"{path} ({m[1]} x {m[0]}, image {i[1]} x {i[0]})" for path, (m, i) in list(sizes.items())[:3]]
    examples = ", ".join(shown) + (", ..." if len(sizes) > len(shown) else "")
    return Fault("MASK_SIZE", "refuse", Where(next(iter(sizes))), {"count": len(sizes), "examples": examples})

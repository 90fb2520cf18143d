"""The verb `augment`: what the network will really see, as a contact sheet to look at before anything is trained.

Pixels come by the training's own path: the same decoding, the same plan, the same random numbers as the first job.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tamesu.artifacts.competition import CODED, Competition
from tamesu.artifacts.dataset import Dataset, load_train
from tamesu.artifacts.files import write_bytes
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.subset import take_rows
from tamesu.artifacts.symmetry import Moves
from tamesu.augmentations import AUGMENTATIONS, Plan, make_key, make_plan, sample_keys
from tamesu.augmentations.drawn import Drawn
from tamesu.augmentations.labels import LAYOUTS, move_labels
from tamesu.errors import Fault, InputError, Where, nearest
from tamesu.images.cache import open_images
from tamesu.images.fingerprint import fingerprint_images
from tamesu.messages.phrases import phrase
from tamesu.preparation import marks_memory, open_folder
from tamesu.progress import Reporter, Silent
from tamesu.report.contact_sheet import Row, Tile, draw_sheet
from tamesu.resolving import choose_recipe
from tamesu.symmetries import find_moves

if TYPE_CHECKING:
    from tamesu.training.batches import Pixels
    from tamesu.training.marks import Marks

STRENGTHS = (0.0, 0.5, 1.0)
# Kinds whose labels are said in words; points and masks are drawn in.
SAID = ("class", "identity", "ordinal", "value")
# Kinds with one label per row.
# Decoded pictures of a few rows; no need to keep them.
NO_CACHE = 0


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The images a sheet shows.

    Attributes:
        competition, recipe, folder: what they belong to.
        rows: all training rows. `chosen`: which are shown.
        pixels: makes batches of the chosen ones, whose indices are 0, 1, ...
        moves: how labels move, as declared.
        marks: the masks and points of the chosen ones.
    """

    competition: Competition
    recipe: Recipe
    folder: Path
    rows: Dataset
    chosen: np.ndarray
    pixels: Pixels
    moves: Moves
    marks: Marks


def augment(
    recipe: str = "base",
    parts: Sequence[str] = (),
    *,
    folder: str | Path = ".",
    changes: Sequence[str] | Mapping[str, Any] = (),
    images: int = 5,
    draws: int = 6,
    accept: Sequence[str] = (),
    reporter: Reporter | None = None,
) -> Path:
    """Draw a contact sheet of a recipe's augmentations, or of single parts at strengths 0, 1/2 and 1.

    Args:
        recipe: a recipe in `recipes/`.
        parts: names of augmentations to look at alone; with the recipe's options where it has them.
        folder: the competition's folder.
        changes: to the recipe, as on the command line of `train`.
        images: how many rows are shown, from as many classes as there are.
        draws: how often each is drawn: as in the first epochs of the first job.
        accept: codes of questions answered with "use it as it is".
        reporter: told where the sheet is.

    Returns:
        `reports/augment-<recipe>.png`, or `reports/augment-parts.png`.

    Raises:
        InputError: any fault in the user's files; an unknown part; a recipe without augmentations.
    """
    reporter, folder = reporter or Silent(), Path(folder)
    shown = open_shown(folder, recipe, changes, images, accept)
    path = folder / "reports" / ("augment-parts.png" if parts else f"augment-{shown.recipe.name}.png")
    if parts:
        rows = [row for part in parts for row in show_part(shown, part)]
        title = phrase("sheet_parts")
    else:
        if not shown.recipe.augmentations:
            raise InputError(Fault("AUGMENT_NOTHING", "refuse", Where(key="augmentations"), {"recipe": shown.recipe.name}))
        rows = show_recipe(shown, draws)
        title = phrase("sheet_recipe", recipe=shown.recipe.name)
    path.parent.mkdir(exist_ok=True)
    about = {"augmentations": repr([part.written() for part in shown.recipe.augmentations])}
    write_bytes(path, draw_sheet(title, rows, about))
    reporter.say(phrase("wrote", path=path))
    return path


def list_parts() -> list[str]:
    """Every augmentation that can be built without an option of the user's."""
    return [name for name in AUGMENTATIONS if not needed_options(name)]


def needed_options(name: str) -> list[str]:
    """The options of a part that have no default."""
    parameters = AUGMENTATIONS.parameters(name, frozenset({"folder"}))
    return [option for option, parameter in parameters.items() if parameter.default is parameter.empty]


def open_shown(
    folder: Path, recipe_name: str, changes: Sequence[str] | Mapping[str, Any], count: int, accept: Sequence[str]
) -> Shown:
    """Read the recipe and the train table, and decode the few images that are shown."""
    from tamesu.training.batches import Pixels
    from tamesu.training.marks import Marks
    from tamesu.training.material import cache_folder, choose_cache_px, plan_of

    plugins, competition, accepted = open_folder(folder, accept)
    recipe = choose_recipe(folder, recipe_name, changes, competition, plugins, accepted)
    rows = load_train(folder, competition)
    chosen = choose_rows(rows, competition.main, count)
    root = competition.data_folder(folder)
    paths = [rows.paths[row] for row in chosen]
    files = fingerprint_images(root, paths, marks_memory(folder, root))
    size_px = recipe.image.size
    images = open_images(
        root,
        paths,
        files,
        short_px=choose_cache_px([plan_of(recipe, folder, None)], size_px),
        folder=cache_folder(folder),
        budget_bytes=NO_CACHE,
        workers=1,
        progress=None,
    )
    readable = np.flatnonzero(images.readable)
    if len(readable) == 0:
        raise InputError(Fault("IMAGES_NONE", "refuse", Where(root)))
    main = rows.targets[competition.main]
    codes = main.values[chosen] if main.kind in CODED else None
    keys = sample_keys([rows.ids[row] for row in chosen])
    marks = Marks(take_rows(rows, chosen), competition.targets, root, images)
    pixels = Pixels(images, keys, size_px, 0, codes, marks.find_objects)
    return Shown(competition, recipe, folder, rows, chosen, pixels, find_moves(competition, recipe, rows), marks)


def choose_rows(rows: Dataset, main: str, count: int) -> np.ndarray:
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


def show_recipe(shown: Shown, draws: int) -> list[Row]:
    """Each image as it is, and as the first job sees it in its first epochs."""
    from tamesu.training.material import find_classes, plan_of

    recipe = shown.recipe
    plan = plan_of(recipe, shown.folder, find_classes(shown.competition.main, shown.rows))
    plain = make_plan([], size_px=recipe.image.size, fit=recipe.image.fit)
    columns = [make_tiles(shown, plain, 0, phrase("sheet_original"))]
    for epoch in range(draws):
        key = make_key("epoch", recipe.seeds[0], 0, 0, epoch)
        columns.append(make_tiles(shown, plan, key, phrase("sheet_epoch", epoch=epoch + 1)))
    return [Row(shown.rows.ids[row], tuple(column[place] for column in columns)) for place, row in enumerate(shown.chosen)]


def show_part(shown: Shown, name: str) -> list[Row]:
    """One part alone at each strength, two images to a row."""
    from tamesu.training.material import find_classes

    recipe = shown.recipe
    written = next((part.options for part in recipe.augmentations if part.name == name), {})
    if name not in AUGMENTATIONS:
        values = {"kind": "augmentation", "name": name, "known": ", ".join(sorted(AUGMENTATIONS))}
        raise InputError(Fault("CONFIG_UNKNOWN_PART", "refuse", Where(key=name), values, nearest(name, AUGMENTATIONS)))
    columns = []
    for strength in STRENGTHS:
        # The largest magnitude, so that a strength shows what it can do and not what one draw happened to.
        options = {"fixed": True, **written, "strength": strength}
        if "p" in AUGMENTATIONS.parameters(name):
            options["p"] = 1.0
        plan = make_plan(
            [(name, options)],
            size_px=recipe.image.size,
            fit=recipe.image.fit,
            classes=find_classes(shown.competition.main, shown.rows),
            folder=shown.folder,
        )
        columns.append(make_tiles(shown, plan, make_key("sheet", name), phrase("sheet_strength", strength=f"{strength:g}")))
    places = range(min(2, len(shown.chosen)))
    return [Row(name, tuple(column[place] for place in places for column in columns))]


def make_tiles(shown: Shown, plan: Plan, key: int, caption: str) -> list[Tile]:
    """All shown images through a plan, with labels, masks and points as they have become, and what was drawn."""
    rows = np.arange(len(shown.chosen))
    readable = np.flatnonzero(shown.pixels.images.readable)
    batch = shown.pixels.make_batch(readable, plan, key)
    codes = None if shown.pixels.codes is None else shown.pixels.codes[readable]
    said = plan.describe(key, shown.pixels.sample_keys[readable], codes)
    labels = say_labels(shown, batch.drawn.turns, readable)
    tiles = [Tile(np.zeros((shown.pixels.size_px,) * 2 + (3,), np.uint8), (caption,)) for _ in rows]
    for place, row in enumerate(readable.tolist()):
        mask, points = find_marks(shown, batch.drawn, place, row)
        parts = ", ".join(f"{name} {what}".strip() for name, what in said[place])
        lines = tuple(line for line in (caption, labels[place], parts) if line)
        tiles[row] = Tile(batch.images[place].numpy(), lines, mask, points)
    return tiles


def say_labels(shown: Shown, turns: Sequence[Any], readable: np.ndarray) -> list[str]:
    """The labels of the shown images after flips and turns, those that moved with an arrow."""
    rows = shown.chosen[readable]
    targets = {name: target for name, target in shown.rows.targets.items() if target.kind in SAID}
    before = {name: target.values[rows] for name, target in targets.items()}
    layouts = {name: LAYOUTS[target.kind] for name, target in targets.items()}
    after = move_labels(before, layouts, shown.moves, turns)
    said = []
    for place in range(len(rows)):
        words = []
        for name, target in targets.items():
            old, new = (show_value(values[name][place], target.labels) for values in (before, after))
            words.append(old if old == new else f"{old} → {new}")
        said.append(", ".join(words[:3]))
    return said


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


def find_marks(shown: Shown, drawn: Drawn, place: int, row: int) -> tuple[np.ndarray | None, np.ndarray]:
    """The mask and the points of a shown image where its input has them.

    Args:
        shown: the images.
        drawn: what was drawn for a batch of them.
        place: the image's place in the batch.
        row: its number among the shown images.
    """
    from tamesu.training.marks import read_marks

    mask, points = read_marks(shown.marks, row)
    known = ~np.isnan(points).any(axis=1)
    # Whoever draws passes over what is not a number; those who look for a point's tile do not.
    points[known] = drawn.move_points(place, points[known])
    return None if mask is None else drawn.move_mask(place, mask), points

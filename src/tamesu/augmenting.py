"""The verb `augment`: what the network will really see, as a contact sheet to look at before anything is trained.

Pixels come by the training's own road: the same decoding, the same plan, the same random numbers as the first job.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tamesu.artifacts.dataset import load_train
from tamesu.artifacts.files import write_bytes
from tamesu.augmentations import AUGMENTATIONS
from tamesu.errors import Fault, InputError, Where
from tamesu.images.cache import cache_folder, open_images
from tamesu.images.fingerprint import fingerprint_images
from tamesu.messages.phrases import phrase
from tamesu.preparation import marks_memory, open_folder
from tamesu.progress import Reporter, Silent
from tamesu.report.contact_sheet import Row, draw_sheet
from tamesu.resolving import choose_recipe
from tamesu.sheets import Shown, choose_rows, find_rows, find_short_px, see_part, see_plain, see_recipe, show_images

STRENGTHS = (0.0, 0.5, 1.0)
# Decoded pictures of a few rows; no need to keep them.
NO_CACHE = 0


def augment(
    recipe: str = "base",
    parts: Sequence[str] = (),
    *,
    folder: str | Path = ".",
    changes: Sequence[str] | Mapping[str, Any] = (),
    images: int = 5,
    draws: int = 6,
    draw: int = 1,
    strengths: Sequence[float] = (),
    ids: Sequence[str] = (),
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
        draw: the first epoch that is shown, from 1; of single parts, which of the draws there are.
        strengths: of single parts, from 0 to 1, in place of 0, 1/2 and 1; each image has a line of its own then.
        ids: the rows that are shown, in place of `images`.
        accept: codes of questions answered with "use it as it is".
        reporter: told where the sheet is.

    Returns:
        `reports/augment-<recipe>.png`, or `reports/augment-parts.png`.

    Raises:
        InputError: any fault in the user's files; an unknown part or row; a recipe without augmentations.
    """
    reporter, folder = reporter or Silent(), Path(folder)
    shown = open_shown(folder, recipe, changes, ids or images, accept)
    path = folder / "reports" / ("augment-parts.png" if parts else f"augment-{shown.recipe.name}.png")
    if parts:
        show = show_images_of_part if strengths or ids else show_part
        rows = [row for part in parts for row in show(shown, part, strengths or STRENGTHS, draw)]
        title = phrase("sheet_parts", strengths=", ".join(f"{one:g}" for one in strengths or STRENGTHS))
    else:
        if not shown.recipe.augmentations:
            raise InputError(Fault("AUGMENT_NOTHING", "refuse", Where(key="augmentations"), {"recipe": shown.recipe.name}))
        rows = show_recipe(shown, range(draw, draw + draws))
        title = phrase("sheet_recipe", recipe=shown.recipe.name)
    path.parent.mkdir(exist_ok=True)
    about = {"augmentations": repr([part.written() for part in shown.recipe.augmentations])}
    write_bytes(path, draw_sheet(title, rows, about))
    reporter.say(phrase("wrote", path=path))
    return path


def list_parts() -> list[str]:
    """Every augmentation that can be built without an option of the user's."""
    return [name for name in AUGMENTATIONS if not AUGMENTATIONS.needed(name)]


def open_shown(
    folder: Path,
    recipe_name: str,
    changes: Sequence[str] | Mapping[str, Any],
    wanted: int | Sequence[str],
    accept: Sequence[str],
) -> Shown:
    """Read the recipe and the train table, and decode the few images that are shown.

    Args:
        folder: the competition's folder.
        recipe_name: a recipe in `recipes/`.
        changes: to the recipe.
        wanted: the rows' names, or how many are chosen.
        accept: codes of questions answered with "use it as it is".
    """
    plugins, competition, accepted = open_folder(folder, accept)
    recipe = choose_recipe(folder, recipe_name, changes, competition, plugins, accepted)
    rows = load_train(folder, competition)
    chosen = choose_rows(rows, competition.main, wanted) if isinstance(wanted, int) else find_rows(rows, wanted)
    root = competition.data_folder(folder)
    paths = [rows.paths[row] for row in chosen]
    files = fingerprint_images(root, paths, marks_memory(folder, root))
    images = open_images(
        root,
        paths,
        files,
        short_px=find_short_px(recipe, folder),
        folder=cache_folder(folder),
        budget_bytes=NO_CACHE,
        workers=1,
        progress=None,
    )
    if not images.readable.any():
        raise InputError(Fault("IMAGES_NONE", "refuse", Where(root)))
    return show_images(competition, recipe, folder, rows, chosen, images)


def show_recipe(shown: Shown, epochs: Sequence[int]) -> list[Row]:
    """Each image as it is, and as the first job sees it in some epochs, counted from 1."""
    columns = [[one.as_tile(phrase("sheet_original")) for one in see_plain(shown)]]
    for epoch in epochs:
        columns.append([one.as_tile(phrase("sheet_epoch", epoch=epoch)) for one in see_recipe(shown, epoch)])
    return [Row(shown.rows.ids[row], tuple(column[place] for column in columns)) for place, row in enumerate(shown.chosen)]


def show_part(shown: Shown, name: str, strengths: Sequence[float], draw: int) -> list[Row]:
    """One part alone at each strength, two images to a row."""
    lines = show_images_of_part(shown, name, strengths, draw)
    return [Row(name, tuple(tile for line in lines[:2] for tile in line.tiles))]


def show_images_of_part(shown: Shown, name: str, strengths: Sequence[float], draw: int) -> list[Row]:
    """One part alone at each strength, one image to a row."""
    columns = [
        [one.as_tile(phrase("sheet_strength", strength=f"{strength:g}")) for one in see_part(shown, name, strength, draw)]
        for strength in strengths
    ]
    return [
        Row(f"{name}: {shown.rows.ids[row]}", tuple(column[place] for column in columns))
        for place, row in enumerate(shown.chosen)
    ]

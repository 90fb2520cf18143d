"""The drawing of contact sheets for the pages: torch-free, a few images at a time, one sheet after the other.

A sheet is some training images through a recipe's augmentations, or through one part alone, drawn as `tamesu augment` draws it.
Its pictures go out as PNG, so that no compression of ours is taken for an augmentation, at an address of numbers alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tamesu.artifacts.competition import Competition, Part
from tamesu.artifacts.documents import Document
from tamesu.artifacts.loading import find_recipes, load_recipe
from tamesu.artifacts.recipe import Recipe
from tamesu.augmentations import AUGMENTATIONS
from tamesu.augmentations.one_of import read_parts
from tamesu.cards import CARDS
from tamesu.cards.fitting import OBJECTS
from tamesu.errors import Fault, InputError, Where, raise_faults
from tamesu.images.loaded import Loaded, LoadedImages, load_image
from tamesu.marking import check_needs
from tamesu.report.contact_sheet import SHOWN_PX, draw_tile
from tamesu.sheets import Seen, Shown, find_short_px, see_part, see_plain, see_recipe, show_images
from tamesu.web.gallery import MOST_BYTES, MOST_PX
from tamesu.web.memory import HeavyMemory, Memory, stamp_of
from tamesu.web.tables import list_tables, read_train

MOST_IMAGES, MOST_DRAW = 8, 100_000
# Pixels of one column of a sheet, 8 images of 1,024 px: beyond, fewer images are shown.
MOST_COLUMN_PX = 8 * 1024**2
# Larger inputs are drawn whole and shown smaller.
LARGEST_PX = 512
# Strengths are whole thousandths in an address: 0.35 is the same number there, in a command and in a recipe.
WHOLE = 1000
# These run another library, which may load torch; the command runs them.
LIBRARIES = frozenset({"torchvision", "albumentations"})
ADDRESS = re.compile(r"(\d{1,4})\.(\d{1,4})\.(\d{1,4}(?:-\d{1,4}){0,99})?\.(\d{1,6})\.(\d{1,9}(?:-\d{1,9}){0,7})\.(\d)")


@dataclass(frozen=True, slots=True)
class Asked:
    """One column of a sheet, all in numbers.

    Attributes:
        recipe: its place among the recipes.
        part: 0 for the whole recipe, else one more than the part's place in the table.
        strengths: thousandths; of each augmentation of the recipe in turn, or of the part. Empty: as written.
        draw: of the recipe the epoch, of a part which draw, from 1; 0 is the images as they are.
        rows: places in the train table, at most `MOST_IMAGES`.
    """

    recipe: int
    part: int
    strengths: tuple[int, ...]
    draw: int
    rows: tuple[int, ...]

    def address(self, place: int) -> str:
        """Where the picture of an image is, by its place in the sheet.

        Examples:
            >>> Asked(0, 7, (500,), 3, (4, 12)).address(1)
            '/augmented/0.7.500.3.4-12.1'
        """
        strengths, rows = ("-".join(map(str, numbers)) for numbers in (self.strengths, self.rows))
        return f"/augmented/{self.recipe}.{self.part}.{strengths}.{self.draw}.{rows}.{place}"


def read_address(text: str) -> tuple[Asked, int] | None:
    """What an address asks for, and the place of the image in the sheet; None for anything that is none.

    Examples:
        >>> read_address("0.7.500.3.4-12.1")
        (Asked(recipe=0, part=7, strengths=(500,), draw=3, rows=(4, 12)), 1)
        >>> read_address("0.7.500.3.4-12.2"), read_address("../0"), read_address("0.7.1001.3.4.0")
        (None, None, None)
    """
    found = ADDRESS.fullmatch(text) if text.isascii() else None
    if found is None:
        return None
    recipe, part, strengths, draw, rows, place = found.groups("")
    numbers = [tuple(int(one) for one in group.split("-") if one) for group in (strengths, rows)]
    asked = Asked(int(recipe), int(part), numbers[0], int(draw), numbers[1])
    fits = int(place) < len(asked.rows) and max(asked.strengths, default=0) <= WHOLE and asked.draw <= MOST_DRAW
    return (asked, int(place)) if fits else None


@dataclass(frozen=True, slots=True)
class Picture:
    """One image of a column.

    Attributes:
        content: PNG; empty where the image cannot be read.
        labels, parts: see `tamesu.sheets.Seen`.
        fault: why it cannot be read.
    """

    content: bytes
    labels: str = ""
    parts: str = ""
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Easel:
    """What was drawn last, and the images it was drawn from.

    Attributes:
        columns: drawn, with their pictures: some 100 KB each.
        images: decoded, some 200 KB each.
        shown: the images of the last sheets with their masks.
    """

    columns: HeavyMemory = field(default_factory=lambda: HeavyMemory(64_000_000))
    images: HeavyMemory = field(default_factory=lambda: HeavyMemory(128_000_000))
    shown: Memory = field(default_factory=lambda: Memory(3))

    def draw(self, folder: Path, memory: Memory, asked: Asked) -> tuple[Picture, ...]:
        """A column of pictures.

        Args:
            folder: the competition's folder.
            memory: keeps what files said.
            asked: which.

        Returns:
            One picture for each row asked for.

        Raises:
            InputError: a file of the user's is at fault; PAGE_AUGMENT_FOREIGN; PAGE_NO_AUGMENTED, a number that nothing has.
        """
        files = [*list_files(folder, memory), *list_pictures(folder, memory, asked)]
        stamp = tuple(stamp_of(path) for path in files)
        return self.columns.keep((folder, asked), stamp, lambda: self._draw(folder, memory, asked, stamp), weigh_pictures)

    def _draw(self, folder: Path, memory: Memory, asked: Asked, stamp: tuple[Any, ...]) -> tuple[Picture, ...]:
        name = part_of(asked)
        recipe = choose_recipe(folder, memory, asked)
        if asked.draw:
            check_own(recipe.augmentations if name is None else [Part(name=name, options={})])
            raise_faults(check_needs(recipe, read_train(folder, memory)[0], Document({}, {}, "")))
        shown = self._show(folder, memory, recipe, asked.rows, stamp)
        if asked.draw == 0:
            seen = see_plain(shown)
        elif name is None:
            seen = see_recipe(shown, asked.draw)
        else:
            seen = see_part(shown, name, (asked.strengths or (WHOLE,))[0] / WHOLE, asked.draw)
        images = shown.images
        assert isinstance(images, LoadedImages), "a sheet of ours is of images held in memory"
        return tuple(make_picture(one, images.fault(place)) for place, one in enumerate(seen))

    def _show(self, folder: Path, memory: Memory, recipe: Recipe, rows: tuple[int, ...], stamp: tuple[Any, ...]) -> Shown:
        """The images of a column; those of the columns before are decoded already, and so are their masks."""
        competition, train = read_train(folder, memory)
        # Where the recipe cannot be drawn, a part can still be. What is not ours is taken to need no larger images.
        own = [part.written() for part in recipe.augmentations if not find_foreign([part])]
        short_px = find_short_px(
            recipe if len(own) == len(recipe.augmentations) else recipe.vary({"augmentations": own}), folder
        )
        root = competition.data_folder(folder)

        def load(row: int) -> Loaded:
            path = root / train.paths[row]
            return self.images.keep(
                (path, short_px),
                stamp_of(path),
                lambda: load_image(root, train.paths[row], short_px, limit_bytes=MOST_BYTES, limit_px=MOST_PX),
                lambda one: one.pixels.nbytes,
            )

        def show() -> Shown:
            images = LoadedImages([load(row) for row in rows])
            return show_images(competition, recipe, folder, train, np.array(rows, np.int64), images)

        kept = self.shown.keep((folder, rows, short_px), stamp, show)
        return replace(kept, recipe=recipe)


def weigh_pictures(pictures: Iterable[Picture]) -> int:
    """Their bytes."""
    return sum(len(one.content) for one in pictures)


def make_picture(seen: Seen, fault: Fault | None) -> Picture:
    """An image as the sheet of `tamesu augment` shows it, with what is known of it drawn in; a large one smaller."""
    if fault is not None:
        return Picture(b"", fault=fault)
    drawn = np.asarray(draw_tile(seen.as_tile(""), max(1, round(SHOWN_PX / len(seen.image)))))
    if len(drawn) > LARGEST_PX:
        drawn = cv2.resize(drawn, (LARGEST_PX, LARGEST_PX), interpolation=cv2.INTER_AREA)
    # OpenCV's own choice of filter and strategy takes half the time of any that is asked for by level.
    coded = cv2.imencode(".png", cv2.cvtColor(drawn, cv2.COLOR_RGB2BGR))[1]
    return Picture(coded.tobytes(), seen.labels, seen.parts)


def part_of(asked: Asked) -> str | None:
    """The part that is looked at alone; None for the whole recipe.

    Raises:
        InputError: PAGE_NO_AUGMENTED.
    """
    names = list(AUGMENTATIONS)
    if asked.part > len(names):
        raise InputError(Fault("PAGE_NO_AUGMENTED", "refuse", Where()))
    return names[asked.part - 1] if asked.part else None


def choose_recipe(folder: Path, memory: Memory, asked: Asked) -> Recipe:
    """The recipe of a column: with the strengths asked for, or with the part that it does not have and that needs options.

    Raises:
        InputError: the recipe is at fault; PAGE_NO_AUGMENTED.
    """
    recipes, name = find_recipes(folder), part_of(asked)
    if asked.recipe >= len(recipes):
        raise InputError(Fault("PAGE_NO_AUGMENTED", "refuse", Where()))
    recipe = read_recipe(folder, memory, recipes[asked.recipe])
    if name is not None:
        return with_part(recipe, name, read_train(folder, memory)[0])
    if not asked.strengths:
        return recipe
    if len(asked.strengths) != len(recipe.augmentations):
        raise InputError(Fault("PAGE_NO_AUGMENTED", "refuse", Where()))
    return with_strengths(recipe, asked.strengths)


def with_part(recipe: Recipe, name: str, competition: Competition) -> Recipe:
    """A recipe that has a part if the part cannot do without options; another part is looked at as it is."""
    options = find_options(recipe, name, competition)
    if any(part.name == name for part in recipe.augmentations) or not options:
        return recipe
    return recipe.vary({"augmentations+": {name: options}})


def find_options(recipe: Recipe, name: str, competition: Competition) -> dict[str, Any]:
    """The options with which a part is looked at: those of the recipe, or those of its card that it cannot do without.

    Args:
        recipe: as written.
        name: of a part of ours.
        competition: has the target that says where objects are.
    """
    for part in recipe.augmentations:
        if part.name == name:
            return dict(part.options)
    needed, card = AUGMENTATIONS.needed(name), CARDS.get(name)
    change = card.try_first.get("augmentations+") if card is not None and needed else None
    options = dict(change[name]) if isinstance(change, Mapping) else {}
    where = next((of for of, target in competition.targets.items() if target.kind in ("mask", "points")), None)
    if "target" in needed:
        options["target"] = where
    return {key: value for key, value in options.items() if value is not None and (key in needed or name in LIBRARIES)}


def with_strengths(recipe: Recipe, strengths: Sequence[int]) -> Recipe:
    """A recipe with other strengths, in thousandths, one for each of its augmentations in turn; one that stays is let be."""
    parts = [
        {part.name: part.options if whole == strength_of(part) else {**part.options, "strength": whole / WHOLE}}
        for part, whole in zip(recipe.augmentations, strengths, strict=True)
    ]
    return recipe.vary({"augmentations": parts})


def strength_of(part: Part) -> int:
    """The strength that a recipe writes, in thousandths; 1 where it writes none, or something that is none.

    Examples:
        >>> strength_of(Part(name="rotate")), strength_of(Part(name="rotate", options={"strength": 0.35}))
        (1000, 350)
    """
    written = part.options.get("strength", 1.0)
    number = float(written) if isinstance(written, int | float) and not isinstance(written, bool) else 1.0
    return round(WHOLE * number) if 0.0 <= number <= 1.0 else WHOLE


def read_recipe(folder: Path, memory: Memory, name: str) -> Recipe:
    """A recipe as it is written, read again when any recipe changes: one may build on another.

    Raises:
        InputError: every fault of the recipe.
    """
    return memory.read_all(("recipe", name), list_recipes(folder), lambda: load_recipe(folder, name))


def list_recipes(folder: Path) -> list[Path]:
    """Every recipe's file."""
    return sorted((folder / "recipes").glob("*"))


def list_files(folder: Path, memory: Memory) -> list[Path]:
    """The files that every sheet depends on: facts, rows, recipes, and the folder that objects to paste are in."""
    competition, _ = read_train(folder, memory)
    return [*list_tables(folder, competition), *list_recipes(folder), folder / OBJECTS]


def list_pictures(folder: Path, memory: Memory, asked: Asked) -> Iterator[Path]:
    """The files of the images of a column, and of their masks.

    Raises:
        InputError: PAGE_NO_AUGMENTED, there is no such row.
    """
    competition, train = read_train(folder, memory)
    root = competition.data_folder(folder)
    if max(asked.rows) >= len(train):
        raise InputError(Fault("PAGE_NO_AUGMENTED", "refuse", Where()))
    masks = [target for target in train.targets.values() if target.kind in ("mask", "map") and target.values.dtype.kind == "U"]
    for row in asked.rows:
        yield root / train.paths[row]
        yield from (root / str(target.values[row]) for target in masks if target.values[row])


def find_foreign(parts: Iterable[Part]) -> list[str]:
    """The parts that are not tamesu's own, wherever they stand: a plugin's, or another library's.

    Examples:
        >>> find_foreign([Part(name="rotate"), Part(name="one_of", options={"of": ["mine", [{"torchvision": {}}], "sepia"]})])
        ['mine', 'torchvision']
    """
    found = []
    for part in parts:
        if part.name not in AUGMENTATIONS or part.name in LIBRARIES:
            found.append(part.name)
        of = part.options.get("of") if part.name == "one_of" else None
        for entry in of if isinstance(of, list) else []:
            try:
                found += find_foreign(Part(name=name, options=options) for name, options in read_parts(entry))
            except ValueError:
                # What is no part is told when the plan is made.
                continue
    return list(dict.fromkeys(found))


def check_own(parts: Iterable[Part]) -> None:
    """Refuse what the pages do not run.

    Raises:
        InputError: PAGE_AUGMENT_FOREIGN.
    """
    if foreign := find_foreign(parts):
        raise InputError(Fault("PAGE_AUGMENT_FOREIGN", "refuse", Where(), {"names": ", ".join(foreign)}))

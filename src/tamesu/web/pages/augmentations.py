"""The page of augmentations: contact sheets with a slider for each strength and for the draw, and what happens to labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import numpy as np

from tamesu.artifacts.loading import COMPETITION, find_recipes
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.spelling import change_words, flow, quote, shell_line
from tamesu.augmentations import AUGMENTATIONS
from tamesu.drawer import read_facts
from tamesu.errors import Fault, InputError, TamesuError, Where, nearest
from tamesu.messages import cards as card_words
from tamesu.queueing import first_recipe
from tamesu.sheets import choose_rows, find_rows
from tamesu.web.easel import (
    MOST_COLUMN_PX,
    MOST_DRAW,
    MOST_IMAGES,
    WHOLE,
    Asked,
    check_own,
    find_options,
    list_recipes,
    read_address,
    read_recipe,
    strength_of,
    with_strengths,
)
from tamesu.web.effects import Effect, list_effects
from tamesu.web.tables import list_tables, read_train
from tamesu.web.view import Page, View

IMAGES, EPOCHS = 5, 3
# So far the slider of the draw goes at least; an address may go further.
SLIDER_DRAWS = 20
# What happens to labels: a word, and a sentence.
WORDS = {
    "stay": ("aug_word_stay", "aug_stay"),
    "false": ("aug_word_false", "aug_false"),
    "mixed": ("aug_word_mixed", "aug_mixed"),
    "symmetry": ("aug_word_symmetry", "aug_symmetry"),
}
# What an address names and nothing has.
NOT_THERE = frozenset({"PAGE_NO_RECIPE", "CONFIG_UNKNOWN_PART", "AUGMENT_NO_ROW"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What an address asks to see.

    Attributes:
        name: of the recipe, which is `recipe` as it is written.
        part: alone; empty for the whole recipe.
        strengths: thousandths; of each augmentation of the recipe in turn, or of the part.
        draw: of the recipe the first epoch, of a part which draw.
        rows: of the train table.
        fewer: so many images at most, where more were asked for; 0 where not.
    """

    name: str
    recipe: Recipe
    part: str
    strengths: tuple[int, ...]
    draw: int
    rows: tuple[int, ...] = field(default=())
    fewer: int = 0


def build(view: View) -> Page:
    """The page.

    Raises:
        InputError: competition.yaml, the train table or the recipe is at fault.
    """
    read_train(view.folder, view.desk.memory)
    sheet = build_sheet(view)
    status = 404 if NOT_THERE & set(sheet["codes"]) else 200
    data: dict[str, Any] = {**sheet, "recipes": find_recipes(view.folder), "parts": []}
    parts: dict[str, Any] = {"effects": [], "families": [], "used": [], "most": MOST_IMAGES}
    if data["recipe"]:
        described = [describe_effect(one, view) for one in find_effects(view, data["recipe"])]
        data["parts"] = described
        shown = [data["part"]] if data["part"] else [one["name"] for one in data["sliders"]]
        parts["effects"] = [one for name in dict.fromkeys(shown) for one in described if one["name"] == name]
        parts["families"] = group_parts(described, view)
        parts["used"] = [one for one in described if one["used"]]
    return Page("augmentations.html", view.say("augmentations"), data, parts, status)


def build_sheet(view: View) -> dict[str, Any]:
    """The sheet an address asks for, as plain values; what is wrong with it is said in its place."""
    found: dict[str, Any] = {"recipe": "", "part": "", "draw": 1, "sliders": [], "captions": [], "images": [], "ids": []}
    found |= {"lines": [], "command": "", "address": "/augmentations", "before": "", "after": "", "other": "", "fewer": 0}
    found |= {"codes": [], "problem": [], "most_draw": SLIDER_DRAWS, "size_px": 0}
    try:
        wish = read_wish(view)
        found |= describe_wish(view, wish)
        found |= draw_sheet(view, wish)
    except InputError as error:
        found |= {"problem": [fault.text(view.language) for fault in error.faults], "codes": list(error.codes)}
        found["recipe"] = found["recipe"] or first_readable(view)
    return found


def first_readable(view: View) -> str:
    """The recipe that parts are held against where the address names none that can be read; empty without one."""
    name = first_recipe(view.folder)
    if name is None:
        return ""
    try:
        return read_recipe(view.folder, view.desk.memory, name).name and name
    except InputError:
        return ""


def read_wish(view: View) -> Wish:
    """What the address asks for.

    Raises:
        InputError: PAGE_AUGMENT_NONE, PAGE_NO_RECIPE, CONFIG_UNKNOWN_PART, AUGMENT_NO_ROW; the recipe is at fault.
    """
    folder, memory, recipes = view.folder, view.desk.memory, find_recipes(view.folder)
    name, part = view.first("recipe") or first_recipe(folder) or "", view.first("part")
    if not recipes:
        raise InputError(Fault("PAGE_AUGMENT_NONE", "refuse", Where("recipes")))
    if name not in recipes:
        values = {"name": name, "known": ", ".join(recipes)}
        raise InputError(Fault("PAGE_NO_RECIPE", "refuse", Where("recipes"), values, nearest(name, recipes)))
    if part and part not in AUGMENTATIONS:
        values = {"kind": "augmentation", "name": part, "known": ", ".join(sorted(AUGMENTATIONS))}
        raise InputError(Fault("CONFIG_UNKNOWN_PART", "refuse", Where(key=part), values, nearest(part, AUGMENTATIONS)))
    recipe = read_recipe(folder, memory, name)
    written = [strength_of(one) for one in recipe.augmentations if not part or one.name == part]
    if part:
        written = written[:1] or [WHOLE]
    asked = view.query.get("strength", ())
    strengths = tuple(read_strength(asked[place] if place < len(asked) else "", one) for place, one in enumerate(written))
    most = max(1, min(MOST_IMAGES, MOST_COLUMN_PX // recipe.image.size**2))
    rows = choose_images(view)
    fewer = most if len(rows) > most else 0
    return Wish(name, recipe, part, strengths, max(1, view.number("draw", 1, MOST_DRAW)), rows[:most], fewer)


def read_strength(text: str, otherwise: int) -> int:
    """A strength of an address in thousandths; `otherwise` where it is none from 0 to 1.

    Examples:
        >>> read_strength("0.35", 1000), read_strength("1", 0), read_strength("2", 500), read_strength("nan", 500)
        (350, 1000, 500, 500)
    """
    try:
        number = float(text) if text.isascii() and len(text) < 12 else -1.0
    except ValueError:
        return otherwise
    return round(WHOLE * number) if 0.0 <= number <= 1.0 else otherwise


def choose_images(view: View) -> tuple[int, ...]:
    """The rows an address names, or the first of each class in turn.

    Raises:
        InputError: AUGMENT_NO_ROW.
    """
    _, train = read_train(view.folder, view.desk.memory)
    ids = [one for one in view.query.get("image", ()) if one][:MOST_IMAGES]
    rows = find_rows(train, ids) if ids else order_rows(view)[:IMAGES]
    return tuple(rows.tolist())


def order_rows(view: View) -> np.ndarray:
    """All rows, the first of each class in turn, then the second, and so on."""
    competition, train = read_train(view.folder, view.desk.memory)
    files = list_tables(view.folder, competition)
    return view.desk.memory.read_all("row order", files, lambda: choose_rows(train, competition.main, len(train)))


def describe_wish(view: View, wish: Wish) -> dict[str, Any]:
    """What is asked for in words: sliders, addresses, lines to paste."""
    competition, train = read_train(view.folder, view.desk.memory)
    ids = [train.ids[row] for row in wish.rows]
    names = [wish.part] if wish.part else [part.name for part in wish.recipe.augmentations]
    sliders = [{"name": name, "value": strength / WHOLE} for name, strength in zip(names, wish.strengths, strict=True)]
    order = order_rows(view)
    place = int(np.flatnonzero(order == wish.rows[-1])[0]) if wish.rows else 0
    others = [train.ids[row] for row in np.roll(order, -place - 1)[: max(1, len(ids))].tolist()]
    lines = write_part_lines(wish, find_options(wish.recipe, wish.part, competition)) if wish.part else write_lines(wish)
    return {
        "recipe": wish.name,
        "part": wish.part,
        "draw": wish.draw,
        "size_px": wish.recipe.image.size,
        "sliders": sliders,
        "ids": ids,
        "fewer": wish.fewer,
        "most_draw": max(SLIDER_DRAWS, wish.draw, 0 if wish.part else wish.recipe.epochs),
        "lines": lines,
        "command": write_command(wish, ids, find_options(wish.recipe, wish.part, competition) if wish.part else {}),
        "address": write_address(wish, ids),
        "before": write_address(wish, ids, -1) if wish.draw > 1 else "",
        "after": write_address(wish, ids, +1) if wish.draw < MOST_DRAW else "",
        "other": write_address(wish, others) if len(train) > len(ids) else "",
    }


def write_address(wish: Wish, ids: Sequence[str], further: int = 0) -> str:
    """The address of a sheet."""
    query: list[tuple[str, str | float]] = [("recipe", wish.name)]
    query += [("part", wish.part)] if wish.part else []
    query += [("strength", f"{strength / WHOLE:g}") for strength in wish.strengths]
    query += [("draw", wish.draw + further), *(("image", one) for one in ids)]
    return "/augmentations?" + urlencode(query, errors="replace")


def write_command(wish: Wish, ids: Sequence[str], options: dict[str, Any]) -> str:
    """The command that makes the same sheet."""
    words = ["tamesu", "augment", wish.name]
    if wish.part:
        if options and all(part.name != wish.part for part in wish.recipe.augmentations):
            words += change_words({"augmentations+": {wish.part: options}})
        words += [wish.part, "--strength", "0", "--strength", f"{wish.strengths[0] / WHOLE:g}", "--draw", str(wish.draw)]
    else:
        words += [*change_words(find_changes(wish)), "--draw", str(wish.draw), "--draws", str(EPOCHS)]
    return shell_line(*words, *(word for one in ids for word in ("--id", one)))


def find_changes(wish: Wish) -> dict[str, Any]:
    """The change from the recipe as written to the strengths asked for; the whole list where a name stands in it twice."""
    parts = wish.recipe.augmentations
    moved = {
        part.name: strength / WHOLE
        for part, strength in zip(parts, wish.strengths, strict=True)
        if strength != strength_of(part)
    }
    if len({part.name for part in parts}) == len(parts):
        return {f"augmentations.{name}.strength": strength for name, strength in moved.items()}
    varied = with_strengths(wish.recipe, wish.strengths)
    return {"augmentations": [part.written() for part in varied.augmentations]} if moved else {}


def write_lines(wish: Wish) -> list[dict[str, str]]:
    """What to paste for the strengths of a recipe: where, and the line."""
    changes = find_changes(wish)
    lines = [{"where": "aug_line_idea", "line": f"strengths: {flow(changes)}"}] if changes else []
    written = [part.written() for part in with_strengths(wish.recipe, wish.strengths).augmentations]
    return [*lines, {"where": "aug_line_list", "line": f"augmentations: {flow(written)}"}] if written else lines


def write_part_lines(wish: Wish, options: dict[str, Any]) -> list[dict[str, str]]:
    """What to paste for a part at a strength: where, and the line; nothing where it changes nothing.

    Args:
        wish: the part.
        options: with which it is looked at.
    """
    name, strength = wish.part, wish.strengths[0]
    used = [part.name for part in wish.recipe.augmentations].count(name)
    taken = {**options, "strength": strength / WHOLE} if strength != WHOLE or "strength" in options else options
    entry = {name: taken} if taken else name
    called = f"{name}_{100 * strength / WHOLE:g}".replace(".", "_") if strength != WHOLE else name
    if not used:
        changes: dict[str, Any] = {"augmentations+": entry}
    elif strength == 0:
        called, changes = f"without_{name}", {"augmentations-": name}
    elif used == 1:
        changes = {f"augmentations.{name}.strength": strength / WHOLE}
    else:
        parts = [part.written() for part in wish.recipe.augmentations]
        first = next(place for place, part in enumerate(wish.recipe.augmentations) if part.name == name)
        changes = {"augmentations": [*parts[:first], entry, *parts[first + 1 :]]}
    if strength == 0 and not used:
        return []
    lines = [{"where": "aug_line_idea", "line": f"{quote(called)}: {flow(changes)}"}]
    return lines if strength == 0 else [*lines, {"where": "aug_line_recipe", "line": f"- {flow(entry)}"}]


def draw_sheet(view: View, wish: Wish) -> dict[str, Any]:
    """The pictures, drawn, and what is said under them.

    Raises:
        InputError: AUGMENT_NOTHING; see `tamesu.web.easel.Easel.draw`.
    """
    folder, memory, easel = view.folder, view.desk.memory, view.desk.easel
    if not wish.part:
        check_own(wish.recipe.augmentations)
    if not wish.part and not wish.recipe.augmentations:
        raise InputError(Fault("AUGMENT_NOTHING", "refuse", Where(key="augmentations"), {"recipe": wish.name}))
    number = find_recipes(folder).index(wish.name)
    columns = [(Asked(number, 0, (), 0, wish.rows), view.say("aug_original"))]
    if wish.part:
        asked = Asked(number, 1 + list(AUGMENTATIONS).index(wish.part), wish.strengths, wish.draw, wish.rows)
        columns.append((asked, view.say("aug_at", strength=f"{wish.strengths[0] / WHOLE:g}")))
    else:
        written = tuple(map(strength_of, wish.recipe.augmentations))
        strengths = () if wish.strengths == written else wish.strengths
        for epoch in range(wish.draw, min(MOST_DRAW, wish.draw + EPOCHS - 1) + 1):
            columns.append((Asked(number, 0, strengths, epoch, wish.rows), view.say("aug_of_epoch", draw=epoch)))
    drawn = [(asked, caption, easel.draw(folder, memory, asked)) for asked, caption in columns]
    _, train = read_train(folder, memory)
    images = []
    for place, row in enumerate(wish.rows):
        fault = drawn[0][2][place].fault
        tiles = [
            {"picture": asked.address(place), "caption": caption, "labels": made[place].labels, "parts": made[place].parts}
            for asked, caption, made in drawn
            if made[place].content
        ]
        unread = "" if fault is None else fault.text(view.language)
        images.append({"id": train.ids[row], "unread": unread, "tiles": tiles})
    return {"captions": [caption for _, caption, _ in drawn], "images": images}


def find_picture(view: View, numbers: str) -> bytes | None:
    """The PNG at an address of numbers; None where there is none.

    Args:
        view: the desk.
        numbers: see `tamesu.web.easel.Asked.address`.
    """
    if (found := read_address(numbers)) is None:
        return None
    asked, place = found
    try:
        return view.desk.easel.draw(view.folder, view.desk.memory, asked)[place].content or None
    except (TamesuError, OSError):
        return None


def find_effects(view: View, name: str) -> list[Effect]:
    """What every part does here, made anew when a file that it depends on changes."""
    folder, memory = view.folder, view.desk.memory
    competition, _ = read_train(folder, memory)
    recipe = read_recipe(folder, memory, name)
    files = [*list_tables(folder, competition), *list_recipes(folder), folder / "verdicts", folder / COMPETITION, folder]
    return memory.read_all(
        ("effects", name), dict.fromkeys(files), lambda: list_effects(competition, recipe, read_facts(folder), folder)
    )


def describe_effect(one: Effect, view: View) -> dict[str, Any]:
    """A part in the page's language."""
    word, sentence = WORDS[one.word]
    return {
        "name": one.name,
        "kind": one.kind,
        "family": one.family,
        "options": one.options,
        "needed": [option for option in AUGMENTATIONS.needed(one.name) if option in one.options],
        "taken": one.taken,
        "written": {
            option: "" if option not in one.taken and option in AUGMENTATIONS.needed(one.name) else flow(value)
            for option, value in {**one.options, **one.taken}.items()
        },
        "labels": one.word,
        "word": view.say(word),
        "said": [view.say(sentence, names=", ".join(one.symmetries)), view.say("aug_moves" if one.moves else "aug_rests")],
        "symmetries": list(one.symmetries),
        "allowed": not one.faults,
        "asks": bool(one.faults) and not one.refused,
        "why_not": [fault.text(view.language) for fault in one.faults],
        "here": [reason.say(view.language) for reason in one.here],
        "used": one.used,
        "drawn": one.ours,
    }


def group_parts(parts: Sequence[dict[str, Any]], view: View) -> list[tuple[str, list[dict[str, Any]]]]:
    """The parts by family: what it is called, and its parts."""
    families = dict.fromkeys(one["family"] for one in parts)
    called = {family: card_words.FAMILIES[family].say(view.language) if family else "" for family in families}
    return [(called[family], [one for one in parts if one["family"] == family]) for family in families]

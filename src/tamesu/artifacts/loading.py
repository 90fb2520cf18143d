"""Competition and recipes as they stand in the user's folder: `from:` followed, changes applied, the whole validated."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tamesu.artifacts.assembly import Loc, value_at
from tamesu.artifacts.changes import parse_changes, split_part, try_changes
from tamesu.artifacts.competition import Competition, Part
from tamesu.artifacts.consistency import check_facts
from tamesu.artifacts.documents import Document, merge_faults, read_document
from tamesu.artifacts.recipe import Recipe, check_seeds
from tamesu.artifacts.schema import bare, check_document, is_model, say_value
from tamesu.errors import Fault, InputError, Where, nearest, raise_faults
from tamesu.messages.expected import A_TEXT

ENDINGS = (".yaml", ".yml", ".json")
COMPETITION = "competition.yaml"


def load_competition(folder: Path) -> Competition:
    """The facts of `folder/competition.yaml`, checked against each other; the tables are not looked at.

    Args:
        folder: the competition's folder.

    Raises:
        InputError: every fault of the file, with line, key and the nearest known name.
    """
    competition, _, faults = read_competition(folder)
    raise_faults(faults)
    assert competition is not None  # no fault, no None: see read_competition
    return competition


def read_competition(folder: Path) -> tuple[Competition | None, Document | None, list[Fault]]:
    """`load_competition` without raising: the competition or None, the document or None, and every fault."""
    if not (folder / COMPETITION).exists():
        return None, None, [Fault("FOLDER_NO_COMPETITION", "refuse", Where(folder))]
    try:
        document = read_document(folder / COMPETITION, COMPETITION)
    except InputError as error:
        return None, None, list(error.faults)
    competition, faults = check_document(Competition, document)
    if competition is not None:
        faults += check_facts(competition, document)
    return (None if faults else competition), document, faults


def load_recipe(folder: Path, name: str | Path, changes: Mapping[str, Any] | Iterable[str] = ()) -> Recipe:
    """A recipe by name or path, after `from:` has been followed and changes applied.

    Args:
        folder: the competition's folder.
        name: `base` for `recipes/base.yaml`, or a path, relative to the folder or to the current one.
        changes: dotted key → value, or texts such as `"epochs=3"`.

    Returns:
        The recipe, named after its file unless it says another name.

    Raises:
        InputError: every fault of the files and the changes, with file and line.
    """
    recipe, _, faults = read_recipe(folder, name, changes)
    raise_faults(faults)
    assert recipe is not None  # no fault, no None: see read_recipe
    return recipe


def read_recipe(
    folder: Path,
    name: str | Path,
    changes: Mapping[str, Any] | Iterable[str] = (),
    said: Mapping[str, Where] | None = None,
) -> tuple[Recipe | None, Document | None, list[Fault]]:
    """`load_recipe` without raising: the recipe or None, the merged document or None, and every fault.

    Args:
        folder: the competition's folder.
        name: the recipe's name or path.
        changes: dotted key → value, or texts such as `"epochs=3"`.
        said: where each change stands, by its key, when it stands in a file.
    """
    try:
        document = follow(folder, str(name), ())
        given = changes if isinstance(changes, Mapping) else parse_changes(changes)
    except InputError as error:
        return None, None, list(error.faults)
    document.value.setdefault("name", recipe_path(folder, str(name)).stem)
    document, faults = change_document(document, given, said or {})
    if faults:
        return None, document, merge_faults(document.faults, faults)
    recipe, faults = check_document(Recipe, document)
    if recipe is not None:
        faults += [move(fault, document.where(("seeds",))) for fault in check_seeds(recipe)]
    return (None if faults else recipe), document, faults


def find_recipes(folder: Path) -> list[str]:
    """The names of the recipes in `folder/recipes`, sorted."""
    recipes = folder / "recipes"
    return sorted(p.stem for p in recipes.iterdir() if p.suffix in ENDINGS) if recipes.is_dir() else []


def recipe_path(folder: Path, name: str) -> Path:
    """Where a recipe is, whether named or given as a path; the file need not be there."""
    if Path(name).suffix in ENDINGS:
        inside = folder / name
        return inside if inside.exists() or not Path(name).exists() else Path(name)
    found = [folder / "recipes" / f"{name}{ending}" for ending in ENDINGS]
    return next((path for path in found if path.exists()), found[0])


def show_path(folder: Path, path: Path) -> str:
    """A path for a message: relative to the competition's folder when it lies in it."""
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def follow(folder: Path, name: str, before: tuple[Path, ...], said: Where | None = None) -> Document:
    """A recipe's document merged over the one it names in `from:`, and so on up.

    Args:
        folder: the competition's folder.
        name: the recipe's name or path.
        before: the files that led here, youngest first.
        said: where the name stands, when it stands in another recipe's `from:`.

    Raises:
        InputError: a file that is missing or cannot be taken apart; CONFIG_FROM_CYCLE.
    """
    path = recipe_path(folder, name)
    if path.resolve() in before:
        chain = " -> ".join(p.stem for p in (*before, path.resolve()))
        raise InputError(Fault("CONFIG_FROM_CYCLE", "refuse", said or Where(), {"chain": chain}))
    if not path.exists():
        known = find_recipes(folder)
        where = said or Where(show_path(folder, path))
        raise InputError(Fault("CONFIG_NO_FILE", "refuse", where, {"known": ", ".join(known) or "-"}, nearest(name, known)))
    child = read_document(path, show_path(folder, path))
    parent_name = child.value.pop("from", None)
    if parent_name is None:
        return child
    said = child.where(("from",))
    said = Where(said.file, said.line, "from")
    if not isinstance(parent_name, str):
        raise InputError(Fault("CONFIG_TYPE", "refuse", said, {"value": say_value(parent_name), "expected": A_TEXT}))
    parent = follow(folder, parent_name, (*before, path.resolve()), said)
    parent.value.pop("name", None)
    return merge_documents(parent, child)


def merge_documents(parent: Document, child: Document) -> Document:
    """The child's values over the parent's, each keeping the place where it was written."""
    places = dict(parent.places)
    value = merge(parent.value, child.value, Recipe, (), places)
    # What the child replaced whole took its places out of `places`; the child's own go in on top.
    places.update(child.places)
    return Document(value, places, child.shown_as, (*parent.faults, *child.faults))


def merge(parent: Any, child: Any, annotation: Any, loc: Loc, places: dict[Loc, Where]) -> Any:
    """Mappings are merged key by key, a part with the same name option by option; everything else is replaced."""
    old, new = split_part(parent), split_part(child)
    if annotation is Part and old and new and old[0] == new[0]:
        return {new[0]: {**old[1], **new[1]}}
    inner = {}
    if isinstance(parent, dict) and isinstance(child, dict) and annotation is not Part:
        if is_model(annotation):
            inner = {name: bare(field.annotation) for name, field in annotation.model_fields.items()}
        elif typing.get_origin(annotation) is dict:
            inner = dict.fromkeys(child, bare(typing.get_args(annotation)[1]))
    if not inner:
        forget(places, loc)
        return child
    merged = dict(parent)
    for key, value in child.items():
        merged[key] = merge(parent[key], value, inner.get(key), (*loc, key), places) if key in parent else value
    return merged


def forget(places: dict[Loc, Where], loc: Loc) -> None:
    """Take out the places of everything inside a path."""
    for inner in [inner for inner in places if inner[: len(loc)] == loc]:
        del places[inner]


def change_document(document: Document, changes: Mapping[str, Any], said: Mapping[str, Where]) -> tuple[Document, list[Fault]]:
    """A document with changes applied.

    Args:
        document: the recipe as written.
        changes: dotted key → value.
        said: file and line of each change, by its key; nowhere for those of a command line.

    Returns:
        The new document, in which what was changed stands where the change stands, and the faults of changes that do
        not fit.
    """
    changed = Document(dict(document.value), dict(document.places), document.shown_as, document.faults)
    faults: list[Fault] = []
    for key, value in changes.items():
        place = said.get(key, Where())
        values, locs, wrong = try_changes(changed.value, {key: value}, Recipe)
        places = dict(changed.places)
        for loc in locs.values():
            if key.endswith("-"):
                places = shift(places, loc, value_at(changed.value, loc) or [], value_at(values, loc) or [])
            else:
                forget(places, loc)
                places[loc] = Where(place.file, place.line)
        changed = Document(values, places, document.shown_as, document.faults)
        faults += [move(fault, Where(place.file, place.line, fault.where.key)) for fault in wrong]
    return changed, faults


def shift(places: dict[Loc, Where], loc: Loc, before: Any, after: Any) -> dict[Loc, Where]:
    """The places after entries were taken out of the list or mapping at a path: what is left keeps its own."""
    kept: dict[str | int, str | int]
    if isinstance(before, list):
        left = iter(range(len(before)))
        # A default that was not written has no places: -1 stands for it.
        kept = {next((old for old in left if before[old] == entry), -1): new for new, entry in enumerate(after)}
    else:
        kept = {key: key for key in after}
    shifted = {}
    for inner, where in places.items():
        if len(inner) <= len(loc) or inner[: len(loc)] != loc:
            shifted[inner] = where
        elif inner[len(loc)] in kept:
            shifted[(*loc, kept[inner[len(loc)]], *inner[len(loc) + 1 :])] = where
    return shifted


def move(fault: Fault, where: Where) -> Fault:
    """The same fault at another place."""
    return Fault(fault.code, fault.outcome, where, fault.values, fault.near)

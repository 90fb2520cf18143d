"""A recipe with its changes, checked against every table and with every default spelled out; remembered in `.cache/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.documents import Document
from tamesu.artifacts.environment import find_version
from tamesu.artifacts.files import digest_of, read_sealed, write_sealed
from tamesu.artifacts.loading import read_competition, read_recipe
from tamesu.artifacts.recipe import Recipe
from tamesu.errors import DamagedError, raise_faults
from tamesu.symmetries import force_faults

# As on the command line (`key=value`), or dotted key → value.
Changes = Mapping[str, Any] | Iterable[str]


def choose_recipe(
    folder: Path,
    name: str,
    changes: Changes,
    competition: Competition,
    plugins: str,
    accepted: Sequence[str],
    *,
    force: bool = False,
) -> Recipe:
    """A recipe with changes, checked, every default spelled out.

    Args:
        folder: the competition's folder, its plugins loaded.
        name: a recipe in `recipes/`, or a path.
        changes: `key=value`, as on the command line, or dotted key → value.
        competition: the facts it must fit.
        plugins: digest of the plugin files.
        accepted: codes of questions answered with "use it as it is".
        force: use flips and turns that competition.yaml forbids or does not speak of.

    Raises:
        InputError: all faults of the recipe and the changes.
    """
    written, document, faults = read_recipe(folder, name, changes)
    raise_faults(faults)
    assert written is not None  # no fault, no None: see read_recipe
    return resolve_remembered(folder, written, document, competition, plugins, accepted, force=force)


def resolve_remembered(
    folder: Path,
    recipe: Recipe,
    document: Document | None,
    competition: Competition,
    plugins: str,
    accepted: Sequence[str],
    *,
    force: bool = False,
) -> Recipe:
    """The recipe, checked against every table and with every default spelled out.

    Checking needs the parts themselves, and so torch and timm. The answer is remembered under a digest of everything it
    depends on: the recipe as written, the competition and its table, plugins, this package's files, the libraries' versions.
    """
    table = competition.data_folder(folder) / competition.train.table
    asked = digest_of(
        [
            recipe.model_dump(mode="json"),
            competition.model_dump(mode="json"),
            plugins,
            sorted(accepted),
            force,
            stamp_package(),
            # Labels decide whether a flip has to be asked about.
            stamp_file(table),
        ]
    )
    memory = folder / ".cache" / "recipes.json"
    remembered = read_memory(memory)
    if asked in remembered:
        return Recipe.model_validate(remembered[asked])
    from tamesu.checking import check_competition, check_recipe, resolve_recipe

    _, facts, _ = read_competition(folder)
    faults = check_competition(competition, folder, facts) + check_recipe(recipe, competition, folder, document)
    raise_faults(force_faults(faults) if force else faults, accepted)
    resolved = resolve_recipe(recipe)
    remember(memory, asked, resolved.model_dump(mode="json"))
    return resolved


def read_memory(path: Path) -> dict[str, Any]:
    """What was remembered; nothing when the file is missing or damaged."""
    try:
        found = read_sealed(path)
    except DamagedError:
        return {}
    return found if isinstance(found, dict) else {}


def remember(path: Path, key: str, value: Any, limit: int = 500) -> None:
    """Remember one more thing; the oldest are forgotten beyond `limit`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = dict(list(read_memory(path).items())[-limit:])
    write_sealed(path, kept | {key: value})


@cache
def stamp_package() -> str:
    """A digest that changes when a file of this package or a library whose signatures we read changes.

    Taken once: what this process has imported stays what it is.
    """
    root = Path(__file__).parent
    files = sorted(root.rglob("*.py"))
    marks = [[str(path.relative_to(root)), *stamp_file(path)] for path in files]
    return digest_of([marks, find_version("torch"), find_version("timm")])


def stamp_file(path: Path) -> list[int]:
    """Size and time of a file; nothing when it is not there."""
    try:
        found = path.stat()
    except OSError:
        return []
    return [found.st_size, found.st_mtime_ns]

"""What only shows when a part is built or used: plugins held to the contracts of `tamesu.testing`, parts that read files.

The contracts are loaded when a plugin has something for them, so that checking a folder without plugins stays quick.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from tamesu.artifacts.assembly import Loc
from tamesu.artifacts.competition import Part
from tamesu.artifacts.documents import Document
from tamesu.artifacts.loading import move
from tamesu.artifacts.recipe import Recipe
from tamesu.errors import Fault, InputError, Where
from tamesu.plugins import PREFIX


def check_plugins() -> list[Fault]:
    """PLUGIN_CONTRACT for each rule that an augmentation of the loaded plugins breaks, with the line of its class.

    A part whose options have no default says in a class attribute `example` which to try it with.
    """
    faults = []
    for module in plugin_modules():
        for name, part in augmentations_of(module):
            where = place_of(part, module)
            for rule in broken_rules(name, part):
                faults.append(Fault("PLUGIN_CONTRACT", "refuse", where, {"kind": "augmentation", "name": name, "rule": rule}))
    return faults


def plugin_modules() -> Iterator[ModuleType]:
    """The plugins that are loaded in this process, by name."""
    for name in sorted(name for name in sys.modules if name.startswith(PREFIX)):
        yield sys.modules[name]


def augmentations_of(module: ModuleType) -> Iterator[tuple[str, type]]:
    """The augmentations that a plugin registered; a plugin that has any has loaded their table itself."""
    if "tamesu.augmentations.table" in sys.modules:
        from tamesu.augmentations.table import AUGMENTATIONS

        yield from ((name, AUGMENTATIONS[name]) for name in AUGMENTATIONS.made_by(module.__name__))


def broken_rules(name: str, part: Any) -> list[str]:
    """The rules of the contract that an augmentation breaks, one line each.

    Args:
        name: its name in the table.
        part: its class.
    """
    from tamesu.augmentations.table import AUGMENTATIONS
    from tamesu.testing.augmentations import AugmentationContract

    example = dict(getattr(part, "example", {}))
    try:
        faults = AUGMENTATIONS.check(name, example)
    # A signature with an annotation that cannot be read, for one.
    except Exception as error:
        return [f"its options: {type(error).__name__}: {error}"]
    missing = [str(fault.values["option"]) for fault in faults if fault.code == "CONFIG_MISSING_OPTION"]
    if missing:
        return [f"an option needs a default, or a value in the class attribute `example`: {', '.join(missing)}"]
    if faults:
        return [fault.text("en") for fault in faults]
    absent = [option for option in ("p", "strength") if option not in AUGMENTATIONS.parameters(name)]
    if absent:
        return [f"every augmentation takes the options p and strength; missing: {', '.join(absent)}"]
    tried = type("Tried", (AugmentationContract,), {"options": {**AugmentationContract.options, name: example}})
    return list(tried().broken(name))


def place_of(part: type, module: ModuleType) -> Where:
    """Where a plugin's class is written: its file, and its line where it can be found."""
    shown = f"plugins/{Path(module.__file__ or '').name}"
    try:
        return Where(shown, inspect.findsource(part)[1] + 1)
    except (OSError, TypeError):
        return Where(shown)


def check_builds(recipe: Recipe, folder: Path, document: Document) -> list[Fault]:
    """The faults of augmentations that show when they are built: a folder of objects that is not there, another library's no.

    Args:
        recipe: one whose options have been checked.
        folder: the competition's folder.
        document: where it was read, for lines.
    """
    from tamesu.augmentations import make_plan

    faults = []
    places: list[tuple[Part, Loc]] = [(part, ("augmentations", i, part.name)) for i, part in enumerate(recipe.augmentations)]
    for part, loc in places:
        try:
            make_plan([(part.name, part.options)], size_px=recipe.image.size, fit=recipe.image.fit, folder=folder)
        except InputError as error:
            for fault in error.faults:
                faults.append(move(fault, document.where((*loc, *(fault.where.key or "").split(".")))))
    return faults

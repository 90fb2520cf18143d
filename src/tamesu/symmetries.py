"""Flips and turns of a recipe against what competition.yaml says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tamesu.artifacts.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Use:
    """A flip or turn that a recipe makes.

    Attributes:
        index: the position of the part in `augmentations`.
        part: the part's name there; a policy stands for the flips and turns among its choices.
        symmetry: its name under `symmetries:`.
        options: of the part that flips or turns.
    """

    index: int
    part: str
    symmetry: str
    options: Mapping[str, Any]


def known_symmetries() -> list[str]:
    """The names that may stand under `symmetries:`: those that a part speaks of, sorted."""
    from tamesu.augmentations import AUGMENTATIONS

    return sorted({symmetry for part in AUGMENTATIONS.values() if (symmetry := getattr(part, "symmetry", None))})


def used_symmetries(recipe: Recipe) -> list[Use]:
    """The flips and turns of a recipe, in order; parts that are not in the table are passed over."""
    return [
        Use(index, part.name, symmetry, options)
        for index, part in enumerate(recipe.augmentations)
        for symmetry, options in find_symmetries(part.name, part.options)
    ]


def find_symmetries(name: str, options: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The symmetries of a part, or of the parts a policy chooses among, each with the options of the part that has it."""
    from tamesu.augmentations import AUGMENTATIONS

    if name not in AUGMENTATIONS:
        return
    if symmetry := getattr(AUGMENTATIONS[name], "symmetry", None):
        yield symmetry, options
    if getattr(AUGMENTATIONS[name], "kind", None) == "policy":
        for choice in AUGMENTATIONS.build(name, options).choices():
            yield from find_symmetries(choice.name, choice.options)

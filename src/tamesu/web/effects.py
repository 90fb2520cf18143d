"""What each augmentation does to labels, by its own contract, and whether the competition allows it here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.documents import Document
from tamesu.artifacts.recipe import Recipe
from tamesu.augmentations import AUGMENTATIONS
from tamesu.augmentations.part import MixingPart
from tamesu.cards import CARDS, Facts
from tamesu.cards.fitting import tell_names, tell_needs, tell_numbers, tell_state, tell_symmetry
from tamesu.errors import Fault, InputError, Where
from tamesu.marking import check_needs
from tamesu.messages.message import Phrase
from tamesu.symmetries import check_uses, find_symmetries
from tamesu.web.easel import LIBRARIES, find_foreign, find_options

Word = Literal["stay", "false", "mixed", "symmetry"]
MOVING = frozenset({"geometry", "distortion", "tiles"})


@dataclass(frozen=True, slots=True)
class Effect:
    """What a part is here.

    Attributes:
        name: in the table.
        kind: of part.
        family: of its card; empty without one.
        options: each with its default; None for one that must be written.
        taken: the options with which it is looked at, where they are not the defaults.
        word: what happens to labels.
        symmetries: the names under `symmetries:` that speak of it.
        moves: whether masks, points and boxes move.
        faults: why training would refuse it here, or ask first.
        here: what else speaks for or against it.
        used: whether the recipe has it.
        ours: whether the pages can draw it.
    """

    name: str
    kind: str
    family: str
    options: Mapping[str, Any]
    taken: Mapping[str, Any]
    word: Word
    symmetries: tuple[str, ...]
    moves: bool
    faults: tuple[Fault, ...]
    here: tuple[Phrase, ...]
    used: bool
    ours: bool

    @property
    def refused(self) -> bool:
        """Whether training would not begin with it."""
        return any(fault.outcome == "refuse" for fault in self.faults)


def list_effects(competition: Competition, recipe: Recipe, facts: Facts, folder: Path) -> list[Effect]:
    """Every augmentation of tamesu's own table.

    Args:
        competition: what it declares.
        recipe: as written; says with which options a part is looked at.
        facts: what cards look at.
        folder: the competition's folder.
    """
    used = {part.name for part in recipe.augmentations}
    facts = replace(facts, used=frozenset(used))
    return [make_effect(name, competition, recipe, facts, folder) for name in AUGMENTATIONS]


def make_effect(name: str, competition: Competition, recipe: Recipe, facts: Facts, folder: Path) -> Effect:
    """One of them."""
    taken = find_options(recipe, name, competition)
    parts = list(unfold(name, taken))
    symmetries = tuple(dict.fromkeys(symmetry for symmetry, _ in list_symmetries(name, taken)))
    faults = tuple(find_faults(name, taken, competition, recipe, folder))
    return Effect(
        name=name,
        kind=str(AUGMENTATIONS[name].kind),  # type: ignore[attr-defined]  # a part says of what kind it is
        family=CARDS[name].family if name in CARDS else "",
        options=list_options(name),
        taken=taken,
        word=choose_word(name, taken, symmetries, parts),
        symmetries=symmetries,
        moves=any(getattr(AUGMENTATIONS[one], "kind", "") in MOVING for one in parts),
        faults=faults,
        here=tuple(tell_here(name, facts, told=bool(faults))),
        used=any(part.name == name for part in recipe.augmentations),
        ours=not find_foreign(part for part in recipe.augmentations if part.name == name) and name not in LIBRARIES,
    )


def list_options(name: str) -> dict[str, Any]:
    """A part's options with their defaults; None for one that must be written."""
    found = {}
    for option, parameter in AUGMENTATIONS.parameters(name, frozenset({"folder"})).items():
        if parameter.kind is not parameter.VAR_KEYWORD:
            found[option] = None if parameter.default is parameter.empty else parameter.default
    return found


def unfold(name: str, options: Mapping[str, Any]) -> Iterator[str]:
    """A part's own name, or those a policy chooses among."""
    if getattr(AUGMENTATIONS.get(name), "kind", "") != "policy":
        yield name
        return
    try:
        choices = AUGMENTATIONS.build(name, options).choices()
    except (ValueError, TypeError):
        # What is wrong with an option is among the faults.
        return
    for choice in choices:
        if choice.name in AUGMENTATIONS:
            yield from unfold(choice.name, choice.options)


def list_symmetries(name: str, options: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The flips and turns of a part; none where it cannot be built."""
    try:
        return list(find_symmetries(name, options))
    except (ValueError, TypeError):
        return []


def choose_word(name: str, options: Mapping[str, Any], symmetries: tuple[str, ...], parts: list[str]) -> Word:
    """What happens to the labels.

    Examples:
        >>> choose_word("hue", {}, (), ["hue"]), choose_word("mixup", {}, (), ["mixup"])
        ('stay', 'mixed')
        >>> choose_word("copy_paste", {"target": "pet"}, (), ["copy_paste"])
        'false'
    """
    if issubclass(AUGMENTATIONS[name], MixingPart) and mixes_targets(name, options):
        return "mixed"
    if symmetries:
        return "symmetry"
    return "false" if any(getattr(AUGMENTATIONS[one], "may_change_labels", False) for one in parts) else "stay"


def mixes_targets(name: str, options: Mapping[str, Any]) -> bool:
    """Whether a mixing part gives each image a share of the other's target."""
    # Which target says where objects are does not matter here.
    given = dict.fromkeys(AUGMENTATIONS.needed(name), "?") | dict(options)
    try:
        part = AUGMENTATIONS.build(name, given)
    except (ValueError, TypeError):
        return True
    return bool(part.mix(np.full((1, part.draws), 0.5), np.zeros(1, np.int64), 8).labels == "mix")


def find_faults(
    name: str, options: Mapping[str, Any], competition: Competition, recipe: Recipe, folder: Path
) -> Iterator[Fault]:
    """Why training would refuse a part here, or ask first; what the competition has accepted is left out."""
    faults = AUGMENTATIONS.check(name, options, Where(key=name))
    if not faults:
        alone = recipe.vary({"augmentations": [{name: dict(options)}], "tta": []})
        document = Document({}, {}, "")
        faults = [*check_uses(alone, competition, folder, document), *check_needs(alone, competition, document)]
    if not faults and name not in LIBRARIES:
        try:
            AUGMENTATIONS.build(name, options, folder=folder)
        except InputError as error:
            faults = list(error.faults)
    yield from (one for one in faults if one.outcome != "note" and one.code not in competition.accept)


def tell_here(name: str, facts: Facts, *, told: bool) -> Iterator[Phrase]:
    """What names, counts and the ledger say for and against a part.

    Args:
        name: of the part.
        facts: of the competition.
        told: whether its faults say already what is declared and what is missing.
    """
    if (card := CARDS.get(name)) is None:
        return
    yield from tell_state(card, facts)
    if not told:
        yield from (*tell_needs(card, facts), *tell_symmetry(card, facts))
    yield from (*tell_names(card, facts), *tell_numbers(card, facts))

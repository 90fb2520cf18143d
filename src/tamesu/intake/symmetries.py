"""What the first competition.yaml says of flips and turns, as far as names can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tamesu.artifacts.spelling import flow
from tamesu.artifacts.suspicion import Named, suspect
from tamesu.intake.guesses import Guess
from tamesu.intake.targets import FoundTarget

FLIP, TURN = "horizontal_flip", "rotate"
# How far the idea `rotate` turns.
IDEA_DEGREES = 10


@dataclass(frozen=True, slots=True)
class FoundSymmetries:
    """What was found out about flips and turns.

    Attributes:
        facts: `symmetries:` of competition.yaml.
        guesses: why, and what the recipe makes of it.
        flips: the base recipe may mirror images.
        tries_flip: the base recipe does not, and an idea is to try it.
        turns: an idea may turn images a little.
        kept_back: auxiliary targets that a flip of the base recipe may make false; no idea is queued for them.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    guesses: tuple[Guess, ...] = ()
    flips: bool = True
    tries_flip: bool = False
    turns: bool = True
    kept_back: tuple[str, ...] = ()


def find_symmetries(found: Sequence[FoundTarget], auxiliary: Sequence[FoundTarget] = ()) -> FoundSymmetries:
    """What can be said of flips and turns.

    Args:
        found: what is to be predicted.
        auxiliary: targets that only the training rows have; they never keep the base recipe from mirroring images.

    Examples:
        >>> find_symmetries([FoundTarget("sign", "class", "sign", labels=("left", "right"))]).facts
        {'horizontal_flip': {'swap': [['left', 'right']]}}
    """
    main = [name_target(target) for target in found]
    others = [name_target(target) for target in auxiliary]
    doubtful = [one for one in others if (seen := suspect(FLIP, [one])) is not None and seen.declaration is None]
    seen = suspect(FLIP, main)
    if seen is None or seen.declaration is not None:
        wider = suspect(FLIP, [*main, *(one for one in others if one not in doubtful)])
        seen = wider if wider is not None and wider.declaration is not None else seen
    turned = suspect(TURN, main, degrees=IDEA_DEGREES)
    facts: dict[str, Any] = {}
    flips, tries_flip = True, False
    if seen is None:
        guesses = [Guess("augmentations", FLIP, "FLIP")]
    elif seen.declaration is not None:
        facts[FLIP] = seen.declaration
        guesses = [Guess("symmetries", f"{FLIP}: {flow(facts[FLIP])}", "FLIP_SWAP", {"label": seen.word})]
    elif seen.ground == "signs":
        flips, tries_flip = False, True
        facts[FLIP] = "allowed"
        guesses = [
            Guess("augmentations", "-", "FLIP_SIGNS", {"labels": seen.word}),
            Guess("symmetries", f"{FLIP}: allowed", "FLIP_SIGNS_TRIED"),
        ]
    else:
        flips = False
        facts[FLIP] = "forbidden"
        direction = "FLIP_DIRECTION_COLUMN" if is_column(found, seen.word) else "FLIP_DIRECTION"
        code = direction if seen.ground == "direction" else "FLIP_LEFT_RIGHT"
        guesses = [Guess("symmetries", f"{FLIP}: forbidden", code, {"label": seen.word})]
    if turned is not None:
        facts[TURN] = "forbidden"
        code = "TURN_DIRECTION_COLUMN" if is_column(found, turned.word) else "TURN_DIRECTION"
        guesses.append(Guess("symmetries", f"{TURN}: forbidden", code, {"label": turned.word}))
    kept_back = tuple(one.name for one in doubtful if flips)
    guesses += [Guess(f"targets.{name}", "-", "AUXILIARY_MOVES") for name in kept_back]
    return FoundSymmetries(facts, tuple(guesses), flips, tries_flip, turned is None, kept_back)


def is_column(found: Sequence[FoundTarget], word: str) -> bool:
    """Whether a name is one of several columns of a target, which cannot be moved by itself."""
    return any(word in target.columns for target in found)


def name_target(target: FoundTarget) -> Named:
    """What a target is called."""
    return Named(target.name, target.kind, target.column or "", target.columns or target.labels)

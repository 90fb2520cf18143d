"""Whether a flip or turn may make labels false, as far as names can tell, and what could be declared about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tamesu.artifacts.sides import (
    Way,
    asks_about_sides,
    find_cycles,
    find_direction_name,
    find_height_name,
    find_pairs,
    find_side_name,
    words_in,
)
from tamesu.artifacts.symmetry import ANY_TURN, QUARTER, TURNS_DIRECTIONS

Ground = Literal["sides", "heights", "signs", "direction"]

SIGN_WORDS = frozenset(
    {"digit", "digits", "letter", "letters", "alphabet", "kana", "hiragana", "katakana", "kanji", "glyph", "glyphs"}
    | {"handwriting", "handwritten", "ocr"}
)
SIGN_SIGNS = ("文字", "数字", "手書き", "ひらがな", "カタカナ", "仮名", "漢字")
# Five letters or more, and none of them a number: fewer may be grades or codes.
FEWEST_SIGNS = 5
MIRROR_WORDS, MIRROR_SIGNS = frozenset({"mirror"}), ("鏡",)
# A turn by less leaves a 6 a 6, and left on the left.
TURNS_SIGNS_DEG, TURNS_SIDES_DEG = 45.0, 90.0
WAYS: dict[str, Way] = {"horizontal_flip": "mirror", "vertical_flip": "upside_down", "transpose": "transpose"}


@dataclass(frozen=True, slots=True)
class Named:
    """What a target is called.

    Attributes:
        name: in competition.yaml.
        kind: of the target.
        column: empty when it has several.
        labels: class names, or names of the columns of labels or of several values; empty for one value.
    """

    name: str
    kind: str
    column: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A name that a flip or turn may make false.

    Attributes:
        ground: what gives reason to ask: words for left and right (`sides`), for up and down (`heights`), digits or letters
            (`signs`), an angle (`direction`).
        word: the name.
        declaration: how the labels move, where the names leave no doubt, as it is written in competition.yaml; else None.
    """

    ground: Ground
    word: str
    declaration: dict[str, Any] | None = None


def suspect(symmetry: str, targets: Sequence[Named], *, degrees: float = 180.0, question: str = "") -> Suspicion | None:
    """Why labels may not survive a flip or turn; None when no name gives reason to ask.

    Args:
        symmetry: its name; of a plugin's own symmetry nothing is known.
        targets: everything that may be predicted.
        degrees: how far `rotate` turns at most, to either side.
        question: of the recipe.

    Examples:
        >>> suspect("horizontal_flip", [Named("sign", "class", "sign", ("ahead", "left", "right"))])
        Suspicion(ground='sides', word='left', declaration={'swap': [['left', 'right']]})
        >>> suspect("rotate", [Named("digit", "class", "label", tuple("0123456789"))], degrees=15.0) is None
        True
    """
    if symmetry not in TURNS_DIRECTIONS:
        return None
    turned = degrees if symmetry == ANY_TURN else 180.0
    if turned == 0:
        return None
    found = None
    if turned > TURNS_SIDES_DEG:
        found = suspect_places(symmetry, targets, question)
    if found is None and turned > TURNS_SIGNS_DEG and (sign := find_sign_name(targets)) is not None:
        found = Suspicion("signs", sign)
    if found is None and (name := find_direction_name(names_of_values(targets))) is not None:
        found = Suspicion("direction", name)
    return found


def suspect_places(symmetry: str, targets: Sequence[Named], question: str) -> Suspicion | None:
    """Names that tell left from right or up from down, where the symmetry takes one to the other."""
    ground: Ground = "sides"
    word = find_name(targets, "sides") or find_mirror(targets)
    if word is None and asks_about_sides(question):
        word = question
    if symmetry != "horizontal_flip" and (height := find_name(targets, "heights")) is not None:
        # Of both, the one that a vertical flip is sure to touch.
        ground, word = ("heights", height) if word is None or symmetry == "vertical_flip" else (ground, word)
    # Where a number may have to move as well, the pairs alone would be half of the truth.
    whole = find_direction_name(names_of_values(targets)) is None
    return None if word is None else Suspicion(ground, word, propose(symmetry, targets) if whole else None)


def find_name(targets: Iterable[Named], ground: Ground) -> str | None:
    """The first name of a target, column or label that tells left from right, or up from down."""
    find = find_side_name if ground == "sides" else find_height_name
    for target in targets:
        # A lone L or R takes its counterpart from the same target.
        found = find([name for name in (target.name, target.column) if name]) or find(target.labels)
        if found is not None:
            return found
    return find(names_of_values(targets))


def find_mirror(targets: Iterable[Named]) -> str | None:
    """The first target or column that speaks of a mirror; as a label, it is a thing."""
    names = [name for target in targets for name in (target.name, target.column)]
    return next((n for n in names if set(words_in(n)) & MIRROR_WORDS or any(sign in n for sign in MIRROR_SIGNS)), None)


def find_sign_name(targets: Iterable[Named]) -> str | None:
    """A target of digits or letters: its labels in a row, or its name; None when there is none."""
    for target in targets:
        if target.kind == "value":
            continue
        if are_signs(target.labels):
            return " ".join(target.labels[:10])
        names = (target.name, target.column)
        for name in names:
            if set(words_in(name)) & SIGN_WORDS or any(sign in name for sign in SIGN_SIGNS):
                return name
    return None


def are_signs(labels: Sequence[str]) -> bool:
    """Whether labels look like digits or letters, whose mirror images are others or none.

    Examples:
        >>> are_signs(tuple("0123456789")), are_signs(tuple("abcdef")), are_signs(("0", "1")), are_signs(("猫", "犬"))
        (True, True, False, False)
    """
    if len(labels) < FEWEST_SIGNS or any(len(label) != 1 for label in labels):
        return False
    return set("0123456789") <= set(labels) or not any(label.isdigit() for label in labels)


def names_of_values(targets: Iterable[Named]) -> list[str]:
    """The names and columns of all value targets."""
    found = [target for target in targets if target.kind == "value"]
    return [name for target in found for name in (target.name, target.column, *target.labels) if name]


def propose(symmetry: str, targets: Sequence[Named]) -> dict[str, Any] | None:
    """The pairs or cycles that a symmetry moves, ready to be written; None when a name has no counterpart, or nothing moves."""
    if symmetry == ANY_TURN:
        return None
    groups = [target.labels for target in targets if target.labels]
    if symmetry == QUARTER:
        found = [find_cycles(labels) for labels in groups]
    else:
        found = [find_pairs(labels, WAYS[symmetry]) for labels in groups]
        found.append(find_pairs([target.name for target in targets if target.kind == "value"], WAYS[symmetry]))
    if any(rings is None for rings in found):
        return None
    rings = [ring for of in found for ring in of or ()]
    different = [ring for number, ring in enumerate(rings) if sorted(ring) not in map(sorted, rings[:number])]
    return {"cycle" if symmetry == QUARTER else "swap": different} if different else None

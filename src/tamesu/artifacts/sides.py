"""Names that tell left from right, up from down, or a direction, in English and Japanese: a flip or turn makes them false.

A name counts by its words, never by a piece of one: `keep_left`, `keepLeft` and `LEFT2` are made of words, `copyright` is one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

Way = Literal["mirror", "upside_down", "transpose", "quarter"]

SIDE_WORDS = frozenset(
    {"left", "leftward", "leftwards", "lefthand", "leftside", "right", "rightward", "rightwards", "righthand", "rightside"}
    | {"leftmost", "rightmost", "eastbound", "westbound"}
    | {"lateral", "laterality", "lateralization", "dextral", "sinistral", "dexter", "sinister"}
    | {"clockwise", "counterclockwise", "anticlockwise", "cw", "ccw"}
    | {"handed", "handedness", "chiral", "chirality", "mirrored", "flipped"}
)
SIDE_SIGNS = ("左", "右", "時計回り", "反時計", "利き手", "利き腕", "利き足", "鏡像", "反転")
HEIGHT_WORDS = frozenset(
    {"up", "upward", "upwards", "upside", "upper", "uppermost", "top", "topmost", "above", "northbound"}
    | {"down", "downward", "downwards", "lower", "lowermost", "bottom", "below", "southbound"}
)
HEIGHT_SIGNS = ("上下", "天地", "逆さ", "倒立", "上向き", "下向き", "上昇", "下降")
# `上着` (a coat) and `上海` tell no height: the sign has to be the whole name, or be followed by a word for a side.
HEIGHT_SIGN = re.compile(r"(?<![^\W\d_A-Za-z])[真最左右]?[上下](?:側|向|部|段|面|方向|端|半分)?(?![^\W\d_A-Za-z])")
DIRECTION_WORDS = frozenset(
    {"angle", "angles", "heading", "direction", "steering", "steer", "yaw", "roll", "tilt", "bearing", "azimuth"}
    | {"orientation", "rotation"}
)
DIRECTION_SIGNS = ("角度", "方位", "向き", "方向", "舵角", "傾き")
# Words of a question that say that handedness is the matter; a lone `right` may only mean `correct`.
QUESTION_SIGNS = ("左右", "利き手", "利き腕", "利き足")
QUESTION_WORDS = frozenset({"handedness", "chirality", "laterality", "handed"})

EAST_WEST, NORTH_SOUTH = frozenset({"east", "west"}), frozenset({"north", "south"})
COMPASS = EAST_WEST | NORTH_SOUTH
COMPASS_SIGN = re.compile(r"(?<![^\W\d_A-Za-z])[東西南北]{1,3}(?:側|向き|向|面|口|方向|行き)?(?![^\W\d_A-Za-z])")
# Beside a compass point, these leave it one.
COMPASS_BESIDE = frozenset({"bound", "ern", "facing", "side", "ward", "wind", "wall", "entrance"})
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

MIRROR = {
    "left": "right",
    "leftward": "rightward",
    "leftwards": "rightwards",
    "lefthand": "righthand",
    "leftside": "rightside",
    "leftmost": "rightmost",
    "l": "r",
    "lt": "rt",
    "lh": "rh",
    "sinistral": "dextral",
    "sinister": "dexter",
    "east": "west",
    "eastbound": "westbound",
    "左": "右",
    "東": "西",
}
SPIN = {"clockwise": "counterclockwise", "cw": "ccw"}
UPSIDE_DOWN = {
    "up": "down",
    "upward": "downward",
    "upwards": "downwards",
    "upper": "lower",
    "uppermost": "lowermost",
    "top": "bottom",
    "above": "below",
    "north": "south",
    "northbound": "southbound",
    "上": "下",
    "北": "南",
}
TRANSPOSE = {"left": "up", "right": "down", "west": "north", "east": "south", "左": "上", "右": "下", "西": "北", "東": "南"}
QUARTER = (
    {"up": "left", "left": "down", "down": "right", "right": "up"}
    | {"north": "west", "west": "south", "south": "east", "east": "north"}
    | {"上": "左", "左": "下", "下": "右", "右": "上", "北": "西", "西": "南", "南": "東", "東": "北"}
)
TOP = {"up": "top", "down": "bottom"}


def both_ways(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """A table of pairs, read from either side; `top` and `bottom` stand for `up` and `down`, `anti-` for `counter-`."""
    found: dict[str, tuple[str, ...]] = {}
    for first, second in (*table.items(), *((second, first) for first, second in table.items())):
        found[first] = (second, *(["anticlockwise"] if second == "counterclockwise" else []), *add_top(second))
    for word, like in (("anticlockwise", "counterclockwise"), ("top", "up"), ("bottom", "down")):
        if like in found and word not in found:
            found[word] = found[like]
    return found


def add_top(word: str) -> list[str]:
    """The other word for the same place."""
    return [TOP[word]] if word in TOP else []


TABLES: dict[Way, dict[str, tuple[str, ...]]] = {
    "mirror": both_ways(MIRROR | SPIN),
    "upside_down": both_ways(UPSIDE_DOWN | SPIN),
    "transpose": both_ways(TRANSPOSE | SPIN),
    "quarter": {word: (after, *add_top(after)) for word, after in QUARTER.items()}
    | {top: (QUARTER[word], *add_top(QUARTER[word])) for word, top in TOP.items()},
}
# These are words for a side only beside a name that differs in nothing else: `L` is also a size, `west` part of a breed's name.
WEAK = {"l", "r", "lt", "rt", "lh", "rh"} | COMPASS


def find_side_name(names: Iterable[str]) -> str | None:
    """The first name with a word for left or right, or of a pair that differs in a lone L and R; None when there is none.

    Args:
        names: class names and column names.

    Examples:
        >>> find_side_name(["cat", "keepLeft"]), find_side_name(["bright", "copyright"]), find_side_name(["右折", "直進"])
        ('keepLeft', None, '右折')
        >>> find_side_name(["eye_L", "eye_R"]), find_side_name(["L", "M", "S"])
        ('eye_L', None)
    """
    names = list(names)
    known = set(names)
    for name in names:
        if set(words_in(name)) & SIDE_WORDS or any(sign in name for sign in SIDE_SIGNS):
            return name
        if is_compass(name, EAST_WEST, "東西") or has_partner(name, known, "mirror"):
            return name
    return None


def find_height_name(names: Iterable[str]) -> str | None:
    """The first name with a word for up or down; None when there is none.

    Args:
        names: class names and column names.

    Examples:
        >>> find_height_name(["cat", "thumbs_up"]), find_height_name(["laptop", "pickup"]), find_height_name(["上着", "上向き"])
        ('thumbs_up', None, '上向き')
    """
    names = list(names)
    known = set(names)
    for name in names:
        if set(words_in(name)) & HEIGHT_WORDS or any(sign in name for sign in HEIGHT_SIGNS) or HEIGHT_SIGN.search(name):
            return name
        if is_compass(name, NORTH_SOUTH, "南北") or has_partner(name, known, "upside_down"):
            return name
    return None


def find_direction_name(names: Iterable[str]) -> str | None:
    """The first name of a number that seems to be an angle or a direction; None when there is none.

    Args:
        names: of value targets and their columns.

    Examples:
        >>> find_direction_name(["price", "steeringAngle"]), find_direction_name(["triangle"]), find_direction_name(["方位"])
        ('steeringAngle', None, '方位')
    """
    for name in names:
        if set(words_in(name)) & DIRECTION_WORDS or any(sign in name for sign in DIRECTION_SIGNS):
            return name
    return None


def asks_about_sides(question: str) -> bool:
    """Whether a recipe's question is about left and right; a lone `right` may only mean `correct`.

    Examples:
        >>> asks_about_sides("Is the right learning rate 1e-3?"), asks_about_sides("Can it tell a left hand from a right one?")
        (False, True)
    """
    words = set(words_in(question))
    both = {"left", "right"} <= words or {"左", "右"} <= set(question)
    return both or bool(words & QUESTION_WORDS) or any(sign in question for sign in QUESTION_SIGNS)


def words_in(name: str) -> list[str]:
    """The Latin words of a name, in lower case.

    Examples:
        >>> words_in("keepLeft_LEFT2")
        ['keep', 'left', 'left']
    """
    return [word.lower() for word in WORD.findall(name)]


def is_compass(name: str, points: frozenset[str], signs: str) -> bool:
    """Whether a name is made of compass points, some of `points` (or `signs`) among them, and of nothing else.

    Examples:
        >>> is_compass("north-west", EAST_WEST, "東西"), is_compass("west_highland_terrier", EAST_WEST, "東西")
        (True, False)
        >>> is_compass("西口", EAST_WEST, "東西"), is_compass("東京", EAST_WEST, "東西")
        (True, False)
    """
    words = set(words_in(name))
    if words & points and words <= COMPASS | COMPASS_BESIDE:
        return True
    found = COMPASS_SIGN.search(name)
    return found is not None and any(sign in found[0] for sign in signs)


def has_partner(name: str, known: Iterable[str], way: Way) -> bool:
    """Whether a name with a weak word, such as a lone L, has its counterpart among the known names.

    Examples:
        >>> has_partner("eye_L", {"eye_L", "eye_R"}, "mirror"), has_partner("L", {"S", "M", "L", "R"}, "mirror")
        (True, False)
    """
    known = set(known)
    if not set(words_in(name)) & WEAK:
        return False
    # A lone letter is also a size or a class of letters: it takes something beside it, or nothing but its counterpart.
    alone = name.lower() not in WEAK or {other.lower() for other in known} in ({"l", "r"}, {"lt", "rt"})
    return alone and any(other in known for other in move_name(name, way))


def move_name(name: str, way: Way) -> list[str]:
    """What a name may be called after the image has been moved: every word that the table has is replaced by another.

    Args:
        name: a label's.
        way: the table.

    Examples:
        >>> move_name("keepLeft", "mirror"), move_name("TOP_left", "quarter")
        (['keepRight'], ['LEFT_down', 'LEFT_bottom'])
        >>> move_name("右手", "mirror"), move_name("cat", "mirror")
        (['左手'], [])
    """
    table = TABLES[way]
    pieces: list[tuple[str, ...]] = []
    moved, end = False, 0
    for found in re.finditer(rf"{WORD.pattern}|[左右上下東西南北]", name):
        after = table.get(found[0].lower(), ())
        moved = moved or bool(after)
        pieces += [(name[end : found.start()],), tuple(write_like(found[0], word) for word in after) or (found[0],)]
        end = found.end()
    return ["".join([*chosen, name[end:]]) for chosen in itertools.product(*pieces)] if moved else []


def write_like(model: str, word: str) -> str:
    """A word in capitals where its model has them.

    Examples:
        >>> write_like("LEFT", "right"), write_like("Left", "right"), write_like("L", "r")
        ('RIGHT', 'Right', 'R')
    """
    if model.isupper():
        return word.upper()
    return word.capitalize() if model[:1].isupper() else word


def find_pairs(labels: Sequence[str], way: Way) -> list[list[str]] | None:
    """The labels that trade places, when each that has a word for it has its counterpart; None when one has not.

    Args:
        labels: of one target, or the names of all value targets.
        way: `mirror`, `upside_down` or `transpose`.

    Examples:
        >>> find_pairs(["ahead", "turn_left", "turn_right"], "mirror"), find_pairs(["left", "ahead"], "mirror")
        ([['turn_left', 'turn_right']], None)
    """
    pairs: list[list[str]] = []
    known = set(labels)
    for label in labels:
        if any(label in pair for pair in pairs) or not is_moved(label, known, way):
            continue
        other = next((name for name in move_name(label, way) if name in known and name != label), None)
        if other is None:
            return None
        pairs.append([label, other])
    return pairs


def find_cycles(labels: Sequence[str]) -> list[list[str]] | None:
    """The labels that quarter turns counter-clockwise take round, when every ring is complete; None when one is not.

    Examples:
        >>> find_cycles(["down", "left", "none", "right", "up"])
        [['down', 'right', 'up', 'left']]
    """
    rings: list[list[str]] = []
    known = set(labels)
    for label in labels:
        if any(label in ring for ring in rings) or not is_moved(label, known, "quarter"):
            continue
        ring = [label]
        while (after := next((name for name in move_name(ring[-1], "quarter") if name in known), label)) not in ring:
            ring.append(after)
        if len(ring) != 4 or label not in move_name(ring[-1], "quarter"):
            return None
        rings.append(ring)
    return rings


def is_moved(label: str, known: Iterable[str], way: Way) -> bool:
    """Whether a label has a word that the image's move makes false; a weak one needs its counterpart."""
    words = set(words_in(label))
    table = TABLES[way]
    if words & (table.keys() - WEAK) or has_partner(label, known, way):
        return True
    if words & COMPASS & table.keys():
        return is_compass(label, COMPASS, "")
    signs = [sign for sign in table if not sign.isascii() and sign in label]
    sure = "左" in signs or "右" in signs or HEIGHT_SIGN.search(label) or any(sign in label for sign in HEIGHT_SIGNS)
    return bool(signs) and bool(sure or COMPASS_SIGN.search(label))

"""Names that tell left from right, in English and Japanese: a mirrored image makes them false."""

from __future__ import annotations

import re
from collections.abc import Iterable

SIDE_WORDS = frozenset(
    {"left", "leftward", "leftwards", "lefthand", "leftside", "right", "rightward", "rightwards", "righthand", "rightside"}
    | {"lateral", "laterality", "lateralization", "dextral", "sinistral", "dexter", "sinister"}
    | {"clockwise", "counterclockwise", "anticlockwise", "cw", "ccw"}
)
SIDE_SIGNS = ("左", "右", "時計回り", "反時計")
# `keep_left`, `keepLeft`, `keep-left` and `LEFT2` are made of words; `copyright` and `bright` are one.
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
SINGLE = re.compile(r"(?:^|(?<=[^A-Za-z]))([LR])(?:$|(?=[^A-Za-z]))", re.IGNORECASE)
OTHER = {"l": "r", "r": "l", "L": "R", "R": "L"}


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
        words = {word.lower() for word in WORD.findall(name)}
        if words & SIDE_WORDS or any(sign in name for sign in SIDE_SIGNS):
            return name
        # A lone letter is also a size or a class of letters: it takes a partner, and something beside it.
        mirrored = SINGLE.sub(lambda found: OTHER[found[1]], name)
        if len(name) > 1 and mirrored != name and mirrored in known:
            return name
    return None

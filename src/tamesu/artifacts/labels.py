"""Labels under suspicion: spellings of one label, labels that may mean "not known", a label column that names the row."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from tamesu.artifacts.tables import NUMBER

LOOKS_MISSING = frozenset({"", "na", "n/a", "#n/a", "<na>", "nan", "none", "null", "nil", "-", "?"})
TRUTH = {"true": "1", "false": "0"}
BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s_-]+(?=\d)")
NOT_TOLD_APART = re.compile(r"[\s_-]+")
WHOLE_NUMBER = re.compile(r"-?\d+", re.ASCII)
# Below this many rows, all labels being different says nothing.
FEW_ROWS = 10
MOSTLY = 0.9


def spelling_key(label: str) -> str:
    """What is left of a label without case, width, spaces, hyphens, invisible characters and spellings of one number.

    Examples:
        >>> {spelling_key(label) for label in ["T-Shirt", "t shirt", "ｔ＿ｓｈｉｒｔ ", "t\\u200bshirt"]}
        {'tshirt'}
        >>> {spelling_key(label) for label in ["1", "1.0", "01", "True", "1e0"]}
        {'=1'}
        >>> spelling_key("-1"), spelling_key("--"), spelling_key("1-11"), spelling_key("11_1")
        ('=-1', '--', '1/11', '11/1')
    """
    text = unicodedata.normalize("NFKC", label).casefold()
    text = "".join(character for character in text if unicodedata.category(character) != "Cf").strip()
    text = TRUTH.get(text, text)
    if NUMBER.fullmatch(text) and len(text) <= 40:
        number = Decimal(text)
        return f"={number.normalize()}" if number else "=0"
    # 1-11 and 11-1 are two patients; a separator between digits stays.
    return NOT_TOLD_APART.sub("", BETWEEN_DIGITS.sub("/", text)) or text


def find_spellings(counts: Mapping[str, int]) -> list[list[str]]:
    """Labels that differ only in spelling.

    Args:
        counts: label → rows.

    Returns:
        Clusters of two or more labels; in each, the most frequent first.

    Examples:
        >>> find_spellings({"cat": 10, "dog": 9, "Cat": 1, "cat ": 2})
        [['cat', 'cat ', 'Cat']]
    """
    clusters: dict[str, list[str]] = {}
    for label in sorted(counts, key=lambda label: (-counts[label], label)):
        clusters.setdefault(spelling_key(label), []).append(label)
    return [cluster for cluster in clusters.values() if len(cluster) > 1]


def find_missing_like(labels: Iterable[str]) -> list[str]:
    """Labels that other programs read as "not known".

    Examples:
        >>> find_missing_like(["cat", "NA", "None", "nan", " "])
        ['NA', 'None', 'nan', ' ']
    """
    return [label for label in labels if label.strip().casefold() in LOOKS_MISSING]


def looks_like_id(labels: Sequence[str], ids: Sequence[str]) -> bool:
    """True when labels name rows rather than classes: each is its row's id, or hardly any comes twice.

    Args:
        labels: one per row, none missing.
        ids: of the same rows.

    Examples:
        >>> looks_like_id(["a", "b"], ["a.jpg", "b.jpg"]), looks_like_id(["cat", "dog"], ["a", "b"])
        (True, False)
    """
    if len(labels) > 1 and all(
        label == name or label == name.rpartition(".")[0] for label, name in zip(labels, ids, strict=True)
    ):
        return True
    once = sum(count == 1 for count in Counter(labels).values())
    return len(labels) >= FEW_ROWS and once >= MOSTLY * len(labels)


def sort_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Labels in their fixed order: by number when all are whole numbers, else by character code.

    Examples:
        >>> sort_labels(["10", "9", "0"]), sort_labels(["b", "10", "a"])
        (('0', '9', '10'), ('10', 'a', 'b'))
    """
    different = set(labels)
    if all(WHOLE_NUMBER.fullmatch(label) and len(label) < 20 for label in different):
        return tuple(sorted(different, key=lambda label: (int(label), label)))
    return tuple(sorted(different))

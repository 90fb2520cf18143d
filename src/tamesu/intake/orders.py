"""Labels that stand in order, and labels that are identities: what names and numbers of rows tell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from statistics import median

from tamesu.intake.kinds import INTEGER, as_number
from tamesu.intake.words import says

ORDER = frozenset(
    {"grade", "grades", "severity", "level", "levels", "stage", "stages", "等級", "重症度", "グレード", "レベル", "段階"}
) | frozenset({"ステージ", "進行度", "程度"})
# Words for degrees, from the least to the most; words of one rung mean the same.
LADDERS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        ("none", "absent", "なし", "無し", "無"),
        ("minimal", "trace", "ごく軽度"),
        ("mild", "slight", "light", "軽度", "軽症", "軽"),
        ("moderate", "medium", "中等度", "中等症", "中度", "中"),
        ("severe", "heavy", "重度", "重症", "重"),
        ("critical", "extreme", "最重度", "最重症"),
    ),
    (
        ("none", "なし"),
        ("very low", "とても低い", "極低"),
        ("low", "低い", "低"),
        ("mid", "middle", "medium", "moderate", "普通", "中程度", "中"),
        ("high", "高い", "高"),
        ("very high", "とても高い", "極高"),
    ),
    (
        ("very small", "tiny", "極小", "特小"),
        ("small", "小さい", "小"),
        ("medium", "mid", "middle", "普通", "中"),
        ("large", "big", "大きい", "大"),
        ("very large", "huge", "極大", "特大"),
    ),
    (
        ("very bad", "very poor", "とても悪い"),
        ("bad", "poor", "悪い", "不良"),
        ("fair", "average", "ok", "普通"),
        ("good", "良い", "良好"),
        ("very good", "とても良い"),
        ("excellent", "優良"),
    ),
    (("不可",), ("可",), ("良",), ("優",), ("秀",)),
    (("beginner", "初級"), ("intermediate", "中級"), ("advanced", "上級"), ("expert", "最上級")),
)
# Two labels are in order anyway; from so many numbers on, the column is more likely an amount.
FEWEST_STEPS, MOST_STEPS = 3, 20
NUMBERED = re.compile(r"([^\d]*)(\d{1,3})([^\d]*)", re.ASCII)
# So many labels, or so large a part of the rows, seen so seldom each, are individuals rather than kinds.
MANY_LABELS, SOME_LABELS, LARGE_SHARE, FEW_ROWS_EACH = 100, 50, 0.25, 5


def find_order(name: str, labels: Sequence[str]) -> tuple[str, ...] | None:
    """The labels from the least to the most, as far as their words and the column's name tell; None when they do not.

    Args:
        name: of the column.
        labels: all different.

    Examples:
        >>> find_order("condition", ["high", "low", "mid"]), find_order("症状", ["重症", "軽症", "中等症"])
        (('low', 'mid', 'high'), ('軽症', '中等症', '重症'))
        >>> (
        ...     find_order("grade", ["2", "0", "1"]),
        ...     find_order("shelf", ["2", "0", "1"]),
        ...     find_order("fruit", ["pear", "fig", "nut"]),
        ... )
        (('0', '1', '2'), None, None)
        >>> find_order("x", ["stage 10", "stage 9", "stage 8"])
        ('stage 8', 'stage 9', 'stage 10')
    """
    if not FEWEST_STEPS <= len(labels) <= MOST_STEPS:
        return None
    if are_steps(labels):
        return tuple(sorted(labels, key=lambda label: as_number(label) or 0.0)) if says(name, ORDER) else None
    return order_numbered(name, labels) or order_words(labels)


def are_steps(labels: Sequence[str]) -> bool:
    """Whether labels are whole numbers from 0 or 1 on, without gaps.

    Examples:
        >>> are_steps(["1", "3", "2"]), are_steps(["0", "2", "4"]), are_steps(["2", "3"])
        (True, False, False)
    """
    if not all(INTEGER.fullmatch(label) for label in labels):
        return False
    numbers = sorted(as_number(label) or 0.0 for label in labels)
    return numbers[0] in (0, 1) and numbers == [numbers[0] + place for place in range(len(numbers))]


def order_numbered(name: str, labels: Sequence[str]) -> tuple[str, ...] | None:
    """Labels that differ in one number only, where they or the column speak of a degree."""
    found = [NUMBERED.fullmatch(label) for label in labels]
    matches = [match for match in found if match is not None]
    if len(matches) < len(labels) or len({(match[1], match[3]) for match in matches}) > 1:
        return None
    if not matches[0][1] and not matches[0][3]:
        # Bare numbers with gaps, which are told from steps before.
        return None
    if not any(says(text, ORDER) for text in (name, matches[0][1], matches[0][3])):
        return None
    numbers = {label: int(match[2]) for label, match in zip(labels, matches, strict=True)}
    return tuple(sorted(labels, key=numbers.__getitem__)) if len(set(numbers.values())) == len(labels) else None


def order_words(labels: Sequence[str]) -> tuple[str, ...] | None:
    """Labels that stand on one ladder of words for degrees."""
    folded = [" ".join(unicodedata.normalize("NFKC", label).casefold().replace("_", " ").split()) for label in labels]
    for ladder in LADDERS:
        rungs = {word: place for place, words in enumerate(ladder) for word in words}
        places = [rungs.get(word) for word in folded]
        known = [place for place in places if place is not None]
        if len(set(known)) == len(labels):
            return tuple(label for _, label in sorted(zip(known, labels, strict=True)))
    return None


def are_identities(counts: Mapping[str, int]) -> bool:
    """Whether labels are likely individuals: many of them, and few rows of most.

    Args:
        counts: rows by label.

    Examples:
        >>> are_identities({f"whale {n}": 1 + n % 3 for n in range(120)}), are_identities(dict.fromkeys("abc", 1))
        (True, False)
        >>> are_identities({f"breed {n}": 80 for n in range(120)})
        False
    """
    rows = sum(counts.values())
    many = len(counts) >= MANY_LABELS or (len(counts) >= SOME_LABELS and len(counts) > LARGE_SHARE * rows)
    return many and median(counts.values()) <= FEW_ROWS_EACH

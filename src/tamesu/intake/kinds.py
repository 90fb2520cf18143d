"""What the cells of a column are: one class, several labels, a number, or a share."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tamesu.artifacts.targets import SUM_TOLERANCE
from tamesu.intake.words import CODE, QUANTITY, says

Kind = Literal["class", "ordinal", "identity", "multilabel", "soft", "value"]
INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.0+)?", re.ASCII)
SEPARATORS = (", ", ",", "; ", ";", "|", " ")
# Up to so many different whole numbers may be codes of classes; more are taken for amounts, unless a name says otherwise.
FEW_CODES = 50


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a column.

    Attributes:
        kind: of the target.
        code: the reason, a key of `tamesu.messages.guesses.REASONS`.
        separator: between labels, for multilabel.
        labels: how many different labels; 0 for value.
    """

    kind: Kind
    code: str
    separator: str | None = None
    labels: int = 0


def read_column(name: str, cells: Sequence[str], hint: Kind | None = None) -> list[Reading]:
    """The possible readings of a column; more than one means a question.

    Args:
        name: the column.
        cells: its cells; empty ones are left out.
        hint: the kind when the user, or the form of the submission, has told it.

    Examples:
        >>> [r.kind for r in read_column("label", ["cat", "dog", "cat"])], [r.kind for r in read_column("age", ["31.5", "40"])]
        (['class'], ['value'])
        >>> [r.kind for r in read_column("grade", ["0", "1", "2", "3"] * 9)]
        ['class', 'value']
    """
    filled = [cell for cell in cells if cell]
    distinct = sorted(set(filled))
    numbers = [number for cell in distinct if (number := as_number(cell)) is not None]
    numeric = bool(distinct) and len(numbers) == len(distinct)
    if hint == "value":
        return [Reading("value", "KIND_GIVEN")]
    if hint in ("class", "ordinal", "identity"):
        return [Reading(hint, "KIND_GIVEN", None, len(distinct))]
    readings = read_numbers(name, filled, distinct, numbers) if numeric else read_labels(distinct)
    if hint == "multilabel":
        many = [reading for reading in readings if reading.kind == "multilabel"]
        separator = next((s for s in SEPARATORS if any(s in cell for cell in distinct)), " ")
        return many or [Reading("multilabel", "KIND_GIVEN", separator, len(tokens_of(distinct, separator)))]
    return readings


def as_number(cell: str) -> float | None:
    """The cell as a finite number, or None; text with leading zeros is a code, not a number.

    Examples:
        >>> as_number("1e3"), as_number("007"), as_number("nan"), as_number("-0.5")
        (1000.0, None, None, -0.5)
    """
    if not cell.isascii() or "_" in cell or re.match(r"\s*[+-]?0[0-9]", cell):
        return None
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def read_numbers(name: str, filled: Sequence[str], distinct: Sequence[str], numbers: Sequence[float]) -> list[Reading]:
    """The readings of a column of numbers: codes of classes, or amounts."""
    count = len(distinct)
    as_class, as_value = Reading("class", "KIND_CODES", None, count), Reading("value", "KIND_NUMBERS")
    if any(not INTEGER.fullmatch(cell) for cell in distinct):
        return [as_value]
    if count <= 2:
        return [Reading("class", "KIND_BINARY", None, count)]
    without_gaps = min(numbers) in (0, 1) and max(numbers) - min(numbers) == count - 1
    # Codes of classes start at 0 or 1, leave no gaps, and come back often.
    like_codes = without_gaps and len(filled) >= 2 * count
    if says(name, CODE) and like_codes and count <= FEW_CODES:
        return [as_class]
    if not says(name, CODE) and (count > FEW_CODES or (says(name, QUANTITY) and count > FEW_CODES // 3)):
        return [as_value]
    return [as_class, as_value]


def read_labels(distinct: Sequence[str]) -> list[Reading]:
    """The readings of a column of text: one class each, or several labels with a separator between them.

    Several labels show by being used again: the same few words make up many different cells, in varying number.
    """
    sure: list[Reading] = []
    possible: list[Reading] = []
    for separator in SEPARATORS:
        # ", " where every comma has its space, else ","; a space is a separator only when no sign is one.
        if len(separator) == 2 and any(separator[0] in cell.replace(separator, "") for cell in distinct):
            continue
        if any(reading.separator and reading.separator[0] == separator for reading in sure + possible):
            continue
        if separator == " " and sure:
            continue
        likely = is_separator(distinct, separator)
        reading = Reading("multilabel", "KIND_SETS", separator, len(tokens_of(distinct, separator)))
        if likely:
            sure.append(reading)
        elif likely is None:
            possible.append(reading)
    if sure:
        return sure
    return [Reading("class", "KIND_TEXT", None, len(distinct)), *possible]


def is_separator(distinct: Sequence[str], separator: str) -> bool | None:
    """Whether a sign stands between labels: True, False, or None when both readings make sense.

    Args:
        distinct: the different cells of a column.
        separator: the sign.

    Examples:
        >>> is_separator(["haze", "clear", "clear road", "haze road", "road"], " ")
        True
        >>> is_separator(["german shepherd", "golden retriever", "pug"], " ")
        False
        >>> is_separator(["red apple", "red pear", "green apple", "green pear", "red plum", "green plum"], " ") is None
        True
    """
    cells = [cell.split(separator) for cell in distinct]
    joined = [cell for cell in cells if len(cell) > 1]
    if not joined or any(not token for cell in joined for token in cell):
        return False
    tokens = tokens_of(distinct, separator)
    alone = {cell[0] for cell in cells if len(cell) == 1}
    reused = len(tokens) < len(distinct)
    if separator == " ":
        # Names have spaces too ("tomato late blight"), so more is asked: words that also stand alone, or far fewer words.
        sure = reused and (tokens <= alone or (bool(alone) and 2 * len(tokens) <= len(distinct)))
    else:
        sure = reused and len({len(cell) for cell in cells}) > 1
    if sure:
        return True
    in_any_order = len(set(map(frozenset, joined))) < len(joined)
    return None if reused or in_any_order or any(set(cell) <= alone for cell in joined) else False


def tokens_of(cells: Sequence[str], separator: str) -> set[str]:
    """The different labels in cells."""
    return {token for cell in cells for token in cell.split(separator) if token}


def is_binary(cells: Sequence[str]) -> bool:
    """Whether every cell is 0 or 1, with both there.

    Examples:
        >>> is_binary(["0", "1.0", "1"]), is_binary(["0", "0"]), is_binary(["0", "2"])
        (True, False, False)
    """
    return {as_number(cell) for cell in set(cells)} == {0.0, 1.0}


def sums_to_one(columns: Sequence[Sequence[str]]) -> bool:
    """Whether each row of 0/1 columns has exactly one 1."""
    return all(sum(as_number(cell) or 0.0 for cell in row) == 1.0 for row in zip(*columns, strict=True))


def are_shares(columns: Sequence[Sequence[str]]) -> bool:
    """Whether each row of several columns holds shares, which add to 1; a row without any cell is passed over.

    Columns of 0 and 1 alone are labels, not shares.

    Examples:
        >>> are_shares([["0.2", "1"], ["0.8", "0"]]), are_shares([["0", "1"], ["1", "0"]]), are_shares([["0.2"], ["0.9"]])
        (True, False, False)
    """
    fractions = False
    for row in zip(*columns, strict=True):
        if not any(row):
            continue
        numbers = [number for cell in row if (number := as_number(cell)) is not None]
        if len(numbers) < len(row) or min(numbers) < 0 or abs(sum(numbers) - 1) > SUM_TOLERANCE:
            return False
        fractions = fractions or any(number not in (0, 1) for number in numbers)
    return len(columns) > 1 and fractions

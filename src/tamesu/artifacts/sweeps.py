"""Several values of one key in one word: `1e-3,3e-4`, `log:1e-4:1e-2:5`, `lin:0:0.4:5`."""

from __future__ import annotations

import math
import re

from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.scalars import resolve_scalar
from tamesu.artifacts.schema import annotation_at
from tamesu.artifacts.spelling import number_text
from tamesu.errors import Fault, InputError, Where
from tamesu.messages.ideas import (
    RANGE_COUNT,
    RANGE_EQUAL,
    RANGE_FIELDS,
    RANGE_NOT_POSITIVE,
    RANGE_NOT_WHOLE,
    RANGE_NUMBER,
)
from tamesu.messages.message import Phrase, fill_both

MOST_VALUES = 100
RANGE = re.compile(r"(log|lin)\s*:(.*)", re.DOTALL)
LOG_DIGITS = 3
# What hides the letter after it, inside each kind of quotes.
ESCAPES = {'"': re.compile(r"\\"), "'": re.compile("''")}


def split_values(text: str) -> list[str]:
    """The values between commas outside brackets, braces and quotes, without surrounding blanks.

    A bracket or quote that is not closed leaves the text whole, for the reader of values to complain about.

    Examples:
        >>> split_values("1e-3, 3e-4"), split_values("[0.6,1.0]"), split_values("{bce: {a: 1, b: 2}},mse")
        (['1e-3', '3e-4'], ['[0.6,1.0]'], ['{bce: {a: 1, b: 2}}', 'mse'])
    """
    pieces, depth, quote, start, index = [], 0, "", 0, 0
    # A quote opens a text only where a value may begin; in "it's" it is a letter.
    begins = True
    while index < len(text):
        letter = text[index]
        if quote:
            if ESCAPES[quote].match(text, index):
                index += 1
            elif letter == quote:
                quote = ""
        elif letter in "'\"" and begins:
            quote = letter
        elif letter == "," and depth == 0:
            pieces.append(text[start:index].strip())
            start = index + 1
        else:
            depth += (letter in "[{") - (letter in "]}")
        begins = letter in ",[{" or (letter == " " and (begins or text[index - 1 : index] == ":"))
        index += 1
    return [text.strip()] if quote or depth else [*pieces, text[start:].strip()]


def is_range(text: str) -> bool:
    """Whether a value is written as a range; a text that begins like one goes in quotes."""
    return RANGE.fullmatch(text) is not None


def spread_range(text: str, key: str) -> list[str]:
    """The values of a range as a user would have typed them.

    Args:
        text: `log:first:last:count` or `lin:first:last:count`.
        key: what is set; a key that takes whole numbers gets whole numbers.

    Raises:
        InputError: IDEA_RANGE, with what is wrong.

    Examples:
        >>> spread_range("log:1e-4:1e-2:5", "optimizer.adamw.lr"), spread_range("lin:0:0.4:5", "ema")
        (['1e-4', '3.16e-4', '1e-3', '3.16e-3', '0.01'], ['0.0', '0.1', '0.2', '0.3', '0.4'])
        >>> spread_range("lin:10:30:4", "epochs"), spread_range("log:64:256:3", "image.size")
        (['10', '17', '23', '30'], ['64', '128', '256'])
    """
    scale, _, rest = text.partition(":")
    log, fields = scale.strip() == "log", [field.strip() for field in rest.split(":")]
    if len(fields) != 3:
        raise refuse(text, key, fill_both(RANGE_FIELDS, found=len(fields)))
    ends = [read_number(field) for field in fields[:2]]
    for field, end in zip(fields, ends, strict=False):
        if end is None:
            raise refuse(text, key, fill_both(RANGE_NUMBER, found=repr(field)))
    first, last = (end for end in ends if end is not None)
    count = read_number(fields[2])
    if not isinstance(count, int) or not 2 <= count <= MOST_VALUES:
        raise refuse(text, key, fill_both(RANGE_COUNT, found=repr(fields[2]), limit=MOST_VALUES))
    if first == last:
        raise refuse(text, key, RANGE_EQUAL)
    if log and min(first, last) <= 0:
        raise refuse(text, key, RANGE_NOT_POSITIVE)
    exact = spread(first, last, count, log=log)
    whole = [round(value) for value in exact]
    if annotation_at(Recipe, tuple(key.split("."))) is int:
        if len(set(whole)) < count:
            raise refuse(text, key, fill_both(RANGE_NOT_WHOLE, key=key, count=count))
        return [str(value) for value in whole]
    ends_whole = isinstance(first, int) and isinstance(last, int)
    if ends_whole and all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(exact, whole, strict=True)):
        return [str(value) for value in whole]
    # The ends stay as they were typed, whatever the digits between them.
    inner = [round_within(value, first, last, count, log=log) for value in exact[1:-1]]
    return [number_text(value) for value in (float(first), *inner, float(last))]


def spread(first: float, last: float, count: int, *, log: bool) -> list[float]:
    """`count` numbers from `first` to `last`, evenly apart on the scale."""
    shares = [step / (count - 1) for step in range(count)]
    if log:
        return [math.exp((1 - share) * math.log(first) + share * math.log(last)) for share in shares]
    return [(1 - share) * first + share * last for share in shares]


def round_within(value: float, first: float, last: float, count: int, *, log: bool) -> float:
    """A value of a range with so many digits that rounding moves it by less than a hundredth of a step."""
    if not log:
        # + 0.0 turns -0.0 into 0.0.
        return round(value, 2 - math.floor(math.log10(abs(last - first) / (count - 1)))) + 0.0
    growth = abs(math.log(last / first)) / (count - 1)
    # Three digits move a value by up to one part in 200.
    digits = max(LOG_DIGITS, math.ceil(math.log10(500 / growth)))
    return float(f"{value:.{digits}g}")


def read_number(text: str) -> int | float | None:
    """The number that YAML 1.2 reads there, or None."""
    value, fault = resolve_scalar(text, Where())
    return None if fault is not None or isinstance(value, bool | str | None) else value


def refuse(text: str, key: str, problem: Phrase) -> InputError:
    """The error about a range."""
    return InputError(Fault("IDEA_RANGE", "refuse", Where(key=key), {"text": text, "problem": problem, "key": key}))

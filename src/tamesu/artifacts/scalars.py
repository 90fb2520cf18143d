"""What a bare word in YAML stands for: the core schema of YAML 1.2, where `no` is a word and `1e-3` a number.

Spellings that YAML 1.1 (PyYAML, Ruby, older tools) reads as another number than YAML 1.2 are refused, not guessed.
"""

from __future__ import annotations

import math
import re

from tamesu.errors import Fault, Where
from tamesu.messages.expected import A_64_BIT_NUMBER, A_FINITE_NUMBER

Scalar = str | int | float | bool | None

WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
DECIMAL = re.compile(r"[-+]?[0-9]+")
BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
# 010 is 8 or 10, 12:30 is 750 or a time, 1_000 is 1000 or text, 0b11 is 3 or text.
AMBIGUOUS = re.compile(
    r"[-+]?(0[0-9]+|[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?|[0-9]+_[0-9_]*(\.[0-9_]*)?|0b[01_]+|0x[0-9a-fA-F]*_[0-9a-fA-F_]*)"
)
LARGEST = 2**63 - 1


def resolve_scalar(text: str, where: Where) -> tuple[Scalar, Fault | None]:
    """The value of a plain (unquoted) scalar, and what is wrong with it.

    Args:
        text: the scalar as written, without surrounding blanks.
        where: its place, for the fault.

    Returns:
        The value and None; or the text itself and a fault: CONFIG_AMBIGUOUS_NUMBER for a number that YAML 1.1 and 1.2
        read differently, CONFIG_RANGE for one that is not finite or does not fit 64 bits.

    Source: YAML 1.2.2, chapter 10.3 (core schema).

    Examples:
        >>> [resolve_scalar(text, Where())[0] for text in ("3e-4", "no", "12", "null", "0o17", "1.2.3")]
        [0.0003, 'no', 12, None, 15, '1.2.3']
        >>> resolve_scalar("010", Where())[1].code
        'CONFIG_AMBIGUOUS_NUMBER'
    """
    if text in WORDS:
        return WORDS[text], None
    if AMBIGUOUS.fullmatch(text):
        return text, Fault("CONFIG_AMBIGUOUS_NUMBER", "refuse", where, {"value": shorten(text)})
    if DECIMAL.fullmatch(text):
        return check_whole(int(text) if len(text) < 40 else LARGEST + 1, text, where)
    if BASED.fullmatch(text):
        return check_whole(int(text, 0) if len(text) < 40 else LARGEST + 1, text, where)
    if NOT_FINITE.fullmatch(text):
        return text, Fault("CONFIG_RANGE", "refuse", where, {"value": text, "expected": A_FINITE_NUMBER})
    if FLOAT.fullmatch(text):
        number = float(text)
        if math.isinf(number):
            return text, Fault("CONFIG_RANGE", "refuse", where, {"value": shorten(text), "expected": A_FINITE_NUMBER})
        return number, None
    return text, None


def check_whole(number: int, text: str, where: Where) -> tuple[Scalar, Fault | None]:
    """A whole number that fits 64 bits, or its text and a CONFIG_RANGE fault."""
    if abs(number) <= LARGEST:
        return number, None
    return text, Fault("CONFIG_RANGE", "refuse", where, {"value": shorten(text), "expected": A_64_BIT_NUMBER})


def shorten(text: str, limit: int = 60) -> str:
    """Text for a message: cut in the middle when longer than `limit` characters.

    Examples:
        >>> shorten("9" * 5000, 10)
        '99999...99 (5000 characters)'
    """
    return text if len(text) <= limit else f"{text[: limit // 2]}...{text[-2:]} ({len(text)} characters)"

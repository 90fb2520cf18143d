"""YAML as a person would write it: short parts on one line, reasons as comments above the keys."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from tamesu.intake.guesses import Guess

WIDTH = 110
PLAIN = re.compile(r"(?:\.\./)*(?:[^\W\d_][\w./ +-]*|\.\.)")
# Words that one YAML reader or another takes for a truth value or for nothing.
RESERVED = frozenset({"true", "false", "yes", "no", "on", "off", "null", "none", "y", "n", "nan", "inf"})
NOT_PRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def flow(value: Any) -> str:
    """A value on one line.

    Examples:
        >>> flow({"adamw": {"lr": 2e-3, "weight_decay": 0.05}}), flow(["a b", "no", "3", "犬"]), flow({"id": "{id}.jpg"})
        ('{adamw: {lr: 2e-3, weight_decay: 0.05}}', '[a b, "no", "3", 犬]', '{id: "{id}.jpg"}')
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, float):
        return number_text(value)
    return quote(value) if isinstance(value, str) else str(value)


def quote(text: str) -> str:
    """Text as YAML text: bare where that is safe everywhere, else in double quotes.

    Examples:
        >>> quote("../data/train.csv"), quote("007"), quote("a: b"), quote("yes")
        ('../data/train.csv', '"007"', '"a: b"', '"yes"')
    """
    if PLAIN.fullmatch(text) and text == text.strip() and text.lower() not in RESERVED and not text.endswith(":"):
        return text
    return NOT_PRINTABLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(text, ensure_ascii=False))


def number_text(number: float) -> str:
    """A number as short as it can be read back.

    Examples:
        >>> number_text(0.002), number_text(0.05), number_text(1e-5), number_text(2.0)
        ('2e-3', '0.05', '1e-5', '2.0')
    """
    plain = repr(number)
    if "e" in plain or 0.01 <= abs(number) < 1e5 or number == 0:
        return re.sub(r"e([+-])0", r"e\1", plain)
    digits = f"{number:.16e}" if float(f"{number:.6e}") != number else f"{number:.6e}"
    mantissa, _, exponent = digits.partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def block(key: str, value: Any, reasons: Sequence[str] = ()) -> str:
    """One top-level key with its reasons above; a mapping or list that is too long for one line takes several.

    Args:
        key: the key.
        value: its value.
        reasons: sentences, one comment each.
    """
    lines = [line for reason in reasons for line in comment(reason)]
    one = f"{quote(key)}: {flow(value)}"
    nested = isinstance(value, Mapping) and any(isinstance(item, Mapping) for item in value.values())
    if isinstance(value, list) and value and any(isinstance(item, Mapping) for item in value):
        lines += [f"{quote(key)}:", *(f"  - {bare_part(item)}" for item in value)]
    elif isinstance(value, Mapping) and (len(one) > WIDTH or (nested and len(value) > 1)):
        lines += [f"{quote(key)}:", *(f"  {quote(name)}: {flow(item)}" for name, item in value.items())]
    else:
        lines.append(one)
    return "\n".join(lines) + "\n"


def bare_part(item: Any) -> str:
    """A list item; a mapping of one key goes without its outer braces."""
    if isinstance(item, Mapping) and len(item) == 1:
        name, options = next(iter(item.items()))
        return f"{quote(name)}: {flow(options)}"
    return flow(item)


def reasons_for(key: str, guesses: Sequence[Guess]) -> list[str]:
    """The reasons of the guesses about a top-level key; about a key below it, with that key's name."""
    found = []
    for guess in guesses:
        top, _, below = guess.what.partition(".")
        if top == key:
            found.append(f"{below}: {guess.why}" if below else guess.why)
    return found


def comment(text: str) -> list[str]:
    """Text as comment lines; a Japanese sentence is not broken."""
    clean = NOT_PRINTABLE.sub("?", " ".join(text.split()))
    clean = "".join(sign if sign.isprintable() else "?" for sign in clean)
    return [f"# {line}" for line in textwrap.wrap(clean, WIDTH, break_long_words=False, break_on_hyphens=False)]

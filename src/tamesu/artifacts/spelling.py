"""Values as a person would write them in YAML, on one line; every reader of YAML 1.1 and 1.2 reads the same."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

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


def change_words(changes: Mapping[str, Any]) -> list[str]:
    """Changes as they are typed after `tamesu try`, one word each.

    Examples:
        >>> change_words({"epochs": 20, "augmentations+": {"rotate": {"degrees": 10}}})
        ['epochs=20', 'augmentations+={rotate: {degrees: 10}}']
    """
    return [f"{key}={flow(value)}" for key, value in changes.items()]


def shell_line(*words: str) -> str:
    """A command to be pasted into a shell; what a shell would take apart stands in quotes.

    Examples:
        >>> shell_line("tamesu", "try", "base", "heads.size={loss: mse}")
        "tamesu try base 'heads.size={loss: mse}'"
    """
    return shlex.join(words)

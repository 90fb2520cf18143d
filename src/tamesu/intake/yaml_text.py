"""YAML as a person would write it: short parts on one line, reasons as comments above the keys."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from tamesu.artifacts.spelling import NOT_PRINTABLE, flow, quote
from tamesu.intake.guesses import Guess

WIDTH = 110


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

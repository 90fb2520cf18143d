"""The shape of one message, and of a phrase inside it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One fault in words: what is wrong and what to do, in two languages.

    The four texts share the same `{placeholders}`; a test compares them.
    """

    what: str
    do: str
    what_ja: str
    do_ja: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A value of a message that is itself words: `render` takes the one in its language.

    Examples:
        >>> str(Phrase("a whole number", "整数"))
        'a whole number'
    """

    en: str
    ja: str

    def __str__(self) -> str:
        return self.en

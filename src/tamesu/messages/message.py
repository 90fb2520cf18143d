"""The shape of one message, and of a phrase inside it."""

from __future__ import annotations

from collections.abc import Mapping
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

    def say(self, language: str) -> tuple[str, str]:
        """What is wrong and what to do in a language, placeholders as they are."""
        return (self.what_ja, self.do_ja) if language == "ja" else (self.what, self.do)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A value of a message that is itself words: `render` takes the one in its language.

    Examples:
        >>> str(Phrase("a whole number", "整数")), Phrase("{count} rows", "{count} 行").say("ja").format(count=3)
        ('a whole number', '3 行')
    """

    en: str
    ja: str

    def __str__(self) -> str:
        return self.en

    def say(self, language: str) -> str:
        """The words in a language, placeholders as they are: Japanese for `"ja"`, else English."""
        return self.ja if language == "ja" else self.en


def fill_both(words: Phrase, **values: object) -> Phrase:
    """A phrase with its placeholders filled in both languages; a value may be a phrase itself.

    Args:
        words: with placeholders in braces.
        **values: what fills them.

    Examples:
        >>> fill_both(Phrase("it {what}", "それは{what}"), what=Phrase("falls", "落ちる")).ja
        'それは落ちる'
    """
    return Phrase(words.en.format(**choose_words(values, "en")), words.ja.format(**choose_words(values, "ja")))


def choose_words(values: Mapping[str, object], language: str) -> dict[str, object]:
    """The values that fill a message in a language: of a phrase the words, all others as they are.

    Examples:
        >>> choose_words({"what": Phrase("rows", "行"), "count": 3}, "ja")
        {'what': '行', 'count': 3}
    """
    return {key: value.say(language) if isinstance(value, Phrase) else value for key, value in values.items()}


def speak(phrases: Mapping[str, Phrase], key: str, language: str | None = None, **values: object) -> str:
    """A phrase of a table, filled in, in the user's language.

    Args:
        phrases: by key.
        key: of one of them.
        language: `"en"` or `"ja"`; chosen from the environment when None.
        **values: what fills its placeholders.

    Examples:
        >>> speak({"rows": Phrase("{count} rows", "{count} 行")}, "rows", "ja", count="1,797")
        '1,797 行'
    """
    from tamesu.messages import choose_language

    return phrases[key].say(language or choose_language()).format(**values)

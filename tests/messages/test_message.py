"""Every message of the catalogue, in both languages."""

from __future__ import annotations

import string

from tamesu.messages import CATALOGUE, render
from tamesu.messages.message import Phrase


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def is_japanese(text: str) -> bool:
    return any("\u3040" <= c <= "\u9fff" for c in text)


# One test for all codes: a test for each costs more than what it looks at.
def test_both_languages_share_their_placeholders() -> None:
    assert CATALOGUE
    different = [
        code
        for code, message in CATALOGUE.items()
        if placeholders(message.what) | placeholders(message.do) != placeholders(message.what_ja) | placeholders(message.do_ja)
    ]
    assert different == []


def test_japanese_is_japanese_and_english_is_english() -> None:
    japanese = [(code, text) for code, message in CATALOGUE.items() for text in (message.what_ja, message.do_ja)]
    english = [(code, text) for code, message in CATALOGUE.items() for text in (message.what, message.do)]
    assert [(code, text) for code, text in japanese if not is_japanese(text)] == []
    assert [(code, text) for code, text in english if not text or is_japanese(text)] == []


def test_a_phrase_is_said_in_the_language_of_the_message() -> None:
    values = {"value": "'ten'", "expected": Phrase("a whole number", "整数")}
    assert "a whole number" in render("CONFIG_TYPE", values, "en")[0]
    assert "整数" in render("CONFIG_TYPE", values, "ja")[0]
    assert "a whole number" not in "".join(render("CONFIG_TYPE", values, "ja"))

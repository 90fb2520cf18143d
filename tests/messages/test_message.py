"""Every message of the catalogue, in both languages."""

from __future__ import annotations

import string

import pytest

from tamesu.messages import CATALOGUE, render
from tamesu.messages.message import Phrase


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_both_languages_share_their_placeholders(code: str) -> None:
    message = CATALOGUE[code]
    assert placeholders(message.what) | placeholders(message.do) == placeholders(message.what_ja) | placeholders(message.do_ja)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_japanese_is_japanese_and_english_is_english(code: str) -> None:
    message = CATALOGUE[code]
    for text in (message.what_ja, message.do_ja):
        assert any("\u3040" <= c <= "\u9fff" for c in text), text
    for text in (message.what, message.do):
        assert text and not any("\u3040" <= c <= "\u9fff" for c in text), text


def test_a_phrase_is_said_in_the_language_of_the_message() -> None:
    values = {"value": "'ten'", "expected": Phrase("a whole number", "整数")}
    assert "a whole number" in render("CONFIG_TYPE", values, "en")[0]
    assert "整数" in render("CONFIG_TYPE", values, "ja")[0]
    assert "a whole number" not in "".join(render("CONFIG_TYPE", values, "ja"))

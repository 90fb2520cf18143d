"""The messages of `init`: the same placeholders in both languages, and questions that show how to answer."""

from __future__ import annotations

import string

import pytest

from tamesu.messages import CATALOGUE
from tamesu.messages.intake import MESSAGES


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@pytest.mark.parametrize("code", MESSAGES)
def test_both_languages_say_the_same(code: str) -> None:
    message = MESSAGES[code]
    assert placeholders(message.what) == placeholders(message.what_ja)
    assert placeholders(message.do) == placeholders(message.do_ja)
    assert message.what.isascii() and message.do.isascii()
    assert not message.what_ja.isascii() and not message.do_ja.isascii()
    assert CATALOGUE[code] is message


@pytest.mark.parametrize("code", [code for code in MESSAGES if code.startswith("INTAKE_WHICH_")])
def test_a_question_shows_its_answers(code: str) -> None:
    message = MESSAGES[code]
    assert "{choices}" in message.do or "--backbone" in message.do

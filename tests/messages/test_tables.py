"""The messages about tables: the same placeholders in both languages, and questions that say how to answer."""

from __future__ import annotations

import string

import pytest

from tamesu.messages.tables import MESSAGES

QUESTIONS = [code for code, message in MESSAGES.items() if "accept:" in message.do]


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@pytest.mark.parametrize("code", MESSAGES)
def test_both_languages_say_the_same(code: str) -> None:
    message = MESSAGES[code]
    assert placeholders(message.what) == placeholders(message.what_ja)
    assert placeholders(message.do) == placeholders(message.do_ja)
    assert not message.what_ja.isascii() and not message.do_ja.isascii()
    assert message.what.isascii() and message.do.isascii()


@pytest.mark.parametrize("code", QUESTIONS)
def test_a_question_names_the_default_and_the_key_that_takes_it(code: str) -> None:
    message = MESSAGES[code]
    assert message.do.startswith("default: ") and message.do_ja.startswith("既定: ")
    assert f"`accept: [{code}]`" in message.do and f"`accept: [{code}]`" in message.do_ja
    assert "; or" in message.do or "; if" in message.do

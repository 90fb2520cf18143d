"""The messages about ideas: each is given somewhere, and what is wrong with a range is told in both languages."""

from __future__ import annotations

import string

import pytest
from tests.messages.raised import list_unraised

from tamesu.messages import ideas
from tamesu.messages.ideas import MESSAGES
from tamesu.messages.message import Phrase, fill_both

PROBLEMS = {name: value for name, value in vars(ideas).items() if isinstance(value, Phrase)}


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_every_code_here_is_raised_somewhere() -> None:
    assert list_unraised(MESSAGES) == []


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_problem_has_the_same_placeholders_in_both_languages(name: str) -> None:
    words = PROBLEMS[name]
    assert placeholders(words.en) == placeholders(words.ja)
    assert words.en.isascii() and not words.ja.isascii()


def test_fill() -> None:
    assert fill_both(Phrase("{n} of it", "{n} 個"), n=3) == Phrase("3 of it", "3 個")

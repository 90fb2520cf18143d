"""The messages about laws: each is given somewhere, and its phrases are said in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

import tamesu.penalties
from tamesu.messages import CATALOGUE, laws
from tamesu.messages.laws import MESSAGES
from tamesu.messages.message import Phrase

GIVEN = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(tamesu.penalties.__file__).parent.glob("*.py")))


@pytest.mark.parametrize("code", MESSAGES)
def test_every_code_here_is_raised_somewhere(code: str) -> None:
    assert f'"{code}"' in GIVEN
    assert CATALOGUE[code] is MESSAGES[code]


def test_phrases_are_said_in_both_languages() -> None:
    phrases = [value for value in vars(laws).values() if isinstance(value, Phrase)]
    assert phrases and all(phrase.en.isascii() and not phrase.ja.isascii() for phrase in phrases)

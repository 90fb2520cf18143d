from __future__ import annotations

import re
from string import Formatter

import pytest

from tamesu.messages.speed import PHRASES, tell


@pytest.mark.parametrize("key", PHRASES)
def test_both_languages_share_their_placeholders(key: str) -> None:
    def fields(text: str) -> list[str]:
        return sorted(field for _, field, _, _ in Formatter().parse(text) if field is not None)

    assert fields(PHRASES[key].en) == fields(PHRASES[key].ja)


def test_sentences_are_really_translated() -> None:
    japanese = re.compile("[぀-ヿ一-鿿]")
    assert [key for key, phrase in PHRASES.items() if japanese.search(phrase.en)] == []
    signs = {"column_score", "column_p90", "column_weights", "column_px", "column_size", "column_views"}
    assert {key for key, phrase in PHRASES.items() if not japanese.search(phrase.ja)} <= signs


def test_a_phrase_is_filled_in_the_language_asked_for() -> None:
    assert tell("wrote", "ja", path="a.html") == "書きました: a.html"

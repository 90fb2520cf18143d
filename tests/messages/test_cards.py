"""The words around the cards, in both languages."""

from __future__ import annotations

import string

from tamesu.messages import cards
from tamesu.messages.cards import FAMILIES, FIELDS, MARKS
from tamesu.messages.message import Phrase, fill_both


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_share_their_placeholders() -> None:
    said = [*FAMILIES.values(), *FIELDS.values(), *MARKS.values()]
    said += [value for value in vars(cards).values() if isinstance(value, Phrase)]
    for phrase in said:
        assert placeholders(phrase.en) == placeholders(phrase.ja), phrase.en
        assert any("\u3040" <= letter <= "\u9fff" for letter in phrase.ja), phrase.ja
        assert not any("\u3040" <= letter <= "\u9fff" for letter in phrase.en), phrase.en


def test_a_phrase_inside_a_phrase_is_said_in_its_language() -> None:
    filled = fill_both(Phrase("{word!r} {reason}", "{word!r} は{reason}"), word="右", reason=Phrase("is a side", "左右です"))
    assert filled == Phrase("'右' is a side", "'右' は左右です")

"""What every card of the drawer keeps: short, in both languages, with a change to begin with."""

from __future__ import annotations

import re

from tamesu.artifacts.competition import check_name
from tamesu.cards import CARDS, Card
from tamesu.messages.cards import FAMILIES
from tamesu.messages.message import Phrase

FIELDS = ("imitates", "helps", "lies")
JAPANESE = re.compile("[\u3040-\u9fff]")


def texts(card: Card) -> list[Phrase]:
    return [getattr(card, name) for name in FIELDS]


def test_there_are_cards() -> None:
    assert CARDS


def test_each_text_is_there_in_both_languages() -> None:
    for name, card in CARDS.items():
        for text in texts(card):
            assert text.en and not JAPANESE.search(text.en), (name, text.en)
            assert JAPANESE.search(text.ja), (name, text.ja)
        assert card.family in FAMILIES, name


def test_a_field_has_two_sentences_at_most() -> None:
    for name, card in CARDS.items():
        assert not card.imitates.en.endswith(".") and not card.imitates.ja.endswith("。"), name
        for text in (card.helps, card.lies):
            assert 1 <= len(re.findall(r"[.?!](?= |$)", text.en)) <= 2, (name, text.en)
            assert 1 <= len(re.findall(r"。", text.ja)) <= 2, (name, text.ja)
            assert text.en.endswith(".") and text.ja.endswith("。"), (name, text)


def test_no_two_cards_say_the_same() -> None:
    said = [text.en for card in CARDS.values() for text in (card.helps, card.lies)]
    assert len(set(said)) == len(said)


def test_a_card_may_be_the_name_of_an_idea() -> None:
    for card in CARDS.values():
        check_name(card.name)

"""What every card of the drawer keeps: short, in both languages, with a change to begin with."""

from __future__ import annotations

import re

import pytest

from tamesu.artifacts.competition import check_name
from tamesu.cards import CARDS, Card
from tamesu.messages.cards import FAMILIES
from tamesu.messages.message import Phrase

FIELDS = ("imitates", "helps", "lies")
JAPANESE = re.compile("[\u3040-\u9fff]")


def texts(card: Card) -> list[Phrase]:
    return [getattr(card, name) for name in FIELDS]


@pytest.mark.parametrize("card", CARDS.values(), ids=list(CARDS))
def test_each_text_is_there_in_both_languages(card: Card) -> None:
    for text in texts(card):
        assert text.en and not JAPANESE.search(text.en), text.en
        assert JAPANESE.search(text.ja), text.ja
    assert card.family in FAMILIES


@pytest.mark.parametrize("card", CARDS.values(), ids=list(CARDS))
def test_a_field_has_two_sentences_at_most(card: Card) -> None:
    assert not card.imitates.en.endswith(".") and not card.imitates.ja.endswith("。")
    for text in (card.helps, card.lies):
        assert 1 <= len(re.findall(r"[.?!](?= |$)", text.en)) <= 2, text.en
        assert 1 <= len(re.findall(r"。", text.ja)) <= 2, text.ja
        assert text.en.endswith(".") and text.ja.endswith("。")


def test_no_two_cards_say_the_same() -> None:
    said = [text.en for card in CARDS.values() for text in (card.helps, card.lies)]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("card", CARDS.values(), ids=list(CARDS))
def test_a_card_may_be_the_name_of_an_idea(card: Card) -> None:
    check_name(card.name)

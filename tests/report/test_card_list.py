"""The drawer as text: a line a card with its marks, and whole cards."""

from __future__ import annotations

import pytest
from tests.cards.facts import learn

from tamesu.artifacts.documents import parse_value
from tamesu.cards import CARDS, Facts, Told, find_cards
from tamesu.messages import Language
from tamesu.report.card_list import format_cards, format_drawer
from tamesu.report.columns import WIDTH
from tamesu.report.plots import measure

FACTS = Facts(rows=100, used=frozenset({"hue"}), told={"sepia": Told("drop", "2026-08-01", -0.01)}, size_px=32)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_all_cards_stand_in_the_list_and_no_line_is_too_wide(language: Language) -> None:
    lines = format_drawer(list(CARDS.values()), FACTS, language).splitlines()
    first = [line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "]
    assert first[: len(CARDS)] == list(CARDS)
    assert max(map(measure, lines)) <= WIDTH


def test_marks_stand_in_brackets() -> None:
    text = format_drawer(list(CARDS.values()), FACTS)
    assert "another white balance, another dye [in the recipe]" in text
    assert "an old or yellowed print [dropped]" in text
    japanese = format_drawer(list(CARDS.values()), FACTS, "ja")
    assert "古い写真や黄ばんだ印刷 [不採用]" in japanese and "幾何: 位置と向き" in japanese


def test_a_whole_card_word_for_word() -> None:
    assert (
        format_cards(find_cards(["sepia"]), FACTS)
        == """\
sepia (colour)
  imitates  an old or yellowed print
  helps     Art, archives, old photographs; it has earned its place where pictures fade. Cheap to
            try.
  lies      It takes colour away as grayscale does, and no modern camera makes it.
  here      dropped here on 2026-08-01, gain -0.0100; another strength or probability is another
            idea
  into ideas.yaml, then `tamesu try sepia_half`:
    sepia_half: {augmentations+: {sepia: {p: 0.1, strength: 0.5}}}"""
    )


def test_a_whole_card_in_japanese() -> None:
    text = format_cards(find_cards(["gaussian_blur"]), FACTS, "ja")
    assert text.splitlines()[0] == "gaussian_blur (画質: ぼけ・ノイズ・圧縮)"
    assert "  このコンペ    32 px では失える細部がわずかです。弱くかけてください" in text
    assert "ideas.yaml に貼り、`tamesu try gaussian_blur`:" in text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_is_to_be_pasted_is_yaml_on_one_line(language: Language) -> None:
    text = format_cards(CARDS.values(), Facts(), language)
    pasted = [line.strip() for line in text.splitlines() if line.startswith("    ") and line[4] not in " "]
    pasted = [line for line in pasted if ": {" in line]
    assert len(pasted) == len(CARDS)
    for line, card in zip(pasted, CARDS.values(), strict=True):
        assert parse_value("{" + line + "}", "ideas") == {card.name: dict(card.try_first)}
    assert max(measure(line) for line in text.splitlines() if line.strip() not in pasted) <= WIDTH


def test_cards_about_heads_say_what_they_do_and_harm_and_paste_nothing_where_nothing_fits() -> None:
    facts = Facts(learning=learn({"kind": {"kind": "class", "column": "kind"}}, {"kind": list("aab")}))
    text = format_cards([CARDS["coral"]], facts)
    assert "\n  does  " in text and "\n  harms  " in text and "for ordinal targets; 'kind' is of kind class" in text
    assert "ideas.yaml" not in text
    whole = format_cards([CARDS["dropout"]], facts, "ja")
    assert "働き" in whole and "    dropout: {heads.kind.dropout: 0.3}" in whole

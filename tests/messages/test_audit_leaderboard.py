"""Causes as a numbered row."""

from __future__ import annotations

from tamesu.messages.audit_leaderboard import number_phrases
from tamesu.messages.message import Phrase


def test_phrases_are_numbered_from_one() -> None:
    numbered = number_phrases([Phrase("a", "あ"), Phrase("b", "い")])
    assert (numbered.en, numbered.ja) == ("1. a; 2. b", "1. あ、2. い")
    assert number_phrases([]).en == ""

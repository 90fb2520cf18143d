"""The words of drift: rows of phrases, and every fact has its name in both languages."""

from __future__ import annotations

from tests.results.audit.made import make_data

from tamesu.messages.audit_drift import FACTS, join_phrases
from tamesu.messages.message import Phrase
from tamesu.results.audit.fact_table import tabulate_facts


def test_phrases_stand_in_a_row() -> None:
    joined = join_phrases([Phrase("a", "あ"), Phrase("b", "い"), Phrase("c", "う")])
    assert (joined.en, joined.ja) == ("a, b, c", "あ、い、う")
    assert join_phrases([]).en == ""


def test_every_fact_that_may_move_has_a_name() -> None:
    table = tabulate_facts(make_data(30))
    assert set(table.names) <= FACTS.keys()

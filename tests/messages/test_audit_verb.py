"""The verb's own words: every phrase in both languages, with the same placeholders."""

from __future__ import annotations

from string import Formatter

import pytest

from tamesu.messages.audit_verb import PHRASES, say
from tamesu.results.audit.inspection import STEPS


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(PHRASES))
def test_both_languages_say_the_same(key: str) -> None:
    assert holes(PHRASES[key].en) == holes(PHRASES[key].ja)
    assert PHRASES[key].en


def test_a_phrase_is_filled_in() -> None:
    assert say("wrote", "en", page="reports/audit.html") == "wrote reports/audit.html and audit.json"
    assert "reports/audit.html" in say("wrote", "ja", page="reports/audit.html")


def test_every_step_has_a_name() -> None:
    assert {f"step_{name}" for name in STEPS} <= PHRASES.keys()

from __future__ import annotations

from string import Formatter

from tamesu.messages.diagnosis import FACTS
from tamesu.messages.explain_verb import PHRASES, say


def test_both_languages_have_the_same_placeholders() -> None:
    for phrase in (*PHRASES.values(), *FACTS.values()):
        fields = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (phrase.en, phrase.ja)]
        assert fields[0] == fields[1]


def test_a_phrase_is_filled_in_the_language_asked_for() -> None:
    assert say("wrote", "ja", page="a.html", file="a.json") == "a.html と a.json を書きました"
    assert say("first", "en", head="x") == "First to look at: x"

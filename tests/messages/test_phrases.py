from __future__ import annotations

import re
import string
from pathlib import Path

import tamesu
from tamesu.messages.phrases import PHRASES, phrase


def test_both_languages_say_the_same_things() -> None:
    for key, (english, japanese) in PHRASES.items():
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, japanese)]
        assert fields[0] == fields[1], key


def test_every_phrase_is_said_somewhere() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in Path(tamesu.__file__).parent.rglob("*.py"))
    assert [key for key in PHRASES if f'"{key}"' not in text.replace(f'    "{key}": (', "")] == []


def test_language_follows_the_environment(monkeypatch) -> None:
    monkeypatch.setenv("TAMESU_LANG", "ja")
    assert re.search("[ぁ-ん]", phrase("wrote", path="a.csv"))

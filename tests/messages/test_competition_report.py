"""These words say the same in both languages, and each is said somewhere."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

import tamesu
from tamesu.messages.competition_report import PHRASES, say

ROOT = Path(tamesu.__file__).parent


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_name_the_same_things() -> None:
    for key, words in PHRASES.items():
        assert placeholders(words.en) == placeholders(words.ja), key
        assert not any("\u3040" <= letter <= "\u9fff" for letter in words.en), key


def test_every_phrase_is_said_somewhere() -> None:
    text = "".join((ROOT / "report" / name).read_text(encoding="utf-8") for name in ("competition_page.py",))
    chosen: tuple[str, ...] = ("works", "hurts", "severe", "warning", "note")
    assert [key for key in PHRASES if f'"{key}"' not in text and not key.startswith(chosen)] == []


def test_language_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMESU_LANG", "ja")
    assert say("runs") == "run"

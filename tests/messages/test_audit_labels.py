"""The words of the relabelling page and the guideline, in both languages."""

from __future__ import annotations

import string
from pathlib import Path

import tamesu
from tamesu.messages.audit_labels import PHRASES, tell_label


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_name_the_same_things() -> None:
    for key, words in PHRASES.items():
        assert placeholders(words.en) == placeholders(words.ja), key
        assert not any("\u3040" <= letter <= "\u9fff" for letter in words.en), key


def test_every_phrase_is_said_somewhere() -> None:
    root = Path(tamesu.__file__).parent
    paths = [root / "report" / "relabel_page.py", root / "artifacts" / "worksheet.py", root / "web" / "pages" / "relabel.py"]
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    assert [key for key in PHRASES if f'"{key}"' not in text] == []


def test_language_follows_the_environment(monkeypatch) -> None:
    monkeypatch.setenv("TAMESU_LANG", "ja")
    assert tell_label("keep", label="猫") == "猫 のまま"
    assert tell_label("keep", "en", label="{猫}") == "keep {猫}"

from __future__ import annotations

import string
from pathlib import Path

import tamesu
from tamesu.messages.probing import PHRASES, tell


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_name_the_same_things() -> None:
    for key, words in PHRASES.items():
        assert placeholders(words.en) == placeholders(words.ja), key
        assert not any("\u3040" <= letter <= "\u9fff" for letter in words.en), key


def test_every_phrase_is_said_somewhere() -> None:
    root = Path(tamesu.__file__).parent
    paths = [root / "probing.py", root / "sizing.py", root / "report" / "rate_chart.py", root / "report" / "batch_table.py"]
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    # The words on the recipe's rate are chosen by the judgement.
    judged = {"lr_far_too_small", "lr_small", "lr_fits", "lr_large", "lr_far_too_large"}
    assert [key for key in PHRASES if f'"{key}"' not in text and key not in judged] == []


def test_language_follows_the_environment(monkeypatch) -> None:
    monkeypatch.setenv("TAMESU_LANG", "ja")
    assert tell("wrote", path="a.png").startswith("書きました")

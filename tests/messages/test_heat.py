from __future__ import annotations

import string
from pathlib import Path

import pytest

import tamesu
from tamesu.messages import CATALOGUE
from tamesu.messages.heat import MESSAGES, METHOD_NAMES, PHRASES, PLACES, name_method, name_place, say
from tamesu.results.heat_numbers import CORNERS

ROOT = Path(tamesu.__file__).parent


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_name_the_same_things() -> None:
    for key, words in {**PHRASES, **METHOD_NAMES, **PLACES}.items():
        assert placeholders(words.en) == placeholders(words.ja), key
        assert not any("\u3040" <= letter <= "\u9fff" for letter in words.en), key


def test_every_phrase_is_said_somewhere() -> None:
    text = (ROOT / "report" / "heat_section.py").read_text(encoding="utf-8")
    assert [key for key in PHRASES if f'"{key}"' not in text] == []


def test_every_fault_is_in_the_catalogue() -> None:
    assert MESSAGES.items() <= CATALOGUE.items()


def test_every_place_that_is_measured_has_a_name() -> None:
    assert {*CORNERS, "border"} == PLACES.keys()


def test_language_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMESU_LANG", "ja")
    assert (say("told"), name_method("truth"), name_place("border")) == ("予測", "正解クラスの Grad-CAM", "周縁")

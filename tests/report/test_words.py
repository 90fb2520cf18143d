from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import tamesu.report.words as module
from tamesu.report.words import WORDS, Words, drawable_word


def test_both_languages_have_the_same_placeholders() -> None:
    def fields(text: str) -> list[str]:
        return sorted(field for _, field, _, _ in Formatter().parse(text) if field is not None)

    assert WORDS
    assert [key for key, words in WORDS.items() if fields(words.en) != fields(words.ja)] == []


def test_sentences_are_really_translated() -> None:
    japanese = re.compile("[぀-ヿ一-鿿]")
    same = {key for key, phrase in WORDS.items() if phrase.en == phrase.ja}
    assert same <= {"cv", "fold", "folds", "f1", "ap", "oof", "say_cv"}
    assert [key for key, phrase in WORDS.items() if japanese.search(phrase.en)] == []
    signs = {"folds", "digest_folds", "comma"}  # what differs is no word of Japanese
    untranslated = {key for key, phrase in WORDS.items() if key not in same | signs and not japanese.search(phrase.ja)}
    assert untranslated == set()


def test_every_key_used_in_the_room_exists_and_the_other_way_round() -> None:
    used, prefixes = set(), set()
    for path in Path(module.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.name.endswith("words.py"):
            tree = ast.parse("")
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                prefixes.add(node.values[0].value)
    internal = {"and_more", "comma"}
    built = tuple(str(prefix) for prefix in prefixes if str(prefix).endswith("_"))
    assert [key for key in WORDS if key not in used | internal and not key.startswith(built)] == []


def test_a_list_says_how_many_more() -> None:
    assert Words("en").list(["a"]) == "a"
    assert Words("ja").list(list("abcdefg")) == "a、b、c、d、e 他 2 件"


def test_words_in_plots_fall_back_to_english(monkeypatch: pytest.MonkeyPatch) -> None:
    from tamesu.report import fonts

    monkeypatch.setattr(fonts, "find_japanese_font", lambda: None)
    assert drawable_word("epoch", Words("ja")) == "epoch"
    assert drawable_word("epoch", Words("en")) == "epoch"

"""The words of the audit's page: both languages say the same, each is said somewhere, and every chart has a name."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import tamesu
from tamesu.messages.audit_page import NAMES, PHRASES, name_bars, name_fact, say
from tamesu.results.finding import WEIGHTS

ROOT = Path(tamesu.__file__).parent


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_name_the_same_things() -> None:
    for key, words in {**PHRASES, **NAMES}.items():
        assert placeholders(words.en) == placeholders(words.ja), key
        assert not any("\u3040" <= letter <= "\u9fff" for letter in words.en), key


def test_every_phrase_is_said_somewhere() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "report").glob("audit_*.py")))
    chosen = {*WEIGHTS, *(f"count_{weight}" for weight in WEIGHTS)}
    assert [key for key in PHRASES if f'say("{key}"' not in text and f'"{key}"' not in text and key not in chosen] == []


def charts_of_the_audit() -> set[str]:
    """Titles of charts that are written out in the audit's code."""
    found = set()
    for path in sorted((ROOT / "results" / "audit").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Chart"
                and len(node.args) > 1
            ):
                title = node.args[1]
                found |= {title.value} if isinstance(title, ast.Constant) and isinstance(title.value, str) else set()
    return found


def test_every_chart_that_is_named_in_the_code_has_words() -> None:
    assert charts_of_the_audit() - NAMES.keys() == set()


def test_language_follows_the_environment(monkeypatch) -> None:
    monkeypatch.setenv("TAMESU_LANG", "ja")
    assert (say("severe"), name_fact("brightness"), name_bars(["rows"])) == ("重大", "明るさ", ["行数"])


def test_what_a_user_named_stays() -> None:
    assert name_fact("体重 (kg)", "en") == "体重 (kg)"
    # A class can be called like a fact of an image, or like a part.
    assert name_bars(["red", "green", "blue"], "en") == ["red", "green", "blue"]
    assert name_bars(["train", "bus"], "ja") == ["train", "bus"]


def test_every_fact_that_is_drawn_has_words() -> None:
    from tamesu.results.audit.fact_table import FAMILIES

    assert {name for names in FAMILIES.values() for name in names} - NAMES.keys() == set()

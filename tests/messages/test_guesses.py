"""The reasons of `init`: both languages, the same placeholders, and none that nobody gives."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import tamesu.intake
from tamesu.intake.targets import KINDS
from tamesu.messages.guesses import REASONS, explain

GIVEN = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(tamesu.intake.__file__).parent.glob("*.py")))
# Put together from a kind: SPLITTER_CLASS, METRIC_VALUE, ...
BY_KIND = re.compile(rf"(SPLITTER|METRIC)_({'|'.join(kind.upper() for kind in KINDS)}|GROUPS)")


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_both_languages_say_the_same() -> None:
    assert REASONS
    for code, (english, japanese) in REASONS.items():
        assert placeholders(english) == placeholders(japanese), code
        assert english.isascii() and (not japanese.isascii() or code == "RECIPE_RUN"), code


def test_each_is_given_somewhere() -> None:
    assert [code for code in REASONS if f'"{code}"' not in GIVEN and not BY_KIND.fullmatch(code)] == []


def test_every_code_that_is_given_is_there() -> None:
    given = set(re.findall(r'Guess\([^)]*?"([A-Z][A-Z_]+)"', GIVEN))
    assert given and given <= REASONS.keys(), given - REASONS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_reasons(kind: str) -> None:
    assert {f"SPLITTER_{kind.upper()}", f"METRIC_{kind.upper()}"} <= REASONS.keys()


def test_explain() -> None:
    assert explain("FOLDS_FEW_GROUPS", {"count": 4}, "ja") == "グループが 4 個しかない"

"""Values written on one line come back from PyYAML and from our own reader."""

from __future__ import annotations

import shlex

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tamesu.artifacts.changes import parse_changes
from tamesu.artifacts.documents import parse_document
from tamesu.artifacts.spelling import change_words, flow, number_text, quote, shell_line

# tamesu's own reader refuses control characters wherever they stand.
LETTERS = st.characters(exclude_categories=["Cs"]).filter(lambda sign: sign >= " " or sign in "\t\n\r")
TEXTS = st.text(LETTERS, max_size=20)


@settings(deadline=None)
@given(TEXTS)
def test_text_comes_back_from_both_readers(text: str) -> None:
    written = f"key: {{x: {quote(text)}}}\n"
    assert yaml.safe_load(written) == {"key": {"x": text}}
    assert parse_document(written, "x.yaml").value == {"key": {"x": text}}


@pytest.mark.parametrize(
    "text", ["NA", "null", "~", "true", "No", "1e5", "0x1F", ".5", "12:30", "2026-01-01", "007", "", " a", "a:"]
)
def test_text_that_looks_like_something_else_is_quoted(text: str) -> None:
    assert yaml.safe_load(quote(text)) == text
    assert parse_document(f"k: {quote(text)}\n", "x.yaml").value == {"k": text}


@settings(deadline=None)
@given(st.recursive(TEXTS | st.integers(-9, 9) | st.booleans(), lambda inner: st.lists(inner, max_size=3), max_leaves=6))
def test_lists_come_back(value: object) -> None:
    assert parse_document(f"k: {flow([value])}\n", "x.yaml").value == {"k": [value]}


@settings(deadline=None)
@given(st.floats(min_value=1e-12, max_value=1e12))
def test_numbers_come_back(number: float) -> None:
    assert float(number_text(number)) == number
    assert parse_document(f"k: {number_text(number)}\n", "x.yaml").value["k"] == pytest.approx(number, rel=1e-15)


def test_changes_come_back_from_a_shell_and_from_the_command_line() -> None:
    changes = {
        "heads.大きさ": {"loss": {"cross_entropy": {"label_smoothing": 0.1}}, "weight": 3e-4},
        "augmentations+": ["it's", "a, b", "$HOME", "no"],
        "image.size": 96,
        "optimizer.adamw.lr": 1e-3,
        "weights": None,
    }
    words = shlex.split(shell_line("tamesu", "try", *change_words(changes)))
    assert words[:2] == ["tamesu", "try"]
    assert parse_changes(words[2:]) == changes

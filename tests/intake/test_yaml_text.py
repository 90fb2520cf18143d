from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tamesu.artifacts.documents import parse_document
from tamesu.intake.guesses import Guess
from tamesu.intake.yaml_text import block, comment, flow, number_text, quote, reasons_for

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
@given(st.floats(min_value=1e-12, max_value=1e12))
def test_numbers_come_back(number: float) -> None:
    assert float(number_text(number)) == number
    assert parse_document(f"k: {number_text(number)}\n", "x.yaml").value["k"] == pytest.approx(number, rel=1e-15)


@settings(deadline=None)
@given(st.recursive(TEXTS | st.integers(-9, 9) | st.booleans(), lambda inner: st.lists(inner, max_size=3), max_leaves=6))
def test_lists_come_back(value: object) -> None:
    assert parse_document(f"k: {flow([value])}\n", "x.yaml").value == {"k": [value]}


def test_blocks() -> None:
    assert block("epochs", 8, ["short"]) == "# short\nepochs: 8\n"
    assert block("parts", [{"rotate": {"degrees": 10}}, "flip"]) == "parts:\n  - rotate: {degrees: 10}\n  - flip\n"
    two = block("targets", {"a": {"kind": "class"}, "b": {"kind": "value"}})
    assert two == "targets:\n  a: {kind: class}\n  b: {kind: value}\n"
    long = block("backbone", {"resnet34": {"weights": "x" * 120}})
    assert long.splitlines()[0] == "backbone:" and yaml.safe_load(long) == {"backbone": {"resnet34": {"weights": "x" * 120}}}


def test_comments_stay_comments() -> None:
    lines = comment("a label with a\nline break, \x1b[31mcolour and \u2028 more " + "word " * 40)
    assert len(lines) > 1 and all(line.startswith("# ") and line.isprintable() for line in lines)
    assert yaml.safe_load("\n".join(lines)) is None


def test_reasons_stand_with_their_key() -> None:
    guesses = [Guess("folds.n_splits", "5", "FOLDS_FIVE", language="en"), Guess("metric", "rmse", "METRIC_VALUE")]
    assert reasons_for("folds", guesses) == ["n_splits: the usual number"]
    assert reasons_for("id", guesses) == []

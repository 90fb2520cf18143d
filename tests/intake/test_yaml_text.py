from __future__ import annotations

import yaml

from tamesu.intake.guesses import Guess
from tamesu.intake.yaml_text import block, comment, reasons_for


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

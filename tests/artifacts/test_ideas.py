"""The queue of ideas: what each says, and what is wrong with it, by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tamesu.artifacts.ideas import Idea, load_ideas, read_ideas
from tamesu.errors import InputError


def test_reads_ideas_in_order(tmp_path: Path) -> None:
    (tmp_path / "ideas.yaml").write_text(
        "smoothing: {heads.theme.loss: {cross_entropy: {label_smoothing: 0.1}}}\n"
        "no:\n  why: less noise\n  expected: 0.91\n  augmentations-: rotate\n".replace("0.91", "'0.91'")
    )
    assert list(load_ideas(tmp_path).values()) == [
        Idea("smoothing", {"heads.theme.loss": {"cross_entropy": {"label_smoothing": 0.1}}}),
        Idea("no", {"augmentations-": "rotate"}, "less noise", "0.91"),
    ]


def test_no_file_and_comments_only_are_no_ideas(tmp_path: Path) -> None:
    assert load_ideas(tmp_path) == {}
    (tmp_path / "ideas.yaml").write_text("# sepia: {augmentations+: sepia}\n")
    assert load_ideas(tmp_path) == {}


def test_tells_every_fault_and_keeps_the_rest(tmp_path: Path) -> None:
    (tmp_path / "ideas.yaml").write_text(
        "a/b: {epochs: 3}\nempty: {}\nwords: more epochs\nreason: {why: 3, epochs: 4}\nonly: {why: because}\n"
        "good: {epochs: 5}\ngood: {epochs: 6}\nlr: {epochs: 010}\n"
    )
    ideas, _, faults = read_ideas(tmp_path)
    assert [(fault.code, str(fault.where)) for fault in faults] == [
        ("CONFIG_DUPLICATE_KEY", "ideas.yaml:7 good"),
        ("CONFIG_AMBIGUOUS_NUMBER", "ideas.yaml:8 lr.epochs"),
        ("CONFIG_NAME", "ideas.yaml:1 a/b"),
        ("CONFIG_TYPE", "ideas.yaml:2 empty"),
        ("CONFIG_TYPE", "ideas.yaml:3 words"),
        ("CONFIG_TYPE", "ideas.yaml:4 reason.why"),
        ("CONFIG_TYPE", "ideas.yaml:5 only"),
    ]
    assert "good" in ideas and "words" not in ideas
    with pytest.raises(InputError) as caught:
        load_ideas(tmp_path)
    assert len(caught.value.faults) == 7


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ideas.yaml").write_text("a: [\n")
    with pytest.raises(InputError) as caught:
        load_ideas(tmp_path)
    assert caught.value.codes == ("CONFIG_SYNTAX",)

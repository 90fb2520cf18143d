"""What stands under an image: texts of cases made by hand, names apart from our words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.web.answered import HOSTILE

from tamesu.messages import Language
from tamesu.results.averaged import Averaged
from tamesu.results.changed import compare_answers
from tamesu.results.told import condense
from tamesu.web.gallery import Gallery
from tamesu.web.told_cards import make_card, make_change_card
from tamesu.web.view import View

GALLERY = Gallery(Path("/nowhere"), ("one", "two"), ("1.png", "2.png"), (), (), 2, {"one": (0,), "two": (1,)})


def say(kind: str, labels: tuple[str, ...], truth: Any, output: Any) -> Averaged:
    return Averaged(kind, labels, np.arange(2), np.array(truth), np.array(output), np.ones(2, int))


def read(card: dict[str, Any]) -> list[str]:
    """The lines as a reader sees them, names in brackets."""
    return ["".join(f"[{piece['name']}]" if "name" in piece else piece["text"] for piece in line) for line in card["lines"]]


def card_of(said: Averaged, place: int, label: int | None = None, language: Language = "en") -> dict[str, Any]:
    return make_card(condense(said), place, label, GALLERY, place, View(None, language))  # type: ignore[arg-type]


def test_a_class_told_wrong_and_told_right() -> None:
    said = say("class", (HOSTILE[0], "b"), [0, 1], [[0.25, 0.75], [0.1, 0.9]])
    wrong, right = card_of(said, 0), card_of(said, 1)
    assert read(wrong) == [f"25.0 % [{HOSTILE[0]}]", "→ 75.0 % [b]"]
    assert (wrong["truth"], wrong["told"], wrong["right"]) == (HOSTILE[0], "b", False)
    assert wrong["chances"] == pytest.approx([0.25, 0.75])
    assert (wrong["number"], wrong["id"], wrong["part"]) == (0, "one", "train")
    assert (read(right), right["right"], right["id"]) == (["90.0 % [b]"], True, "two")


def test_labels_that_are_missed_and_told_falsely() -> None:
    said = say("multilabel", ("a", "b", "c"), [[1, 0, 1], [0, 0, 1]], [[0.1, 0.75, 0.9], [0.2, 0.3, 0.9]])
    assert read(card_of(said, 0)) == ["missed: [a] 10.0 %", "false alarms: [b] 75.0 %"]
    assert read(card_of(said, 1)) == ["none wrong"]
    assert (card_of(said, 0)["truth"], card_of(said, 0)["told"]) == (["a", "c"], ["b", "c"])
    assert read(card_of(said, 0, 0, "ja")) == ["見逃し", "10.0 %"]
    assert card_of(said, 0, 2)["right"] is True


def test_values_with_their_residuals() -> None:
    said = say("value", (), [1.0, 2.0], [[3.5], [1.5]])
    assert read(card_of(said, 0)) == ["1.0000 → 3.5000", "off by +2.5000"]
    assert read(card_of(said, 1)) == ["2.0000 → 1.5000", "off by −0.5000"]
    several = say("value", ("x", "y"), [[1.0, 10.0], [2.0, 30.0]], [[1.1, 20.0], [4.0, 30.0]])
    # The first is furthest off in y, the second in x, each over the spread of its column.
    assert read(card_of(several, 0)) == ["[y]: 10.0000 → 20.0000", "off by +10.0000"]
    assert read(card_of(several, 1)) == ["[x]: 2.0000 → 4.0000", "off by +2.0000"]
    assert read(card_of(several, 1, 1)) == ["[y]: 30.0000 → 30.0000", "off by 0.0000"]


def test_what_two_runs_told() -> None:
    view = View(None)  # type: ignore[arg-type]

    def card(kind: str, labels: tuple[str, ...], truth: Any, *sides: Any) -> dict[str, Any]:
        one, other = (say(kind, labels, truth, side) for side in sides)
        return make_change_card(compare_answers(one, other), 0, GALLERY, view)

    found = card("class", ("a", "b"), [0, 1], [[0.2, 0.8], [0, 1]], [[0.9, 0.1], [0, 1]])
    assert (read(found), found["truth"], found["told"]) == (["[a]", "· [b]", "→ [a]"], "a", ["b", "a"])
    found = card("multilabel", ("a", "b"), [[1, 1], [0, 0]], [[0.1, 0.2], [0, 0]], [[0.9, 0.9], [0, 0]])
    assert (read(found), found["told"]) == (["· wrong: [a], [b]", "→ none wrong"], [[], ["a", "b"]])
    found = card("value", (), [1.0, 2.0], [[2.0], [2.0]], [[1.5], [2.0]])
    assert (read(found), found["truth"], found["told"]) == (["1.0000", "2.0000 → 1.5000"], "1.0000", ["2.0000", "1.5000"])

"""What a request says."""

from __future__ import annotations

from pathlib import Path

from tamesu.web.starts import Starts
from tamesu.web.view import Desk, View


def test_numbers_of_the_address_are_whole_small_and_not_negative(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Starts(tmp_path))
    for text, expected in (("7", 7), ("70", 50), ("-1", 9), ("1e3", 9), ("", 9), ("١", 9), ("9" * 400, 9), ("0", 0)):
        assert View(desk, query={"n": [text]}).number("n", 9, 50) == expected, text
    assert View(desk).number("n", 9, 50) == 9


def test_the_first_of_several_values_counts(tmp_path: Path) -> None:
    view = View(Desk(tmp_path, Starts(tmp_path)), "ja", {"q": ["a", "b"]})
    assert (view.first("q"), view.first("r"), view.first("r", "x")) == ("a", "", "x")
    assert view.say("data") == "データ"
    assert view.words.language == "ja"

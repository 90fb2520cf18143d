from __future__ import annotations

from tamesu.platforms.atmacup import Atmacup


def test_it_says_how_to_hand_in() -> None:
    words = Atmacup().hand_in("submissions/猫.csv", "cats")
    assert "submissions/猫.csv" in words.en
    assert "submissions/猫.csv" in words.ja

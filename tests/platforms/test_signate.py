from __future__ import annotations

from tamesu.platforms.signate import Signate


def test_it_says_how_to_hand_in() -> None:
    words = Signate().hand_in("submissions/猫.csv", "cats")
    assert "submissions/猫.csv" in words.en
    assert "submissions/猫.csv" in words.ja

from __future__ import annotations

from tamesu.platforms.kaggle import Kaggle


def test_it_says_how_to_hand_in() -> None:
    words = Kaggle().hand_in("submissions/猫.csv", "cats")
    assert "submissions/猫.csv" in words.en
    assert "submissions/猫.csv" in words.ja


def test_the_command_names_the_competition() -> None:
    assert "kaggle competitions submit -c cats -f a.csv" in Kaggle().hand_in("a.csv", "cats").en
    assert "-c <competition> " in Kaggle().hand_in("a.csv", None).en

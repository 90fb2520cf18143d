from __future__ import annotations

from tamesu.platforms.file import File


def test_it_names_the_file() -> None:
    assert File().hand_in("a.csv", None).en == "the file is a.csv"

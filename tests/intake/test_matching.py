from __future__ import annotations

import unicodedata

from tamesu.intake.matching import Frame, ImageIndex, Match, find_matches, match_column, nfc
from tamesu.intake.scan import Listing
from tamesu.intake.words import TEST


def index_of(*paths: str) -> ImageIndex:
    return ImageIndex(Listing(tuple(sorted(paths)), ()))


def files(match: Match | None, cells: list[str]) -> list[str]:
    assert match is not None
    return list(match.paths) or [match.frame.before + cell + match.frame.after for cell in cells]


def test_ending_given_or_not_and_folders_given_or_not() -> None:
    index = index_of("train/001.jpg", "train/002.jpg")
    for cells in (["001", "002"], ["001.jpg", "002.jpg"], ["train/001.jpg", "train/002.jpg"], ["train/001", "train/002"]):
        assert files(match_column("id", cells, index), cells) == ["train/001.jpg", "train/002.jpg"]


def test_leading_zeros_are_part_of_the_name() -> None:
    assert match_column("id", ["1", "2"], index_of("001.jpg", "002.jpg")) is None


def test_a_name_within_a_longer_one_is_none() -> None:
    assert index_of("train/cat_1.jpg").frames("1") == []
    assert index_of("a/train/1.jpg").frames("rain/1") == []


def test_unicode_forms() -> None:
    name = "ガギ"
    for there in ("NFC", "NFD"):
        index = index_of(f"x/{unicodedata.normalize(there, name)}.jpg")
        for cell in ("NFC", "NFD"):
            assert index.frames(unicodedata.normalize(cell, name)) == [Frame("x/", ".jpg")]
    assert nfc(unicodedata.normalize("NFD", name)) == name


def test_half_of_the_cells_must_be_images() -> None:
    index = index_of("1.jpg", "2.jpg")
    assert match_column("id", ["1", "2", "3"], index) is not None
    assert match_column("id", ["1", "3", "4"], index) is None


def test_masks_and_the_other_role_stand_back() -> None:
    index = index_of("images/1.jpg", "masks/1.png", "images/2.jpg", "masks/2.png")
    match = match_column("id", ["1", "2"], index)
    assert match and match.frame == Frame("images/", ".jpg") and match.rivals == ()
    index = index_of("train/1.jpg", "train/2.jpg", "test/1.jpg", "test/2.jpg")
    assert files(match_column("id", ["1", "2"], index), ["1", "2"]) == ["train/1.jpg", "train/2.jpg"]
    assert files(match_column("id", ["1", "2"], index, TEST), ["1", "2"]) == ["test/1.jpg", "test/2.jpg"]


def test_a_second_folder_of_the_same_names_is_a_rival() -> None:
    index = index_of("large/1.jpg", "large/2.jpg", "large/3.jpg", "small/1.jpg", "small/2.jpg")
    match = match_column("id", ["1", "2", "3"], index)
    assert match and match.frame.before == "large/" and match.rivals == (Frame("small/", ".jpg"),)


def test_parts_are_joined() -> None:
    cells = ["1", "2", "3", "4"]
    index = index_of("part1/1.jpg", "part1/2.jpg", "part2/3.jpg", "part2/4.jpeg")
    match = match_column("id", cells, index)
    assert match and match.rivals == () and match.found == 4
    assert match.paths == ("part1/1.jpg", "part1/2.jpg", "part2/3.jpg", "part2/4.jpeg")


def test_only_columns_that_name_images_are_found() -> None:
    index = index_of(*(f"i/{n}.jpg" for n in range(10)))
    columns = {"n": [str(n) for n in range(10)], "label": ["cat"] * 10, "file": [f"{n}.jpg" for n in range(10)]}
    assert [match.column for match in find_matches(columns, index)] == ["n", "file"]

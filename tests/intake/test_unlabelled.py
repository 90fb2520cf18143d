from __future__ import annotations

from pathlib import Path

import pytest

from tamesu.artifacts.tables import read_table
from tamesu.errors import QuestionError
from tamesu.intake.host_tables import HostTable
from tamesu.intake.matching import Frame, ImageIndex, Match, find_matches
from tamesu.intake.scan import Listing, Places
from tamesu.intake.unlabelled import find_unlabelled, name_like_train, rows_of_folder, rows_of_table
from tamesu.intake.words import TEST


def host_table(folder: Path, text: str, index: ImageIndex, *, headless: bool = False) -> HostTable:
    (folder / "t.csv").write_text(text, encoding="utf-8")
    bare = HostTable("t.csv", read_table(folder / "t.csv"), (), headless)
    return HostTable("t.csv", bare.table, tuple(find_matches(bare.columns, index, TEST)), headless)


def places_of(folder: Path) -> Places:
    return Places(folder, folder, ".", "")


def test_the_hosts_own_table_serves_when_its_id_column_is_the_same(tmp_path: Path) -> None:
    index = ImageIndex(Listing(("test/a.jpg", "test/b.jpg"), ()))
    new_files: dict[str, str] = {}
    found = rows_of_table(places_of(tmp_path), index, host_table(tmp_path, "id\na\nb\n", index), "id", new_files=new_files)
    assert found.source and (found.source.table, found.source.image) == ("t.csv", "test/{id}.jpg")
    assert new_files == {} and found.columns == {"id"}


def test_another_id_column_is_written_anew(tmp_path: Path) -> None:
    index = ImageIndex(Listing(("test/a.jpg", "test/b.jpg"), ()))
    new_files: dict[str, str] = {}
    table = host_table(tmp_path, "file,age\na.jpg,7\nb.jpg,8\n", index)
    found = rows_of_table(places_of(tmp_path), index, table, "image", new_files=new_files)
    assert found.source and (found.source.table, found.source.image) == ("test_with_ids.csv", "test/{image}")
    assert new_files == {"test_with_ids.csv": "image,file,age\na.jpg,a.jpg,7\nb.jpg,b.jpg,8\n"}
    assert [guess.code for guess in found.guesses] == ["TEST_TABLE", "TEST_IDS_WRITTEN"]


def test_a_form_without_a_header_keeps_its_first_id(tmp_path: Path) -> None:
    index = ImageIndex(Listing(("test/a.jpg", "test/b.jpg"), ()))
    new_files: dict[str, str] = {}
    table = host_table(tmp_path, "a.jpg,0\nb.jpg,0\n", index, headless=True)
    found = rows_of_table(places_of(tmp_path), index, table, "id", new_files=new_files, is_form=True)
    assert new_files == {"test_with_ids.csv": "id\na.jpg\nb.jpg\n"} and found.columns is None


def test_a_table_that_names_nothing_is_said(tmp_path: Path) -> None:
    index = ImageIndex(Listing(("test/a.jpg",), ()))
    found = rows_of_table(places_of(tmp_path), index, host_table(tmp_path, "id\nx\n", index), "id", new_files={})
    assert found.source is None and [guess.code for guess in found.guesses] == ["TEST_NO_IMAGES"]


def test_two_folders_of_test_images_are_asked(tmp_path: Path) -> None:
    index = ImageIndex(Listing(("test_a/1.jpg", "test_b/1.jpg"), ()))
    with pytest.raises(QuestionError) as error:
        rows_of_table(places_of(tmp_path), index, host_table(tmp_path, "id\n1\n", index), "id", new_files={})
    assert '`--test-image "test_b/{id}.jpg"`' in str(error.value)


def test_images_without_a_table(tmp_path: Path) -> None:
    listing = Listing(("masks_test/a.png", "test/a.jpg", "test/b.jpg", "train/c.jpg", "train_test/d.jpg"), ())
    images = find_unlabelled(listing, frozenset({"test/b.jpg"}))
    assert images == ["test/a.jpg"]
    new_files: dict[str, str] = {}
    found = rows_of_folder(places_of(tmp_path), ["test/a.jpg", "test/b.png"], "id", new_files=new_files)
    assert found.source and found.source.image == "test/{id}" and new_files == {"test.csv": "id\na.jpg\nb.png\n"}


def test_ids_are_made_like_those_of_train() -> None:
    match = Match("id", Frame("train/", ".jpg"), 1, 1, 1)
    assert name_like_train(["test/a.jpg", "test/b.jpg"], match) == ["a", "b"]
    assert name_like_train(["test/a.jpg", "test/a.png"], match) == ["a.jpg", "a.png"]

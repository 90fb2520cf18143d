"""Rows to files: exact names first, every odd name, nothing outside the folder."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from tamesu.artifacts import image_paths
from tamesu.artifacts.image_paths import Template, find_images, leaves_folder, list_folder, parse_template, strip_ending
from tamesu.errors import Fault, InputError, Where

GA_NFC, GA_NFD = "\u30ac", "\u30ab\u3099"


def find(
    folder: Path, ids: list[str], template: str = "train/{id}"
) -> tuple[list[str], list[tuple[str, str, object]], list[Fault]]:
    """Paths, (code, outcome, lines) of each fault, and the faults; rows begin on line 2."""
    paths, faults = find_images(template, {"id": ids}, range(2, 2 + len(ids)), folder, "train.csv", Where("competition.yaml"))
    for fault in faults:
        assert fault.text("en").encode() and fault.text("ja").encode()
    return paths, [(fault.code, fault.outcome, fault.values["lines"]) for fault in faults], faults


def touch(folder: Path, *names: str | bytes) -> None:
    (folder / "train").mkdir(exist_ok=True)
    for name in names:
        Path(os.fsdecode(os.path.join(os.fsencode(folder / "train"), os.fsencode(name)))).write_bytes(b"x")


def test_templates() -> None:
    assert parse_template("{a}/x{{y}}/{b c}.png", Where()) == Template(("", "/x{y}/", ".png"), ("a", "b c"))
    for wrong in ("train/id.jpg", "train/{id.jpg", "train/id}.jpg", "train/{}.jpg"):
        with pytest.raises(InputError) as caught:
            parse_template(wrong, Where())
        assert caught.value.codes == ("TABLE_IMAGE_TEMPLATE",)
        assert caught.value.faults[0].text("ja")


def test_an_unknown_column_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        find(tmp_path, ["a"], "train/{idd}.jpg")
    assert (caught.value.codes, caught.value.faults[0].near) == (("TABLE_NO_COLUMN",), "id")


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/passwd", "..\\x", "\\\\host\\x", "C:\\x", "c:/x", ".."])
def test_names_that_leave_the_folder(tmp_path: Path, name: str) -> None:
    assert leaves_folder(name)
    touch(tmp_path, "a")
    _, codes, _ = find(tmp_path, ["a", name])
    assert codes == [("TABLE_PATH_OUTSIDE", "refuse", "3")]


def test_exact_names_and_missing_ones(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "b.jpg")
    paths, codes, faults = find(tmp_path, ["a", "zz", "b", "yy"], "train/{id}.jpg")
    assert paths == ["train/a.jpg", "train/zz.jpg", "train/b.jpg", "train/yy.jpg"]
    assert codes == [("TABLE_FILE_MISSING", "quarantine", "3, 5")]
    assert "2 of 4 images are not there: 'train/zz.jpg', 'train/yy.jpg'" in faults[0].text("en")


@pytest.mark.parametrize("files", [(), ("other.jpg",)])
def test_no_file_at_all_is_refused(tmp_path: Path, files: tuple[str, ...]) -> None:
    touch(tmp_path, *files)
    _, codes, faults = find(tmp_path, ["a", "b"])
    assert codes == [("TABLE_NO_FILE_FOUND", "refuse", "2")]
    assert ("'other.jpg'" if files else "are: -") in faults[0].text("en")
    assert find(tmp_path, ["a"], "no/such/{id}")[1][0][0] == "TABLE_NO_FILE_FOUND"


@pytest.mark.parametrize(
    ("template", "name", "file"),
    [
        ("train/{id}", "a", "a.jpg"),
        ("train/{id}", "a", "a.JPG"),
        ("train/{id}.jpg", "a", "a.png"),
        ("train/{id}.jpg", "a", "a.JPG"),
        ("train/{id}.jpg", "a.jpg", "a.jpg"),
        ("train/{id}.jpg", "a.png", "a.png"),
        ("train/{id}", "v1.5", "v1.5.webp"),
        ("train/{id}", GA_NFD, GA_NFC + ".jpg"),
    ],
)
def test_another_ending(tmp_path: Path, template: str, name: str, file: str) -> None:
    touch(tmp_path, file, "b", "b.jpg")
    paths, codes, _ = find(tmp_path, ["b", name], template)
    assert paths[1] == f"train/{file}"
    assert codes == [("TABLE_ENDING_ADDED", "note", "3")]


def test_two_endings_are_a_question(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "a.jpg")
    paths, codes, _ = find(tmp_path, ["a"])
    assert (paths, codes) == (["train/a.jpg"], [("TABLE_ENDING_UNCLEAR", "ask", "2")])


@pytest.mark.parametrize(("name", "file"), [(GA_NFD, GA_NFC), (GA_NFC, GA_NFD)])
def test_the_other_unicode_form(tmp_path: Path, name: str, file: str) -> None:
    touch(tmp_path, f"{file}.jpg")
    paths, codes, _ = find(tmp_path, [name], "train/{id}.jpg")
    assert (paths, codes) == ([f"train/{file}.jpg"], [("NAME_NFC_NFD_PAIR", "note", "2")])


def test_both_unicode_forms_are_two_files(tmp_path: Path) -> None:
    touch(tmp_path, f"{GA_NFC}.jpg", f"{GA_NFD}.jpg", "a.jpg")
    paths, codes, _ = find(tmp_path, ["a", GA_NFD, GA_NFC], "train/{id}.jpg")
    assert paths == ["train/a.jpg", f"train/{GA_NFD}.jpg", f"train/{GA_NFC}.jpg"]
    assert codes == [("NAME_NFC_NFD_PAIR", "note", "3, 4")]


def test_a_folder_in_the_other_form(tmp_path: Path) -> None:
    (tmp_path / GA_NFD).mkdir()
    (tmp_path / GA_NFD / "a.jpg").write_bytes(b"x")
    paths, codes, _ = find(tmp_path, ["a"], GA_NFC + "/{id}.jpg")
    assert (paths, codes) == ([f"{GA_NFD}/a.jpg"], [])


def test_a_shift_jis_name(tmp_path: Path) -> None:
    touch(tmp_path, "写真.jpg".encode("cp932"), b"\xff\xfe.jpg")
    paths, codes, faults = find(tmp_path, ["写真"], "train/{id}.jpg")
    assert codes == [("NAME_NOT_UTF8", "note", "2")]
    assert (tmp_path / paths[0]).read_bytes() == b"x"
    assert "写真.jpg" in faults[0].text("en")


def test_folders_come_from_the_table_too(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.jpg").write_bytes(b"x")
    columns = {"label": ["cat", "dog", "cat"], "id": ["1", "1", "./1"]}
    paths, faults = find_images("{label}/{id}.jpg", columns, [2, 3, 4], tmp_path, "t.csv", Where())
    assert (paths, faults) == (["cat/1.jpg", "dog/1.jpg", "cat/./1.jpg"], [])


def test_a_folder_is_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, *(f"{n}.jpg" for n in range(50)))
    listed: list[str] = []
    monkeypatch.setattr(image_paths, "list_folder", lambda data, folder: listed.append(folder) or list_folder(data, folder))
    monkeypatch.setattr(os, "stat", lambda *_: pytest.fail("a stat per row"))
    find(tmp_path, [str(n) for n in range(60)], "train/{id}.jpg")
    assert listed == ["train"]


def test_a_zero_byte_of_a_parquet_cell_is_a_missing_file(tmp_path: Path) -> None:
    touch(tmp_path, "a")
    assert find(tmp_path, ["a", "x\0/y"])[1] == [("TABLE_FILE_MISSING", "quarantine", "3")]


def test_strip_ending() -> None:
    assert [strip_ending(name) for name in ("a.jpg", ".jpg", "a.b", "a.tar.JPEG", "a.")] == ["a", ".jpg", "a.b", "a.tar", "a."]
    assert unicodedata.normalize("NFC", GA_NFD) == GA_NFC

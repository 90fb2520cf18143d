from __future__ import annotations

import csv
import io
from pathlib import Path

from tamesu.artifacts.image_paths import parse_template
from tamesu.errors import Where
from tamesu.intake.layout import fits_template, make_source, template_of, write_rows
from tamesu.intake.matching import Frame, Match
from tamesu.intake.scan import Places

PLACES = Places(Path("comp"), Path("comp/data"), ".", "data/")


def test_rows_are_read_back_by_pythons_own_reader() -> None:
    columns = {"id": ['say "hi"', "a,b", "line\nbreak", " 007", ""], "ラベル": ["犬", "猫", "NA", "=1+1", "x"]}
    text = write_rows(columns)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [list(columns), *map(list, zip(*columns.values(), strict=True))]


def test_template_of_a_folder_with_braces() -> None:
    template = template_of(Frame("scans {2}/", ".png"), "id")
    assert parse_template(template, Where()).fill({"id": ["7"]}) == ["scans {2}/7.png"]


def test_a_host_table_that_a_template_serves() -> None:
    match = Match("id", Frame("train/", ".jpg"), 2, 2, 2)
    new_files: dict[str, str] = {}
    source = make_source(PLACES, "train.csv", {"id": ["a", "b"]}, match, new_files=new_files)
    assert (source.table, source.image, new_files) == ("data/train.csv", "data/train/{id}.jpg", {})


def test_a_column_that_no_template_can_name_gets_paths() -> None:
    assert not fits_template("file.name") and not fits_template("0") and fits_template("ファイル 名")
    match = Match("file.name", Frame("x/", ""), 2, 2, 2)
    new_files: dict[str, str] = {}
    rows = {"file.name": ["a.jpg", "b.jpg"], "image_file": ["other", "use"]}
    source = make_source(PLACES, "in/train.csv", rows, match, new_files=new_files)
    assert (source.table, source.image) == ("train_with_files.csv", "data/{image_file_}")
    assert new_files["train_with_files.csv"].splitlines()[1] == "a.jpg,other,x/a.jpg"


def test_a_row_without_a_file_keeps_its_name() -> None:
    match = Match("id", Frame("x/", ".jpg"), 1, 2, 2, (), ("x/a.jpg", ""))
    new_files: dict[str, str] = {}
    make_source(PLACES, "train.csv", {"id": ["a", "b"]}, match, new_files=new_files)
    assert new_files["train_with_files.csv"] == "id,image_file\na,x/a.jpg\nb,b\n"

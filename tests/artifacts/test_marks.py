"""Points and masks as they stand in competition.yaml and in tables, one mistake at a time; hand-worked values."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest

from tamesu.artifacts.competition import Competition, Target
from tamesu.artifacts.consistency import check_facts
from tamesu.artifacts.dataset import Dataset, digest_target, load_train
from tamesu.artifacts.documents import parse_document
from tamesu.artifacts.marks import find_masks, name_marks, size_fault
from tamesu.artifacts.schema import validate
from tamesu.artifacts.subset import take_rows
from tamesu.errors import Fault, InputError

GOOD = """\
name: pets
train: {table: train.csv, image: "train/{id}.jpg"}
targets:
  kind: {kind: class, column: kind}
  head: {kind: points, columns: [x0, y0, x1, y1], labels: [左上, 右下]}
  pet: {kind: mask, mask: "masks/{id}.png", labels: [ground, body, border], values: [2, 1, 3]}
main: kind
metric: accuracy
"""


def faults_of(text: str) -> list[Fault]:
    document = parse_document(text, "competition.yaml")
    return check_facts(validate(Competition, document), document)


def test_a_good_one_passes() -> None:
    assert faults_of(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "place", "words"),
    [
        ("x1, y1]", "x1]", "POINTS_COLUMNS", ":5 targets.head.columns", "has 3 `columns`"),
        ("[左上, 右下]", "[左上]", "POINTS_LABELS", ":5 targets.head.labels", "2 points and 1 `labels`"),
        (
            "columns: [x0, y0, x1, y1], labels: [左上, 右下]",
            "column: x0",
            "CONFIG_TARGET",
            ":5 targets.head.column",
            "x then y",
        ),
        ("columns: [x0, y0, x1, y1], labels: [左上, 右下]", "", "CONFIG_TARGET", ":5 targets.head", "x then y"),
        ("[x0, y0, x1", "[id, y0, x1", "CONFIG_TARGET", ":5 targets.head.columns", "`id` column"),
        ("x1, y1]", "x0, y0]", "CONFIG_TARGET", ":5 targets.head.columns", "twice"),
        ("labels: [左上, 右下]", "values: [1]", "CONFIG_TARGET", ":5 targets.head.values", "for kind mask"),
        ("column: kind}", 'column: kind, mask: "a"}', "CONFIG_TARGET", ":4 targets.kind.mask", "for kinds mask and map"),
        ('mask: "masks/{id}.png", ', "", "CONFIG_TARGET", ":6 targets.pet", "no `mask`"),
        ('"masks/{id}.png"', "masks.png", "TABLE_IMAGE_TEMPLATE", ":6 targets.pet.mask", "masks.png"),
        ('"masks/', '"../masks/', "CONFIG_OUTSIDE_FOLDER", ":6 targets.pet.mask", "leads out"),
        ("kind: mask, ", "kind: mask, column: a, ", "CONFIG_TARGET", ":6 targets.pet.column", "not in a column"),
        ("[2, 1, 3]", "[2, 1]", "CONFIG_TARGET", ":6 targets.pet.values", "one number per label"),
        ("[2, 1, 3]", "[2, 1, 300]", "CONFIG_TARGET", ":6 targets.pet.values", "0 to 255"),
        ("labels: [ground, body, border], values: [2, 1, 3]", "values: [2]", "CONFIG_TARGET", ":6 targets.pet.values", "two"),
        ("[2, 1, 3]", "[2, 1, 3], separator: x", "CONFIG_TARGET", ":6 targets.pet.separator", "multilabel"),
    ],
)
def test_one_mistake_is_one_fault(old: str, new: str, code: str, place: str, words: str) -> None:
    assert old in GOOD
    faults = faults_of(GOOD.replace(old, new, 1))
    assert [fault.code for fault in faults] == [code]
    assert str(faults[0].where).startswith(f"competition.yaml{place}")
    assert words in faults[0].text("en") and faults[0].text("ja")


TABLE = "id,kind,x0,y0,x1,y1\n猫1,cat,1,2,3.5,4\n猫2,cat,,2,3,4\n犬1,dog,,,,\n犬2,dog,0,0,9,9\n"


def load(folder: Path, table: str = TABLE, text: str = GOOD) -> Dataset:
    (folder / "train.csv").write_text(table, encoding="utf-8")
    for row in ("猫1", "猫2", "犬1", "犬2"):
        (folder / "train").mkdir(exist_ok=True)
        (folder / "train" / f"{row}.jpg").write_bytes(b"x")
    return load_train(folder, validate(Competition, parse_document(text, "competition.yaml")))


def write_masks(folder: Path, *names: str) -> None:
    (folder / "masks").mkdir()
    for name in names:
        (folder / "masks" / name).write_bytes(b"x")


def test_points_by_row_and_masks_by_path(tmp_path: Path) -> None:
    write_masks(tmp_path, "猫1.png", "犬2.png")
    rows = load(tmp_path)
    head, pet = rows.targets["head"], rows.targets["pet"]
    nan = [np.nan, np.nan]
    expected = np.array([[[1, 2], [3.5, 4]], [nan, [3, 4]], [nan, nan], [[0, 0], [9, 9]]])
    np.testing.assert_array_equal(head.values, expected)
    assert (head.kind, head.labels) == ("points", ("左上", "右下"))
    assert (pet.kind, pet.labels) == ("mask", ("ground", "body", "border"))
    assert pet.values.tolist() == ["masks/猫1.png", "", "", "masks/犬2.png"] and pet.values.dtype.kind == "U"
    said = {fault.code: fault for fault in rows.faults}
    assert said["MASK_MISSING"].outcome == "note"
    assert "2 of 4 rows have no mask for pet: 'masks/猫2.png', 'masks/犬1.png' (lines 3, 4)" in said["MASK_MISSING"].text("en")
    # One point of two is still a place; only a row without any is said.
    assert said["TABLE_LABEL_MISSING"].values["lines"] == "4" and said["TABLE_LABEL_MISSING"].outcome == "note"


def test_both_are_part_of_the_digest_and_go_with_their_rows(tmp_path: Path) -> None:
    write_masks(tmp_path, "猫1.png", "犬2.png")
    rows = load(tmp_path)
    moved = load(tmp_path, TABLE.replace("3.5", "3.6"))
    assert rows.digest() != moved.digest()
    assert digest_target(rows, "head", rows.ids) != digest_target(moved, "head", rows.ids)
    assert digest_target(rows, "pet", rows.ids) == digest_target(moved, "pet", rows.ids)
    (tmp_path / "masks" / "犬2.png").unlink()
    assert digest_target(load(tmp_path), "pet", rows.ids) != digest_target(rows, "pet", rows.ids)
    few = take_rows(rows, np.array([3, 0]))
    assert few.targets["pet"].values.tolist() == ["masks/犬2.png", "masks/猫1.png"]
    assert few.targets["head"].values[0].tolist() == [[0, 0], [9, 9]]


@pytest.mark.parametrize(
    ("table", "text", "code"),
    [
        (TABLE.replace("3.5", "left"), GOOD, "TABLE_NOT_FINITE"),
        (TABLE, GOOD.replace("masks/{id}", "mask/{id}"), "MASK_NO_FILE"),
        (TABLE, GOOD.replace("masks/{id}", "masks/{idd}"), "TABLE_NO_COLUMN"),
        (TABLE, GOOD.replace("[x0, y0", "[x0, yo"), "TABLE_NO_COLUMN"),
        (TABLE.replace("cat,1", "../../cat,1"), GOOD.replace("masks/{id}", "masks/{kind}"), "TABLE_PATH_OUTSIDE"),
    ],
)
def test_what_the_table_and_the_folder_do_not_have(tmp_path: Path, table: str, text: str, code: str) -> None:
    write_masks(tmp_path, "猫1.png", "cat.png")
    with pytest.raises(InputError) as caught:
        load(tmp_path, table, text)
    assert caught.value.codes == (code,)


def test_masks_are_found_in_the_other_unicode_form_and_with_no_other_ending(tmp_path: Path) -> None:
    name = "ガ.png"
    write_masks(tmp_path, unicodedata.normalize("NFD", name), "a.jpg")
    found = find_masks([f"masks/{unicodedata.normalize('NFC', name)}", "masks/a.png"], tmp_path)
    assert found == [f"masks/{unicodedata.normalize('NFD', name)}", ""]


def test_names_of_what_has_none() -> None:
    assert name_marks(Target(kind="mask", mask="{id}.png")) == ()
    assert name_marks(Target(kind="points", columns=["x", "y"])) == ("1",)


def test_the_first_masks_of_another_size_are_shown() -> None:
    fault = size_fault({f"{n}.png": ((1, 2), (3, 4)) for n in range(5)})
    assert fault.values == {
        "count": 5,
        "examples": "0.png (2 x 1, image 4 x 3), 1.png (2 x 1, image 4 x 3), 2.png (2 x 1, image 4 x 3), ...",
    }

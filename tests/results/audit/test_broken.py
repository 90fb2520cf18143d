"""Unreadable files by reason, remarks in counts, mixtures: one finding each."""

from __future__ import annotations

import numpy as np
from tests.results.audit.made import make_data

from tamesu.images.faults import OUTCOMES
from tamesu.messages.audit_files import REMARKS
from tamesu.results.audit.broken import judge_files


def test_clean_files_are_nothing_to_tell() -> None:
    assert judge_files(make_data(50, 40)) == []


def test_unreadable_files_are_one_warning_by_reason() -> None:
    readable = np.ones(50, bool)
    readable[[3, 4, 5, 6, 45]] = False
    codes = [[] for _ in range(50)]
    for row in (3, 4, 5, 6):
        codes[row] = ["IMG_BAD_EXIF", "IMG_TRUNCATED"]
    codes[45] = ["IMG_EMPTY"]
    data = make_data(50, 40, readable=readable, remarks=codes, formats=np.where(readable, "JPEG", ""))
    found = judge_files(data)
    assert [(one.code, one.weight) for one in found] == [("AUDIT_UNREADABLE", "warning")]
    assert found[0].rows == (3, 4, 5, 6, 45)
    assert (found[0].values["train"], found[0].values["test"]) == (4, 1)
    ids = data.ids
    for text in (found[0].text("en"), found[0].text("ja")):
        assert f"IMG_TRUNCATED 4 ({ids[3]}, {ids[4]}, {ids[5]}, …); IMG_EMPTY 1 ({ids[45]})" in text
    assert found[0].charts[0].series == {"train": [4.0, 0.0], "test": [0.0, 1.0]}


def test_ids_with_braces_are_data() -> None:
    readable = np.arange(3) > 0
    found = judge_files(make_data(3, names=["{猫}", "b", "c"], readable=readable, remarks=[["IMG_EMPTY"], [], []]))
    assert "{猫}" in found[0].text("ja")


def test_remarks_are_one_note_with_the_rare_ones_to_look_at_first() -> None:
    codes = [["IMG_TURNED"] if row % 2 else [] for row in range(40)]
    codes[7] = ["IMG_TURNED", "IMG_CONSTANT"]
    codes[8] = ["IMG_METADATA_DROPPED"]
    found = judge_files(make_data(40, 30, remarks=codes))
    assert [(one.code, one.weight) for one in found] == [("AUDIT_FILE_REMARKS", "note")]
    assert found[0].rows[0] == 7 and set(found[0].rows) == {row for row in range(40) if row % 2}
    assert found[0].sets[0] == (7,) and found[0].captions[0] == "IMG_CONSTANT"
    assert "turned upright by EXIF 20" in found[0].text("en") and "EXIF に従って回転 20" in found[0].text("ja")
    assert found[0].charts[0].series == {"train": [15.0, 1.0], "test": [5.0, 0.0]}


def test_mixed_formats_are_one_note_with_numbers() -> None:
    formats = np.array(["JPEG"] * 37 + ["PNG"] * 3)
    modes = np.array(["RGB"] * 36 + ["L"] + ["RGBA"] * 3)
    found = judge_files(make_data(40, 38, formats=formats, modes=modes, widths=[*[100] * 39, 900], heights=200))
    assert [(one.code, one.weight) for one in found] == [("AUDIT_FILES_MIXED", "note")]
    text = found[0].text("en")
    assert (
        "JPEG RGB 36, PNG RGBA 3, JPEG L 1" in text
        and "sizes go from 100 × 200 to 900 × 200 (middle 100 × 200, 2 in all)" in text
    )
    assert found[0].rows == (36, 37, 38, 39)
    assert found[0].charts[0].series == {"train": [36.0, 1.0, 1.0], "test": [0.0, 2.0, 0.0]}


def test_remarks_are_codes_of_the_scan_that_leave_an_image_usable() -> None:
    assert all(OUTCOMES[code] in ("note", "ask") for code in REMARKS)


def test_without_any_training_image_nothing_can_be_believed() -> None:
    data = make_data(40, 30, readable=np.arange(40) >= 30)
    assert [one.weight for one in judge_files(data) if one.code == "AUDIT_UNREADABLE"] == ["severe"]
    data = make_data(40, 30, readable=np.arange(40) >= 29)
    assert [one.weight for one in judge_files(data) if one.code == "AUDIT_UNREADABLE"] == ["warning"]

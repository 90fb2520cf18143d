"""Images by number: rows of the tables, filters, and pictures that are made anew."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from tests.tiny import LABELS, write_competition

from tamesu.artifacts.folds import FoldTable
from tamesu.web.gallery import find_images, make_picture, open_gallery
from tamesu.web.memory import Memory


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_competition(tmp_path / "tiny", fresh=True)


def test_rows_are_those_of_the_tables(folder: Path) -> None:
    gallery = open_gallery(folder, Memory())
    assert (len(gallery), gallery.train_rows) == (48, 36)
    assert gallery.describe(4) == {"number": 4, "id": "004", "label": LABELS[1], "fold": "", "part": "train"}
    assert gallery.describe(40) == {"number": 40, "id": "040", "label": "", "fold": "", "part": "test"}
    assert gallery.values["size"][:3] == ("100", "110", "120")
    assert gallery.places["040"] == (40,)


def test_rows_are_found_by_id_those_to_train_on_first(folder: Path) -> None:
    table = folder / "data" / "test.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    # A test image may have the id of one to train on.
    table.write_text("\n".join([lines[0], lines[1].replace("036", "004"), *lines[2:]]) + "\n", encoding="utf-8")
    (folder / "data" / "test" / "004.png").write_bytes((folder / "data" / "test" / "036.png").read_bytes())
    gallery = open_gallery(folder, Memory())
    assert gallery.places["004"] == (4, 36)
    assert [one["number"] for one in gallery.find(["040", "gone", "004"])] == [40, 4]


def test_the_newest_folds_are_told(folder: Path) -> None:
    memory, ids = Memory(), tuple(f"{row:03d}" for row in range(36))
    assert open_gallery(folder, memory).folds == ()
    (folder / "folds").mkdir()
    FoldTable(ids, np.arange(36, dtype=np.int32)[:, None] % 3, n_splits=3).write(folder / "folds")
    gallery = open_gallery(folder, memory)
    assert gallery.folds[:4] == ("0", "1", "2", "0")
    assert list(find_images(gallery, fold="2"))[:3] == [2, 5, 8]


def test_filters_hold_together(folder: Path) -> None:
    gallery = open_gallery(folder, Memory())
    assert list(find_images(gallery)) == list(range(48))
    assert list(find_images(gallery, part="test")) == list(range(36, 48))
    assert list(find_images(gallery, label=LABELS[2])) == list(range(2, 36, 3))
    assert list(find_images(gallery, "1", LABELS[2], "train")) == [n for n in range(2, 36, 3) if "1" in f"{n:03d}"]
    assert list(find_images(gallery, "no such")) == []
    assert list(find_images(gallery, label="no such")) == []


def test_a_changed_table_is_read_again(folder: Path) -> None:
    memory = Memory()
    assert len(open_gallery(folder, memory)) == 48
    assert open_gallery(folder, memory) is open_gallery(folder, memory)
    table = folder / "data" / "test.csv"
    table.write_text("id\n036\n")
    os.utime(table, (1, 1))
    assert len(open_gallery(folder, memory)) == 37


def test_a_picture_has_the_image_and_not_the_file(folder: Path) -> None:
    gallery = open_gallery(folder, Memory())
    made = make_picture(gallery, 0, 12)
    assert made is not None
    pixels = cv2.imdecode(np.frombuffer(made, np.uint8), cv2.IMREAD_COLOR)
    whole = cv2.imread(str(folder / "data" / "train" / "000.png"))
    assert pixels.shape == (10, 12, 3)
    assert np.abs(pixels.mean(axis=(0, 1)) - whole.mean(axis=(0, 1))).max() < 6
    (folder / "data" / "train" / "001.png").write_bytes(b"\x89PNG broken")
    assert make_picture(gallery, 1, 128) is None
    (folder / "data" / "train" / "002.png").unlink()
    (folder / "data" / "train" / "002.png").symlink_to("/etc/hostname")
    assert make_picture(gallery, 2, 128) is None

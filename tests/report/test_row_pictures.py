from __future__ import annotations

import base64
from pathlib import Path

import cv2
import numpy as np

from tamesu.artifacts.dataset import Dataset
from tamesu.report.row_pictures import LONG_PX, RowPictures, shrink_image

TRAIN = Dataset(("a", "b", "lost"), ("a.png", "b.png", "lost.png"), {}, None, {}, (2, 3, 4))


def draw(folder: Path) -> None:
    rng = np.random.default_rng(0)
    cv2.imwrite(str(folder / "a.png"), rng.integers(0, 255, (300, 600, 3)).astype(np.uint8))
    cv2.imwrite(str(folder / "b.png"), np.full((8, 8, 3), 200, np.uint8))


def test_large_images_are_shrunk_and_small_ones_kept(tmp_path: Path) -> None:
    draw(tmp_path)
    pictures = RowPictures(tmp_path, TRAIN)
    large, small = pictures.take("a"), pictures.take("b")
    assert large is not None and (large.width, large.height) == (LONG_PX, LONG_PX // 2)
    assert small is not None and (small.width, small.height) == (8, 8)
    pixels = cv2.imdecode(np.frombuffer(base64.b64decode(small.uri.partition(",")[2]), np.uint8), cv2.IMREAD_COLOR)
    assert np.abs(pixels.astype(int) - 200).max() <= 3


def test_what_cannot_be_read_and_what_is_not_there_have_no_picture(tmp_path: Path) -> None:
    draw(tmp_path)
    (tmp_path / "lost.png").write_bytes(b"\x89PNG\r\n\x1a\n cut")
    pictures = RowPictures(tmp_path, TRAIN)
    assert pictures.take("lost") is None and pictures.take("unknown") is None
    assert RowPictures(None, TRAIN).take("a") is None
    assert shrink_image(tmp_path, "nowhere.png") is None


def test_a_full_page_takes_no_more(tmp_path: Path) -> None:
    draw(tmp_path)
    first = RowPictures(tmp_path, TRAIN).take("a")
    assert first is not None
    pictures = RowPictures(tmp_path, TRAIN, page_bytes=len(first.uri))
    assert pictures.take("a") == first and pictures.room == 0
    assert pictures.take("b") is None and pictures.take("a") is None

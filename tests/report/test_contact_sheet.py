"""Contact sheets: pictures keep their place and pixels, masks and points are drawn in, Japanese is readable."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tamesu.report.contact_sheet import MARKS, PAPER, Row, Tile, draw_sheet, font_for, read_about, tint, wrap
from tamesu.report.fonts import find_japanese_font

PATCH = np.random.default_rng(0).integers(1, 250, (160, 160, 3), dtype=np.uint8)


def open_sheet(content):
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def find(sheet, patch):
    """Every place (y, x) at which a picture stands in the sheet."""
    height, width = patch.shape[:2]
    starts = np.argwhere((sheet == patch[0, 0]).all(axis=2))
    return [(y, x) for y, x in starts.tolist() if np.array_equal(sheet[y : y + height, x : x + width], patch)]


def test_pictures_keep_their_pixels_and_their_order():
    other = PATCH[::-1].copy()
    sheet = open_sheet(draw_sheet("base", [Row("a", (Tile(PATCH, ("dog",)), Tile(other))), Row("", (Tile(other),))]))
    (first,), seconds = find(sheet, PATCH), find(sheet, other)
    assert len(seconds) == 2
    assert seconds[0][0] == first[0] and seconds[0][1] > first[1] + 160 and seconds[1][0] > first[0] + 160
    assert (sheet[:3] == PAPER).all()


def test_small_pictures_are_enlarged_whole():
    small = PATCH[:32, :32]
    sheet = open_sheet(draw_sheet("base", [Row("a", (Tile(small),))]))
    assert len(find(sheet, small.repeat(5, axis=0).repeat(5, axis=1))) == 1


def test_what_is_known_is_drawn_in():
    black = np.zeros((160, 160, 3), np.uint8)
    tile = Tile(black, (), points=np.array([[40.0, 60.0], [np.nan, np.nan]]), boxes=np.array([[10.0, 20.0, 100.0, 120.0]]))
    sheet = open_sheet(draw_sheet("base", [Row("", (tile,))]))
    top, left = 22 + 16, 8
    assert tuple(sheet[top + 60, left + 40]) == MARKS[0]
    assert tuple(sheet[top + 20, left + 50]) == MARKS[0] and tuple(sheet[top + 70, left + 100]) == MARKS[0]
    assert tuple(sheet[top + 90, left + 60]) == (0, 0, 0)


def test_each_mask_value_has_a_colour_of_its_own():
    mask = np.zeros((4, 4), int)
    mask[0], mask[1] = 1, 2
    tinted = tint(np.full((4, 4, 3), 100, np.uint8), mask)
    assert (tinted[2:] == 100).all()
    expected = [np.rint(0.55 * 100 + 0.45 * np.array(colour)) for colour in MARKS[:2]]
    assert (tinted[0] == expected[0]).all() and (tinted[1] == expected[1]).all()


def test_words_wrap_within_their_picture():
    for text in (
        "random_resized_crop, horizontal_flip, color_jitter +12% -30%",
        "左手から右手へ、とても長い日本語の名前でも折り返されること",
    ):
        lines = wrap(text, 160)
        assert len(lines) > 1 and "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(font_for(line, 12).getlength(line) <= 160 for line in lines)


def test_japanese_words_have_glyphs():
    if find_japanese_font() is None:
        pytest.skip("matplotlib-fontja is not installed (extra cjk)")
    plain, japanese = (open_sheet(draw_sheet("", [Row(text, (Tile(PATCH),))])) for text in ("", "左手"))
    assert plain.shape[1] == japanese.shape[1] and (japanese < 60).any()
    boxes = font_for("\U000f0000", 13).getmask("\U000f0000").getbbox()
    assert font_for("左", 13).getmask("左").getbbox() != boxes


def test_facts_are_kept_inside():
    assert read_about(draw_sheet("x", [Row("", (Tile(PATCH),))], {"augmentations": "猫 [1]"}))["augmentations"] == "猫 [1]"

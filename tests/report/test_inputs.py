from __future__ import annotations

import base64
import io
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tamesu.artifacts.run import Run
from tamesu.report.contact_sheet import Row, Tile, draw_sheet
from tamesu.report.inputs import cut_sheet, find_contact_sheet, find_sheet, make_input_section, show_image
from tamesu.report.words import Words

EN = Words("en")


@pytest.mark.parametrize("count", [1, 5, 8, 11, 16])
def test_the_sheet_is_cut_into_the_images_it_was_made_of(count: int, make_sheet) -> None:
    content = make_sheet(24, count, np.random.default_rng(0))
    tiles = cut_sheet(content, 24)
    assert len(tiles) == count
    sheet = np.asarray(Image.open(io.BytesIO(content)))
    for place, tile in enumerate(tiles):
        y, x = place // 8 * 24, place % 8 * 24
        np.testing.assert_array_equal(tile, sheet[y : y + 24, x : x + 24])


def test_an_image_in_the_page_has_the_very_pixels() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    found = re.search(r"base64,([^\"]+)", show_image(pixels))
    assert found is not None
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(base64.b64decode(found[1])))), pixels)


def test_large_images_are_shown_smaller() -> None:
    assert 'width="320" height="320"' in show_image(np.zeros((1024, 1024, 3), dtype=np.uint8))


def test_the_first_whole_sheet_is_shown(paintings, tmp_path: Path) -> None:
    section = make_input_section(paintings.run, EN)
    assert section.body.count("<img") == 16 and "r0-f0-s0" in section.body and "32 px" in section.body
    path = tmp_path / "competition" / "runs" / paintings.run.name
    shutil.copytree(paintings.run.path, path)
    run = Run(path)
    (path / "jobs" / "r0-f0-s0" / "inputs.png").write_bytes(b"damaged")
    found = find_sheet(run)
    assert found is not None and found[0].name == "r0-f1-s0"
    for sheet in path.rglob("inputs.png"):
        sheet.unlink()
    assert "No job has written" in make_input_section(run, EN).body


def test_the_contact_sheet_stands_in_the_page_while_it_is_the_recipes_own(paintings, tmp_path: Path) -> None:
    shutil.copytree(paintings.run.path, tmp_path / "competition" / "runs" / paintings.run.name)
    run = Run(tmp_path / "competition" / "runs" / paintings.run.name)
    assert f"tamesu augment {run.recipe.name}" in make_input_section(run, EN).body
    (run.folder / "reports").mkdir()
    path = run.folder / "reports" / f"augment-{run.recipe.name}.png"
    rows = [Row("a", (Tile(np.zeros((8, 8, 3), np.uint8)),))]
    path.write_bytes(draw_sheet("x", rows, {"augmentations": repr([part.written() for part in run.recipe.augmentations])}))
    assert base64.b64encode(path.read_bytes()).decode() in make_input_section(run, EN).body
    path.write_bytes(draw_sheet("x", rows, {"augmentations": "another recipe's"}))
    assert find_contact_sheet(run) is None
    path.write_bytes(b"no picture")
    assert find_contact_sheet(run) is None

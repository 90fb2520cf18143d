"""The page of augmentations: the pixels of `tamesu augment` and of training, labels moved, and a clear word instead."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import cv2
import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from tests.tiny import write_competition
from tests.web.guarded import Pages
from tests.web.test_app import PATHS

from tamesu.artifacts.loading import load_recipe
from tamesu.augmentations import AUGMENTATIONS, make_key
from tamesu.cli import cli
from tamesu.preparation import prepare
from tamesu.progress import Silent
from tamesu.running import load_material, open_run

PARTS: list[Any] = [{"random_resized_crop": {"scale": [0.3, 1.0]}}, "horizontal_flip", {"rotate": {"degrees": 20}}]


def write(folder: Path, symmetries: Any = None, **changes: Any) -> Path:
    write_competition(folder, **{"augmentations": PARTS, **changes})
    facts = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    facts["symmetries"] = symmetries or {}
    (folder / "competition.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    return folder


def read(pages: Pages, query: Any = (), twin: str = "/augmentations.json") -> dict[str, Any]:
    return dict(json.loads(pages.ask(f"{twin}?{urlencode(query)}").body))


def fetch(pages: Pages, address: str) -> np.ndarray:
    answer = pages.ask(address)
    assert (answer.status, answer.header("content-type")) == (200, "image/png")
    return np.asarray(cv2.imdecode(np.frombuffer(answer.body, np.uint8), cv2.IMREAD_COLOR_RGB))


def enlarge(image: np.ndarray) -> np.ndarray:
    """As sheets show inputs of 16 px."""
    return image.repeat(10, axis=0).repeat(10, axis=1)


def test_pictures_are_those_of_the_command_it_names(tmp_path: Path) -> None:
    folder = write(tmp_path / "c")
    pages = Pages(folder)
    for query in (
        [("part", "elastic"), ("strength", "0.35"), ("draw", "4"), ("image", "007"), ("image", "002")],
        [("strength", "1"), ("strength", "0.5"), ("strength", "0.25"), ("draw", "3"), ("image", "005"), ("image", "001")],
        [("part", "one_of"), ("image", "004")],
    ):
        found = read(pages, query)
        assert found["problem"] == []
        words = shlex.split(found["command"])
        assert words[0] == "tamesu"
        done = CliRunner().invoke(cli, [*words[1:], "--folder", str(folder)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        name = "augment-parts.png" if query[0][0] == "part" else "augment-base.png"
        sheet = cv2.imread(str(folder / "reports" / name), cv2.IMREAD_COLOR_RGB)
        shown = [fetch(pages, tile["picture"]) for image in found["images"] for tile in image["tiles"]]
        cells = cut_cells(sheet, len(found["captions"]), len(found["images"]))
        assert len(shown) == len(cells)
        assert all(np.array_equal(one, cell) for one, cell in zip(shown, cells, strict=True))


def cut_cells(sheet: np.ndarray, columns: int, rows: int) -> list[np.ndarray]:
    """The pictures of 160 px of a sheet, found by the white between them and the text below being no part of them."""
    lefts = [8 + place * 168 for place in range(columns)]
    dark = (sheet[:, 8:168] < 250).any(axis=2).all(axis=1)
    tops, run = [], 0
    for y, full in enumerate(dark.tolist()):
        run = run + 1 if full else 0
        if run == 160:
            tops.append(y - 159)
            run = 0
    assert len(tops) == rows
    return [sheet[top : top + 160, left : left + 160] for top in tops for left in lefts]


def test_pictures_are_those_of_training(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", augmentations=[*PARTS, {"mixup": {}}])
    pages = Pages(folder)
    found = read(pages, {"draw": 2})
    prepared = prepare(folder, "base")
    material = load_material(prepared, open_run(prepared), 1, 2**30, Silent())
    rows = np.array([material.train.rows.ids.index(image["id"]) for image in found["images"]])
    for column, epoch in ((1, 1), (3, 3)):
        batch = material.train.pixels.make_batch(rows, material.plan, make_key("epoch", 0, 0, 0, epoch)).images.numpy()
        for image, expected in zip(found["images"], batch, strict=True):
            assert np.array_equal(fetch(pages, image["tiles"][column]["picture"]), enlarge(expected))


def test_labels_move_as_declared_and_what_is_refused_says_why(tmp_path: Path) -> None:
    symmetries = {"horizontal_flip": {"swap": [["猫", "犬"]]}, "vertical_flip": "forbidden"}
    pages = Pages(write(tmp_path / "c", symmetries, augmentations=[]))
    found = read(pages, {"part": "horizontal_flip"})
    assert {image["tiles"][1]["labels"].split(",")[0] for image in found["images"]} == {"猫 → 犬", "犬 → 猫", "鳥"}
    parts = {one["name"]: one for one in found["parts"]}
    assert list(parts) == list(AUGMENTATIONS)
    assert {name: parts[name]["labels"] for name in ("hue", "random_crop", "mixup", "rotate", "rand_augment")} == {
        "hue": "stay",
        "random_crop": "false",
        "mixup": "mixed",
        "rotate": "symmetry",
        "rand_augment": "symmetry",
    }
    assert parts["horizontal_flip"]["allowed"]
    assert not parts["vertical_flip"]["allowed"]
    assert "SYMMETRY_FORBIDDEN" in parts["vertical_flip"]["why_not"][0]
    assert "CONFIG_MISSING_OPTION" in parts["copy_paste"]["why_not"][0]
    assert "AUGMENT_OBJECTS_FOLDER" in parts["paste_object"]["why_not"][0]
    assert parts["rotate"]["options"]["degrees"] == AUGMENTATIONS.resolve("rotate", {})["degrees"]
    assert not parts["torchvision"]["drawn"]
    # What is refused can still be looked at.
    assert len(read(pages, {"part": "vertical_flip"})["images"]) == 5


def test_the_lines_to_paste_make_the_recipe_that_is_shown(tmp_path: Path) -> None:
    folder = write(tmp_path / "c")
    pages = Pages(folder)
    for query, expected in (
        ({"part": "sepia", "strength": "0.5"}, {"name": "sepia", "options": {"strength": 0.5}}),
        ({"part": "rotate", "strength": "0.25"}, {"name": "rotate", "options": {"degrees": 20, "strength": 0.25}}),
    ):
        idea, entry = (one["line"] for one in read(pages, query)["lines"])
        (changes,) = yaml.safe_load(idea).values()
        recipe = load_recipe(folder, "base", changes)
        assert expected in [part.model_dump() for part in recipe.augmentations]
        assert yaml.safe_load(entry) == [{expected["name"]: expected["options"]}]
    assert read(pages, {"part": "sepia", "strength": "0"})["lines"] == []
    (without,) = read(pages, {"part": "rotate", "strength": "0"})["lines"]
    (changes,) = yaml.safe_load(without["line"]).values()
    assert "rotate" not in [part.name for part in load_recipe(folder, "base", changes).augmentations]
    several = read(pages, [("strength", "1"), ("strength", "0.5"), ("strength", "0.1")])["lines"]
    (changes,) = yaml.safe_load(several[0]["line"]).values()
    varied = load_recipe(folder, "base", changes).augmentations
    assert [part.options.get("strength", 1) for part in varied] == [1, 0.5, 0.1]
    assert yaml.safe_load(several[1]["line"])["augmentations"] == [part.written() for part in varied]


def test_an_address_is_of_numbers_that_are_there_and_nothing_else(tmp_path: Path) -> None:
    pages = Pages(write(tmp_path / "c"))
    picture = read(pages)["images"][0]["tiles"][1]["picture"]
    assert pages.ask(picture).status == 200
    assert pages.ask(picture, key=False).status == 401
    wrong = [
        "9.0..1.0.0",
        "0.999..1.0.0",
        "0.0.5.1.0.0",
        "0.0.1001.1.0.0",
        "0.0..1.36.0",
        "0.0..1.0.1",
        "0.0..1..0",
        "0.0..1.0",
    ]
    wrong += ["0.0..1.0-1-2-3-4-5-6-7-8.0", "0.0..999999.0.0", "٠.0..1.0.0", *PATHS]
    for one in wrong:
        answer = pages.ask(f"/augmented/{one}")
        assert answer.status in (400, 404), one
        assert "root:" not in answer.text


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"recipe": "no"}, 404, "PAGE_NO_RECIPE"),
        ({"part": "rotat"}, 404, "CONFIG_UNKNOWN_PART"),
        ({"image": "nobody"}, 404, "AUGMENT_NO_ROW"),
        ({"part": "torchvision"}, 200, "PAGE_AUGMENT_FOREIGN"),
        ({"part": "copy_paste"}, 200, "CONFIG_MISSING_OPTION"),
        ({"recipe": "none"}, 200, "AUGMENT_NOTHING"),
        ({"recipe": "mine"}, 200, "PAGE_AUGMENT_FOREIGN"),
        ({"recipe": "wrong"}, 200, "CONFIG_UNKNOWN_KEY"),
        ({"strength": "nan", "draw": "-3"}, 200, None),
    ],
)
def test_what_cannot_be_shown_says_one_clear_thing(tmp_path: Path, query: Any, status: int, code: str | None) -> None:
    folder = write(tmp_path / "c")
    (folder / "recipes" / "none.yaml").write_text("from: base\naugmentations: []\n")
    (folder / "recipes" / "mine.yaml").write_text("from: base\naugmentations: [{one_of: {of: [of_mine, sepia]}}]\n")
    (folder / "recipes" / "wrong.yaml").write_text("from: base\nepoch: 3\n")
    (folder / "plugins").mkdir()
    (folder / "plugins" / "mine.py").write_text("raise SystemExit('the pages run no plugin')\n")
    pages = Pages(folder)
    found = read(pages, query)
    assert found["codes"] == ([] if code is None else [code])
    assert len(found["problem"]) == len(found["codes"])
    assert bool(found["images"]) == (code is None)
    for language in ("en", "ja"):
        answer = pages.ask(f"/augmentations?{urlencode(query)}&lang={language}")
        assert answer.status == status
        assert code is None or code in answer.text
    assert not (folder / "reports").exists()


def test_without_a_recipe_and_with_a_competition_at_fault(tmp_path: Path) -> None:
    folder = write(tmp_path / "c")
    (folder / "recipes" / "base.yaml").unlink()
    pages = Pages(folder)
    assert read(pages)["codes"] == ["PAGE_AUGMENT_NONE"]
    (folder / "competition.yaml").write_text("name: 3\n")
    answer = pages.ask("/augmentations")
    assert answer.status == 409
    assert "competition.yaml" in answer.text


def test_a_damaged_image_says_why_and_the_others_are_shown(tmp_path: Path) -> None:
    pages = Pages(write(tmp_path / "c", broken=(0, 1)))
    found = read(pages, [("image", "000"), ("image", "002")])
    assert [bool(image["unread"]) for image in found["images"]] == [True, False]
    assert [len(image["tiles"]) for image in found["images"]] == [0, 4]
    # All of them damaged.
    found = read(pages, [("image", "000"), ("image", "001"), ("part", "mixup")])
    assert all("IMG_" in image["unread"] and not image["tiles"] for image in found["images"])
    assert pages.ask("/augmentations?image=000&lang=ja").status == 200


def test_it_works_by_form_and_links_and_turns_draws(tmp_path: Path) -> None:
    pages = Pages(write(tmp_path / "c"))
    text = pages.ask("/augmentations?part=rotate&strength=0.5&draw=3&image=001").text
    assert 'name="strength" min="0" max="1" step="0.05" value="0.5"' in text
    assert "draw=2" in text
    assert "draw=4" in text
    assert '<option value="rotate" selected>' in text
    found = read(pages, {"part": "rotate", "image": "001"}, "/augmentations/sheet.json")
    assert found["ids"] == ["001"]
    others = read(pages, {"image": found["ids"][-1]})
    again = dict(json.loads(pages.ask(others["other"].replace("/augmentations", "/augmentations.json")).body))
    assert again["ids"] != ["001"]


def test_files_that_change_are_drawn_anew(tmp_path: Path) -> None:
    folder = write(tmp_path / "c")
    pages = Pages(folder)
    (image,) = read(pages, {"part": "resize", "image": "003"})["images"]
    before = fetch(pages, image["tiles"][0]["picture"])
    path = folder / "data" / "train" / "003.png"
    pixels = cv2.imread(str(path))
    path.unlink()
    path.write_bytes(cv2.imencode(".png", 255 - pixels)[1].tobytes())
    # Both are means over areas, each rounded.
    np.testing.assert_allclose(fetch(pages, image["tiles"][0]["picture"]), 255.0 - before, atol=1)


def test_no_torch_and_no_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "c")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    program = f"""
import sys
from pathlib import Path
from tamesu.web.pages.augmentations import build
from tamesu.web.starts import Starts
from tamesu.web.view import Desk, View
folder = Path({str(folder)!r})
page = build(View(Desk(folder, Starts(folder))))
assert len(page.data["images"]) == 5, page.data["problem"]
bad = [name for name in ("torch", "torchvision", "timm", "albumentations") if name in sys.modules]
assert not bad, bad
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before

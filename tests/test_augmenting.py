"""`tamesu augment`: the sheet shows what training sees."""

from __future__ import annotations

import io

import numpy as np
import pytest
import yaml
from PIL import Image

from tamesu.augmentations.random import make_key
from tamesu.augmenting import augment, choose_rows, list_parts, make_tiles, open_shown
from tamesu.errors import InputError
from tamesu.preparation import prepare
from tamesu.progress import Silent
from tamesu.running import load_material, open_run
from tests.report.test_contact_sheet import find
from tests.tiny import write_competition

HEAD = {"kind": {"loss": "cross_entropy"}}
PARTS = [{"random_resized_crop": {"scale": [0.5, 1.0]}}, "horizontal_flip", {"color_jitter": {}}]


def test_the_sheet_shows_the_pixels_of_the_first_job(tmp_path):
    folder = write_competition(tmp_path / "comp", augmentations=PARTS)
    path = augment(folder=folder, images=4, draws=2)
    assert path == folder / "reports" / "augment-base.png"
    sheet = np.asarray(Image.open(io.BytesIO(path.read_bytes())).convert("RGB"))
    prepared = prepare(folder, "base")
    material = load_material(prepared, open_run(prepared), 1, 2**30, Silent())
    rows = choose_rows(material.train.rows, "kind", 4)
    assert material.train.rows.targets["kind"].values[rows].tolist()[:3] == [0, 1, 2]
    for epoch in range(2):
        batch = material.train.pixels.make_batch(rows, material.plan, make_key("epoch", 0, 0, 0, epoch))
        for image in batch.images.numpy():
            assert len(find(sheet, image.repeat(10, axis=0).repeat(10, axis=1))) == 1


def test_parts_alone_at_three_strengths(tmp_path):
    folder = write_competition(tmp_path / "comp")
    path = augment("base", ["horizontal_flip", "color_jitter"], folder=folder)
    assert path.name == "augment-parts.png"
    sheet = np.asarray(Image.open(path).convert("RGB"))
    prepared = prepare(folder, "base")
    material = load_material(prepared, open_run(prepared), 1, 2**30, Silent())
    plain = material.train.pixels.make_batch(np.array([0]), material.fit, 0).images[0].numpy()
    # Strength 0 shows the image itself, for both parts; strength 1 of a flip the mirrored one.
    assert len(find(sheet, plain.repeat(10, axis=0).repeat(10, axis=1))) >= 2
    assert len(find(sheet, plain[:, ::-1].repeat(10, axis=0).repeat(10, axis=1))) >= 1


def test_captions_tell_moved_labels_and_parts(tmp_path):
    folder = write_competition(tmp_path / "comp", augmentations=[{"horizontal_flip": {"p": 1.0}}, {"rotate": {"degrees": 30}}])
    competition = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    competition["symmetries"] = {"horizontal_flip": {"swap": [["猫", "犬"]]}}
    (folder / "competition.yaml").write_text(yaml.safe_dump(competition, allow_unicode=True), encoding="utf-8")
    from tamesu.training.material import plan_of

    shown = open_shown(folder, "base", [], 3, [])
    tiles = make_tiles(shown, plan_of(shown.recipe, folder, None), 1, "epoch 1")
    said = {tile.lines[1].split(",")[0] for tile in tiles}
    assert {"猫 → 犬", "犬 → 猫"} < said and any("→" not in words for words in said)
    assert all("horizontal_flip, rotate " in tile.lines[2] and tile.lines[2].endswith("°") for tile in tiles)


def test_unreadable_images_are_left_black(tmp_path):
    folder = write_competition(tmp_path / "comp", broken=(0,), augmentations=PARTS)
    assert augment(folder=folder, images=3, draws=1).exists()


def test_nothing_to_show_and_unknown_parts_are_told(tmp_path):
    folder = write_competition(tmp_path / "comp", augmentations=[])
    with pytest.raises(InputError) as caught:
        augment(folder=folder)
    assert caught.value.codes == ("AUGMENT_NOTHING",)
    with pytest.raises(InputError) as caught:
        augment("base", ["rotat"], folder=folder)
    assert caught.value.faults[0].near == "rotate"
    assert not (folder / "reports").exists()


def test_every_part_of_the_drawer_can_be_drawn(tmp_path):
    folder = write_competition(tmp_path / "comp")
    assert {"rotate", "color_jitter", "mixup"} <= set(list_parts())
    assert augment("base", list_parts(), folder=folder, images=2).stat().st_size > 10_000


def test_identities_and_several_values_are_said(tmp_path):
    folder = write_competition(tmp_path / "comp", augmentations=[{"sepia": {"only": ["犬"], "p": 1.0}}], heads=HEAD)
    competition = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    table = folder / "data" / "train.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([head + ",x", *(f"{row},{n}" for n, row in enumerate(rows))]) + "\n", encoding="utf-8")
    competition["targets"] = {
        "kind": {"kind": "identity", "column": "kind"},
        "size": {"kind": "value", "columns": ["size", "x"], "known_in": "train"},
    }
    (folder / "competition.yaml").write_text(yaml.safe_dump(competition, allow_unicode=True), encoding="utf-8")
    from tamesu.training.material import find_classes, plan_of

    shown = open_shown(folder, "base", [], 3, [])
    # One of each individual, and what is meant for one class alone is done to it alone.
    tiles = make_tiles(shown, plan_of(shown.recipe, folder, find_classes("kind", shown.rows)), 1, "epoch 1")
    assert {tile.lines[1] for tile in tiles} == {"猫, 100 0", "犬, 110 1", "鳥, 120 2"}
    assert {tile.lines[1][0] for tile in tiles if any("sepia" in line for line in tile.lines)} == {"犬"}

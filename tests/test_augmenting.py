"""`tamesu augment`: the sheet shows what training sees."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tamesu.augmentations.random import make_key
from tamesu.augmenting import augment, list_parts, open_shown
from tamesu.errors import InputError
from tamesu.preparation import prepare
from tamesu.progress import Silent
from tamesu.running import load_material, open_run
from tamesu.sheets import choose_rows, see_part
from tests.report.test_contact_sheet import find
from tests.tiny import write_competition

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


def test_a_draw_a_strength_and_rows_by_name(tmp_path):
    folder = write_competition(tmp_path / "comp", augmentations=PARTS)
    path = augment("base", ["rotate"], folder=folder, draw=3, strengths=[0.25], ids=["007", "004", "011"])
    sheet = np.asarray(Image.open(path).convert("RGB"))
    shown = open_shown(folder, "base", [], ["007", "004", "011"], [])
    assert [shown.rows.ids[row] for row in shown.chosen] == ["007", "004", "011"]
    places = [find(sheet, one.image.repeat(10, axis=0).repeat(10, axis=1)) for one in see_part(shown, "rotate", 0.25, 3)]
    # One under the other, in the order asked for.
    assert [len(found) for found in places] == [1, 1, 1]
    assert [found[0][0] for found in places] == sorted(found[0][0] for found in places)
    assert len({found[0][1] for found in places}) == 1


def test_later_epochs_of_the_first_job(tmp_path):
    folder = write_competition(tmp_path / "comp", augmentations=PARTS)
    sheet = np.asarray(Image.open(augment(folder=folder, draws=1, draw=5, ids=["003"])).convert("RGB"))
    prepared = prepare(folder, "base")
    material = load_material(prepared, open_run(prepared), 1, 2**30, Silent())
    row = np.array([material.train.rows.ids.index("003")])
    image = material.train.pixels.make_batch(row, material.plan, make_key("epoch", 0, 0, 0, 4)).images[0].numpy()
    assert len(find(sheet, image.repeat(10, axis=0).repeat(10, axis=1))) == 1


def test_a_row_that_is_not_there_is_told_with_the_nearest(tmp_path):
    with pytest.raises(InputError) as caught:
        augment(folder=write_competition(tmp_path / "comp", augmentations=PARTS), ids=["00", "3000"])
    assert caught.value.codes == ("AUGMENT_NO_ROW", "AUGMENT_NO_ROW")
    assert caught.value.faults[0].near is not None

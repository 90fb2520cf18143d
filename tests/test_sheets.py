"""What sheets show: the training's own pixels, and labels, masks, points and boxes where the picture has taken them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image

from tamesu.artifacts.dataset import load_train
from tamesu.artifacts.loading import load_competition, load_recipe
from tamesu.augmentations import make_key, make_plan
from tamesu.augmentations.planning import find_classes, plan_of
from tamesu.errors import InputError
from tamesu.images.loaded import LoadedImages, load_image
from tamesu.preparation import prepare
from tamesu.progress import Silent
from tamesu.running import load_material, open_run
from tamesu.sheets import Shown, choose_rows, find_short_px, see, see_part, see_plain, see_recipe, show_images
from tests.tiny import write_competition

FLIP: list[Any] = [{"horizontal_flip": {"p": 1.0}}]
PARTS: list[Any] = [{"random_resized_crop": {"scale": [0.3, 1.0]}}, "horizontal_flip", {"color_jitter": {}}, {"mixup": {}}]


def write(folder: Path, targets: Any = None, symmetries: Any = None, columns: Any = None, **changes: Any) -> Path:
    """The tiny competition with other targets, symmetries, or columns (name → a cell, or one for each row)."""
    write_competition(folder, **changes)
    facts = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    facts["targets"] |= targets or {}
    facts["symmetries"] = symmetries or {}
    (folder / "competition.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    table = folder / "data" / "train.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    for name, cells in (columns or {}).items():
        head = f"{head},{name}"
        rows = [f"{row},{cells[number] if isinstance(cells, range) else cells}" for number, row in enumerate(rows)]
    table.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return folder


def show(folder: Path, count: int = 3) -> Shown:
    """Some images of a folder, decoded here."""
    competition, recipe = load_competition(folder), load_recipe(folder, "base")
    rows = load_train(folder, competition)
    chosen = choose_rows(rows, competition.main, count)
    root, short_px = competition.data_folder(folder), find_short_px(recipe, folder)
    images = LoadedImages([load_image(root, rows.paths[row], short_px) for row in chosen])
    return show_images(competition, recipe, folder, rows, chosen, images)


def test_pixels_are_those_of_training(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", augmentations=PARTS)
    shown = show(folder, 5)
    prepared = prepare(folder, "base")
    material = load_material(prepared, open_run(prepared), 1, 2**30, Silent())
    for draw in (1, 4):
        batch = material.train.pixels.make_batch(shown.chosen, material.plan, make_key("epoch", 0, 0, 0, draw - 1))
        assert np.array_equal([one.image for one in see_recipe(shown, draw)], batch.images.numpy())
    plain = material.train.pixels.make_batch(shown.chosen, material.fit, 0).images.numpy()
    assert np.array_equal([one.image for one in see_plain(shown)], plain)
    assert np.array_equal([one.image for one in see_part(shown, "elastic", 0.0)], plain)


def test_a_part_alone_is_as_strong_as_it_can_be_with_the_options_of_the_recipe(tmp_path: Path) -> None:
    shown = show(write(tmp_path / "c", augmentations=[{"rotate": {"degrees": 40, "p": 0.01}}]))
    turns = {see_part(shown, "rotate", 0.5, draw)[0].parts for draw in range(1, 12)}
    assert turns == {"rotate +20°", "rotate -20°"}
    with pytest.raises(InputError) as caught:
        see_part(shown, "rotat", 1.0)
    assert caught.value.faults[0].near == "rotate"
    with pytest.raises(InputError) as caught:
        see_part(shown, "copy_paste", 1.0)
    assert caught.value.codes == ("CONFIG_MISSING_OPTION",)


def test_labels_move_under_a_part_that_the_recipe_does_not_have(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", symmetries={"horizontal_flip": {"swap": [["猫", "犬"]]}}, augmentations=[])
    seen = see_part(show(folder), "horizontal_flip", 1.0)
    assert {one.labels.split(",")[0] for one in seen} == {"猫 → 犬", "犬 → 猫", "鳥"}
    assert {one.parts for one in seen} == {"horizontal_flip"}
    assert seen[0].as_tile("here").lines == ("here", seen[0].labels, "horizontal_flip")


def test_mixed_labels_are_said_with_their_shares(tmp_path: Path) -> None:
    shown = show(write(tmp_path / "c", augmentations=[]))
    plan = make_plan([("mixup", {"alpha": 1.0})], size_px=16, fit="crop")
    inputs = shown.make_inputs(plan, 7)
    (mix,) = inputs.drawn.mixes
    for place, one in enumerate(see(shown, plan, 7)):
        own, other = (("犬", "猫", "鳥")[number] for number in (place, mix.partners[place]))
        share = round(100 * float(mix.shares[place]))
        said = one.labels.split(" → ")
        assert said[0] == own
        assert {f"{share}% {own}", f"{100 - share}% {other}"} == set(said[1].split(", ")[0].split(" + "))


def test_what_is_meant_for_one_class_is_done_to_it_alone(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "c",
        {"kind": {"kind": "identity", "column": "kind"}, "size": {"kind": "value", "columns": ["size", "x"]}},
        columns={"x": range(36)},
        augmentations=[{"sepia": {"only": ["犬"], "p": 1.0}}],
        heads={"kind": {"loss": "cross_entropy"}},
    )
    shown = show(folder)
    seen = see(shown, plan_of(shown.recipe, folder, find_classes("kind", shown.rows)), 1)
    assert [one.labels for one in seen] == ["犬, 110 1", "猫, 100 0", "鳥, 120 2"]
    assert [bool(one.parts) for one in seen] == [True, False, False]


def test_points_and_parts_of_a_mask_trade_names_as_declared(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "c",
        {
            "eyes": {"kind": "points", "columns": ["x0", "y0", "x1", "y1"], "labels": ["near", "far"]},
            "halves": {"kind": "mask", "mask": "data/m/{id}.png", "labels": ["none", "port", "star"]},
        },
        {"horizontal_flip": {"swap": [["near", "far"], ["port", "star"]]}},
        {"x0": 5, "y0": 4, "x1": 17, "y1": 16},
        image={"size": 16, "fit": "stretch"},
        augmentations=FLIP,
    )
    (folder / "data" / "m").mkdir()
    mask = np.zeros((20, 24), np.uint8)
    mask[:, :6], mask[:, 18:] = 1, 2
    for row in range(36):
        Image.fromarray(mask).save(folder / "data" / "m" / f"{row:03d}.png")
    for one in see_recipe(show(folder), 1):
        # Mirrored at x = 8 of 16, then `near` and `far` trade places; the picture's 24 x 20 are 16 x 16.
        expected = np.array([[16 - 17 * 16 / 24, 16 * 16 / 20], [16 - 5 * 16 / 24, 4 * 16 / 20]])
        np.testing.assert_allclose(np.asarray(one.points), expected)
        # What was on the left is on the right, and is called by the other side's name: the mask looks as before.
        assert one.mask is not None
        assert one.mask[:, :4].tolist() == [[1] * 4] * 16
        assert one.mask[:, 12:].tolist() == [[2] * 4] * 16


def test_boxes_stay_upright_and_are_cut_at_the_edge(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "c",
        {"head": {"kind": "points", "box": True, "columns": ["x0", "y0", "x1", "y1"]}},
        columns={"x0": 3, "y0": 5, "x1": 9, "y1": 30},
        image={"size": 16, "fit": "stretch"},
        augmentations=FLIP,
    )
    for one in see_recipe(show(folder), 1):
        assert one.points is not None
        assert len(one.points) == 0
        np.testing.assert_allclose(np.asarray(one.boxes), [[16 - 9 * 16 / 24, 4, 16 - 3 * 16 / 24, 16]])


def test_an_image_that_cannot_be_read_is_black_and_the_others_stay_as_they_are(tmp_path: Path) -> None:
    whole = see_recipe(show(write(tmp_path / "a", augmentations=FLIP)), 1)
    broken = see_recipe(show(write(tmp_path / "b", broken=(0,), augmentations=FLIP)), 1)
    # The first cat is row 000, and cats come after dogs.
    assert not broken[1].image.any()
    assert (broken[1].labels, broken[1].parts) == ("", "")
    assert all(np.array_equal(broken[place].image, whole[place].image) for place in (0, 2))

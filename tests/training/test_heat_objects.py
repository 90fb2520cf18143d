"""Where objects are, from masks, boxes and points; which target says it best."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from tamesu.artifacts.competition import Target
from tamesu.artifacts.dataset import Dataset, TargetValues
from tamesu.augmentations import make_plan, sample_keys
from tamesu.augmentations.drawn import Drawn
from tamesu.training.heat_objects import choose_marked, find_marked

NOSE = Target(kind="points", columns=["x", "y"])
BOX = Target(kind="points", columns=["x0", "y0", "x1", "y1"], box=True, unit="fraction")
FACE = Target(kind="points", columns=["a", "b", "c", "d", "e", "f"])
MASK = Target(kind="mask", mask="{id}.png", labels=["ground", "pet"], values=[7, 1], unknown=[9])
HEIGHT, WIDTH, SIZE = 16, 32, 16


def make_dataset(name: str, values: TargetValues) -> Dataset:
    rows = len(values.values)
    ids = tuple(map(str, range(rows)))
    return Dataset(ids, tuple(f"{row}.jpg" for row in ids), {name: values}, None, {}, tuple(range(2, 2 + rows)))


def make_images(rows: int) -> Any:
    """Of the images only their sizes are asked."""
    return SimpleNamespace(sizes=np.tile(np.array([[HEIGHT, WIDTH]], np.int32), (rows, 1)), readable=np.ones(rows, bool))


def draw(rows: int, fit: str) -> Drawn:
    images = make_images(rows)
    plan = make_plan([], size_px=SIZE, fit=fit)
    return plan.draw(0, sample_keys([str(row) for row in range(rows)]), images.sizes, np.zeros((rows, 3), np.float32), None)


def test_a_mask_says_it_best_then_a_box_then_points() -> None:
    assert choose_marked({"nose": NOSE, "face": FACE, "box": BOX, "pet": MASK}) == "pet"
    assert choose_marked({"nose": NOSE, "face": FACE, "box": BOX}) == "box"
    assert choose_marked({"nose": NOSE, "face": FACE}) == "face"
    assert choose_marked({"nose": NOSE, "kind": Target(kind="class", column="kind")}) is None


def test_a_mask_as_the_network_sees_it_and_one_that_is_not_there(tmp_path: Path) -> None:
    mask = np.full((HEIGHT, WIDTH), 7, np.uint8)
    mask[4:8, 10:20] = 1
    mask[12:] = 9
    for row in range(4):
        (tmp_path / f"{row}.jpg").write_bytes(cv2.imencode(".jpg", np.zeros((HEIGHT, WIDTH, 3), np.uint8))[1].tobytes())
    (tmp_path / "0.png").write_bytes(cv2.imencode(".png", mask)[1].tobytes())
    (tmp_path / "2.png").write_bytes(b"no picture")
    (tmp_path / "3.png").write_bytes(cv2.imencode(".png", mask[:-1])[1].tobytes())
    values = TargetValues("mask", ("ground", "pet"), np.array(["0.png", "", "2.png", "3.png"], np.str_))
    find = find_marked(make_dataset("pet", values), {"pet": MASK}, tmp_path, make_images(4))
    assert find is not None
    found = find(np.arange(4), draw(4, "crop"))
    # The middle square is seen: 8 columns are cut off on either side.
    assert np.array_equal(found[0], mask[:, 8:24] == 1)
    # No mask, one that cannot be read, one of another size: nothing is known of these.
    assert not found[1:].any()


@pytest.mark.parametrize("fit", ["crop", "stretch"])
def test_a_box_as_the_network_sees_it(fit: str, tmp_path: Path) -> None:
    corners = np.array([[[0.25, 0.25], [0.5, 0.75]], [[np.nan, np.nan], [0.5, 0.75]]])
    dataset = make_dataset("box", TargetValues("points", ("1", "2"), corners))
    find = find_marked(dataset, {"box": BOX, "other": MASK}, tmp_path, make_images(2))
    assert find is not None
    found = find(np.arange(2), draw(2, fit))
    expected = np.zeros((SIZE, SIZE), bool)
    left, right = (0, 8) if fit == "crop" else (4, 8)
    expected[4:12, left:right] = True
    assert np.array_equal(found[0], expected) and not found[1].any()


def test_without_anything_in_the_picture_nothing_tells(tmp_path: Path) -> None:
    values = TargetValues("class", ("a",), np.zeros(1, np.int64))
    assert (
        find_marked(make_dataset("kind", values), {"kind": Target(kind="class", column="kind")}, tmp_path, make_images(1))
        is None
    )

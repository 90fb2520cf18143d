"""Where objects are, worked by hand: nearest values at the kept size, boxes of points, all moved with the picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tamesu.artifacts.competition import Target
from tamesu.artifacts.dataset import Dataset, TargetValues
from tamesu.augmentations import make_plan, sample_keys
from tamesu.augmentations.drawn import Drawn
from tamesu.augmentations.marks import Marks, fill_box, make_table
from tamesu.errors import InputError
from tamesu.images.cache import open_images
from tamesu.images.exif import make_exif
from tamesu.images.fingerprint import fingerprint_images
from tamesu.training.batches import Pixels

TARGETS = {
    "形": Target(kind="mask", mask="{id}.png", labels=["地", "体", "縁"], values=[2, 1, 3]),
    "頭": Target(kind="points", columns=["x0", "y0", "x1", "y1"]),
    "kind": Target(kind="class", column="kind"),
}


def open_marks(folder: Path, masks: list[np.ndarray | None], points: Any, short_px: int, **saved: Any) -> Marks:
    """Marks of images 40 wide and 20 high as seen, kept with a short side of `short_px`."""
    paths, mask_paths = [], []
    for row, mask in enumerate(masks):
        size = (20, 40) if saved else (40, 20)
        draws = np.random.default_rng(row)
        Image.fromarray(draws.integers(0, 255, (size[1], size[0], 3), np.uint8)).save(folder / f"絵{row}.jpg", **saved)
        paths.append(f"絵{row}.jpg")
        mask_paths.append("" if mask is None else f"形{row}.png")
        if mask is not None:
            Image.fromarray(mask).save(folder / f"形{row}.png")
    rows = len(masks)
    values = {
        "形": TargetValues("mask", ("地", "体", "縁"), np.array(mask_paths, np.str_)),
        "頭": TargetValues("points", ("1", "2"), np.array(points, np.float64)),
        "kind": TargetValues("class", ("a",), np.zeros(rows, np.int64)),
    }
    dataset = Dataset(tuple(map(str, range(rows))), tuple(paths), values, None, {}, tuple(range(2, 2 + rows)))
    files = fingerprint_images(folder, paths, folder / "memory")
    images = open_images(
        folder, paths, files, short_px=short_px, folder=folder / "cache", budget_bytes=0, workers=1, progress=None
    )
    assert images.readable.all()
    return Marks(dataset, TARGETS, folder, images)


def draw(marks: Marks, parts: Any, size_px: int, key: int = 0) -> tuple[np.ndarray, Drawn]:
    rows = np.arange(len(marks.dataset))
    pixels = Pixels(marks.images, sample_keys(marks.dataset.ids), size_px, 0)
    return rows, pixels.draw(rows, make_plan(parts, size_px=size_px, fit="stretch"), key)


def block(x: int, y: int) -> np.ndarray:
    """A mask 40 x 20: body in the 10 x 10 block at (x, y), border on its upper row, ground elsewhere."""
    mask = np.full((20, 40), 2, np.uint8)
    mask[y : y + 10, x : x + 10] = 1
    mask[y, x : x + 10] = 3
    return mask


NOWHERE = [[np.nan, np.nan], [np.nan, np.nan]]


def test_masks_are_scaled_by_their_nearest_value(tmp_path: Path) -> None:
    marks = open_marks(tmp_path, [block(10, 10), None], [NOWHERE, NOWHERE], 10)
    assert marks.images.sizes.tolist() == [[10, 20], [10, 20]]
    codes = marks.codes(0, "形")
    assert codes is not None and codes.dtype == np.uint8 and codes.shape == (10, 20)
    # Of each two pixels one is taken, so the border row is there or its lower neighbour in its place.
    assert set(np.unique(codes[5, 5:10])) <= {1, 2} and (codes[6:, 5:10] == 1).all()
    assert (codes[:5] == 0).all() and (codes[:, :5] == 0).all() and (codes[:, 10:] == 0).all()
    assert marks.codes(1, "形") is None
    assert np.array_equal(marks.codes(0, "形"), codes), "the kept one is the one that was read"


def test_codes_follow_the_order_of_the_labels() -> None:
    assert make_table([2, 1, 3])[[2, 1, 3, 0, 255]].tolist() == [0, 1, 2, 3, 3]
    assert make_table([])[[0, 1, 255]].tolist() == [0, 1, 255]


def test_points_are_scaled_with_the_picture(tmp_path: Path) -> None:
    marks = open_marks(tmp_path, [None], [[[10, 5], [np.nan, np.nan]]], 10)
    np.testing.assert_allclose(marks.points(0, "頭"), [[5, 2.5], [np.nan, np.nan]])
    assert marks.codes(0, "形") is None


def test_a_sideways_photo_is_measured_upright(tmp_path: Path) -> None:
    # Saved 20 wide and 40 high, to be turned by a quarter: seen 40 wide.
    marks = open_marks(tmp_path, [block(0, 0)], [[[40, 20], [0, 0]]], 10, exif=b"Exif\0\0" + make_exif(6))
    assert marks.full_size(0) == (20, 40)
    assert marks.points(0, "頭").tolist() == [[20, 10], [0, 0]]
    mask = marks.codes(0, "形")
    assert mask is not None and mask[1:5, :5].tolist() == [[1] * 5] * 4 and not mask[5:].any()


def test_the_box_of_points_in_any_order() -> None:
    points = np.array([[3.0, 2.0], [1.0, 0.0], [np.nan, np.nan]])
    assert fill_box(points, 3, 4).tolist() == [[0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]]  # type: ignore[union-attr]
    assert fill_box(points[:1], 3, 4) is None
    # Outside the picture it is cut off.
    assert fill_box(np.array([[-5.0, -5.0], [1.0, 1.0]]), 2, 2).tolist() == [[1, 0], [0, 0]]  # type: ignore[union-attr]


def test_objects_of_a_batch_without_moving(tmp_path: Path) -> None:
    marks = open_marks(tmp_path, [block(20, 0), None, block(0, 10)], [[[0, 0], [20, 20]], NOWHERE, NOWHERE], 20)
    rows, drawn = draw(marks, [], 20)
    found = marks.find_objects(rows, drawn, "形")
    assert found.dtype == np.bool_ and found.shape == (3, 20, 20)
    # Forty columns become twenty.
    expected = np.zeros((3, 20, 20), bool)
    expected[0, :10, 10:15] = True
    expected[2, 10:, :5] = True
    assert np.array_equal(found, expected)
    inside = marks.find_objects(rows, drawn, "頭")
    assert inside[0, :, :10].all() and not inside[0, :, 10:].any() and not inside[1:].any()
    # Nothing is drawn for any of them, so their places in the batch may trade.
    assert np.array_equal(marks.find_objects(rows[::-1], drawn, "形"), expected[::-1])


def test_objects_move_as_the_points_do(tmp_path: Path) -> None:
    marks = open_marks(tmp_path, [block(12, 6)] * 4, [[[12, 6], [22, 16]]] * 4, 20)
    parts = [("horizontal_flip", {"p": 1.0}), ("rotate", {"degrees": 30, "p": 1.0}), ("scale", {"p": 1.0})]
    rows, drawn = draw(marks, parts, 40, key=5)
    masks, boxes = (marks.find_objects(rows, drawn, name) for name in ("形", "頭"))
    for place in range(4):
        middle = drawn.move_points(place, [[17.0, 11.0]])[0]
        for found in (masks[place], boxes[place]):
            y, x = np.nonzero(found)
            assert abs(x.mean() + 0.5 - middle[0]) < 0.6 and abs(y.mean() + 0.5 - middle[1]) < 0.6
        assert (masks[place] == boxes[place]).all()


def test_a_mask_of_another_size_is_refused_when_it_is_read(tmp_path: Path) -> None:
    marks = open_marks(tmp_path, [np.zeros((19, 40), np.uint8)], [NOWHERE], 20)
    rows, drawn = draw(marks, [], 20)
    with pytest.raises(InputError) as caught:
        marks.find_objects(rows, drawn, "形")
    assert caught.value.codes == ("MASK_SIZE",)
    assert "形0.png (40 x 19, image 40 x 20)" in str(caught.value)


def test_without_marks_nothing_finds_objects(tmp_path: Path) -> None:
    marks = open_marks(tmp_path, [None], [NOWHERE], 20)
    plain = Dataset(("0",), ("絵0.jpg",), {"kind": marks.dataset.targets["kind"]}, None, {}, (2,))
    assert not Marks(plain, TARGETS, tmp_path, marks.images).targets
    found = Marks(marks.dataset, TARGETS, tmp_path, marks.images).find_objects
    rows, drawn = draw(marks, [], 20)
    assert not found(rows, drawn, "形").any() and not found(rows, drawn, "頭").any()

"""Sizes of objects out of boxes and masks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tamesu.artifacts.competition import Target
from tamesu.artifacts.targets import TargetValues
from tamesu.results.audit.objects import ObjectSizes, box_sizes, mask_sizes, object_sizes


def test_boxes_in_pixels_and_fractions_are_the_same() -> None:
    heights, widths = np.array([100, 200, 50]), np.array([200, 100, 50])
    pixels = np.array([[[20, 10], [60, 60]], [[90, 150], [40, 50]], [[np.nan, np.nan], [1, 1]]], float)
    fractions = pixels / np.stack([widths, heights], axis=1)[:, None]
    for sizes in (box_sizes(pixels, False, heights, widths), box_sizes(fractions, True, heights, widths)):
        assert sizes.rows.tolist() == [0, 1]
        assert sizes.heights == pytest.approx([0.5, 0.5])
        assert sizes.widths == pytest.approx([0.2, 0.5])
        assert sizes.sides == pytest.approx([0.1**0.5, 0.5])


def test_boxes_of_unread_pictures_and_empty_ones_are_left_out() -> None:
    boxes = np.array([[[0, 0], [10, 10]], [[5, 5], [5, 9]], [[0, 0], [90, 90]]], float)
    sizes = box_sizes(boxes, False, np.array([0, 20, 45]), np.array([0, 20, 45]))
    assert sizes.rows.tolist() == [2]
    assert sizes.sides.tolist() == [1.0]


def write_masks(folder: Path, count: int) -> np.ndarray:
    for number in range(count):
        mask = np.full((20, 20), 2, np.uint8)
        mask[: 4 + number % 8, :10] = 1
        Image.fromarray(mask).save(folder / f"{number}.png")
    return np.array([f"{number}.png" for number in range(count)])


def test_masks_with_listed_values(tmp_path: Path) -> None:
    paths = write_masks(tmp_path, 3)
    (tmp_path / "broken.png").write_bytes(b"no image")
    paths = np.array([*paths[:2], "", "broken.png", paths[2]])
    target = Target(kind="mask", mask="{id}.png", values=[2, 1])
    sizes = object_sizes(target, TargetValues("mask", ("2", "1"), paths), np.zeros(5), np.zeros(5), tmp_path)
    assert sizes is not None
    assert sizes.rows.tolist() == [0, 1, 4]
    assert sizes.heights.tolist() == [0.2, 0.25, 0.3] and sizes.widths.tolist() == [0.5] * 3


def test_many_masks_are_read_in_part_and_evenly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tamesu.results.audit.objects.READ_MASKS", 5)
    paths = write_masks(tmp_path, 21)
    target = Target(kind="mask", mask="{id}.png", values=[2, 1])
    assert mask_sizes(target, paths, tmp_path).rows.tolist() == [0, 5, 10, 15, 20]
    assert len(mask_sizes(target, np.array(["", ""]), tmp_path)) == 0


def test_boxes_are_taken_and_other_targets_say_nothing(tmp_path: Path) -> None:
    corners = TargetValues("points", (), np.array([[[0.1, 0.1], [0.3, 0.5]]]))
    box = Target(kind="points", columns=["a", "b", "c", "d"], box=True, unit="fraction")
    found = object_sizes(box, corners, np.array([8]), np.array([8]), tmp_path)
    assert isinstance(found, ObjectSizes) and found.heights == pytest.approx([0.4])
    points = Target(kind="points", columns=["a", "b", "c", "d"])
    assert object_sizes(points, corners, np.array([8]), np.array([8]), tmp_path) is None
    assert object_sizes(Target(kind="class", column="x"), corners, np.array([8]), np.array([8]), tmp_path) is None

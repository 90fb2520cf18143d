"""Advice on sizes: objects, pictures, resolution and receptive field with numbers worked by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tamesu.results.audit.objects import ObjectSizes, box_sizes
from tamesu.results.audit.sizes import Vision, find_sizes, find_small_object_errors, next_size

USUAL = Vision(224, 32, 470, 228, "mobilenetv2_100")


def squares(*sides: float, each: int = 1) -> ObjectSizes:
    given = np.repeat(np.array(sides), each)
    return ObjectSizes(np.arange(len(given)), given, given)


def pictures(short: int, rows: int = 100) -> tuple[np.ndarray, np.ndarray]:
    return np.full(rows, short), np.full(rows, short * 3 // 2)


def codes(*given) -> list[str]:
    found = find_sizes(*given)
    for finding in found:
        assert finding.text("en") and finding.text("ja")
        assert finding.weight != "severe"
    return [finding.code for finding in found]


def test_what_fits_says_nothing() -> None:
    assert codes(USUAL, *pictures(400)) == []
    assert codes(USUAL, *pictures(400), squares(0.4, 0.5, 0.6)) == []


def test_nine_pixels_at_224() -> None:
    # 9 px of 224 is 0.04; one cell of 32 px is reached at 32 / 0.04 = 800, and the next usual size is 896.
    objects = squares(9 / 224, each=40)
    (found,) = find_sizes(USUAL, *pictures(1000), objects)
    assert (found.code, found.weight) == ("AUDIT_OBJECTS_TINY", "warning")
    assert found.values["median"] == pytest.approx(9)
    assert (found.values["larger"], found.values["cost"], found.values["share"]) == (896, 16.0, 1.0)
    assert "objects are 9 px at 224" in found.text("en") and "image.size=896" in found.text("ja")
    assert len(found.rows) == 40 and found.charts[0].kind == "histogram"


def test_where_the_pictures_have_no_more_crops_are_proposed() -> None:
    (found,) = find_sizes(USUAL, *pictures(256), squares(9 / 224, each=40))
    assert found.code == "AUDIT_OBJECTS_TINY_CROP"
    assert (found.values["wanted"], found.values["original"]) == (797, 256)
    assert "image.size" not in found.text("en")


def test_the_smallest_objects_come_first_and_each_row_once() -> None:
    objects = ObjectSizes(np.array([3, 1, 1, 2]), np.array([0.05, 0.03, 0.02, 0.5]), np.array([0.05, 0.03, 0.02, 0.5]))
    (found,) = find_sizes(USUAL, *pictures(2000, 4), objects)[:1]
    assert found.rows == (1, 3)


def test_a_shallow_network_at_1024_sees_parts_of_large_objects() -> None:
    shallow = Vision(1024, 8, 120, 60, "shallow")
    found = find_sizes(shallow, *pictures(1500), squares(0.5, each=30))
    large = next(f for f in found if f.code == "AUDIT_OBJECTS_LARGE")
    # 120 px of field hold half a picture up to a size of 240; the usual one below is 224.
    assert (large.values["median"], large.values["share"], large.values["smaller"]) == (512, 1.0, 224)
    assert "AUDIT_SEES_PART" not in {f.code for f in found}
    assert "AUDIT_SEES_PART" in codes(shallow, *pictures(1500))
    assert "AUDIT_OBJECTS_LARGE" not in codes(USUAL, *pictures(400), squares(0.9, each=30))


def test_small_and_large_pictures() -> None:
    (found,) = find_sizes(USUAL, *pictures(100))
    assert (found.code, found.values["fitting"], found.values["share"]) == ("AUDIT_UPSCALED", 96, 1.0)
    assert found.values["cost"] == pytest.approx((224 / 96) ** 2)
    assert codes(USUAL, *pictures(671)) == []
    (found,) = find_sizes(USUAL, *pictures(672))
    assert (found.code, found.weight) == ("AUDIT_SHRUNK", "note")
    assert found.values["times"] == pytest.approx(3)


def test_a_high_resolution_that_nothing_asks_for() -> None:
    high = Vision(512, 32, 512, 300, "resnet18")
    (found,) = find_sizes(high, *pictures(700))
    assert (found.code, found.values["first"]) == ("AUDIT_SIZE_EARLY", 224)
    assert found.values["times"] == pytest.approx((512 / 224) ** 2)
    # Objects of a third of the picture have four cells across at 32 * 4 * 3 = 384 px.
    (found,) = find_sizes(high, *pictures(700), squares(1 / 3, each=20))
    assert found.values["first"] == 384
    # Small ones need what they have.
    assert codes(high, *pictures(700), squares(0.15, each=20)) == []


def test_nothing_is_known_of_unread_pictures() -> None:
    assert codes(USUAL, np.zeros(10, int), np.zeros(10, int)) == []
    assert codes(USUAL, np.zeros(10, int), np.zeros(10, int), squares(0.001, each=20)) == []


def test_usual_sizes() -> None:
    assert [next_size(least, 10_000) for least in (1, 225, 1024, 1025, 4000)] == [64, 256, 1024, 1280, None]


def test_small_objects_that_are_wrong_more_often() -> None:
    random = np.random.default_rng(0)
    objects = squares(*np.linspace(0.05, 0.9, 400))
    wrong = random.random(400) < np.where(np.arange(400) < 100, 0.5, 0.1)
    (found,) = find_small_object_errors(objects, wrong, 224)
    assert found.weight == "warning"
    assert found.values["small"] == pytest.approx(wrong[:100].mean())
    assert found.values["usual"] == pytest.approx(wrong[100:].mean())
    assert found.rows == tuple(np.flatnonzero(wrong[:100]).tolist())
    assert len(found.charts[0].series["error"]) == 4
    assert found.text("en") and found.text("ja")
    assert find_small_object_errors(objects, random.random(400) < 0.2, 224) == []
    assert find_small_object_errors(squares(0.1, 0.2), np.array([True, False]), 224) == []


def test_pets_at_64_px_are_too_small_and_at_224_are_not(shared: Path) -> None:
    with (shared / "data/pets37/train.csv").open() as file:
        rows = list(csv.DictReader(file))
    corners = np.array([[float(row[key]) for key in ("x0", "y0", "x1", "y1")] for row in rows]).reshape(-1, 2, 2)
    sizes = box_sizes(corners, True, np.zeros(len(rows)), np.zeros(len(rows)))
    assert codes(USUAL, *pictures(256), sizes) == []
    assert codes(Vision(64, 32), *pictures(256), sizes) == ["AUDIT_OBJECTS_TINY"]

"""Masks, maps and points of a batch against pixels that are looked up one by one in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tamesu.artifacts.competition import Target
from tamesu.artifacts.dataset import Dataset, TargetValues
from tamesu.artifacts.in_picture import Area, Presence
from tamesu.artifacts.symmetry import LabelMove
from tamesu.augmentations.drawn import Drawn
from tamesu.augmentations.marks import UNKNOWN, Marks
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys
from tamesu.training.mark_targets import (
    MarkTargets,
    Wanted,
    count_area,
    count_presence,
    draw_bells,
    measure_marks,
    measure_scale,
)

SIZE, COUNT = 16, 12
NAN = float("nan")
LABELS = ("ground", "left", "right")
TARGETS = {
    "seg": Target(kind="mask", mask="{id}.png", labels=list(LABELS)),
    "depth": Target(kind="map", mask="{id}.png"),
    "eyes": Target(kind="points", columns=["a", "b", "c", "d"]),
    "area": Target.model_validate({"kind": "value", "derive": {"area": {"of": "seg"}}}),
    "lefts": Target.model_validate({"kind": "value", "derive": {"area": {"of": "seg", "labels": ["left"]}}}),
    "seen": Target.model_validate({"kind": "multilabel", "derive": {"presence": {"of": "seg"}}}),
    "heat": Target.model_validate({"kind": "map", "derive": {"heat_map": {"of": "eyes", "sigma": 0.1}}}),
}
SWAP = {"horizontal_flip": {"seg": LabelMove(permutation=(0, 2, 1)), "eyes": LabelMove(permutation=(1, 0))}}


class Readable:
    """Stands for the decoded images."""

    def __init__(self, rows: int) -> None:
        self.readable = np.ones(rows, bool)


class Given(Marks):
    """Marks that are given instead of read; row 3 has none."""

    def __init__(self, masks: np.ndarray, maps: np.ndarray, points: np.ndarray) -> None:
        self.masks, self.maps, self.spots = masks, maps, points
        rows = len(masks)
        there = np.array(["" if row == 3 else "a.png" for row in range(rows)])
        values = np.where(there == "", NAN, 0.0)
        self.dataset = Dataset(
            tuple(map(str, range(rows))),
            tuple(map(str, range(rows))),
            {
                "seg": TargetValues("mask", LABELS, there),
                "depth": TargetValues("map", (), there),
                "eyes": TargetValues("points", ("1", "2"), points),
                "area": TargetValues("value", (), values),
                "lefts": TargetValues("value", (), values),
                "seen": TargetValues("multilabel", LABELS[1:], np.repeat(values[:, None], 2, axis=1)),
                "heat": TargetValues("map", ("1", "2"), there),
            },
            None,
            {},
            tuple(range(rows)),
        )
        self.targets = TARGETS
        self.images: Any = Readable(rows)

    def codes(self, row: int, name: str) -> np.ndarray | None:
        return None if row == 3 else self.masks[row]

    def numbers(self, row: int, name: str) -> np.ndarray | None:
        return None if row == 3 else self.maps[row]

    def points(self, row: int, name: str) -> np.ndarray:
        return self.spots[row]


def make_marks(side: int = SIZE) -> Given:
    rng = np.random.default_rng(5)
    # Blocks of 2 pixels, some of them unknown, some of a value without a label.
    masks = np.kron(rng.choice([0, 1, 2, 3, UNKNOWN], (COUNT, side // 2, side // 2)), np.ones((2, 2))).astype(np.uint8)
    maps = rng.normal(5, 2, (COUNT, side, side)).astype(np.float32)
    maps[:, :3, 2] = NAN
    points = rng.uniform(1, side - 1, (COUNT, 2, 2))
    points[3] = NAN
    points[4, 1] = NAN
    return Given(masks, maps, points)


def draw(parts: list[Any], side: int = SIZE, size_px: int = SIZE, fit: str = "pad") -> Drawn:
    plan = make_plan(parts, size_px=size_px, fit=fit)
    return plan.draw(3, sample_keys([str(i) for i in range(COUNT)]), np.full((COUNT, 2), side), np.zeros((COUNT, 3)))


def make(marks: Marks, drawn: Drawn, wanted: dict[str, tuple[str, int]], moves: Any = None, scales: Any = None) -> Any:
    of = {head: Wanted(target, side) for head, (target, side) in wanted.items()}
    return MarkTargets(marks, TARGETS, of, moves or {}, scales or {}).make(np.arange(COUNT), drawn)


def known_codes(codes: np.ndarray) -> np.ndarray:
    """Codes of labels; -1 for what is not known and for values without a label."""
    wide = codes.astype(np.int64)
    return np.where(wide < 3, wide, -1)


def look_up(picture: np.ndarray, forward: np.ndarray, side: int, size_px: int, outside: float) -> np.ndarray:
    """The value at the middle of each of side x side places of the input, from the picture that `forward` moves into it."""
    middles = (np.arange(side) + 0.5) * size_px / side
    x, y = np.meshgrid(middles, middles)
    at = np.linalg.inv(forward) @ np.stack([x.ravel(), y.ravel(), np.ones(side * side)])
    column, row = np.floor(at[:2] / at[2]).astype(int)
    inside = (column >= 0) & (column < picture.shape[1]) & (row >= 0) & (row < picture.shape[0])
    found = np.where(inside, picture[np.clip(row, 0, len(picture) - 1), np.clip(column, 0, picture.shape[1] - 1)], outside)
    return found.reshape(side, side)


def test_nothing_drawn_leaves_everything_where_it_is() -> None:
    marks = make_marks()
    made = make(marks, draw([]), {"m": ("seg", SIZE), "d": ("depth", SIZE), "p": ("eyes", 0)}, scales={"depth": (5.0, 2.0)})
    codes = known_codes(marks.masks)
    codes[3] = -1
    assert made["m"].dtype == np.int64 and np.array_equal(made["m"], codes)
    depth = (marks.maps.astype(np.float64) - 5) / 2
    depth[3] = NAN
    assert made["d"].shape == (COUNT, 1, SIZE, SIZE) and made["d"].dtype == np.float32
    np.testing.assert_allclose(made["d"][:, 0], depth, atol=1e-5)
    assert made["p"].shape == (COUNT, 4) and made["p"].dtype == np.float32
    np.testing.assert_allclose(made["p"], (marks.spots / SIZE * 2 - 1).reshape(COUNT, 4), atol=1e-6)


@pytest.mark.parametrize("moves", [{}, SWAP])
def test_a_flip_mirrors_and_trades_names(moves: Any) -> None:
    marks = make_marks()
    drawn = draw([("horizontal_flip", {})])
    flipped = np.zeros(COUNT, bool)
    flipped[drawn.turns[0].rows] = True
    assert 0 < flipped.sum() < COUNT
    made = make(marks, drawn, {"m": ("seg", SIZE), "d": ("depth", SIZE), "p": ("eyes", 0)}, moves)
    for row in np.flatnonzero(np.arange(COUNT) != 3):
        codes = known_codes(marks.masks[row])
        depth, points = marks.maps[row], marks.spots[row].copy()
        if flipped[row]:
            codes, depth = codes[:, ::-1], depth[:, ::-1]
            points[:, 0] = SIZE - points[:, 0]
            if moves:
                codes = np.where(codes > 0, 3 - codes, codes)
                points = points[::-1]
        assert np.array_equal(made["m"][row], codes)
        np.testing.assert_allclose(made["d"][row, 0], depth, atol=1e-6)
        np.testing.assert_allclose(made["p"][row], (points / SIZE * 2 - 1).ravel(), atol=1e-6)


PARTS = [
    [("random_resized_crop", {"scale": [0.3, 0.8]})],
    [("rotate", {"degrees": 40})],
    [("rotate90", {}), ("scale", {"factors": [0.5, 0.9]})],
    [("translate", {"share": 0.4}), ("vertical_flip", {})],
    [("perspective", {"distortion": 0.2, "p": 1.0})],
]


@pytest.mark.parametrize("parts", PARTS, ids=lambda parts: parts[0][0])
@pytest.mark.parametrize("side", [SIZE, SIZE // 4])
def test_the_geometry_of_the_picture(parts: Any, side: int) -> None:
    big = 64
    marks = make_marks(big)
    drawn = draw(parts, big)
    made = make(marks, drawn, {"m": ("seg", side), "d": ("depth", side), "p": ("eyes", 0)})
    agree = []
    for row in np.flatnonzero(np.arange(COUNT) != 3):
        codes = look_up(marks.masks[row], drawn.forward[row], side, SIZE, UNKNOWN)
        agree.append(np.mean(known_codes(codes) == made["m"][row]))
        depth = look_up(marks.maps[row], drawn.forward[row], side, SIZE, NAN)
        agree.append(np.mean(np.isclose(depth, made["d"][row, 0], atol=1e-5, equal_nan=True)))
        moved = np.concatenate([marks.spots[row], np.ones((2, 1))], axis=1) @ drawn.forward[row].T
        moved = moved[:, :2] / moved[:, 2:] / SIZE * 2 - 1
        moved[(np.abs(moved) > 1).any(axis=1)] = NAN
        np.testing.assert_allclose(made["p"][row].reshape(2, 2), moved, atol=1e-5)
    # OpenCV rounds places to a 32nd of a pixel, so one on an edge may fall to either side.
    assert np.mean(agree) > 0.97, np.mean(agree)


def test_what_lies_outside_is_not_known() -> None:
    marks = make_marks()
    made = make(marks, draw([("scale", {"factors": [0.5, 0.5]})]), {"m": ("seg", SIZE), "d": ("depth", SIZE)})
    border = np.ones((SIZE, SIZE), bool)
    border[4:12, 4:12] = False
    assert (made["m"][:, border] == -1).all() and np.isnan(made["d"][:, 0, border]).all()
    assert (made["m"][:, ~border] >= 0).any() and np.isfinite(made["d"][:, 0, ~border]).any()


def test_a_plan_that_reflects_the_picture_reflects_its_mask() -> None:
    marks = make_marks()
    shrunk = draw([("scale", {"factors": [0.5, 0.5]})], fit="stretch")
    made = make(marks, shrunk, {"m": ("seg", SIZE)})["m"]
    assert np.array_equal(made[:, :, :4], made[:, :, 7:3:-1]) and np.array_equal(made[:, :4], made[:, 7:3:-1])


def test_a_point_that_the_crop_cuts_away_is_not_known_and_the_other_is() -> None:
    marks = make_marks()
    marks.spots[0] = [[8.0, 8.0], [1.0, 8.0]]
    made = make(marks, draw([("scale", {"factors": [2.0, 2.0]})]), {"p": ("eyes", 0)})["p"]
    np.testing.assert_allclose(made[0], [0.0, 0.0, NAN, NAN], atol=1e-6)


def test_area_presence_and_bells_are_made_of_what_is_left() -> None:
    marks = make_marks()
    # The left half is label 1, the right half ground.
    marks.masks[0] = 0
    marks.masks[0, :, :8] = 1
    marks.spots[0] = [[8.0, 4.0], [NAN, NAN]]
    wanted = {"a": ("area", 0), "l": ("lefts", 0), "s": ("seen", 0), "h": ("heat", 8)}
    still = make(marks, draw([]), wanted)
    assert still["a"][0] == 0.5 and still["l"][0] == 0.5 and still["s"][0].tolist() == [1.0, 0.0]
    # Shrunk to half its side the picture has unknown ground around it, which is not counted.
    small = make(marks, draw([("scale", {"factors": [0.5, 0.5]})]), wanted)
    assert small["a"][0] == pytest.approx(0.5, abs=0.05)
    # Twice as large and moved by nothing: the middle half is kept.
    large = make(marks, draw([("scale", {"factors": [2.0, 2.0]})]), wanted)
    assert large["a"][0] == pytest.approx(0.5, abs=0.02)
    flipped = make(marks, draw([("horizontal_flip", {"p": 1.0})]), wanted, SWAP)
    assert flipped["a"][0] == 0.5 and flipped["l"][0] == 0.0 and flipped["s"][0].tolist() == [0.0, 1.0]
    middles = (np.arange(8) + 0.5) / 8
    bell = np.exp(-((middles[None] - 0.5) ** 2 + (middles[:, None] - 0.25) ** 2) / (2 * 0.1**2))
    np.testing.assert_allclose(still["h"][0, 0], bell, atol=1e-6)
    assert np.isnan(still["h"][0, 1]).all()
    np.testing.assert_allclose(flipped["h"][0, 1], bell[:, ::-1], atol=1e-6)
    assert np.isnan(flipped["h"][0, 0]).all()
    assert np.isnan(still["a"][3]) and np.isnan(still["s"][3]).all() and np.isnan(still["h"][3]).all()


def test_two_heads_may_want_one_mask_at_two_sizes() -> None:
    marks = make_marks()
    made = make(marks, draw([]), {"fine": ("seg", SIZE), "coarse": ("seg", 4), "again": ("seg", SIZE)})
    assert np.array_equal(made["fine"], made["again"])
    assert made["coarse"].shape == (COUNT, 4, 4)
    # The middle of 4 x 4 pixels is a corner; the place takes one of the four around it.
    for row in (0, 1, 2):
        for y in range(4):
            for x in range(4):
                around = made["fine"][row, 4 * y + 1 : 4 * y + 3, 4 * x + 1 : 4 * x + 3]
                assert made["coarse"][row, y, x] in around


def test_area_by_hand() -> None:
    codes = np.array([[[0, 1], [2, -1]], [[-1, -1], [-1, -1]], [[0, 0], [0, 0]]])
    np.testing.assert_allclose(count_area(codes, Area(of="seg"), list(LABELS)), [2 / 3, NAN, 0.0])
    np.testing.assert_allclose(count_area(codes, Area(of="seg", labels=["right"]), list(LABELS)), [1 / 3, NAN, 0.0])
    np.testing.assert_allclose(count_area(codes, Area(of="seg", labels=["ground"]), list(LABELS)), [1 / 3, NAN, 1.0])
    # A mask that lists no labels: 0 is the background.
    np.testing.assert_allclose(count_area(codes, Area(of="seg"), []), [2 / 3, NAN, 0.0])


def test_presence_by_hand() -> None:
    codes = np.array([[[0, 1, 1, 1, 1, 1, 1, 1, 1, 2]], [[0, 0, 0, 0, 0, -1, -1, -1, -1, 2]], [[-1] * 10]])
    assert count_presence(codes, Presence(of="seg"), 3)[:2].tolist() == [[1.0, 1.0], [0.0, 1.0]]
    found = count_presence(codes, Presence(of="seg", least=0.15), 3)
    # 0.1 of the picture is too little, 1 of the 6 known pixels is not.
    assert found[:2].tolist() == [[1.0, 0.0], [0.0, 1.0]] and np.isnan(found[2]).all()


def test_a_bell_is_1_at_its_point_and_falls_by_the_formula() -> None:
    bells = draw_bells(np.array([[[-0.5, 0.25], [NAN, 0.0]]]), 8, 0.125)
    assert bells.shape == (1, 2, 8, 8)
    # x = 0.25 and y = 0.625 of the side: the middles of columns 1 and 2, rows 4 and 5 are a 16th away in both.
    assert bells[0, 0, [4, 4, 5, 5], [1, 2, 1, 2]].tolist() == pytest.approx([np.exp(-0.25)] * 4)
    assert bells[0, 0, 4, 7] == pytest.approx(np.exp(-((0.9375 - 0.25) ** 2 + 0.0625**2) / (2 * 0.125**2)))
    assert np.isnan(bells[0, 1]).all()


def test_what_the_whole_pictures_say() -> None:
    marks = make_marks()
    found = measure_marks(marks, TARGETS, set(TARGETS))
    assert set(found) == {"area", "lefts", "seen"}
    row = marks.masks[0][marks.masks[0] != UNKNOWN]
    assert found["area"].values[0] == pytest.approx((row > 0).mean())
    assert found["lefts"].values[0] == pytest.approx((row == 1).mean())
    assert found["seen"].values[0].tolist() == [float((row == 1).any()), float((row == 2).any())]
    assert np.isnan(found["area"].values[3]) and np.isnan(found["seen"].values[3]).all()
    assert found["seen"].labels == LABELS[1:] and found["seen"].kind == "multilabel"
    marks.images.readable[0] = False
    assert np.isnan(measure_marks(marks, TARGETS, set(TARGETS))["area"].values[0])


def test_mean_and_spread_of_a_map() -> None:
    marks = make_marks()
    rows = np.array([0, 3, 7])
    known = marks.maps[[0, 7]].astype(np.float64)
    mean, spread = measure_scale(marks, "depth", TARGETS["depth"], rows)
    assert mean == pytest.approx(np.nanmean(known)) and spread == pytest.approx(np.nanstd(known))
    assert measure_scale(marks, "depth", TARGETS["depth"], np.array([3])) == (0.0, 1.0)
    assert measure_scale(marks, "heat", TARGETS["heat"], rows) == (0.0, 1.0)
    marks.maps[:] = 4.0
    assert measure_scale(marks, "depth", TARGETS["depth"], rows) == (4.0, 1.0)

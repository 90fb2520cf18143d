"""What heat gives away, planted into maps written by hand; even and wandering maps give nothing away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.results.heat_cases import make_heat, make_spots

from tamesu.artifacts.heat import Heat
from tamesu.results.finding import Finding
from tamesu.results.heat_findings import judge_heat
from tamesu.results.heat_numbers import measure_heat

LABELS = ("cat", "犬")


def judge(heat: Heat) -> list[Finding]:
    return judge_heat(heat, measure_heat(heat), LABELS)


def wander(count: int, seed: int = 0) -> np.ndarray:
    """Spots that lie anywhere, as objects do."""
    draws = np.random.default_rng(seed)
    return make_spots([tuple(place) for place in draws.integers(2, 22, (count, 2)).tolist()])


@pytest.mark.parametrize("seed", range(5))
def test_objects_that_lie_anywhere_give_nothing_away(seed: int) -> None:
    heat = make_heat({"grad_cam": wander(40, seed)}, [0, 1] * 20, scrambled={"grad_cam": wander(16, seed + 9)})
    assert judge(heat) == []


@pytest.mark.parametrize(
    ("place", "words"),
    [((0, 0), "top left"), ((0, 24), "top right"), ((24, 0), "bottom left"), ((24, 24), "bottom right")],
)
def test_a_corner_that_tells_one_class(place: tuple[int, int], words: str) -> None:
    maps = wander(40)
    maps[1::2] = make_spots([place] * 20)
    # One picture of the class is told by something else.
    maps[1] = wander(1)[0]
    (found,) = judge(make_heat({"grad_cam": maps}, [0, 1] * 20))
    assert found.code == "RUN_HEAT_PLACE" and found.weight == "warning"
    assert found.text("en").startswith(f"pictures told as 犬 are told by the {words} corner")
    assert "19 of 20" in found.text("en") and "20 枚中 19 枚" in found.text("ja")
    # 100 + the place of the picture; the one that is told by something else comes last.
    assert found.rows[-1] == 101 and set(found.rows) == set(range(101, 140, 2))


def test_a_corner_in_a_few_pictures_of_a_class_is_no_finding() -> None:
    maps = wander(40)
    maps[1:20:2] = make_spots([(0, 0)] * 10)
    assert judge(make_heat({"grad_cam": maps}, [0, 1] * 20)) == []
    # Four pictures are too few to say anything of a class.
    assert judge(make_heat({"grad_cam": make_spots([(0, 0)] * 4)}, [0] * 4)) == []


@pytest.mark.parametrize(("cells", "found"), [(0, 1), (1, 0), (2, 0), (3, 1), (7, 1)])
def test_of_a_map_that_has_nothing_but_corners_no_place_is_told(cells: int, found: int) -> None:
    assert len(judge(make_heat({"grad_cam": make_spots([(0, 0)] * 10)}, [0] * 10, cells=cells))) == found


def test_a_frame_is_told_as_the_border() -> None:
    maps = np.ones((12, 32, 32), np.float32)
    maps[:, 4:28, 4:28] = 0.1
    (found,) = judge(make_heat({"grad_cam": maps}, [0] * 12))
    assert "by the border" in found.text("en") and "周縁" in found.text("ja")


def test_objects_that_are_not_looked_at() -> None:
    maps, objects = make_spots([(12, 12)] * 20), np.zeros((20, 32, 32), bool)
    objects[:, :10] = True
    objects[:9] = maps[:9] > 0
    (found,) = judge(make_heat({"grad_cam": maps}, [0] * 20, objects=objects))
    assert found.code == "RUN_HEAT_OUTSIDE" and sorted(found.rows) == list(range(109, 120))
    assert "in 11 of 20 pictures" in found.text("en")
    objects[9:12] = maps[9:12] > 0
    assert judge(make_heat({"grad_cam": maps}, [0] * 20, objects=objects)) == []


def test_maps_that_are_the_same_without_learning() -> None:
    maps = wander(20)
    near = 0.6 * maps[:10] + 0.2 * np.roll(maps[:10], 1, axis=2)
    heat = make_heat({"grad_cam": maps, "occlusion": maps}, scrambled={"grad_cam": wander(10, 5), "occlusion": near})
    (found,) = judge(heat)
    assert found.code == "RUN_HEAT_UNTRAINED" and found.weight == "note"
    assert "occlusion" in found.text("en") and "occlusion" in found.text("ja")
    assert found.rows == tuple(range(100, 110))
    few = make_heat({"occlusion": maps}, scrambled={"occlusion": near[:7]})
    assert judge(few) == []


def test_nothing_is_said_of_no_picture_no_map_and_no_class() -> None:
    none = make_heat({"grad_cam": np.zeros((0, 32, 32))}, [])
    assert judge(none) == []
    assert judge(replace(none, maps={})) == []
    corner = make_heat({"grad_cam": make_spots([(0, 0)] * 20)})
    assert len(judge(corner)) == 1 and judge_heat(corner, measure_heat(corner), ()) == []

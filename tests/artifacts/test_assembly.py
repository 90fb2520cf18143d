"""Values put together from events: paths as users write them, and limits that hold."""

from __future__ import annotations

import pytest

from tamesu.artifacts.assembly import MAX_DEPTH, Assembly, dotted, measure
from tamesu.errors import InputError


def test_a_part_in_a_list_goes_by_its_name() -> None:
    root = {"augmentations": ["flip", {"rotate": {"degrees": 5}}, {"a": 1, "b": 2}], "seeds": [0, 0]}
    assert dotted(("augmentations", 0), root) == "augmentations.flip"
    assert dotted(("augmentations", 0, "flip"), root) == "augmentations.flip"
    assert dotted(("augmentations", 1, "rotate", "degrees"), root) == "augmentations.rotate.degrees"
    assert dotted(("augmentations", 1), root) == "augmentations.rotate"
    assert dotted(("augmentations", 2, "a"), root) == "augmentations.2.a"
    assert dotted(("seeds", 1), root) == "seeds.1"
    assert dotted(("nowhere", 3, "x"), root) == "nowhere.3.x"
    assert dotted((), root) == ""


def test_assembles_and_notes_lines() -> None:
    assembly = Assembly("a.yaml")
    assembly.open({}, 1, None)
    for key, value, line in (("a", "1", 1), ("b", "x", 2)):
        assembly.scalar(key, line, plain=True, anchor=None)
        assembly.scalar(value, line, plain=True, anchor=None)
    assembly.close()
    assert assembly.root == {"a": 1, "b": "x"}
    assert {loc: place.line for loc, place in assembly.places.items()} == {("a",): 1, ("b",): 2}


def test_depth_is_limited_also_through_aliases() -> None:
    assembly = Assembly("")
    for _ in range(MAX_DEPTH):
        assembly.open([], 1, None)
    with pytest.raises(InputError) as caught:
        assembly.open([], 7, None)
    assert caught.value.codes == ("CONFIG_TOO_DEEP",)
    assert caught.value.faults[0].where.line == 7


def test_measures_without_recursion() -> None:
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    assert measure(deep) == (5001, 5001)
    assert measure({"a": [1, 2], "b": "x"}) == (5, 2)
    assert measure(3) == (1, 0)

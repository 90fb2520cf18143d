"""Names that tell left from right, and names that do not."""

from __future__ import annotations

import pytest

from tamesu.artifacts.sides import find_side_name


@pytest.mark.parametrize(
    "name",
    [
        "left",
        "Right",
        "keep_left",
        "turnRight",
        "LEFT2",
        "hand-left",
        "左",
        "右折",
        "lateral",
        "counterclockwise",
        "反時計回り",
    ],
)
def test_side_names(name: str) -> None:
    assert find_side_name(["cat", name, "dog"]) == name


@pytest.mark.parametrize(
    "name", ["bright", "copyright", "theft", "cleft", "bilateral", "dress", "写真", "L", "R", "", "leftover"]
)
def test_other_names(name: str) -> None:
    assert find_side_name(["cat", name, "dog"]) is None


def test_pairs_of_lone_letters() -> None:
    assert find_side_name(["knee_l", "knee_r"]) == "knee_l"
    assert find_side_name(["R-ear", "L-ear"]) == "R-ear"
    assert find_side_name(["knee_l", "hip_r"]) is None
    assert find_side_name(["S", "M", "L", "R"]) is None
    assert find_side_name([]) is None

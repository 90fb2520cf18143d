"""Names that tell left from right, and names that do not."""

from __future__ import annotations

import pytest

from tamesu.artifacts.sides import (
    Way,
    asks_about_sides,
    find_cycles,
    find_direction_name,
    find_height_name,
    find_pairs,
    find_side_name,
    move_name,
)


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
        "eastbound",
        "East",
        "west-side",
        "北西",
        "西口",
        "利き手",
        "handedness",
        "mirrored",
        "鏡像",
    ],
)
def test_side_names(name: str) -> None:
    assert find_side_name(["cat", name, "dog"]) == name


@pytest.mark.parametrize(
    "name",
    [
        *("bright", "copyright", "theft", "cleft", "bilateral", "dress", "写真", "L", "R", "", "leftover", "upright", "beast"),
        *("west_highland_white_terrier", "東京", "関西", "西瓜", "mirror", "手鏡", "brightness", "alright", "rights"),
    ],
)
def test_other_names(name: str) -> None:
    assert find_side_name(["cat", name, "dog"]) is None


def test_pairs_of_lone_letters() -> None:
    assert find_side_name(["knee_l", "knee_r"]) == "knee_l"
    assert find_side_name(["R-ear", "L-ear"]) == "R-ear"
    assert find_side_name(["knee_l", "hip_r"]) is None
    assert find_side_name(["S", "M", "L", "R"]) is None
    assert find_side_name([]) is None
    assert find_side_name(["eye_lt", "eye_rt"]) == "eye_lt"
    assert find_side_name(["handL", "handR"]) == "handL"
    assert find_side_name(["L", "R"]) == "L", "with nothing else, they are the two sides"
    assert find_side_name(["old_west_inn", "old_east_inn"]) == "old_west_inn"


@pytest.mark.parametrize(
    "name",
    [
        *(
            "up",
            "thumbsUp",
            "turn-down",
            "TOP",
            "bottom_row",
            "upperBody",
            "lower",
            "above",
            "north",
            "southbound",
            "上",
            "右上",
        ),
        *("上向き", "下側", "上下", "天地", "逆さ", "南", "北口", "真上"),
    ],
)
def test_names_of_heights(name: str) -> None:
    assert find_height_name(["cat", name, "dog"]) == name


@pytest.mark.parametrize(
    "name",
    [
        *("upright", "update", "cup", "laptop", "stop", "downy", "southern_right_whale", "northern_cardinal", "slower", "上着"),
        *("下着", "上海", "下駄", "北海道", "left", "右", ""),
    ],
)
def test_names_of_no_height(name: str) -> None:
    assert find_height_name(["cat", name, "dog"]) is None


@pytest.mark.parametrize("name", ["angle", "steeringAngle", "heading_deg", "yaw", "Direction", "角度", "方位角", "顔の向き"])
def test_directions(name: str) -> None:
    assert find_direction_name(["price", name]) == name


@pytest.mark.parametrize("name", ["triangle", "rectangle", "subheading", "directions_api", "rolls", "width", "長さ"])
def test_numbers_that_are_no_direction(name: str) -> None:
    assert find_direction_name([name]) is None


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Can it tell a left hand from a right one?", True),
        ("左手と右手を見分けられるか", True),
        ("左右は分かるか", True),
        ("Does handedness matter?", True),
        ("Is the right learning rate 1e-3?", False),
        ("What is left to gain?", False),
        ("", False),
    ],
)
def test_questions(question: str, asks: bool) -> None:
    assert asks_about_sides(question) is asks


@pytest.mark.parametrize(
    ("name", "way", "moved"),
    [
        ("keepLeft", "mirror", ["keepRight"]),
        ("LEFT_2", "mirror", ["RIGHT_2"]),
        ("knee_l", "mirror", ["knee_r"]),
        ("left_to_right", "mirror", ["right_to_left"]),
        ("cw", "mirror", ["ccw"]),
        ("clockwise", "mirror", ["counterclockwise", "anticlockwise"]),
        ("Anticlockwise", "upside_down", ["Clockwise"]),
        ("右折", "mirror", ["左折"]),
        ("北東", "mirror", ["北西"]),
        ("northeast", "mirror", []),
        ("top_left", "mirror", ["top_right"]),
        ("top_left", "upside_down", ["bottom_left"]),
        ("top_left", "quarter", ["left_down", "left_bottom"]),
        ("left", "transpose", ["up", "top"]),
        ("cat", "mirror", []),
    ],
)
def test_names_of_moved_images(name: str, way: Way, moved: list[str]) -> None:
    assert move_name(name, way) == moved


@pytest.mark.parametrize(
    ("labels", "way", "pairs"),
    [
        (["ahead", "left", "right"], "mirror", [["left", "right"]]),
        (["左手", "右手", "なし"], "mirror", [["左手", "右手"]]),
        (["eye_L", "eye_R", "nose"], "mirror", [["eye_L", "eye_R"]]),
        (["L", "R"], "mirror", [["L", "R"]]),
        (["S", "M", "L", "XL", "R"], "mirror", []),
        (["left", "ahead"], "mirror", None),
        (["left", "right", "keep_left"], "mirror", None),
        (["east", "north", "south", "west"], "mirror", [["east", "west"]]),
        (["east", "north", "south", "west"], "upside_down", [["north", "south"]]),
        (["east", "north", "south", "west"], "transpose", [["east", "south"], ["north", "west"]]),
        (["bottom", "left", "right", "top"], "transpose", [["bottom", "right"], ["left", "top"]]),
        (["anticlockwise", "clockwise"], "upside_down", [["anticlockwise", "clockwise"]]),
        (["上", "下", "右", "左"], "upside_down", [["上", "下"]]),
        (["上着", "下着"], "upside_down", []),
        (["cat", "dog"], "mirror", []),
    ],
)
def test_pairs(labels: list[str], way: Way, pairs: list[list[str]] | None) -> None:
    assert find_pairs(labels, way) == pairs


@pytest.mark.parametrize(
    ("labels", "cycles"),
    [
        (["east", "north", "south", "west"], [["east", "north", "west", "south"]]),
        (["bottom", "left", "none", "right", "top"], [["bottom", "right", "top", "left"]]),
        (["上", "下", "右", "左"], [["上", "左", "下", "右"]]),
        (["東", "西", "南", "北"], [["東", "北", "西", "南"]]),
        (["left", "right"], None),
        (["left", "right", "up"], None),
        (["cat", "dog"], []),
    ],
)
def test_cycles(labels: list[str], cycles: list[list[str]] | None) -> None:
    assert find_cycles(labels) == cycles

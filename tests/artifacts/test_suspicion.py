"""When a flip or turn has to be asked about, and what is proposed."""

from __future__ import annotations

from typing import Any

import pytest

from tamesu.artifacts.suspicion import Named, Suspicion, are_signs, suspect


def named(*labels: str, name: str = "label", kind: str = "class") -> Named:
    return Named(name, kind, name, labels)


ANIMALS = named("cat", "dog")
HANDS = named("左手", "右手")
COMPASS = named("east", "north", "south", "west")
DIGITS = named(*"0123456789")
STEERING = Named("steering", "value", "angle_deg")

# Symmetry, targets, degrees of a turn; ground, word, and what is proposed.
CASES: list[tuple[str, list[Named], float, tuple[str, str, Any] | None]] = [
    ("horizontal_flip", [ANIMALS], 180, None),
    ("horizontal_flip", [HANDS], 180, ("sides", "左手", {"swap": [["左手", "右手"]]})),
    ("horizontal_flip", [named("ahead", "left")], 180, ("sides", "left", None)),
    ("horizontal_flip", [named("up", "down")], 180, None),
    ("horizontal_flip", [COMPASS], 180, ("sides", "east", {"swap": [["east", "west"]]})),
    ("horizontal_flip", [named("0", "1", name="is_mirrored")], 180, ("sides", "is_mirrored", None)),
    ("horizontal_flip", [named("cat", "dog", name="mirror")], 180, ("sides", "mirror", None)),
    ("horizontal_flip", [named("lamp", "mirror")], 180, None),
    # The same pair in two targets is proposed once, other pairs beside it.
    (
        "horizontal_flip",
        [named("left", "right"), named("left", "right", "eye_L", "eye_R", name="b", kind="multilabel")],
        180,
        ("sides", "left", {"swap": [["left", "right"], ["eye_L", "eye_R"]]}),
    ),
    # Two value targets trade values.
    (
        "horizontal_flip",
        [Named("left_eye", "value", "a"), Named("right_eye", "value", "b")],
        180,
        ("sides", "left_eye", {"swap": [["left_eye", "right_eye"]]}),
    ),
    # So do the columns of one, and a column may be a direction; five single letters for numbers are no signs.
    ("horizontal_flip", [named("eye_L", "eye_R", kind="value")], 180, ("sides", "eye_L", {"swap": [["eye_L", "eye_R"]]})),
    ("horizontal_flip", [named("speed", "yaw", kind="value")], 180, ("direction", "yaw", None)),
    ("horizontal_flip", [named(*"abcde", kind="value")], 180, None),
    ("vertical_flip", [ANIMALS], 180, None),
    ("vertical_flip", [named("top", "bottom")], 180, ("heights", "top", {"swap": [["top", "bottom"]]})),
    ("vertical_flip", [COMPASS], 180, ("heights", "north", {"swap": [["north", "south"]]})),
    # Whether the left of a hand or of a road is meant, no word tells.
    ("vertical_flip", [HANDS], 180, ("sides", "左手", None)),
    ("transpose", [COMPASS], 180, ("sides", "east", {"swap": [["east", "south"], ["north", "west"]]})),
    ("rotate90", [COMPASS], 180, ("sides", "east", {"cycle": [["east", "north", "west", "south"]]})),
    ("rotate90", [named("up", "down")], 180, ("heights", "up", None)),
    ("rotate", [COMPASS], 90, None),
    ("rotate", [COMPASS], 91, ("sides", "east", None)),
    ("horizontal_flip", [DIGITS], 180, ("signs", "0 1 2 3 4 5 6 7 8 9", None)),
    ("vertical_flip", [named(*"abcdefgh")], 180, ("signs", "a b c d e f g h", None)),
    ("rotate90", [named(*"あいうえお")], 180, ("signs", "あ い う え お", None)),
    ("rotate", [DIGITS], 45, None),
    ("rotate", [DIGITS], 46, ("signs", "0 1 2 3 4 5 6 7 8 9", None)),
    ("horizontal_flip", [named("six", "nine", name="digit")], 180, ("signs", "digit", None)),
    ("horizontal_flip", [named("one", "two", name="手書き文字")], 180, ("signs", "手書き文字", None)),
    ("horizontal_flip", [named("0", "1", "2", "3", "4")], 180, None),
    ("horizontal_flip", [STEERING], 180, ("direction", "steering", None)),
    ("rotate", [STEERING], 1, ("direction", "steering", None)),
    ("rotate", [STEERING], 0, None),
    ("horizontal_flip", [named("0", "90", name="angle")], 180, None),
    # Pairs alone would be half of the truth.
    ("horizontal_flip", [HANDS, STEERING], 180, ("sides", "左手", None)),
    ("a_plugins_own", [HANDS, STEERING, DIGITS], 180, None),
]


@pytest.mark.parametrize(("symmetry", "targets", "degrees", "expected"), CASES)
def test_suspicions(symmetry: str, targets: list[Named], degrees: float, expected: tuple[Any, str, Any] | None) -> None:
    found = suspect(symmetry, targets, degrees=degrees)
    assert found == (None if expected is None else Suspicion(*expected))


def test_a_question_about_sides_is_enough() -> None:
    question = "Does it see handedness?"
    assert suspect("horizontal_flip", [ANIMALS], question=question) == Suspicion("sides", question)
    assert suspect("horizontal_flip", [ANIMALS], question="Is this the right loss?") is None


def test_signs() -> None:
    assert not are_signs(("1", "2", "3", "4", "5")), "codes of classes"
    assert are_signs(tuple("0123456789ABCDEF")) and not are_signs(("a", "b", "c", "d", "ee"))

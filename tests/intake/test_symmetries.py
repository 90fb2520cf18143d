"""What `init` says of flips and turns."""

from __future__ import annotations

from typing import Any

import pytest

from tamesu.intake.symmetries import find_symmetries
from tamesu.intake.targets import FoundTarget


def labels_of(*labels: str, name: str = "label") -> FoundTarget:
    return FoundTarget(name, "class", name, labels=labels)


# Labels; what competition.yaml says; the reasons' codes; whether base.yaml mirrors images; whether an idea does.
LABELS: list[tuple[tuple[str, ...], dict[str, Any], list[str], bool, bool]] = [
    (("cat", "dog"), {}, ["FLIP"], True, False),
    (("0", "1"), {}, ["FLIP"], True, False),
    (("bright", "dark"), {}, ["FLIP"], True, False),
    (tuple("0123456789"), {"horizontal_flip": "allowed"}, ["FLIP_SIGNS", "FLIP_SIGNS_TRIED"], False, True),
    (tuple("abcdefgh"), {"horizontal_flip": "allowed"}, ["FLIP_SIGNS", "FLIP_SIGNS_TRIED"], False, True),
    (tuple("あいうえお"), {"horizontal_flip": "allowed"}, ["FLIP_SIGNS", "FLIP_SIGNS_TRIED"], False, True),
    (("turn left", "straight"), {"horizontal_flip": "forbidden"}, ["FLIP_LEFT_RIGHT"], False, False),
    (("右折", "直進"), {"horizontal_flip": "forbidden"}, ["FLIP_LEFT_RIGHT"], False, False),
    (("右手", "左手"), {"horizontal_flip": {"swap": [["右手", "左手"]]}}, ["FLIP_SWAP"], True, False),
    (
        ("ahead", "keepLeft", "keepRight"),
        {"horizontal_flip": {"swap": [["keepLeft", "keepRight"]]}},
        ["FLIP_SWAP"],
        True,
        False,
    ),
]


@pytest.mark.parametrize(("labels", "facts", "codes", "flips", "tries"), LABELS, ids=[case[0][0] for case in LABELS])
def test_labels(labels: tuple[str, ...], facts: dict[str, Any], codes: list[str], flips: bool, tries: bool) -> None:
    found = find_symmetries([labels_of(*labels)])
    assert (found.facts, [guess.code for guess in found.guesses]) == (facts, codes)
    assert (found.flips, found.tries_flip, found.turns) == (flips, tries, True)
    assert all(guess.why for guess in found.guesses)


def test_a_direction_is_neither_mirrored_nor_turned_until_the_user_says_how() -> None:
    found = find_symmetries([FoundTarget("steering_angle", "value", "steering_angle")])
    assert found.facts == {"horizontal_flip": "forbidden", "rotate": "forbidden"}
    assert [guess.code for guess in found.guesses] == ["FLIP_DIRECTION", "TURN_DIRECTION"]
    assert (found.flips, found.turns) == (False, False)
    assert "{negate: [steering_angle]}" in found.guesses[0].why


def test_a_direction_among_several_columns_is_told_what_can_be_done() -> None:
    found = find_symmetries([FoundTarget("values", "value", None, ("speed", "yaw"))])
    assert found.facts == {"horizontal_flip": "forbidden", "rotate": "forbidden"}
    assert [guess.code for guess in found.guesses] == ["FLIP_DIRECTION_COLUMN", "TURN_DIRECTION_COLUMN"]
    assert all("'yaw'" in guess.why for guess in found.guesses)
    # Numbers that no name speaks of, and names that trade places.
    assert find_symmetries([FoundTarget("values", "value", None, tuple("abcdef"))]).flips
    eyes = find_symmetries([FoundTarget("values", "value", None, ("left_area", "right_area"))])
    assert eyes.facts == {"horizontal_flip": {"swap": [["left_area", "right_area"]]}} and eyes.flips


def test_an_auxiliary_target_moves_with_the_image_or_is_kept_back_and_never_forbids_a_flip() -> None:
    main = labels_of("cat", "dog")
    known = labels_of("left", "right", name="eye")
    found = find_symmetries([main], [known, labels_of("left", "none", name="ear"), FoundTarget("heading", "value", "heading")])
    assert found.facts == {"horizontal_flip": {"swap": [["left", "right"]]}}
    assert (found.flips, found.kept_back) == (True, ("ear", "heading"))
    assert [guess.code for guess in found.guesses] == ["FLIP_SWAP", "AUXILIARY_MOVES", "AUXILIARY_MOVES"]

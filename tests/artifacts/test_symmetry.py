"""What a declaration means for each target: worked out by hand, and every mistake with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.documents import parse_document
from tamesu.artifacts.schema import validate
from tamesu.artifacts.symmetry import LabelMove, Moves, read_symmetries, resolve_symmetries
from tamesu.errors import Fault

FACTS = """\
name: signs
train: {table: train.csv, image: "{id}.png"}
targets:
  sign: {kind: class, column: sign}
  hand: {kind: class, column: hand}
  marks: {kind: multilabel, columns: [arrow_left, arrow_right, dot]}
  wheel: {kind: value, column: degrees}
  course: {kind: value, column: course}
  dx: {kind: value, column: x_mm}
  dy: {kind: value, column: y_mm}
main: sign
metric: accuracy
symmetries:
"""
LABELS = {
    "sign": ["ahead", "left", "right", "east", "north", "south", "west", "6"],
    "hand": ["left", "none", "right", "左手", "右手"],
    "marks": ["arrow_left", "arrow_right", "dot"],
}
FIRST = FACTS.count("\n") + 1


def resolve(*lines: str) -> Moves:
    competition = validate(Competition, parse_document(FACTS + "".join(f"  {line}\n" for line in lines), "competition.yaml"))
    return resolve_symmetries(competition, LABELS)


def find_faults(*lines: str) -> list[Fault]:
    document = parse_document(FACTS + "".join(f"  {line}\n" for line in lines), "competition.yaml")
    return read_symmetries(validate(Competition, document), LABELS, document)[1]


def test_words_move_nothing() -> None:
    assert resolve("horizontal_flip: allowed", "vertical_flip: forbidden", "rotate: {}") == {}


# A declaration, and the moves of its targets.
MOVES: list[tuple[str, dict[str, LabelMove]]] = [
    # `right` and `left` are labels of two targets, and move in both.
    (
        "horizontal_flip: {swap: [[left, right]]}",
        {"sign": LabelMove(permutation=(0, 2, 1, 3, 4, 5, 6, 7)), "hand": LabelMove(permutation=(2, 1, 0, 3, 4))},
    ),
    ("horizontal_flip: {swap: [[hand.left, hand.right]]}", {"hand": LabelMove(permutation=(2, 1, 0, 3, 4))}),
    ("horizontal_flip: {swap: [[左手, 右手]]}", {"hand": LabelMove(permutation=(0, 1, 2, 4, 3))}),
    (
        "horizontal_flip: {swap: [[east, west], [hand.right, 左手], [arrow_right, arrow_left]]}",
        {
            "sign": LabelMove(permutation=(0, 1, 2, 6, 4, 5, 3, 7)),
            "hand": LabelMove(permutation=(0, 1, 3, 2, 4)),
            "marks": LabelMove(permutation=(1, 0, 2)),
        },
    ),
    # A value target by its name or its column.
    ("horizontal_flip: {negate: [wheel]}", {"wheel": LabelMove(negate=True)}),
    ("vertical_flip: {negate: [degrees, dy]}", {"wheel": LabelMove(negate=True), "dy": LabelMove(negate=True)}),
    ("transpose: {swap: [[dx, y_mm]]}", {"dx": LabelMove(trades_with="dy"), "dy": LabelMove(trades_with="dx")}),
    # One quarter turn counter-clockwise takes (x to the right, y up) to (-y, x).
    (
        "rotate90: {swap: [[dx, dy]], negate: [dx]}",
        {"dx": LabelMove(trades_with="dy", negate=True), "dy": LabelMove(trades_with="dx")},
    ),
    (
        "rotate: {angle: [wheel], compass: [course]}",
        {"wheel": LabelMove(angle="angle"), "course": LabelMove(angle="compass")},
    ),
    # north → west → south → east → north, at places 4, 6, 5 and 3.
    ("rotate90: {cycle: [[north, west, south, east]]}", {"sign": LabelMove(quarter=(0, 1, 2, 4, 6, 3, 5, 7))}),
    ("rotate90: {cycle: [[ahead, '6']]}", {"sign": LabelMove(quarter=(7, 1, 2, 3, 4, 5, 6, 0))}),
    # What was wheel's value becomes course's, and so on round.
    (
        "rotate90: {cycle: [[wheel, course, dx, dy]]}",
        {
            "wheel": LabelMove(trades_with="dy"),
            "course": LabelMove(trades_with="wheel"),
            "dx": LabelMove(trades_with="course"),
            "dy": LabelMove(trades_with="dx"),
        },
    ),
    # A plugin's own symmetry.
    ("fold_over: {swap: [[east, west]]}", {"sign": LabelMove(permutation=(0, 1, 2, 6, 4, 5, 3, 7))}),
]


@pytest.mark.parametrize(("line", "expected"), MOVES, ids=[line for line, _ in MOVES])
def test_moves(line: str, expected: dict[str, LabelMove]) -> None:
    assert resolve(line) == {line.partition(":")[0]: expected}


# A declaration, its first fault's code, place below `symmetries` and nearest name.
WRONG: list[tuple[str, str, str, str | None]] = [
    ("horizontal_flip: {swap: [[lefd, right]]}", "SYMMETRY_UNKNOWN_NAME", "horizontal_flip.swap.0.lefd", "left"),
    ("horizontal_flip: {swap: [[左手, 右の手]]}", "SYMMETRY_UNKNOWN_NAME", "horizontal_flip.swap.0.右の手", "右手"),
    ("horizontal_flip: {swap: [[hand.left, hand.east]]}", "SYMMETRY_UNKNOWN_NAME", "horizontal_flip.swap.0.hand.east", "east"),
    ("rotate90: {cycle: [[north, west, south, eats]]}", "SYMMETRY_UNKNOWN_NAME", "rotate90.cycle.0.eats", "east"),
    ("horizontal_flip: {negate: [weel]}", "SYMMETRY_UNKNOWN_NAME", "horizontal_flip.negate.weel", "wheel"),
    ("rotate: {compass: [curse]}", "SYMMETRY_UNKNOWN_NAME", "rotate.compass.curse", "course"),
    ("horizontal_flip: {swap: [[east, west], [west, north]]}", "SYMMETRY_NAME_TWICE", "horizontal_flip.swap.1.west", None),
    ("horizontal_flip: {swap: [[east, east]]}", "SYMMETRY_NAME_TWICE", "horizontal_flip.swap.0.east", None),
    # `left` is the `left` of `hand` too.
    (
        "horizontal_flip: {swap: [[left, right], [hand.left, 左手]]}",
        "SYMMETRY_NAME_TWICE",
        "horizontal_flip.swap.1.hand.left",
        None,
    ),
    ("rotate90: {cycle: [[north, west, north, west]]}", "SYMMETRY_NAME_TWICE", "rotate90.cycle.0.north", None),
    ("horizontal_flip: {negate: [wheel, degrees]}", "SYMMETRY_NAME_TWICE", "horizontal_flip.negate.degrees", None),
    ("horizontal_flip: {negate: [wheel], angle: [wheel]}", "SYMMETRY_NAME_TWICE", "horizontal_flip.angle.wheel", None),
    ("rotate: {angle: [wheel], compass: [wheel]}", "SYMMETRY_NAME_TWICE", "rotate.compass.wheel", None),
    ("horizontal_flip: {swap: [[east, 左手]]}", "SYMMETRY_KIND", "horizontal_flip.swap.0", None),
    ("horizontal_flip: {swap: [[east, wheel]]}", "SYMMETRY_KIND", "horizontal_flip.swap.0", None),
    ("horizontal_flip: {swap: [[sign, hand]]}", "SYMMETRY_KIND", "horizontal_flip.swap.0.sign", None),
    ("horizontal_flip: {negate: [left]}", "SYMMETRY_KIND", "horizontal_flip.negate.left", None),
    ("horizontal_flip: {negate: [sign]}", "SYMMETRY_KIND", "horizontal_flip.negate.sign", None),
    ("rotate: {angle: [north]}", "SYMMETRY_KIND", "rotate.angle.north", None),
    ("rotate: {swap: [[left, right]]}", "SYMMETRY_KIND", "rotate.swap.0", None),
    ("rotate: {negate: [wheel]}", "SYMMETRY_KIND", "rotate.negate.wheel", None),
    ("rotate90: {swap: [[left, right]]}", "SYMMETRY_KIND", "rotate90.swap.0", None),
    ("fold_over: {angle: [wheel]}", "SYMMETRY_KIND", "fold_over.angle.wheel", None),
    ("rotate: {cycle: [[north, west, south, east]]}", "SYMMETRY_CYCLE", "rotate.cycle.0", None),
    ("rotate90: {cycle: [[north, west, south]]}", "SYMMETRY_CYCLE", "rotate90.cycle.0", None),
]


@pytest.mark.parametrize(("line", "code", "place", "near"), WRONG, ids=[case[0] for case in WRONG])
def test_mistakes(line: str, code: str, place: str, near: str | None) -> None:
    faults = find_faults(line)
    found = faults[0]
    assert (found.code, found.outcome, str(found.where)) == (code, "refuse", f"competition.yaml:{FIRST} symmetries.{place}")
    assert found.near == near
    assert {fault.code for fault in faults} == {code}
    assert all(text and "{" not in text for text in (faults[0].text("en"), faults[0].text("ja")))


def test_a_name_that_moves_in_two_targets_is_told_of_each_and_lines_are_those_of_the_names() -> None:
    faults = find_faults(
        "horizontal_flip:", "  swap:", "    - [east, west]", "    - [dot, arrow_rihgt]", "vertical_flip: {negate: [zzz]}"
    )
    assert [(fault.code, fault.where.line, fault.near) for fault in faults] == [
        ("SYMMETRY_UNKNOWN_NAME", FIRST + 3, "arrow_right"),
        ("SYMMETRY_UNKNOWN_NAME", FIRST + 4, None),
    ]


def test_a_move_is_kept_as_plain_json_and_as_strict_as_everything() -> None:
    move = LabelMove(permutation=(1, 0), trades_with="dy")
    plain = json.loads(json.dumps(move.model_dump(mode="json")))
    assert plain["permutation"] == [1, 0]
    assert LabelMove.model_validate(plain) == move
    for wrong in ({"permutation": ["1"]}, {"permutation": 1}, {"angle": "degrees"}, {"swop": True}, {"negate": 1}):
        with pytest.raises(ValueError, match="LabelMove"):
            LabelMove.model_validate(plain | wrong)


def test_the_example_of_the_guide_says_what_it_means() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "guide.md").read_text(encoding="utf-8")
    block = guide.partition("## Symmetries")[2].partition("```yaml\n")[2].partition("```")[0]
    facts = parse_document(FACTS.replace("\nsymmetries:\n", "\n") + block, "competition.yaml").value
    facts["targets"] = {"sign": facts["targets"]["sign"]} | {
        name: {"kind": "value", "column": name} for name in ("steering", "course", "heading")
    }
    labels = ["keep_left", "keep_right", "north", "west", "south", "east", "左手", "右手"]
    moves = resolve_symmetries(validate(Competition, facts), {"sign": labels})
    assert moves == {
        "horizontal_flip": {
            "sign": LabelMove(permutation=(1, 0, 2, 3, 4, 5, 7, 6)),
            "steering": LabelMove(negate=True),
            "course": LabelMove(angle="compass"),
        },
        "rotate": {"heading": LabelMove(angle="angle")},
        "rotate90": {"sign": LabelMove(quarter=(0, 1, 3, 4, 5, 2, 6, 7))},
    }

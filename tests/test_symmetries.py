"""Flips and turns of a recipe against what competition.yaml says of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.documents import Document, parse_document
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.schema import validate
from tamesu.artifacts.symmetry import resolve_symmetries
from tamesu.augmentations import AUGMENTATIONS
from tamesu.errors import Fault
from tamesu.symmetries import (
    check_declarations,
    check_uses,
    find_labels,
    force_faults,
    known_symmetries,
    read_named,
    used_symmetries,
)

FACTS: dict[str, Any] = {
    "name": "signs",
    "train": {"table": "train.csv", "image": "{id}.png"},
    "targets": {
        "sign": {"kind": "class", "column": "sign"},
        "tags": {"kind": "multilabel", "column": "tags", "separator": ";", "known_in": "train"},
        "steering": {"kind": "value", "column": "steering", "known_in": "train"},
    },
    "main": "sign",
    "metric": "accuracy",
}
ROWS = ["id,sign,tags,steering", "a,keep_left,red;round,0.1", "b,keep_right,red,0.2", "c,stop,,0.3"]
NOWHERE = Document({}, {}, "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "train.csv").write_text("\n".join(ROWS) + "\n", encoding="utf-8")
    return tmp_path


def make_competition(symmetries: Mapping[str, Any] | None = None, **changes: Any) -> Competition:
    return Competition.model_validate(FACTS | {"symmetries": dict(symmetries or {})} | changes)


def make_recipe(*augmentations: object, heads: tuple[str, ...] = ("sign",), question: str = "") -> Recipe:
    return Recipe.model_validate(
        {
            "name": "base",
            "question": question,
            "backbone": "resnet18",
            "heads": {name: {"loss": "cross_entropy"} for name in heads},
            "augmentations": list(augmentations),
        }
    )


def say(faults: list[Fault]) -> list[tuple[str, str]]:
    return [(fault.code, fault.outcome) for fault in faults]


def test_flips_and_turns_are_found_and_other_parts_are_passed_over() -> None:
    recipe = make_recipe("horizontal_flip", "color_jitter", "no_such_part", {"rotate": {"degrees": 30, "strength": 0.5}})
    used = used_symmetries(recipe)
    assert [(use.index, use.part, use.symmetry) for use in used] == [
        (0, "horizontal_flip", "horizontal_flip"),
        (3, "rotate", "rotate"),
    ]
    assert used[1].degrees == 15.0
    # What is wrong with an option is told where options are checked; until then the most is assumed.
    assert used_symmetries(make_recipe({"rotate": {"degrees": "many"}}))[0].degrees == 180.0


class Choice:
    def __init__(self, name: str, options: dict[str, Any]) -> None:
        self.name, self.options = name, options


class SomePolicy:
    """Either a flip, or one of two turns."""

    kind: ClassVar[str] = "policy"

    def __init__(self) -> None:
        pass

    def choices(self) -> list[Choice]:
        return [Choice("horizontal_flip", {}), Choice("rotate", {"degrees": 20.0}), Choice("rotate", {"degrees": 100.0})]


def test_a_policy_does_what_its_choices_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(AUGMENTATIONS._parts, "some_policy", SomePolicy)
    used = used_symmetries(make_recipe("some_policy"))
    assert [(use.index, use.part, use.symmetry) for use in used] == [
        (0, "some_policy", "horizontal_flip"),
        (0, "some_policy", "rotate"),
    ]
    assert used[1].degrees == 100.0


def test_the_names_come_from_the_table() -> None:
    assert {"horizontal_flip", "vertical_flip", "rotate"} <= set(known_symmetries())
    assert known_symmetries() == sorted(known_symmetries())


def test_targets_are_named_with_the_labels_of_the_table(folder: Path) -> None:
    named = {target.name: target.labels for target in read_named(make_competition(), folder)}
    assert named == {"sign": ("keep_left", "keep_right", "stop"), "tags": ("red", "round"), "steering": ()}
    # The table is read anew when it changes.
    (folder / "train.csv").write_text("id,sign,tags,steering\na,up,x,1\nb,down,y,2\n", encoding="utf-8")
    assert read_named(make_competition(), folder)[0].labels == ("down", "up")
    (folder / "train.csv").unlink()
    assert [target.labels for target in read_named(make_competition(), folder)] == [(), (), ()]


def test_labels_of_every_kind_of_target() -> None:
    targets = make_competition(
        targets={
            "sign": {"kind": "class", "column": "sign", "missing": ["?"]},
            "marks": {"kind": "multilabel", "columns": ["p", "q"]},
            "fixed": {"kind": "class", "column": "sign", "labels": ["z", "y"]},
            "free": {"kind": "multilabel", "column": "free"},
            "share": {"kind": "soft", "columns": ["p", "q"]},
            "who": {"kind": "identity", "column": "sign"},
            "degree": {"kind": "ordinal", "column": "sign", "labels": ["a", "b"]},
            "one": {"kind": "value", "column": "free"},
            "several": {"kind": "value", "columns": ["left_x", "right_x"]},
        }
    ).targets
    columns = {"sign": ("b", "?", "a", "b"), "free": ("x y", "z,x")}
    found = {name: find_labels(target, columns) for name, target in targets.items()}
    assert found == {
        "sign": ["a", "b"],
        "marks": ["p", "q"],
        "fixed": ["z", "y"],
        "free": ["x", "y", "z"],
        "share": ["p", "q"],
        "who": ["?", "a", "b"],
        "degree": ["a", "b"],
        "one": [],
        "several": ["left_x", "right_x"],
    }


def test_columns_of_one_value_target_may_trade_places(folder: Path) -> None:
    facts = make_competition(
        targets={"eyes": {"kind": "value", "columns": ["left_x", "right_x"]}, "sign": {"kind": "class", "column": "sign"}},
        main="sign",
        symmetries={"horizontal_flip": {"swap": [["left_x", "right_x"]]}},
    )
    assert check_declarations(facts, folder, NOWHERE) == []
    moves = resolve_symmetries(facts, {"eyes": ["left_x", "right_x"], "sign": ["down", "up"]})
    assert moves["horizontal_flip"]["eyes"].permutation == (1, 0)


def test_declarations_are_held_against_the_table(folder: Path) -> None:
    text = (
        "name: signs\ntrain: {table: train.csv, image: '{id}.png'}\ntargets: {sign: {kind: class, column: sign}}\nmain: sign\n"
        "metric: accuracy\nsymmetries:\n  horizontal_flip: {swap: [[keep_left, keep_rigth]]}\n  vertica_flip: forbidden\n"
    )
    document = parse_document(text, "competition.yaml")
    faults = check_declarations(validate(Competition, document), folder, document)
    assert [(fault.code, str(fault.where), fault.near) for fault in faults] == [
        ("CONFIG_UNKNOWN_SYMMETRY", "competition.yaml:8 symmetries.vertica_flip", "vertical_flip"),
        ("SYMMETRY_UNKNOWN_NAME", "competition.yaml:7 symmetries.horizontal_flip.swap.0.keep_rigth", "keep_right"),
    ]
    # Without the table nothing can be said of its labels.
    (folder / "train.csv").unlink()
    assert [fault.code for fault in check_declarations(validate(Competition, document), folder, document)] == [
        "CONFIG_UNKNOWN_SYMMETRY"
    ]


def test_what_is_declared_decides(folder: Path) -> None:
    swap = {"swap": [["keep_left", "keep_right"]]}
    recipe = make_recipe("horizontal_flip")
    for said, expected in (
        ({"horizontal_flip": "forbidden"}, [("SYMMETRY_FORBIDDEN", "refuse")]),
        ({"horizontal_flip": "allowed"}, []),
        ({"horizontal_flip": swap}, []),
        ({"vertical_flip": "allowed"}, [("SYMMETRY_UNDECLARED", "ask")]),
    ):
        assert say(check_uses(recipe, make_competition(said), folder, NOWHERE)) == expected


def test_the_question_proposes_lines_that_can_be_pasted(folder: Path) -> None:
    (asked,) = check_uses(make_recipe("horizontal_flip"), make_competition(), folder, NOWHERE)
    for text in (asked.text("en"), asked.text("ja")):
        assert "'keep_left'" in text and "--force" in text
        for line in ("{swap: [[keep_left, keep_right]]}", "allowed", "forbidden"):
            assert f"`symmetries: {{horizontal_flip: {line}}}`" in text
    pasted = parse_document("symmetries: {horizontal_flip: {swap: [[keep_left, keep_right]]}}", "").value
    assert check_uses(make_recipe("horizontal_flip"), make_competition(pasted["symmetries"]), folder, NOWHERE) == []
    # A label without its counterpart.
    (folder / "train.csv").write_text("id,sign,tags,steering\na,左折,x,1\nb,直進,y,2\n", encoding="utf-8")
    (asked,) = check_uses(make_recipe("horizontal_flip"), make_competition(), folder, NOWHERE)
    assert "'左折'" in asked.text("ja") and "swap" not in asked.text("ja")


def test_a_number_that_may_be_an_angle_is_asked_about_only_where_it_is_learned(folder: Path) -> None:
    (folder / "train.csv").write_text("id,sign,tags,steering\na,x,x,1\nb,y,y,2\n", encoding="utf-8")
    turn = make_recipe("horizontal_flip", {"rotate": {"degrees": 5}}, heads=("sign", "steering"))
    flipped, turned = check_uses(turn, make_competition(), folder, NOWHERE)
    assert all(f"{{{way}: [steering]}}" in flipped.text("en") for way in ("negate", "angle", "compass"))
    assert "{negate" not in turned.text("en") and "{angle: [steering]}" in turned.text("ja")
    assert check_uses(make_recipe("horizontal_flip", "rotate"), make_competition(), folder, NOWHERE) == []
    # One of several columns cannot turn by itself, so nothing is proposed that would be refused.
    moving = {"kind": "value", "columns": ["speed", "steering"], "known_in": "train"}
    several = make_competition(targets=FACTS["targets"] | {"steering": moving | {"known_in": "train"}} | {"car": moving})
    (said,) = check_uses(make_recipe("horizontal_flip", heads=("sign", "car")), several, folder, NOWHERE)
    assert said.code == "SYMMETRY_UNDECLARED" and "'steering'" in said.text("en") and "{negate" not in said.text("en")


def test_a_picture_turned_over_is_a_note_where_no_name_gives_reason_to_ask(folder: Path) -> None:
    (folder / "train.csv").write_text("id,sign,tags,steering\na,cat,x,1\nb,dog,y,2\n", encoding="utf-8")
    for part, expected in (
        ("horizontal_flip", []),
        ("vertical_flip", [("SYMMETRY_GROUND", "note")]),
        ({"rotate": {"degrees": 45}}, []),
        ({"rotate": {"degrees": 46}}, [("SYMMETRY_GROUND", "note")]),
    ):
        assert say(check_uses(make_recipe(part), make_competition(), folder, NOWHERE)) == expected
    assert check_uses(make_recipe("vertical_flip"), make_competition({"vertical_flip": "allowed"}), folder, NOWHERE) == []


def test_views_of_values_that_trade_places_need_a_head_for_each(folder: Path) -> None:
    value = {"kind": "value", "known_in": "train"}
    targets = FACTS["targets"] | {"left_mm": value | {"column": "steering"}, "right_mm": value | {"column": "id2"}}
    swap = {"horizontal_flip": {"swap": [["left_mm", "right_mm"]]}}
    competition = make_competition(swap, targets=targets)
    for heads, expected in (
        (("sign",), []),
        (("sign", "left_mm", "right_mm"), []),
        (("sign", "left_mm"), [("SYMMETRY_NO_HEAD", "refuse")]),
    ):
        views = make_recipe(heads=heads).vary({"tta": ["horizontal_flip"]})
        assert say(check_uses(views, competition, folder, NOWHERE)) == expected
        # In training the other value is read from the table.
        assert check_uses(make_recipe("horizontal_flip", heads=heads), competition, folder, NOWHERE) == []


def test_the_recipes_question_may_give_reason_to_ask(folder: Path) -> None:
    (folder / "train.csv").write_text("id,sign,tags,steering\na,cat,x,1\nb,dog,y,2\n", encoding="utf-8")
    recipe = make_recipe("horizontal_flip", question="左手と右手を見分けられるか")
    (asked,) = check_uses(recipe, make_competition(), folder, NOWHERE)
    assert "左手と右手を見分けられるか" in asked.text("ja")


def test_force_turns_what_it_overrides_into_notes(folder: Path) -> None:
    recipe = make_recipe("horizontal_flip", "vertical_flip", {"rotate": {"degrees": 90}})
    found = check_uses(recipe, make_competition({"vertical_flip": "forbidden"}), folder, NOWHERE)
    assert say(found) == [("SYMMETRY_UNDECLARED", "ask"), ("SYMMETRY_FORBIDDEN", "refuse"), ("SYMMETRY_GROUND", "note")]
    forced = force_faults(found)
    assert say(forced) == [("SYMMETRY_FORCED", "note"), ("SYMMETRY_FORCED", "note"), ("SYMMETRY_GROUND", "note")]
    assert ["is not declared" in forced[0].text("en"), "is forbidden" in forced[1].text("en")] == [True, True]
    assert "宣言されていません" in forced[0].text("ja") and "禁じられています" in forced[1].text("ja")

"""What is said of each augmentation agrees with what it does to points and to targets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from tests.tiny import write_competition

from tamesu.artifacts.loading import load_competition, load_recipe
from tamesu.augmentations import AUGMENTATIONS, make_plan, sample_keys
from tamesu.drawer import read_facts
from tamesu.web.effects import Effect, list_effects

MARK = {"spot": {"kind": "points", "columns": ["x0", "y0", "x1", "y1"]}}


def effects(
    folder: Path, *, marks: bool = False, symmetries: Any = None, accept: Any = (), **changes: Any
) -> dict[str, Effect]:
    write_competition(folder, **changes)
    facts = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    facts |= {"symmetries": symmetries or {}, "accept": list(accept)}
    facts["targets"] |= MARK if marks else {}
    (folder / "competition.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    competition, recipe = load_competition(folder), load_recipe(folder, "base")
    return {one.name: one for one in list_effects(competition, recipe, read_facts(folder), folder)}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Effect]:
    return effects(tmp_path_factory.mktemp("effects") / "c", marks=True)


def test_what_is_said_to_leave_points_alone_moves_none(found: dict[str, Effect]) -> None:
    keys, sizes = sample_keys([str(n) for n in range(20)]), np.full((20, 2), 32)
    assert list(found) == list(AUGMENTATIONS)
    for one in found.values():
        if not one.ours or one.name == "paste_object":
            continue
        options = {**one.taken, "p": 1.0} if "p" in one.options else dict(one.taken)
        drawn = make_plan([(one.name, options)], size_px=32, fit="crop").draw(3, keys, sizes, np.full((20, 3), 99.0))
        points = np.array([[3.0, 5.0], [20.0, 11.0]])
        moved = any(not np.allclose(drawn.move_points(place, points), points, atol=1e-3) for place in range(20))
        assert not moved or one.moves, one.name
        assert not drawn.turns or one.word == "symmetry", one.name


def test_words_of_parts_whose_labels_are_known_by_hand(found: dict[str, Effect]) -> None:
    words = {name: one.word for name, one in found.items()}
    assert {words[name] for name in ("sepia", "gaussian_blur", "fog", "gamma", "translate")} <= {"stay", "false"}
    assert words["sepia"] == "stay"
    assert {words[name] for name in ("mixup", "cutmix")} == {"mixed"}
    # The label stays with the background or the object that was pasted.
    assert {words[name] for name in ("copy_paste", "background_swap")} == {"false"}
    assert {words[name] for name in ("horizontal_flip", "rotate90", "transpose", "rand_augment")} == {"symmetry"}


def test_a_refusal_says_so_and_an_accepted_question_is_none(tmp_path: Path) -> None:
    asked = [{"rotate": {"degrees": 170}}]
    heads = {"kind": {"loss": "cross_entropy"}}
    question = "Which hand is it, left or right?"
    there = effects(
        tmp_path / "a", symmetries={"vertical_flip": "forbidden"}, question=question, heads=heads, augmentations=asked
    )
    assert there["vertical_flip"].refused
    assert not there["horizontal_flip"].refused
    assert [fault.code for fault in there["horizontal_flip"].faults] == ["SYMMETRY_UNDECLARED"]
    assert there["rotate"].used
    assert there["rotate"].taken == {"degrees": 170}
    accepted = effects(tmp_path / "b", accept=["SYMMETRY_UNDECLARED"], question=question, heads=heads)
    assert accepted["horizontal_flip"].faults == ()

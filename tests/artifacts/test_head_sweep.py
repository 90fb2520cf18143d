from __future__ import annotations

import pytest

from tamesu.artifacts.competition import Target
from tamesu.artifacts.head_sweep import leave_out, sweep_head
from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.queue import check_coupling, expand_words
from tamesu.artifacts.recipe import Recipe
from tamesu.errors import InputError

RECIPE = Recipe.model_validate(
    {
        "backbone": {"resnet18": {}},
        "heads": {
            "kind": {"loss": "cross_entropy"},
            "near": {"target": "kind", "loss": "triplet", "weight": 0.1},
            "体長": {"loss": "mse", "weight": 0.2},
            "seg.cat": {"loss": "dice", "weight": 0.0},
            "own": {"loss": "mse", "branch": 2},
        },
        "penalties": [{"conservation": {"expression": "(体長 - own)**2"}}, {"edge_smoothness": {"of": "own"}}],
    }
)
TARGETS = {"seg.cat": Target(kind="mask", mask="{id}.png")}


def names(key: str) -> list[str]:
    return [idea.name for idea in sweep_head(key, RECIPE, TARGETS, "kind")]


def test_a_head_is_tried_weaker_stronger_apart_and_not_at_all() -> None:
    assert names("heads.near.weight") == [
        "heads.near.weight=0.033",
        "heads.near.weight=0.3",
        "heads.near.branch=1",
        "heads-=near",
    ]


def test_a_head_at_0_is_tried_at_the_usual_weights_and_a_dense_one_without_a_branch() -> None:
    assert names("heads.seg.cat.weight") == [
        "heads.seg.cat.weight=0.1",
        "heads.seg.cat.weight=0.3",
        "heads.seg.cat.weight=0.9",
        "heads-=seg.cat",
    ]


def test_a_branch_that_is_there_is_tried_without_and_laws_go_with_their_head() -> None:
    assert names("heads.own.weight")[2:] == [
        "heads.own.branch=0",
        "heads-=own penalties-=[conservation, edge_smoothness]",
    ]
    assert leave_out(RECIPE, "体長") == {"heads-": "体長", "penalties-": "conservation"}


@pytest.mark.parametrize("head", ["near", "体長", "seg.cat", "own"])
def test_every_idea_is_taken_by_the_recipe_and_is_the_one_that_would_be_typed(head: str) -> None:
    for idea in sweep_head(f"heads.{head}.weight", RECIPE, TARGETS, "kind"):
        assert RECIPE.vary(idea.changes) != RECIPE
        assert check_coupling(idea, coupled=False) == []
        typed = expand_words(idea.name.split(" ", 1 if "penalties" in idea.name else 0), {}, coupled=True)
        assert typed == [Idea(idea.name, dict(idea.changes))]
    assert head not in RECIPE.vary(idea.changes).heads


@pytest.mark.parametrize(
    ("key", "code", "near"),
    [
        ("heads.体重.weight", "SWEEP_HEAD", None),
        ("heads.ner.weight", "SWEEP_HEAD", "near"),
        ("heads.kind.weight", "SWEEP_MAIN", None),
        ("optimizer.adamw.lr", "SWEEP_KEY", None),
        ("heads.near.weights", "SWEEP_KEY", "heads.near.weight"),
    ],
)
def test_what_cannot_be_swept_is_refused(key: str, code: str, near: str | None) -> None:
    with pytest.raises(InputError) as caught:
        sweep_head(key, RECIPE, {}, "kind")
    (fault,) = caught.value.faults
    assert (fault.code, fault.near) == (code, near)
    assert fault.text("en") and fault.text("ja")

from __future__ import annotations

from typing import Any

import pytest

from tamesu.artifacts.recipe import Recipe
from tamesu.cards.table import CARDS
from tamesu.results.diagnosis.remedies import ANSWERS, find_remedy


def make_recipe(**keys: Any) -> Recipe:
    plain: dict[str, Any] = {
        "name": "base",
        "backbone": {"resnet18": {"weights": "none"}},
        "heads": {"label": {"loss": "cross_entropy"}},
        "optimizer": {"adamw": {"lr": 0.2}},
    }
    return Recipe.model_validate(plain | keys)


@pytest.mark.parametrize(
    "code", sorted({*ANSWERS, "RUN_RATE_LOW", "RUN_STILL_IMPROVING", "RUN_SMALL_OBJECTS", "RUN_NO_SIGNAL"})
)
def test_every_idea_is_a_recipe(code: str) -> None:
    recipe = make_recipe()
    remedy = find_remedy(code, {"about": "brightness"}, recipe, "label")
    assert remedy.ideas or remedy.steps
    for changes in remedy.ideas.values():
        assert recipe.vary(dict(changes)) != recipe
    assert set(remedy.cards) <= set(CARDS)


def test_rates_move_the_right_way() -> None:
    lower = find_remedy("RUN_RATE_HIGH", {}, make_recipe(), "label").ideas
    assert [changes["optimizer.adamw.lr"] for name, changes in lower.items() if name.startswith("rate")] == [0.02, 0.002]
    higher = find_remedy("RUN_RATE_LOW", {}, make_recipe(optimizer={"sgd": {"lr": 1e-5}}), "label").ideas
    assert [changes["optimizer.sgd.lr"] for changes in higher.values()] == [1e-4, 1e-3, 1e-2]


def test_what_a_recipe_has_is_not_proposed() -> None:
    recipe = make_recipe(ema=0.99, augmentations=["rand_augment", {"mixup": {"alpha": 0.2}}], optimizer={"sgd": {"lr": 0.1}})
    named = set(find_remedy("RUN_OVERFITS", {}, recipe, "label").cards)
    assert named & {"ema", "rand_augment", "mixup", "weight_decay"} == set()
    assert "random_erasing" in named


def test_heads_are_named_as_the_recipe_names_them() -> None:
    recipe = make_recipe(heads={"種類": {"target": "label", "loss": "cross_entropy"}})
    assert "heads.種類.loss" in find_remedy("RUN_RARE_CLASS", {}, recipe, "label").ideas["focal"]

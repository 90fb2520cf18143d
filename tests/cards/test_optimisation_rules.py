"""Cards of optimisation against competitions made by hand."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cards.facts import KIND, classes, learn
from tests.cards.test_head_rules import said

from tamesu.artifacts.families import family_of
from tamesu.artifacts.recipe import Recipe
from tamesu.cards.learning import Judged, Learning
from tamesu.cards.optimisation import CARDS
from tamesu.cards.optimisation_rules import CNN, RULES, SMALLER, TRANSFORMER
from tamesu.optimizers import OPTIMIZERS
from tamesu.schedules import SCHEDULES

CELLS = {"kind": classes(a=400, b=300)}


def facts(rows: int | None = None, **recipe: Any) -> Learning:
    cells = CELLS if rows is None else {"kind": classes(a=rows)}
    return learn(KIND, cells, **{"optimizer": {"adamw": {"lr": 1e-3, "weight_decay": 0.05}}, **recipe})


def varied(judged: Judged, of: Learning) -> list[Recipe]:
    """The recipes that a judgement's ideas make, each with an optimizer and a schedule that take their options."""
    made = [of.recipe.vary(changes) for changes in judged.ideas.values()]
    for recipe in made:
        assert OPTIMIZERS.check(recipe.optimizer.name, recipe.optimizer.options) == []
        assert SCHEDULES.check(recipe.schedule.name, recipe.schedule.options) == []
        assert recipe != of.recipe
    return made


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("backbone", ["resnet34", "vit_small_patch16_224", "mine"])
def test_every_idea_makes_a_recipe(name: str, backbone: str) -> None:
    of = facts(backbone={backbone: {}})
    judged = RULES[name](of)
    varied(judged, of)
    # Whoever writes AdamW has some decay.
    assert judged.used == (name == "weight_decay")
    if name != "smaller_network" or backbone != "mine":
        assert judged.ideas


@pytest.mark.parametrize("name", RULES)
def test_what_the_recipe_has_is_told_and_varied(name: str) -> None:
    card = next(card for card in CARDS if card.name == name)
    if name in ("smaller_network", "other_family"):
        return
    changed = facts().recipe.vary(card.try_first).written()
    of = learn(KIND, CELLS, **{key: value for key, value in changed.items() if key not in ("name", "heads")})
    judged = RULES[name](of)
    assert judged.used and judged.ideas
    assert "the recipe has it" in said(judged)
    varied(judged, of)


@pytest.mark.parametrize(
    ("backbone", "suits"), [("vit_small_patch16_224", True), ("maxvit_tiny_tf_224", True), ("resnet34", None)]
)
def test_sgd_is_for_transformers_and_for_images_like_those_before(backbone: str, suits: bool | None) -> None:
    of = facts(backbone={backbone: {}})
    judged = RULES["sgd"](of)
    assert judged.suits is suits
    rates = [recipe.optimizer.options["lr"] for recipe in varied(judged, of)]
    assert len(rates) == 2 and max(rates) > 5 * min(rates)
    # From scratch it is no advice.
    assert RULES["sgd"](facts(backbone={backbone: {"weights": "none"}})).suits is None


@pytest.mark.parametrize("epochs", [1, 8, 14, 15, 30, 64])
def test_restarts_end_with_the_training(epochs: int) -> None:
    of = facts(epochs=epochs)
    judged = RULES["cosine_restarts"](of)
    [recipe] = varied(judged, of)
    options = recipe.schedule.options
    cycle = options["first_epochs"]
    assert options["warmup_epochs"] + cycle * (1 + 2 + 4) == recipe.epochs
    assert judged.suits is (False if epochs < 8 else None)
    schedule = SCHEDULES.build(recipe.schedule.name, options)
    # The last step of the training is the lowest of its cycle.
    assert schedule.factor(recipe.epochs - 1e-6, recipe.epochs, []) < 0.01


@pytest.mark.parametrize("name", ["freeze", "layer_decay"])
def test_without_weights_there_is_nothing_to_keep(name: str) -> None:
    judged = RULES[name](facts(backbone={"resnet34": {"weights": "none"}}))
    assert judged.suits is False and not judged.ideas
    assert "nothing to keep" in said(judged)


@pytest.mark.parametrize("name", ["weight_decay", "drop_path", "smaller_network", "freeze"])
@pytest.mark.parametrize(("rows", "suits"), [(300, True), (5_000, None), (60_000, False)])
def test_few_rows_call_for_fewer_weights_to_learn_by_heart_with(name: str, rows: int, suits: bool | None) -> None:
    assert RULES[name](facts(rows, backbone={"resnet34": {}})).suits is suits


def test_the_other_family_comes_with_what_it_is_trained_with() -> None:
    for backbone, size in (("resnet34", 160), ("vit_small_patch16_224", 224), ("maxvit_tiny_tf_224", 224)):
        of = facts(backbone={backbone: {}}, image={"size": size})
        judged = RULES["other_family"](of)
        [recipe] = varied(judged, of)
        assert judged.suits
        one, other = (family_of(name) in ("transformer", "hybrid") for name in (backbone, recipe.backbone.name))
        assert one != other
        assert recipe.image.size == 224
    own = RULES["other_family"](facts(backbone={"resnet34": {"weights": "r.safetensors"}}))
    assert "a file of yours" in said(own)
    # A transformer from scratch on a few hundred images is no advice.
    assert RULES["other_family"](facts(backbone={"resnet34": {"weights": "none"}})).suits is False


def test_networks_that_are_proposed_are_timms() -> None:
    import timm

    known = set(timm.list_models())
    assert {*SMALLER, *SMALLER.values(), CNN["backbone"], TRANSFORMER["backbone"]} <= known
    published = {name.split(".")[0] for name in timm.list_pretrained()}
    assert {*SMALLER.values(), CNN["backbone"], TRANSFORMER["backbone"]} <= published

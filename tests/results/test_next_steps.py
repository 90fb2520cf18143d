from __future__ import annotations

import shlex
from typing import Any

import pytest

from tamesu.artifacts.changes import parse_change
from tamesu.artifacts.competition import Part
from tamesu.artifacts.recipe import Recipe
from tamesu.results.next_steps import Situation, suggest_steps


class FakeRun:
    name = "base-3f2a9c1d"

    def __init__(self, **changes: Any) -> None:
        plain: dict[str, Any] = {
            "name": "base",
            "backbone": Part(name="resnet18", options={"weights": "none"}),
            "heads": {"種": {"loss": Part(name="cross_entropy", options={"class_weights": "none"})}},
            "optimizer": Part(name="adamw", options={"lr": 3e-3}),
            "schedule": Part(name="cosine", options={"warmup_epochs": 0}),
            "epochs": 20,
        }
        self.recipe = Recipe.model_validate(plain | changes)


def commands(run: FakeRun, situation: Situation, target: str = "種") -> list[str]:
    return [step.command for step in suggest_steps(run, target, situation)]  # type: ignore[arg-type]


UNLEARNT = Situation("class", main=True, ranked=False, imbalanced=True)


def test_from_scratch_on_an_imbalanced_set() -> None:
    assert commands(FakeRun(), UNLEARNT) == [
        "tamesu try base backbone.resnet18.weights=imagenet",
        "tamesu train base --overfit 4",
        "tamesu lr base",
        "tamesu try base optimizer.adamw.lr=3e-4,1e-3,9e-3",
        "tamesu try base sampler=balanced",
        "tamesu try base 'heads.種.loss={cross_entropy: {class_weights: balanced}}'",
        "tamesu try base 'heads.種.loss=focal'",
        "tamesu try base epochs=40",
        "tamesu try base schedule.cosine.warmup_epochs=2",
    ]


def test_what_the_recipe_has_already_is_not_suggested() -> None:
    run = FakeRun(
        backbone=Part(name="resnet18", options={"weights": "imagenet"}),
        heads={"種": {"loss": Part(name="focal", options={"class_weights": "balanced"})}},
        sampler=Part(name="balanced"),
        schedule=Part(name="cosine", options={"warmup_epochs": 1}),
    )
    assert [line for line in commands(run, UNLEARNT) if "try" in line] == [
        "tamesu try base optimizer.adamw.lr=3e-4,1e-3,9e-3",
        "tamesu try base epochs=40",
    ]


def test_who_ranks_needs_another_decision_and_no_other_weights() -> None:
    said = commands(FakeRun(), Situation("class", main=True, ranked=True, imbalanced=True))
    assert said[0] == "tamesu submit base-3f2a9c1d --decide oof"
    assert not any("overfit" in line or "weights=imagenet" in line for line in said)
    other = commands(FakeRun(), Situation("multilabel", main=False, ranked=True, imbalanced=True))
    assert other[0] == "tamesu try base 'heads.種.loss=focal'"


def test_no_balance_for_values_or_even_classes() -> None:
    for situation in (Situation("value", True, False, False), Situation("class", True, False, False)):
        assert not any("sampler" in line or ".loss" in line for line in commands(FakeRun(), situation))
    drawn = FakeRun(sampler=Part(name="balanced"))
    assert "tamesu try base sampler=all" in commands(drawn, Situation("class", True, False, False))


@pytest.mark.parametrize("ranked", [False, True])
def test_every_change_fits_the_recipe(ranked: bool) -> None:
    run = FakeRun(heads={"近さ": {"target": "種", "loss": Part(name="bce")}})
    tried = [shlex.split(line)[3:] for line in commands(run, Situation("class", True, ranked, True)) if " try " in line]
    for (word,) in tried:
        key, _, values = word.partition("=")
        for value in values.split(",") if key.endswith(".lr") else [values]:
            run.recipe.vary(dict([parse_change(f"{key}={value}")]))
    if not ranked:
        assert any("heads.近さ.loss" in word for (word,) in tried)

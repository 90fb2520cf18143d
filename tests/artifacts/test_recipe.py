"""Recipes: a variant is validated as a whole, and only what decides a result is in the digest."""

from __future__ import annotations

import pytest

from tamesu.artifacts.competition import Part
from tamesu.artifacts.recipe import Head, Recipe, check_seeds
from tamesu.errors import InputError

BASE = Recipe(
    backbone=Part(name="resnet18", options={"weights": "imagenet"}),
    heads={"theme": Head(loss=Part(name="cross_entropy"))},
    augmentations=[Part(name="horizontal_flip")],
)


def test_vary_changes_and_leaves_the_base_alone() -> None:
    varied = BASE.vary(
        {"epochs": 3, "backbone": "resnet34", "augmentations+": {"rotate": {"degrees": 5}}, "heads.theme.weight": 2}
    )
    assert (varied.epochs, varied.backbone, varied.heads["theme"].weight) == (3, Part(name="resnet34"), 2.0)
    assert [part.written() for part in varied.augmentations] == ["horizontal_flip", {"rotate": {"degrees": 5}}]
    assert (BASE.epochs, BASE.backbone.name, len(BASE.augmentations)) == (10, "resnet18", 1)
    assert BASE.vary({}) == BASE


def test_vary_refuses_what_a_file_could_not_say() -> None:
    for changes, codes in (
        ({"epochs": "ten"}, ("CONFIG_TYPE",)),
        ({"epochs": 0}, ("CONFIG_RANGE",)),
        ({"epoch": 1}, ("CONFIG_UNKNOWN_KEY",)),
        ({"seeds": [1, 1]}, ("CONFIG_DUPLICATE_SEED",)),
        ({"heads-": "theme"}, ("CONFIG_RANGE",)),
        ({"name": "a/b"}, ("CONFIG_NAME",)),
        ({"clip_grad_norm": float("inf")}, ("CONFIG_RANGE",)),
    ):
        with pytest.raises(InputError) as caught:
            BASE.vary(changes)
        assert caught.value.codes == codes


def test_the_digest_names_what_decides_the_result() -> None:
    for same in ({"name": "other"}, {"question": "why?"}, {"seeds": [1, 2]}, {"epochs": 10}):
        assert BASE.vary(same).digest() == BASE.digest()
    for other in ({"epochs": 11}, {"backbone.resnet18.weights": "none"}, {"image.size": 96}, {"augmentations": []}):
        assert BASE.vary(other).digest() != BASE.digest()


def test_repeated_seeds_are_each_told_once() -> None:
    recipe = BASE.model_copy(update={"seeds": [3, 1, 3, 1, 3, 2]})
    assert [fault.values["seed"] for fault in check_seeds(recipe)] == [1, 3]

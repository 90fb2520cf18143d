"""Recipes: a variant is validated as a whole, and only what decides a result is in the digest."""

from __future__ import annotations

import hashlib
import json

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


# What the rule of the first recipes made of BASE: all keys but name, question, seeds and an empty tta.
FIRST: dict[str, object] = {
    "image": {"size": 224, "channels": ["rgb"], "fit": "crop"},
    "backbone": {"resnet18": {"weights": "imagenet"}},
    "pooling": "average",
    "heads": {"theme": {"loss": "cross_entropy", "weight": 1.0, "dropout": 0.0}},
    "augmentations": ["horizontal_flip"],
    "optimizer": "adamw",
    "schedule": "cosine",
    "epochs": 10,
    "batch_size": 32,
    "accumulate": 1,
    "clip_grad_norm": 0.0,
    "ema": 0.0,
    "freeze": 0,
    "layer_decay": 1.0,
    "precision": "auto",
}


def test_a_recipe_that_uses_nothing_new_has_the_name_it_always_had() -> None:
    """SHA-256 over sorted, dense JSON of the recipe as it was before heads had more than a loss, written out as plain data."""
    text = json.dumps(FIRST, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    assert BASE.digest() == hashlib.sha256(text.encode("utf-8")).hexdigest()


DEFAULTS = {
    "neck": 0,
    "balance": "fixed",
    "sampler": "all",
    "penalties": [],
    "tta": [],
    "heads.theme.target": "theme",
    "heads.theme.tap": "last",
    "heads.theme.branch": 0,
    "heads.theme.hidden": 0,
    "heads.theme.activation": "gelu",
    "heads.theme.scaling": "standard",
}


@pytest.mark.parametrize("key", list(DEFAULTS))
def test_a_new_key_that_changes_nothing_leaves_the_name(key: str) -> None:
    assert BASE.vary({key: DEFAULTS[key]}).digest() == BASE.digest()


OTHERS = {
    "neck": 8,
    "balance": "gradnorm",
    "sampler": "balanced",
    "penalties": [{"conservation": {"expression": "abs(theme)"}}],
    "heads.theme.target": "other",
    "heads.theme.tap": -2,
    "heads.theme.branch": 1,
    "heads.theme.pooling": "gem",
    "heads.theme.hidden": 16,
    "heads.theme.constraint": "box",
    "heads.theme.decoder": "unet",
    "heads.theme.dropout": 0.1,
    "heads.theme.weight": 0.5,
    "heads.theme.scaling": "none",
}


@pytest.mark.parametrize("key", list(OTHERS))
def test_a_new_key_that_is_used_changes_the_name(key: str) -> None:
    assert BASE.vary({key: OTHERS[key]}).digest() != BASE.digest()


def test_every_key_of_a_head_is_in_one_of_the_lists() -> None:
    told = {key.rpartition(".")[2] for key in (*DEFAULTS, *OTHERS) if key.startswith("heads.theme.")}
    assert told | {"loss"} == set(Head.model_fields)


def test_an_activation_counts_where_there_is_a_hidden_layer() -> None:
    hidden = BASE.vary({"heads.theme.hidden": 16})
    assert hidden.vary({"heads.theme.activation": "gelu"}).digest() != hidden.digest()
    assert hidden.vary({"heads.theme.activation": "relu"}).digest() == hidden.digest()


def test_heads_of_a_target_begin_with_the_one_of_its_name() -> None:
    recipe = BASE.vary(
        {
            "heads.near": {"target": "theme", "loss": "triplet"},
            "heads.far": {"target": "theme", "loss": "supcon"},
            "heads.size": {"loss": "mse"},
        }
    )
    assert recipe.heads_of("theme") == ["theme", "near", "far"]
    assert recipe.heads_of("size") == ["size"] and recipe.heads_of("near") == []
    assert recipe.learned == ["size", "theme"]


def test_a_head_that_is_constrained_or_unscaled_stands_in_its_own_unit() -> None:
    heads = {"heads.a": {"loss": "mse", "constraint": "positive"}, "heads.b": {"loss": "mse", "scaling": "none"}}
    recipe = BASE.vary(heads)
    assert [recipe.as_it_stands(name) for name in ("theme", "a", "b")] == [False, True, True]


def test_a_head_is_written_with_every_default() -> None:
    written = Head(loss=Part(name="mse"), pooling=Part(name="gem", options={"p": 2.0})).written()
    assert set(written) == set(Head.model_fields)
    assert (written["loss"], written["pooling"], written["constraint"]) == ("mse", {"gem": {"p": 2.0}}, None)
    assert Head.model_validate(written).written() == written


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("tap", "first", "CONFIG_TYPE"),
        ("branch", -1, "CONFIG_RANGE"),
        ("activation", "relu6", "CONFIG_TYPE"),
        ("dropout", 1.5, "CONFIG_RANGE"),
        ("scaling", "log", "CONFIG_TYPE"),
        ("taps", 1, "CONFIG_UNKNOWN_KEY"),
    ],
)
def test_a_head_refuses_what_it_cannot_be(key: str, value: object, code: str) -> None:
    with pytest.raises(InputError) as caught:
        BASE.vary({f"heads.theme.{key}": value})
    # A union tells of each of its members.
    assert set(caught.value.codes) == {code}

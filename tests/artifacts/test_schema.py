"""pydantic's errors in the user's terms: one fault a mistake, all at once, with line, key and the nearest name."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from tamesu.artifacts.competition import Competition, Folds, Part, Rows, Target
from tamesu.artifacts.documents import parse_document
from tamesu.artifacts.recipe import Head, ImageInput, Recipe
from tamesu.artifacts.schema import annotation_at, check_document, find_part, guess_meant, known_keys, validate
from tamesu.errors import Fault, InputError

RECIPE = """\
question: What does it reach?
image: {size: 224, channels: [rgb]}
backbone: {resnet34: {weights: imagenet}}
heads: {theme: {loss: cross_entropy}}
augmentations:
  - random_resized_crop: {scale: [0.6, 1.0]}
  - horizontal_flip
optimizer: {adamw: {lr: 3e-4}}
epochs: 12
"""


def faults_of(model: type[BaseModel], text: str) -> list[Fault]:
    instance, faults = check_document(model, parse_document(text, "base.yaml"))
    assert (instance is None) == bool(faults)
    return faults


def test_a_good_recipe_passes() -> None:
    recipe = validate(Recipe, parse_document(RECIPE, "base.yaml"))
    assert recipe.optimizer == Part(name="adamw", options={"lr": 0.0003})
    assert [part.name for part in recipe.augmentations] == ["random_resized_crop", "horizontal_flip"]


# What is replaced by what: code, line, key, nearest, a piece of the message.
MISTAKES: list[tuple[str, str, str, int | None, str, str | None, str]] = [
    ("epochs: 12", "epoch: 12", "CONFIG_UNKNOWN_KEY", 9, "epoch", "epochs", "there is no key 'epoch' here"),
    ("epochs: 12", "epochs: ten", "CONFIG_TYPE", 9, "epochs", None, "'ten' is not a whole number"),
    ("epochs: 12", "epochs: '12'", "CONFIG_TYPE", 9, "epochs", None, "'12' is not a whole number"),
    ("epochs: 12", "epochs: 1.5", "CONFIG_TYPE", 9, "epochs", None, "1.5 is not a whole number"),
    ("epochs: 12", "epochs: true", "CONFIG_TYPE", 9, "epochs", None, "true is not a whole number"),
    ("epochs: 12", "epochs:", "CONFIG_TYPE", 9, "epochs", None, "nothing is not a whole number"),
    ("epochs: 12", "epochs: 0", "CONFIG_RANGE", 9, "epochs", None, "0 is out of range: 1 or more"),
    ("epochs: 12", "ema: 1.0", "CONFIG_RANGE", 9, "ema", None, "1.0 is out of range: less than 1"),
    ("epochs: 12", "precision: fp16", "CONFIG_TYPE", 9, "precision", "bf16", "one of: auto, fp32, bf16"),
    ("epochs: 12", "seeds: []", "CONFIG_RANGE", 9, "seeds", None, "1 or more entries"),
    ("epochs: 12", "seeds: 3", "CONFIG_TYPE", 9, "seeds", None, "3 is not a list"),
    ("epochs: 12", "seeds:\n  - 1\n  - 2.5", "CONFIG_TYPE", 11, "seeds.1", None, "2.5 is not a whole number"),
    ("question: What does it reach?", "question: 3", "CONFIG_TYPE", 1, "question", None, "3 is not text"),
    ("epochs: 12", "_target_: os.system", "CONFIG_UNKNOWN_KEY", 9, "_target_", None, "the keys here are: name, question"),
    ("size: 224", "sise: 224", "CONFIG_UNKNOWN_KEY", 2, "image.sise", "size", "the keys here are: size, channels, fit"),
    ("size: 224", "size: 7", "CONFIG_RANGE", 2, "image.size", None, "8 or more"),
    ("image: {size: 224, channels: [rgb]}", "image: 224", "CONFIG_TYPE", 2, "image", None, "224 is not a mapping"),
    ("loss: cross_entropy", "los: cross_entropy", "CONFIG_UNKNOWN_KEY", 4, "heads.theme.los", "loss", "target, loss, weight"),
    ("loss: cross_entropy", "loss: a, weight: -1", "CONFIG_RANGE", 4, "heads.theme.weight", None, "0 or more"),
    ("loss: cross_entropy", "weight: 1", "CONFIG_MISSING_KEY", 4, "heads.theme.loss", None, "the key 'loss' is missing"),
    ("heads: {theme: {loss: cross_entropy}}", "heads: {}", "CONFIG_RANGE", 4, "heads", None, "1 or more entries"),
    ("heads: {theme: {loss: cross_entropy}}", "", "CONFIG_MISSING_KEY", None, "heads", None, "add it: `heads: ...`"),
    ("backbone:", "backbon:", "CONFIG_UNKNOWN_KEY", 3, "backbon", "backbone", "did you mean 'backbone'?"),
    ("{resnet34: {weights: imagenet}}", "34", "CONFIG_TYPE", 3, "backbone", None, "34 is not a part"),
    ("{resnet34: {weights: imagenet}}", "{a: {}, b: {}}", "CONFIG_TYPE", 3, "backbone", None, "is not a part: `name`"),
    ("{resnet34: {weights: imagenet}}", "{}", "CONFIG_TYPE", 3, "backbone", None, "{} is not a part"),
    ("{resnet34: {weights: imagenet}}", "[a]", "CONFIG_TYPE", 3, "backbone", None, "is not a part"),
    ("{adamw: {lr: 3e-4}}", "{adamw: 3e-4}", "CONFIG_TYPE", 8, "optimizer.adamw", None, "0.0003 is not a mapping of options"),
    ("  - horizontal_flip", "  - 5", "CONFIG_TYPE", 7, "augmentations.1", None, "5 is not a part"),
    ("  - horizontal_flip", "  - p: 1\n    q: 2", "CONFIG_TYPE", 7, "augmentations.1", None, "is not a part"),
    ("question: What does it reach?", "name: ../../x", "CONFIG_NAME", 1, "name", None, "'../../x' cannot be a name"),
    ("question: What does it reach?", "name: a/b", "CONFIG_NAME", 1, "name", None, "'a/b' cannot be a name"),
    ("question: What does it reach?", "name: <b>写真</b>", "CONFIG_NAME", 1, "name", None, "cannot be a name"),
    ("question: What does it reach?", "name: .hidden", "CONFIG_NAME", 1, "name", None, "cannot be a name"),
]


@pytest.mark.parametrize(("old", "new", "code", "line", "key", "near", "words"), MISTAKES)
def test_one_mistake_is_one_fault(
    old: str, new: str, code: str, line: int | None, key: str, near: str | None, words: str
) -> None:
    assert old in RECIPE
    faults = faults_of(Recipe, RECIPE.replace(old, new))
    assert len(faults) == 1, [str(fault.where) + fault.code for fault in faults]
    fault = faults[0]
    assert (fault.code, fault.where.line, fault.where.key, fault.near) == (code, line, key, near)
    assert words in fault.text("en")
    assert "Input should" not in fault.text("en") and fault.text("ja") != fault.text("en")


def test_all_mistakes_at_once() -> None:
    text = RECIPE.replace("epochs: 12", "epochs: ten\nbatch_size: -1\nschedul: cosine").replace("size: 224", "sise: 224")
    assert sorted((fault.code, fault.where.line) for fault in faults_of(Recipe, text)) == [
        ("CONFIG_RANGE", 10),
        ("CONFIG_TYPE", 9),
        ("CONFIG_UNKNOWN_KEY", 2),
        ("CONFIG_UNKNOWN_KEY", 11),
    ]


def test_faults_of_the_document_come_first_and_hide_what_follows_from_them() -> None:
    faults = faults_of(Recipe, RECIPE.replace("epochs: 12", "epochs: 012\nbatch: 3"))
    assert [(fault.code, fault.where.line) for fault in faults] == [
        ("CONFIG_AMBIGUOUS_NUMBER", 9),
        ("CONFIG_UNKNOWN_KEY", 10),
    ]


def test_a_names_fault_in_a_mapping_stands_at_its_key() -> None:
    text = "name: x\ntrain: {table: a, image: b}\ntargets:\n  a/b: {kind: class}\nmain: a\nmetric: accuracy\n"
    faults = faults_of(Competition, text)
    assert [(fault.code, fault.where.line, fault.values["name"]) for fault in faults] == [("CONFIG_NAME", 4, "'a/b'")]


def test_plain_values_have_keys_but_no_places() -> None:
    with pytest.raises(InputError) as caught:
        validate(Folds, {"n_splits": 1})
    assert str(caught.value.faults[0].where) == "n_splits"


def test_lists_stand_for_tuples() -> None:
    class Pair(BaseModel):
        scale: tuple[float, float]

    assert validate(Pair, {"scale": [0.5, 1]}).scale == (0.5, 1.0)


@pytest.mark.parametrize(
    ("model", "loc", "expected"),
    [
        (Recipe, (), Recipe),
        (Recipe, ("image",), ImageInput),
        (Recipe, ("heads", "any"), Head),
        (Recipe, ("augmentations", 3), Part),
        (Recipe, ("image", "channels", 0), Part),
        (Recipe, ("nowhere",), None),
        (Recipe, ("backbone", "name"), None),
        (Competition, ("test",), Rows),
        (Competition, ("targets", "x"), Target),
        (Competition, ("folds", "splitter"), Part),
    ],
)
def test_finds_the_type_at_a_path(model: type[BaseModel], loc: tuple[str | int, ...], expected: Any) -> None:
    assert annotation_at(model, loc) is expected


def test_finds_parts_and_keys() -> None:
    assert find_part(Recipe, ("heads", "a", "loss", "options", "x")) == ("heads", "a", "loss")
    assert find_part(Recipe, ("image", "size")) is None
    assert known_keys(Recipe, ("image",)) == ["size", "channels", "fit"]
    assert known_keys(Recipe, ("heads",)) == []


def test_guesses_what_was_meant_for_further_checks_only() -> None:
    text = RECIPE.replace("size: 224", "sise: 96").replace("epochs: 12", "epochs: ten\nprecision: fp31\nname: a/b")
    document = parse_document(text, "base.yaml")
    guess = guess_meant(Recipe, document)
    assert guess is not None
    recipe, meant = guess
    assert (recipe.image.size, recipe.epochs, recipe.precision, recipe.name) == (96, 10, "fp32", "unnamed")
    assert str(meant.where(("image", "size"))) == "base.yaml:2 image.size"
    assert document.value["image"]["sise"] == 96, "the document itself stays as it is"
    assert guess_meant(Recipe, parse_document("epochs: 3\n", "base.yaml")) is None

"""Dotted changes: what each does to a recipe as written, and what is refused with which words."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tamesu.artifacts.changes import apply_changes, merge_changes, parse_change, parse_changes, split_part
from tamesu.artifacts.recipe import Recipe
from tamesu.errors import InputError

BASE: dict[str, Any] = {
    "backbone": {"resnet50.a1_in1k": {"weights": "imagenet"}},
    "heads": {"theme": {"loss": "cross_entropy"}, "a.b": {"loss": "mse"}},
    "augmentations": [{"rotate": {"degrees": 10}}, "horizontal_flip"],
    "optimizer": "adamw",
    "epochs": 12,
}


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """What differs after the changes; and that nothing was changed in place."""
    before = copy.deepcopy(BASE)
    after = apply_changes(BASE, changes, Recipe)
    assert before == BASE
    return {key: value for key, value in after.items() if key not in BASE or BASE[key] != value}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"epochs": 3}, {"epochs": 3}),
        ({"backbone": "resnet18"}, {"backbone": "resnet18"}),
        ({"backbone.resnet50.a1_in1k.weights": "none"}, {"backbone": {"resnet50.a1_in1k": {"weights": "none"}}}),
        ({"backbone.resnet50.a1_in1k": {"x": 1}}, {"backbone": {"resnet50.a1_in1k": {"x": 1}}}),
        ({"backbone.resnet50.a1_in1k": None}, {"backbone": {"resnet50.a1_in1k": {}}}),
        ({"optimizer.adamw.lr": 1e-3}, {"optimizer": {"adamw": {"lr": 0.001}}}),
        (
            {"optimizer": {"adamw": {"lr": 1}}, "optimizer.adamw.weight_decay": 0.1},
            {"optimizer": {"adamw": {"lr": 1, "weight_decay": 0.1}}},
        ),
        ({"schedule.cosine.warmup_epochs": 2}, {"schedule": {"cosine": {"warmup_epochs": 2}}}),
        ({"image.size": 96}, {"image": {"size": 96}}),
        ({"image.channels+": "grey"}, {"image": {"channels": ["rgb", "grey"]}}),
        (
            {"heads.theme.loss": {"cross_entropy": {"label_smoothing": 0.1}}},
            {"heads": {"theme": {"loss": {"cross_entropy": {"label_smoothing": 0.1}}}, "a.b": {"loss": "mse"}}},
        ),
        (
            {"heads.theme.loss.cross_entropy.label_smoothing": 0.1},
            {"heads": {"theme": {"loss": {"cross_entropy": {"label_smoothing": 0.1}}}, "a.b": {"loss": "mse"}}},
        ),
        ({"heads.a.b.weight": 2}, {"heads": {"theme": {"loss": "cross_entropy"}, "a.b": {"loss": "mse", "weight": 2}}}),
        ({"heads.new": {"loss": "mse"}}, {"heads": BASE["heads"] | {"new": {"loss": "mse"}}}),
        ({"heads-": "a.b"}, {"heads": {"theme": {"loss": "cross_entropy"}}}),
        ({"augmentations": []}, {"augmentations": []}),
        ({"augmentations+": "sepia"}, {"augmentations": [*BASE["augmentations"], "sepia"]}),
        ({"augmentations+": {"sepia": {"p": 0.3}}}, {"augmentations": [*BASE["augmentations"], {"sepia": {"p": 0.3}}]}),
        ({"augmentations+": ["a", "b"]}, {"augmentations": [*BASE["augmentations"], "a", "b"]}),
        ({"augmentations-": "rotate"}, {"augmentations": ["horizontal_flip"]}),
        ({"augmentations-": {"rotate": {"degrees": 10}}}, {"augmentations": ["horizontal_flip"]}),
        ({"augmentations-": ["rotate", "horizontal_flip"]}, {"augmentations": []}),
        ({"augmentations.rotate.degrees": 5}, {"augmentations": [{"rotate": {"degrees": 5}}, "horizontal_flip"]}),
        (
            {"augmentations.horizontal_flip.p": 0.1},
            {"augmentations": [{"rotate": {"degrees": 10}}, {"horizontal_flip": {"p": 0.1}}]},
        ),
        ({"seeds+": 1}, {"seeds": [0, 1]}),
        ({"seeds": [0, 1, 2], "seeds-": 1}, {"seeds": [0, 2]}),
        ({"pooling": "gem", "pooling.gem.p": 3}, {"pooling": {"gem": {"p": 3}}}),
        (
            {"augmentations.rotate.range": [1], "augmentations.rotate.range+": 2},
            {"augmentations": [{"rotate": {"degrees": 10, "range": [1, 2]}}, "horizontal_flip"]},
        ),
        ({"optimizer.adamw.betas": (0.9, 0.99)}, {"optimizer": {"adamw": {"betas": [0.9, 0.99]}}}),
    ],
)
def test_changes_what_they_name_and_nothing_else(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    assert changed(changes) == expected


@pytest.mark.parametrize(
    ("key", "value", "code", "near", "words"),
    [
        ("epoch", 3, "CONFIG_UNKNOWN_KEY", "epochs", "there is no key 'epoch' here"),
        ("image.sise", 3, "CONFIG_UNKNOWN_KEY", "image.size", "size, channels, fit"),
        ("heads.theme.los", "x", "CONFIG_UNKNOWN_KEY", "heads.theme.loss", "target, loss, weight"),
        ("heads.them.loss", "x", "CONFIG_UNKNOWN_KEY", "heads.theme", "there is no key 'them' here"),
        ("epochs.x", 3, "CONFIG_UNKNOWN_KEY", None, "there is no key 'x' here"),
        ("optimizer.lr", 1, "CONFIG_SKIPPED_PART", "optimizer.adamw.lr", "leaves out the part's name"),
        ("augmentations.rotat.degrees", 1, "CONFIG_UNKNOWN_KEY", "augmentations.rotate", "rotate, horizontal_flip"),
        ("optimizer.sgd.lr", 1, "CONFIG_OTHER_PART", None, "goes into 'sgd', but the recipe has 'adamw' there"),
        ("optimizer.sgd", {"lr": 1}, "CONFIG_OTHER_PART", None, "write `optimizer: {sgd: {...}}`"),
        ("optimizer.adamww.lr", 1, "CONFIG_OTHER_PART", "adamw", "did you mean 'adamw'?"),
        ("optimizer.adamw", 3, "CONFIG_TYPE", None, "3 is not a mapping"),
        ("optimizer.adamw.lr.x", 3, "CONFIG_UNKNOWN_KEY", None, "there is no key 'x' here"),
        ("epochs+", 3, "CONFIG_NOT_A_LIST", None, "'epochs' is not a list"),
        ("optimizer.adamw.lr+", 3, "CONFIG_NOT_A_LIST", None, "is not a list"),
        ("backbone-", "resnet18", "CONFIG_NOT_A_LIST", None, "'backbone' is not a list"),
        ("augmentations-", "rotat", "CONFIG_NOT_IN_LIST", "rotate", "there are: rotate, horizontal_flip"),
        ("heads-", "thema", "CONFIG_NOT_IN_LIST", "theme", "does not stand in 'heads'"),
        ("heads-", {}, "CONFIG_NOT_IN_LIST", None, "{} does not stand in 'heads'"),
        ("seeds-", 7, "CONFIG_NOT_IN_LIST", None, "7 does not stand in 'seeds'"),
        ("optimizer.adamw.lr", float("nan"), "CONFIG_RANGE", None, "a finite number"),
        ("optimizer.adamw.lr", {1, 2}, "CONFIG_TYPE", None, "set is not text, a number"),
        ("", 1, "CONFIG_UNKNOWN_KEY", None, "there is no key '' here"),
        ("+", 1, "CONFIG_UNKNOWN_KEY", None, "there is no key '' here"),
        ("heads..loss", 1, "CONFIG_UNKNOWN_KEY", None, "there is no key '' here"),
    ],
)
def test_refuses_what_leads_nowhere(key: str, value: Any, code: str, near: str | None, words: str) -> None:
    with pytest.raises(InputError) as caught:
        apply_changes(BASE, {key: value}, Recipe)
    fault = caught.value.faults[0]
    assert (len(caught.value.faults), fault.code, fault.near, fault.where.key) == (1, code, near, key.rstrip("+-") or "")
    assert words in fault.text("en")
    assert fault.text("ja")


def test_a_part_that_stands_twice_is_not_guessed() -> None:
    plain = {"augmentations": ["rotate", {"rotate": {"degrees": 3}}]}
    with pytest.raises(InputError) as caught:
        apply_changes(plain, {"augmentations.rotate.degrees": 5}, Recipe)
    assert caught.value.codes == ("CONFIG_AMBIGUOUS_KEY",)


def test_values_that_are_no_parts_are_told_as_such() -> None:
    for plain in ({"optimizer": 3}, {"optimizer": {"a": 1, "b": 2}}, {"heads": 3}):
        key = "heads.theme.loss" if "heads" in plain else "optimizer.adamw.lr"
        with pytest.raises(InputError) as caught:
            apply_changes(plain, {key: 1}, Recipe)
        assert caught.value.codes == ("CONFIG_TYPE",)


def test_nothing_is_added_to_what_is_no_list() -> None:
    for plain, key in (({"seeds": 3}, "seeds+"), ({"augmentations": "rotate"}, "augmentations-"), ({"heads": []}, "heads-")):
        with pytest.raises(InputError) as caught:
            apply_changes(plain, {key: "rotate"}, Recipe)
        assert caught.value.codes == ("CONFIG_NOT_A_LIST",)


def test_a_path_into_nothing_makes_what_it_names() -> None:
    assert apply_changes({}, {"backbone.resnet18.weights": "none"}, Recipe) == {"backbone": {"resnet18": {"weights": "none"}}}


def test_all_faults_at_once() -> None:
    with pytest.raises(InputError) as caught:
        apply_changes(BASE, {"epoch": 1, "optimizer.lr": 2, "epochs": 3}, Recipe)
    assert caught.value.codes == ("CONFIG_UNKNOWN_KEY", "CONFIG_SKIPPED_PART")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("epochs=3", ("epochs", 3)),
        ("optimizer.adamw.lr=1e-3", ("optimizer.adamw.lr", 0.001)),
        ("augmentations+={sepia: {p: 0.3}}", ("augmentations+", {"sepia": {"p": 0.3}})),
        ("augmentations-=rotate", ("augmentations-", "rotate")),
        ("question=a=b", ("question", "a=b")),
        ("question=no", ("question", "no")),
        ("question='010'", ("question", "010")),
        (" epochs = 3", ("epochs", 3)),
        ("seeds=[0, 1]", ("seeds", [0, 1])),
    ],
)
def test_reads_the_command_line(text: str, expected: tuple[str, Any]) -> None:
    assert parse_change(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("epochs", "CONFIG_CHANGE"),
        ("=3", "CONFIG_CHANGE"),
        ("+=3", "CONFIG_CHANGE"),
        ("", "CONFIG_CHANGE"),
        ("epochs=010", "CONFIG_AMBIGUOUS_NUMBER"),
        ("epochs=[1", "CONFIG_SYNTAX"),
        ("token=abc", "CONFIG_SECRET"),
        ("x=KGAT_0123456789abcdef0123456789abcdef", "CONFIG_SECRET"),
    ],
)
def test_refuses_what_is_no_change(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_change(text)
    assert caught.value.codes == (code,)
    assert "abcdef" not in str(caught.value) and "=abc" not in str(caught.value)


def test_the_last_of_two_changes_counts_and_faults_are_told_together() -> None:
    assert parse_changes(["epochs=3", "a=1", "epochs=4"]) == {"a": 1, "epochs": 4}
    with pytest.raises(InputError) as caught:
        parse_changes(["epochs", "a=1", "b=010"])
    assert caught.value.codes == ("CONFIG_CHANGE", "CONFIG_AMBIGUOUS_NUMBER")


def test_splits_parts() -> None:
    assert split_part({"a": None}) == ("a", {})
    assert split_part({"a": 3}) is None
    assert split_part({"a": {}, "b": {}}) is None
    assert split_part([1]) is None


STACKED: dict[str, Any] = {
    "backbone": "resnet18",
    "heads": {"a": {"loss": "bce"}},
    "augmentations": ["rotate", "horizontal_flip"],
}


def test_merged_changes_are_the_changes_one_after_the_other() -> None:
    several: list[dict[str, Any]] = [
        {"augmentations+": {"sepia": {"p": 0.3}}},
        {"epochs": 5, "augmentations-": "rotate"},
        {"augmentations+": "gray", "optimizer.adamw.lr": 1e-3},
        {"epochs": 9, "augmentations-": "horizontal_flip"},
    ]
    step = STACKED
    for changes in several:
        step = apply_changes(step, changes, Recipe)
    assert apply_changes(STACKED, merge_changes(several), Recipe) == step
    assert step["augmentations"] == [{"sepia": {"p": 0.3}}, "gray"]
    assert step["epochs"] == 9

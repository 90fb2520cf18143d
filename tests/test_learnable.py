"""What a recipe's heads cannot learn: each fault, with the key at which it is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tamesu.artifacts.competition import Competition, Target
from tamesu.artifacts.documents import Document, parse_document
from tamesu.artifacts.recipe import Recipe
from tamesu.errors import Fault
from tamesu.learnable import check_heads, check_network, count_columns, find_numeric, needs_building
from tests.tiny import write_competition

TARGETS: dict[str, Any] = {
    "kind": {"kind": "class", "column": "kind"},
    "size": {"kind": "value", "column": "size"},
    "xy": {"kind": "value", "columns": ["x", "y"]},
    "tags": {"kind": "multilabel", "columns": ["p", "q"]},
    "share": {"kind": "soft", "columns": ["s1", "s2", "s3"]},
    "grade": {"kind": "ordinal", "column": "grade", "labels": ["low", "high"]},
    "seg": {"kind": "mask", "mask": "m/{id}.png", "labels": ["a", "b"]},
    "bare": {"kind": "mask", "mask": "m/{id}.png"},
    "depth": {"kind": "map", "mask": "d/{id}.png"},
    "nose": {"kind": "points", "columns": ["u", "v"]},
}
MAIN = {"kind": {"loss": "cross_entropy"}}


def find(heads: dict[str, Any], folder: Path = Path(), main: str = "kind", **recipe: Any) -> list[Fault]:
    """The faults of heads, in a recipe as it would stand in a file."""
    competition = Competition.model_validate(
        {
            "name": "c",
            "train": {"table": "data/train.csv", "image": "{id}.png"},
            "targets": TARGETS,
            "main": main,
            "metric": "x",
        }
    )
    full = {"backbone": {"test_resnet": {"weights": "none"}}, "image": {"size": 64}, "heads": heads} | recipe
    document = parse_document(yaml.safe_dump(full, sort_keys=False), "recipes/base.yaml")
    made = Recipe.model_validate(full)
    return check_heads(made, competition, folder, document) or check_network(made, competition, document, folder)


def told(faults: list[Fault]) -> list[tuple[str, str]]:
    assert all(fault.outcome == "refuse" and fault.where.line is not None for fault in faults)
    return [(fault.code, str(fault.where.key)) for fault in faults]


GOOD: list[dict[str, Any]] = [
    {"size": {"loss": "mse", "constraint": {"box": {"low": 0, "high": 1}}}},
    {"xy": {"loss": "mse", "constraint": {"disc": {"radius": 2.0}}}},
    {"grade": {"loss": "coral", "tap": 2, "hidden": 4, "activation": "gelu"}},
    {"share": {"loss": "kl_divergence", "branch": 2}, "tags": {"loss": "bce", "pooling": "gem"}},
    {"seg": {"loss": "dice", "tap": -1}, "depth": {"loss": "smooth_l1"}, "nose": {"loss": "wing"}},
    {"near": {"target": "kind", "loss": "triplet"}, "arc": {"target": "kind", "loss": "arcface"}},
]


@pytest.mark.parametrize("heads", GOOD)
def test_what_can_be_learnt_has_no_faults(heads: dict[str, Any]) -> None:
    assert told(find(MAIN | heads)) == []


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"sise": {"loss": "mse"}}, "CONFIG_UNKNOWN_TARGET", "heads.sise"),
    ({"other": {"target": "sise", "loss": "mse"}}, "CONFIG_UNKNOWN_TARGET", "heads.other.target"),
    ({"size": {"loss": "cross_entropy"}}, "CONFIG_LOSS_KIND", "heads.size.loss"),
    ({"seg": {"loss": "mse"}}, "CONFIG_LOSS_KIND", "heads.seg.loss"),
    ({"share": {"loss": {"triplet": {"margin": 0.1}}}}, "CONFIG_LOSS_KIND", "heads.share.loss.triplet"),
    ({"bare": {"loss": "cross_entropy"}}, "HEAD_LABELS", "heads.bare"),
    ({"seg": {"loss": "dice", "pooling": "gem"}}, "HEAD_KEY", "heads.seg.pooling"),
    ({"seg": {"loss": "dice", "hidden": 8}}, "HEAD_KEY", "heads.seg.hidden"),
    ({"depth": {"loss": "mse", "branch": 1}}, "HEAD_KEY", "heads.depth.branch"),
    ({"depth": {"loss": "mse", "constraint": "positive"}}, "HEAD_KEY", "heads.depth.constraint"),
    ({"size": {"loss": "mse", "decoder": "linear"}}, "HEAD_KEY", "heads.size.decoder"),
    ({"size": {"loss": "mse", "activation": "gelu"}}, "HEAD_KEY", "heads.size.activation"),
    ({"near": {"target": "kind", "loss": "triplet", "constraint": "positive"}}, "HEAD_KEY", "heads.near.constraint"),
    ({"grade": {"loss": "coral", "constraint": "positive"}}, "CONSTRAINT_KIND", "heads.grade.constraint"),
    ({"nose": {"loss": "mse", "constraint": "positive"}}, "CONSTRAINT_KIND", "heads.nose.constraint"),
    ({"size": {"loss": "mse", "constraint": {"disc": {"radius": 1.0}}}}, "CONSTRAINT_WIDTH", "heads.size.constraint.disc"),
    ({"size": {"loss": "mse", "tap": 5}}, "BACKBONE_TAP", "heads.size.tap"),
    ({"size": {"loss": "mse", "tap": -6}}, "BACKBONE_TAP", "heads.size.tap"),
    ({"size": {"loss": "mse", "branch": 5}}, "BACKBONE_BRANCH", "heads.size.branch"),
    ({"size": {"loss": "mse", "pooling": "cls_token"}}, "BACKBONE_NO_TOKEN", "heads.size.pooling"),
    ({"seg": {"loss": "dice", "decoder": {"unet": {"stride": 16}}, "tap": 3}}, "HEAD_DECODER", "heads.seg.decoder"),
]


@pytest.mark.parametrize(("heads", "code", "place"), BAD, ids=[f"{code}-{place}" for _, code, place in BAD])
def test_what_cannot_be_learnt_is_told_where_it_stands(heads: dict[str, Any], code: str, place: str) -> None:
    faults = find(MAIN | heads)
    assert [found for found, _ in told(faults)] == [code]
    assert str(faults[0].where.key).startswith(place)
    for language in ("en", "ja"):
        assert "{" not in faults[0].text(language)  # type: ignore[arg-type]


def test_the_nearest_target_is_named_and_its_absence_told_once() -> None:
    faults = find({"knd": {"loss": "cross_entropy"}})
    assert [(fault.code, fault.near) for fault in faults] == [("CONFIG_UNKNOWN_TARGET", "kind")]
    faults = find({"near": {"target": "kidn", "loss": "triplet"}})
    assert [(fault.code, fault.near) for fault in faults] == [("CONFIG_UNKNOWN_TARGET", "kind")]


def test_the_main_target_needs_a_head_that_predicts_it() -> None:
    assert told(find({"size": {"loss": "mse"}})) == [("CONFIG_NO_MAIN_HEAD", "heads")]
    faults = find({"kind": {"loss": "center"}, "near": {"target": "kind", "loss": "triplet"}})
    assert told(faults) == [("HEAD_NO_PREDICTION", "heads")]
    assert faults[0].values["heads"] == "kind, near"
    assert told(find({"kind": {"loss": "center"}, "arc": {"target": "kind", "loss": "arcface"}})) == []


def test_losses_that_count_images_have_none_for_pixels() -> None:
    faults = find(MAIN | {"seg": {"loss": {"cross_entropy": {"class_weights": "balanced"}}}})
    assert [fault.code for fault in faults] == ["LOSS_COUNTS"]


def test_a_sampler_goes_by_the_labels_of_the_main_target() -> None:
    assert told(find(MAIN, sampler="balanced")) == []
    assert told(find({"size": {"loss": "mse"}}, main="size", sampler="all")) == []
    faults = find({"size": {"loss": "mse"}}, main="size", sampler="balanced")
    assert [fault.code for fault in faults] == ["SAMPLER_KIND"] and str(faults[0].where.key).startswith("sampler")


LAWS: list[tuple[Any, str | None]] = [
    ({"conservation": {"expression": "(size - size_of)**2"}}, "FORMULA_FIELD"),
    ({"conservation": {"expression": "(sise - 1)**2"}}, "FORMULA_FIELD"),
    ({"conservation": {"expression": "(kind - 1)**2"}}, "FORMULA_FIELD"),
    ({"conservation": {"expression": "(xy - 1)**2"}}, "LAW_SEVERAL"),
    ({"conservation": {"expression": "(xy[2] - 1)**2"}}, "LAW_INDEX"),
    ({"conservation": {"expression": "size - 1"}}, "FORMULA_BELOW_ZERO"),
    ({"conservation": {"expression": "__import__('os')"}}, "FORMULA_"),
    ({"edge_smoothness": {"of": "size"}}, "LAW_MAP"),
    ({"conservation": {"expression": "(size - xy[1] * number)**2"}}, None),
    ({"edge_smoothness": {"of": "depth"}}, None),
]


@pytest.mark.parametrize(("law", "code"), LAWS, ids=[str(law) for law, _ in LAWS])
def test_laws_read_what_is_there(tmp_path: Path, law: Any, code: str | None) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/train.csv").write_text("id,kind,number,word\na,cat,1,one\nb,dog,,two\n")
    heads = MAIN | {"size": {"loss": "mse"}, "xy": {"loss": "mse"}, "depth": {"loss": "mse"}}
    faults = find(heads, tmp_path, penalties=[law])
    if code is None:
        assert faults == []
    else:
        assert faults[0].code.startswith(code)
        assert str(faults[0].where.key).startswith(f"penalties.{next(iter(law))}")


def test_columns_of_numbers_and_gaps(tmp_path: Path) -> None:
    write_competition(tmp_path / "c")
    (tmp_path / "c/data/train.csv").write_text("id,kind,size,word,empty\na,x,1,one,\nb,y,,2,\n")
    competition = Competition.model_validate(yaml.safe_load((tmp_path / "c/competition.yaml").read_text(encoding="utf-8")))
    assert find_numeric(competition, tmp_path / "c") == ["size", "empty"]
    (tmp_path / "c/data/train.csv").unlink()
    assert find_numeric(competition, tmp_path / "c") == []


def test_only_what_needs_a_network_builds_one() -> None:
    def recipe(**head: Any) -> Recipe:
        return Recipe.model_validate({"backbone": "x", "heads": {"kind": {"loss": "cross_entropy"} | head}})

    assert not needs_building(recipe()) and not needs_building(recipe(hidden=8, target="other"))
    assert all(needs_building(recipe(**one)) for one in ({"tap": 1}, {"branch": 1}, {"pooling": "gem"}, {"decoder": "unet"}))
    plain = Competition.model_validate(
        {"name": "c", "train": {"table": "t", "image": "{id}"}, "targets": TARGETS, "main": "kind", "metric": "x"}
    )
    # A backbone that is not there is not asked for.
    assert check_network(recipe(), plain, Document({}, {}, ""), Path()) == []


def test_how_many_numbers_a_target_has() -> None:
    columns = {name: count_columns(Target.model_validate(target)) for name, target in TARGETS.items()}
    assert (columns["size"], columns["xy"], columns["share"], columns["grade"]) == (1, 2, 3, 2)
    assert columns["kind"] is None
    derived = {"kind": "value", "derive": {"attributes": {"of": "kind", "table": "a.csv", "columns": ["a", "b", "c"]}}}
    assert count_columns(Target.model_validate(derived)) == 3

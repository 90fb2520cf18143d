"""What follows from a head's loss, against counts and formulas by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import expit, softmax

from tamesu.artifacts.competition import Part
from tamesu.artifacts.recipe import Head, Recipe
from tamesu.artifacts.run import TargetSpec
from tamesu.losses import LOSSES
from tamesu.training.head_losses import build_loss, count_outputs, decode, find_tellers, predicts

LOGITS = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
ABC = ["a", "b", "c"]


def spec(kind: str, labels: list[str] | None = None, in_picture: bool = False) -> TargetSpec:
    return TargetSpec.model_validate({"kind": kind, "labels": ABC if labels is None else labels, "in_picture": in_picture})


def head(loss: str, **more: object) -> Head:
    return Head.model_validate({"loss": loss, **more})


@pytest.mark.parametrize(
    ("kind", "labels", "loss", "outputs"),
    [
        ("class", ABC, "cross_entropy", 3),
        ("identity", ABC, "arcface", 3),
        ("soft", ABC, "kl_divergence", 3),
        ("multilabel", ABC, "bce", 3),
        ("ordinal", ABC, "cross_entropy", 3),
        ("ordinal", ABC, "coral", 2),
        ("ordinal", ABC, "smooth_l1", 1),
        ("value", [], "mse", 1),
        ("value", ["x", "y"], "mse", 2),
        ("points", ["1", "2"], "wing", 4),
        ("mask", ABC, "dice", 3),
        ("map", [], "mse", 1),
        ("map", ["1", "2"], "mse", 2),
    ],
)
def test_how_many_logits_there_are(kind: str, labels: list[str], loss: str, outputs: int) -> None:
    target = spec(kind, labels)
    assert count_outputs(target, build_loss(head(loss), target)) == outputs


def test_what_tamesu_fills_in() -> None:
    counted = build_loss(head("ldam"), spec("class"), counts=[100, 10, 1])
    evenly = build_loss(head("ldam"), spec("class"))
    logits, target = torch.from_numpy(LOGITS), torch.zeros(7, dtype=torch.int64)
    assert not torch.allclose(counted(logits, target), evenly(logits, target))
    assert build_loss(head("center"), spec("class"), width=5).centers.shape == (3, 5)


@pytest.mark.parametrize("kind", ["class", "identity", "ordinal", "soft"])
def test_shares_are_the_softmax(kind: str) -> None:
    found = decode(LOSSES.build("cross_entropy", {}), kind, LOGITS)
    np.testing.assert_allclose(found, softmax(LOGITS.astype(np.float64), axis=1), rtol=1e-12)
    huge = decode(object(), kind, np.array([[1e4, -1e4, 0.0]], np.float32))
    assert huge.tolist() == [[1.0, 0.0, 0.0]]


def test_labels_are_sigmoids_and_values_themselves() -> None:
    np.testing.assert_allclose(decode(object(), "multilabel", LOGITS), expit(LOGITS.astype(np.float64)), rtol=1e-12)
    assert decode(object(), "multilabel", np.array([[1e4, -1e4]], np.float32)).tolist() == [[1.0, 0.0]]
    assert np.array_equal(decode(object(), "value", LOGITS), LOGITS.astype(np.float64))


@pytest.mark.parametrize("loss", ["cross_entropy", "coral", "mse"])
def test_an_ordinal_target_is_always_told_as_shares(loss: str) -> None:
    built = build_loss(head(loss), spec("ordinal"))
    outputs = count_outputs(spec("ordinal"), built)
    found = decode(built, "ordinal", LOGITS[:, :outputs])
    assert found.shape == (7, 3) and (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-9)


def test_which_heads_predict() -> None:
    assert predicts(head("cross_entropy"), spec("class")) and predicts(head("arcface"), spec("class"))
    assert not predicts(head("triplet"), spec("class")) and not predicts(head("center"), spec("class"))
    assert not predicts(head("dice"), spec("mask", in_picture=True))
    assert not predicts(head("mse"), spec("value", [], in_picture=True))


def test_the_head_of_its_name_tells_else_the_first_that_can() -> None:
    heads = {
        "near": head("triplet", target="kind"),
        "arc": head("arcface", target="kind"),
        "kind": head("cross_entropy"),
        "centre": head("center", target="size_class"),
        "other": head("cosface", target="grade"),
        "seg": head("dice"),
    }
    targets = {name: spec("class") for name in ("kind", "size_class", "grade")} | {"seg": spec("mask", in_picture=True)}
    recipe = Recipe(backbone=Part(name="x"), heads=heads)
    assert find_tellers(recipe, targets) == {"kind": "kind", "grade": "other"}
    fewer = Recipe(backbone=Part(name="x"), heads={name: heads[name] for name in ("near", "arc")})
    assert find_tellers(fewer, {"kind": spec("class")}) == {"kind": "arc"}
    centred = Recipe(backbone=Part(name="x"), heads={"kind": head("center"), "arc": heads["arc"]})
    assert find_tellers(centred, {"kind": spec("class")}) == {"kind": "arc"}

from __future__ import annotations

from typing import Any

import pytest
from tests.ledger import verdict_of

from tamesu.cards import CARDS, find_told
from tamesu.cards.naming import NAMES, name_learning


@pytest.mark.parametrize(
    ("key", "value", "name"),
    [
        ("pooling", "attention", "attention"),
        ("heads.size.pooling", {"multi_head_attention": {"heads": 2}}, "multi_head_attention"),
        ("pooling", "average", None),
        ("heads.kind.loss", "focal", "focal"),
        ("heads.kind.loss", "cross_entropy", None),
        ("heads.kind.loss", {"cross_entropy": {"class_weights": "balanced"}}, "class_weights"),
        ("heads.kind.loss.cross_entropy.label_smoothing", 0.2, "label_smoothing"),
        ("heads.kind.loss.cross_entropy.label_smoothing", 0.0, None),
        ("heads.size.constraint", {"box": {"low": 0, "high": 1}}, "box"),
        ("heads.size.branch", 1, "branch"),
        ("heads.size.branch", 0, None),
        ("heads.centre", {"target": "kind", "loss": "center", "weight": 0.01}, "center"),
        ("heads.size", {"loss": "mse", "weight": 0.3}, "auxiliary_head"),
        ("penalties+", {"conservation": {"expression": "a"}}, "conservation"),
        ("balance", "gradnorm", "gradnorm"),
        ("sampler", "all", None),
        ("optimizer.adamw.lr", 0.1, None),
        ("heads.size.weight", 0.1, None),
        ("heads-", "size", None),
        ("image.size", 224, None),
        ("pooling", 3, None),
        ("schedule", {"cosine_restarts": {"first_epochs": 2}}, "cosine_restarts"),
        ("schedule", "cosine", None),
        ("freeze", 2, "freeze"),
        ("freeze", 0, None),
        ("layer_decay", 0.75, "layer_decay"),
        ("layer_decay", 1.0, None),
        ("backbone.resnet18.drop_path_rate", 0.1, "drop_path"),
        ("optimizer.sgd.weight_decay", 0.0, None),
        ("ema", 0.99, "ema"),
    ],
)
def test_a_change_is_about_one_card_or_none(key: str, value: Any, name: str | None) -> None:
    assert name_learning(key, value) == name


def test_every_name_is_a_card() -> None:
    assert set(CARDS) >= NAMES


def test_the_ledger_is_told_beside_the_card() -> None:
    told = find_told([verdict_of("smooth", {"heads.kind.loss": {"cross_entropy": {"label_smoothing": 0.1}}}, "drop", day=2)])
    assert told["label_smoothing"].word == "drop"

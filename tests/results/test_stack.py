"""Stacks: changes put together are the changes made one after the other."""

from __future__ import annotations

from typing import Any

from tests.ledger import verdict_of

from tamesu.artifacts.changes import apply_changes
from tamesu.artifacts.recipe import Recipe
from tamesu.results.stack import contradict, merge_changes, stack_ideas

BASE: dict[str, Any] = {
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
    step = BASE
    for changes in several:
        step = apply_changes(step, changes, Recipe)
    assert apply_changes(BASE, merge_changes(several), Recipe) == step
    assert step["augmentations"] == [{"sepia": {"p": 0.3}}, "gray"]
    assert step["epochs"] == 9


def test_the_better_of_two_that_contradict_stays() -> None:
    kept = [
        verdict_of("longer", {"epochs": 20}, "keep", gain=0.01),
        verdict_of("sepia", {"augmentations+": "sepia"}, "keep", gain=0.02),
        verdict_of("longest", {"epochs": 40}, "keep", gain=0.03),
    ]
    stacked, left_out = stack_ideas(kept)
    assert [verdict.idea for verdict in stacked] == ["sepia", "longest"]
    assert left_out == ["longer"]


def test_a_key_inside_what_the_other_replaces_contradicts_it() -> None:
    assert contradict({"heads.a.loss": {"cross_entropy": {"label_smoothing": 0.1}}}, {"heads.a.loss": "bce"})
    assert contradict({"optimizer": "sgd"}, {"optimizer.adamw.lr": 1e-3})
    assert not contradict({"optimizer.adamw.lr": 1e-3}, {"optimizer.adamw.weight_decay": 0.1})
    assert contradict({"augmentations": []}, {"augmentations+": "sepia"})
